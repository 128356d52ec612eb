import type { Model } from '../model/types.js';
import type { SpecSources } from '../provenance.js';
import { checkModel } from './model-checks.js';
import { readLayer } from './model-layers.js';
import { type ModelSpec, modelSchema } from './model-schema.js';
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
