import type { PlannedOperator } from './operators.js';
import { pointwise, residual } from './pointwise-operators.js';
import { bytesOf, type FormatOf, productOperators } from './product-operators.js';
import { matrix, type Tensor, vector } from './tensor.js';
import type { Layer, Model } from './types.js';

/** Parts of a layer that join the residual one after another: its mixers, then its feed-forward parts. */
function partsOf({ mixers, feedForwards }: Layer): number {
  return Math.min(mixers.length, 1) + Math.min(feedForwards.length, 1);
}

/**
 * Tensors by which each part of a layer joins the residual. Hyper-connections of n streams: `(2 + n) n` weights from all
 * streams, `(2 + n) n * n h`, with biases and three scales. Attention: a norm and a query, `2 h`.
 *
 * Source: docs/model-facts.md, section 2.
 */
export function residualTensors({ residual: way, hidden }: Model, layer: Layer): Tensor[] {
  const each = (): Tensor[] => {
    switch (way.kind) {
      case 'addition':
        return [];
      case 'hyper-connections': {
        const weights = (2 + way.streams) * way.streams;
        return [matrix('residual-mix', weights, way.streams * hidden), vector('residual-small', weights + 3)];
      }
      case 'attention':
        return [vector('residual-small', 2 * hidden)];
    }
  };
  return Array.from({ length: partsOf(layer) }, each).flat();
}

/** Tensors by which the head reads the residual: `n * n h + n + 1`, or `2 h`. */
export function outerResidualTensors({ residual: way, hidden }: Model): Tensor[] {
  switch (way.kind) {
    case 'addition':
      return [];
    case 'hyper-connections': {
      const { streams } = way;
      return [matrix('residual-mix', streams, streams * hidden), vector('residual-small', streams + 1)];
    }
    case 'attention':
      return [vector('residual-small', 2 * hidden)];
  }
}

/** Operators by which the parts of a layer join the residual. */
export function residualOperators(model: Model, layer: Layer, formatOf: FormatOf): PlannedOperator[] {
  const tensors = residualTensors(model, layer);
  const parts = partsOf(layer);
  switch (model.residual.kind) {
    case 'addition':
      return [residual(model.hidden, layer.mixers.length + layer.feedForwards.length)];
    case 'hyper-connections':
    case 'attention':
      return [...productOperators(tensors, formatOf), { ...mixing(model, tensors, formatOf, parts), count: parts }];
  }
}

/** Operators by which the head reads the residual. */
export function outerResidualOperators(model: Model, formatOf: FormatOf): PlannedOperator[] {
  const tensors = outerResidualTensors(model);
  if (tensors.length === 0) return [];
  return [...productOperators(tensors, formatOf), mixing(model, tensors, formatOf, 1)];
}

/**
 * Element-wise work of one mixture. Hyper-connections: all streams are read to make the input, and once more to be mixed
 * and added to, `(3 n + 2) h` elements and `(6 n + 2 n^2) h` FLOPs; the mixing matrix is normalised by so many Sinkhorn
 * iterations, 6 kernels each when written out. Attention: each sum is read, normed, scored and mixed, 6 h FLOPs.
 */
function mixing(model: Model, tensors: readonly Tensor[], formatOf: FormatOf, parts: number): PlannedOperator {
  const bytes = bytesOf(tensors, ['residual-small'], formatOf) / parts;
  const { residual: way, hidden } = model;
  switch (way.kind) {
    case 'addition':
      return residual(hidden, 1);
    case 'hyper-connections': {
      const { streams, iterations } = way;
      const fused = { launches: 2, elements: (3 * streams + 2) * hidden };
      const eager = { launches: 12 + 6 * iterations, elements: 3 * fused.elements };
      return pointwise('hyper-connection', 'element-wise', eager, fused, (6 + 2 * streams) * streams * hidden, bytes);
    }
    case 'attention': {
      const sums = meanSums(model, way.every);
      const fused = { launches: 1, elements: (sums + 3) * hidden };
      const eager = { launches: 12, elements: 5 * fused.elements };
      return pointwise('residual-attention', 'element-wise', eager, fused, 6 * sums * hidden, bytes);
    }
  }
}

/** Sums that a layer mixes, on average: one is kept at every so many layers from the first on, and one is running. */
function meanSums({ pattern }: Model, every: number): number {
  const layers = pattern.reduce((sum, run) => sum + run.layers.length * run.repeat, 0);
  let kept = 0;
  for (let layer = 0; layer < layers; layer++) kept += Math.floor(layer / every) + 2;
  return kept / layers;
}
