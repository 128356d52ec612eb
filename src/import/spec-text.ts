import { Document } from 'yaml';
import { foldLayers, type NamedDraft } from './draft.js';

/** Values that a spec leaves out, by the name of their field. */
const usual: Readonly<Record<string, unknown>> = {
  span: { kind: 'full' },
  qkvBias: false,
  outputBias: false,
  qkNorm: 'none',
  outputGate: false,
  sinks: false,
  keyValue: 'own',
  bias: false,
  expertBias: false,
  routerBias: false,
  gate: false,
  innerNorms: false,
  gatedNorm: false,
  headBias: false,
  finalNorm: true,
  embeddingNorm: false,
  positions: 0,
  extraElements: 0,
};

/** The YAML of a model in the form of `model-specs/`. */
export function specText(draft: NamedDraft): string {
  const { layers, pattern } = foldLayers(draft.layers);
  const document = new Document();
  const flow = (value: unknown) => document.createNode(value, { flow: true });
  const { key, ...source } = draft.source;
  const spec = {
    id: draft.id,
    name: draft.name,
    vendor: draft.vendor,
    sources: { [key]: flow({ ...source, kind: 'vendor' }) },
    dimensions: key,
    ...(draft.context === undefined ? {} : { context: draft.context }),
    vocabulary: draft.vocabulary,
    hidden: draft.hidden,
    'tied-embeddings': draft.tiedEmbeddings,
    norm: draft.norm,
    ...fieldsOf({
      headBias: draft.headBias,
      finalNorm: draft.finalNorm,
      embeddingNorm: draft.embeddingNorm,
      positions: draft.positions,
    }),
    'native-format': draft.nativeFormat,
    layers: Object.fromEntries(
      Object.entries(layers).map(([name, layer]) => {
        const { mixers, feedForwards, norms, extraElements } = layer;
        const usualNorms = (mixers.length > 0 ? 1 : 0) + (feedForwards.length > 0 ? 1 : 0);
        const fields = {
          ...(mixers.length === 0 ? {} : { mixer: flow(oneOrList(mixers.map(fieldsOf))) }),
          ...(feedForwards.length === 0 ? {} : { 'feed-forward': flow(oneOrList(feedForwards.map(fieldsOf))) }),
          ...(norms === usualNorms ? {} : { norms }),
          ...fieldsOf({ extraElements }),
        };
        return [name, fields];
      }),
    ),
    pattern: pattern.map((run) => flow(run)),
    ...fieldsOf({ extraElements: draft.extraElements }),
    ...(draft.notes.length === 0 ? {} : { notes: draft.notes }),
  };
  document.contents = document.createNode(spec) as typeof document.contents;
  // Maps are padded in the house form, lists are not.
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return text.replace(/^( {2}- \{ layers: )\[ (.*) \](, repeat: \d+ \})$/gm, '$1[$2]$3');
}

function oneOrList<T>(items: readonly T[]): T | readonly T[] {
  const [first] = items;
  return items.length === 1 && first !== undefined ? first : items;
}

/** The fields of a part as a spec writes them: names with hyphens, usual values left out. */
function fieldsOf(part: object): Record<string, unknown> {
  const stated = Object.entries(part).filter(([name, value]) => {
    if (name === 'valueDim' && 'headDim' in part) return value !== part.headDim;
    return name in usual ? JSON.stringify(usual[name]) !== JSON.stringify(value) : true;
  });
  return Object.fromEntries(stated.map(([name, value]) => [kebab(name), isPlain(value) ? fieldsOf(value) : value]));
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
