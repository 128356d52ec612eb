import type { FeedForward, Layer, Mixer, Model, Selected } from '../model/types.js';
import type { SpecSources } from '../provenance.js';
import { checkModel } from './model-checks.js';
import {
  type AttentionSpec,
  type FeedForwardSpec,
  type LayerSpec,
  type MixerSpec,
  type ModelSpec,
  modelSchema,
} from './model-schema.js';
import { throwProblems } from './problems.js';
import { readSpec, type SpecOrigin } from './read.js';
import { given, recordSources, type SourceRecord } from './record.js';
import { ownSources } from './source-checks.js';

const identityFields = ['id', 'name', 'vendor', 'released', 'aliases', 'parameters', 'notes'];
const inheritance = {
  field: 'same-shape-as',
  notInherited: identityFields,
  mayState: [...identityFields, 'sources', 'context', 'native-format', 'vocabulary'],
  sourceFields: ['dimensions'],
};

/**
 * Reads a network from YAML, and where its figures come from.
 * Throws `SpecError`, located in the file, when anything is missing, unknown or impossible.
 */
export function parseModel(text: string, origin: SpecOrigin): { readonly model: Model; readonly sources: SpecSources } {
  const { spec, tree } = readSpec(text, origin, { schema: modelSchema, inheritance });
  throwProblems(checkModel(spec, tree));
  const record = recordSources(spec.sources);
  record.take('dimensions', { value: 0, source: spec.dimensions });
  const [claim] = ownSources(tree, origin.file);
  if (spec['same-shape-as'] !== undefined && claim !== undefined)
    record.take('sameShapeAs', { value: 0, source: claim });
  const published = readPublished(record, spec.parameters);
  const model: Model = {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    aliases: spec.aliases,
    ...given({ released: spec.released, context: spec.context }),
    vocabulary: spec.vocabulary,
    hidden: spec.hidden,
    tiedEmbeddings: spec['tied-embeddings'],
    headBias: spec['head-bias'],
    norm: spec.norm,
    finalNorm: spec['final-norm'],
    embeddingNorm: spec['embedding-norm'],
    residual: spec.residual,
    positions: spec.positions,
    perLayerEmbedding: spec['per-layer-embedding'],
    nativeFormat: spec['native-format'],
    layers: Object.fromEntries(Object.entries(spec.layers).map(([name, layer]) => [name, readLayer(layer)])),
    pattern: spec.pattern,
    extraElements: spec['extra-elements'],
    published,
    rumoured: record.pathsOf('rumour').length > 0,
  };
  return { model, sources: record.finish(spec.notes) };
}

function readPublished(record: SourceRecord, parameters: ModelSpec['parameters']): Model['published'] {
  const differences = [parameters?.total?.difference, parameters?.active?.difference].filter(
    (text) => text !== undefined,
  );
  return given({
    total: record.takeIfGiven('published.total', parameters?.total),
    active: record.takeIfGiven('published.active', parameters?.active),
    difference: differences.length > 0 ? differences.join('; ') : undefined,
  });
}

function readLayer(layer: LayerSpec): Layer {
  const mixers = listOf(layer.mixer).map(readMixer);
  const feedForwards = listOf(layer['feed-forward']).map(readFeedForward);
  const usualNorms = (mixers.length > 0 ? 1 : 0) + (feedForwards.length > 0 ? 1 : 0);
  return { mixers, feedForwards, norms: layer.norms ?? usualNorms, extraElements: layer['extra-elements'] };
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  // Array.isArray does not narrow readonly arrays away from T.
  return Array.isArray(value) ? value : [value as T];
}

function readMixer(mixer: MixerSpec): Mixer {
  switch (mixer.kind) {
    case 'attention':
      return {
        kind: 'attention',
        heads: mixer.heads,
        kvHeads: mixer['kv-heads'],
        headDim: mixer['head-dim'],
        valueDim: mixer['value-dim'] ?? mixer['head-dim'],
        span: mixer.span.kind === 'selected' ? readSelected(mixer.span) : mixer.span,
        qkvBias: mixer['qkv-bias'],
        outputBias: mixer['output-bias'],
        qkNorm: mixer['qk-norm'],
        outputGate: mixer['output-gate'],
        sinks: mixer.sinks,
        keyValue: mixer['key-value'],
      };
    case 'latent-attention':
      return {
        kind: 'latent-attention',
        heads: mixer.heads,
        ...given({ queryRank: mixer['query-rank'] }),
        kvRank: mixer['kv-rank'],
        nopeDim: mixer['nope-dim'],
        ropeDim: mixer['rope-dim'],
        valueDim: mixer['value-dim'],
        span: mixer.span.kind === 'selected' ? readSelected(mixer.span) : mixer.span,
        outputGate: mixer['output-gate'],
      };
    case 'compressed-attention':
      return {
        kind: 'compressed-attention',
        heads: mixer.heads,
        headDim: mixer['head-dim'],
        ropeDim: mixer['rope-dim'],
        queryRank: mixer['query-rank'],
        outputGroups: mixer['output-groups'],
        outputRank: mixer['output-rank'],
        window: mixer.window,
        compression:
          mixer.compression.kind === 'sparse'
            ? { ratio: mixer.compression.ratio, ...readSelected(mixer.compression), kind: 'sparse' }
            : mixer.compression,
      };
    default:
      return readStateMixer(mixer);
  }
}

function readSelected(span: Omit<Extract<AttentionSpec['span'], { kind: 'selected' }>, 'kind'>): Selected {
  return { kind: 'selected', size: span.size, indexHeads: span['index-heads'], indexDim: span['index-dim'] };
}

function readStateMixer(
  mixer: Exclude<MixerSpec, { kind: 'attention' | 'latent-attention' | 'compressed-attention' }>,
): Mixer {
  switch (mixer.kind) {
    case 'mamba1': {
      const { kind, inner, state, conv } = mixer;
      return { kind, inner, state, conv, dtRank: mixer['dt-rank'], innerNorms: mixer['inner-norms'] };
    }
    case 'mamba2': {
      const { kind, inner, state, conv, heads, groups } = mixer;
      return { kind, inner, state, conv, heads, groups, gatedNorm: mixer['gated-norm'] };
    }
    case 'gated-deltanet':
      return {
        kind: mixer.kind,
        keyHeads: mixer['key-heads'],
        valueHeads: mixer['value-heads'],
        keyDim: mixer['key-dim'],
        valueDim: mixer['value-dim'],
        conv: mixer.conv,
      };
    case 'kda': {
      const { kind, heads, conv } = mixer;
      const ranks = { decayRank: mixer['decay-rank'], ...given({ gateRank: mixer['gate-rank'] }) };
      return { kind, heads, headDim: mixer['head-dim'], conv, ...ranks };
    }
    case 'lightning':
      return { kind: mixer.kind, heads: mixer.heads, headDim: mixer['head-dim'] };
    case 'rwkv4':
      return mixer;
  }
}

function readFeedForward(part: FeedForwardSpec): FeedForward {
  if (part.kind !== 'mixture') return part;
  const { kind, gated, experts, active, width } = part;
  return {
    kind,
    gated,
    experts,
    active,
    width,
    expertBias: part['expert-bias'],
    routerBias: part['router-bias'],
    ...given({ shared: part.shared, latent: part.latent }),
  };
}
