import type { BlockFormat } from './formats.js';
import { biasOperators, extraOperators, layerOperators, normOperators } from './layer-operators.js';
import type { GatherOperator, PlannedOperator } from './operators.js';
import { sampling } from './pointwise-operators.js';
import { type FormatOf, product } from './product-operators.js';
import { outerResidualOperators } from './residual.js';
import type { WeightScheme } from './schemes.js';
import type { Tensor } from './tensor.js';
import { expandPattern, layerTensors, outerTensors } from './tensors.js';
import type { Layer, Model } from './types.js';

/**
 * Every operator of one pass over the model, equal ones merged.
 * What each costs for a number of tokens and a context is `measureOperator`'s answer.
 */
export function planOperators(model: Model, scheme: WeightScheme): readonly PlannedOperator[] {
  const order = expandPattern(model);
  const merged = new Map<string, PlannedOperator>();
  const add = (operator: PlannedOperator): void => {
    const key = mergeKey(operator);
    const known = merged.get(key);
    merged.set(key, known ? { ...known, count: known.count + operator.count } : operator);
  };
  for (const { layer, formatOf, count } of equalLayers(model, scheme, order)) {
    for (const operator of layerOperators(model, layer, formatOf)) add({ ...operator, count: operator.count * count });
  }
  for (const operator of outerOperators(model, scheme, order.length)) add(operator);
  return [...merged.values()];
}

interface EqualLayers {
  readonly layer: Layer;
  readonly formatOf: FormatOf;
  count: number;
}

/** Layers of one kind whose tensors are kept in the same formats, with how many there are. */
function equalLayers(model: Model, scheme: WeightScheme, order: readonly string[]): Iterable<EqualLayers> {
  const groups = new Map<string, EqualLayers>();
  order.forEach((name, index) => {
    const layer = layerOf(model, name);
    const formatOf = (tensor: Tensor): BlockFormat =>
      scheme.formatOf(tensor.role, { layer: index, layers: order.length, model, tensor });
    const key = layerTensors(model, layer).reduce((text, tensor) => `${text} ${formatOf(tensor).id}`, name);
    const known = groups.get(key);
    if (known) known.count += 1;
    else groups.set(key, { layer, formatOf, count: 1 });
  });
  return groups.values();
}

function layerOf(model: Model, name: string): Layer {
  const layer = model.layers[name];
  if (!layer) throw new Error(`${model.id}: the pattern names a layer "${name}" that is not described`);
  return layer;
}

/** Equal operators differ in nothing but their count. */
function mergeKey(operator: PlannedOperator): string {
  const format = 'format' in operator ? operator.format.id : '';
  return JSON.stringify({ ...operator, count: 0, format });
}

function outerOperators(model: Model, scheme: WeightScheme, layers: number): PlannedOperator[] {
  const formatOf: FormatOf = (tensor) => scheme.formatOf(tensor.role, { layer: 0, layers, model, tensor });
  const tensors = outerTensors(model);
  const embedding = tensors.find((tensor) => tensor.role === 'token-embedding');
  const head = tensors.find((tensor) => tensor.role === 'head') ?? embedding;
  if (!embedding || !head) throw new Error(`${model.id}: a vocabulary is needed`);
  const norms = normOperators(model, tensors, formatOf, 'tokens');
  return [
    ...tensors.filter((tensor) => tensor.role.endsWith('-embedding')).map((tensor) => gather(tensor, formatOf(tensor))),
    ...norms,
    ...outerResidualOperators(model, formatOf),
    ...extraOperators(tensors, formatOf),
    product({ ...head, role: 'head' }, formatOf(head), 'sampled'),
    ...biasOperators(tensors, formatOf, 'sampled'),
    sampling(model.vocabulary),
  ];
}

function gather(tensor: Tensor, format: BlockFormat): GatherOperator {
  const footprint = { launches: 1, elements: tensor.columns };
  return {
    kind: 'gather',
    name: tensor.role,
    class: 'gather',
    count: 1,
    eager: footprint,
    fused: footprint,
    bytesPerToken: (tensor.columns * format.bitsPerWeight) / 8,
  };
}
