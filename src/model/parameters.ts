import { elements, reading, type Tensor, type TensorRole } from './tensor.js';
import { countLayers, layerTensors, outerTensors } from './tensors.js';
import type { Layer, Model } from './types.js';

/**
 * Parameters of a model: the elements of all of its tensors.
 *
 * @example totalParameters(getModel('llama-3-8b')) // => 8_030_261_248
 */
export function totalParameters(model: Model): number {
  return count(model, () => 1);
}

/**
 * Parameters that one token uses: `total - (E - k) experts` of every mixture. The input embedding counts in full; some
 * publishers leave it out.
 *
 * @example activeParameters(getModel('mixtral-8x7b')) // => 12_879_925_248
 */
export function activeParameters(model: Model): number {
  return count(model, activeShare);
}

/** Parameters by the role of their tensor, for the roles that the model has. */
export function parametersByRole(model: Model): Partial<Record<TensorRole, number>> {
  const sums: Partial<Record<TensorRole, number>> = {};
  for (const { tensor, repeat } of tensorCounts(model)) {
    sums[tensor.role] = (sums[tensor.role] ?? 0) + repeat * elements(tensor);
  }
  return sums;
}

function count(model: Model, share: (tensor: Tensor, layer: Layer | undefined) => number): number {
  return tensorCounts(model).reduce(
    (sum, { tensor, layer, repeat }) => sum + repeat * elements(tensor) * share(tensor, layer),
    0,
  );
}

/** A token goes to k of the E experts. */
function activeShare(tensor: Tensor, layer: Layer | undefined): number {
  if (reading(tensor.role, false) !== 'routed') return 1;
  const mixture = layer?.feedForwards.find((part) => part.kind === 'mixture');
  return mixture === undefined ? 1 : mixture.active / mixture.experts;
}

/** Tensors of each kind of layer once, with how often they occur; then the outer tensors. */
function tensorCounts(model: Model): { tensor: Tensor; layer: Layer | undefined; repeat: number }[] {
  const inside = countLayers(model).flatMap(({ layer, count: repeat }) =>
    layerTensors(model, layer).map((tensor) => ({ tensor, layer, repeat })),
  );
  return [...inside, ...outerTensors(model).map((tensor) => ({ tensor, layer: undefined, repeat: 1 }))];
}
