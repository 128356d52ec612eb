import type { Footprint, OperatorClass, PointwiseOperator } from './operators.js';

/** No kernel of its own and no traffic: folded into a neighbour. */
export const NOTHING: Footprint = { launches: 0, elements: 0 };

export function pointwise(
  name: string,
  operatorClass: OperatorClass,
  eager: Footprint,
  fused: Footprint,
  flopsPerToken: number,
  weightBytes = 0,
): PointwiseOperator {
  return {
    kind: 'pointwise',
    name,
    class: operatorClass,
    count: 1,
    eager,
    fused,
    flopsPerToken,
    weightBytes,
    rows: 'tokens',
  };
}

/**
 * Normalisation of `width` elements. Written out of framework primitives an RMSNorm takes 8 kernels (widen, square,
 * mean, add, root, scale, narrow, weigh) that move 11 elements per element; LayerNorm has a kernel of its own.
 */
export function norm(
  name: string,
  width: number,
  kind: 'rms' | 'layer',
  weightBytes: number,
  parts = 1,
): PointwiseOperator {
  const fused = { launches: parts, elements: 2 * width };
  const eager = kind === 'rms' ? { launches: 8 * parts, elements: 11 * width } : fused;
  // Normalised, then weighed, and by LayerNorm shifted: two elements each.
  const functions = kind === 'rms' ? 2 : 3;
  const separate = { launches: functions * parts, elements: 2 * functions * width };
  const flops = (kind === 'rms' ? 4 : 7) * width;
  const merged = { ...fused, launches: 1 };
  return { ...pointwise(name, 'normalisation', eager, fused, flops, weightBytes), separate, merged };
}

/** Rotary position embedding: two rotations of five primitives each when unfused. */
export function rotary(width: number): PointwiseOperator {
  const eager = { launches: 10, elements: 12 * width };
  const fused = { launches: 1, elements: 2 * width };
  return { ...pointwise('rotary', 'element-wise', eager, fused, 3 * width), separate: { ...fused, launches: 2 } };
}

/** New keys and values written behind the cached ones; where projections are merged, by the rotation. */
export function cacheAppend(width: number): PointwiseOperator {
  const eager = { launches: 2, elements: 2 * width };
  const fused = { launches: 1, elements: 2 * width };
  const merged = { launches: 0, elements: width };
  return { ...pointwise('cache-append', 'element-wise', eager, fused, 0), separate: eager, merged };
}

/** Activation function, and for gated feed-forwards the product with the gate. */
export function activation(width: number, gated: boolean): PointwiseOperator {
  const eager = gated ? { launches: 2, elements: 5 * width } : { launches: 1, elements: 2 * width };
  const fused = { launches: 1, elements: gated ? 3 * width : 2 * width };
  const flops = gated ? 6 * width : 5 * width;
  return { ...pointwise('activation', 'element-wise', eager, fused, flops), separate: eager };
}

/**
 * Element-wise part of RWKV's channel mixing: the last token blended in for key and gate, squared ReLU, sigmoid, product.
 * Written out: 2 x 4 kernels of 11 elements, ReLU and square, sigmoid, product and the kept input. Fused: blends (2 in,
 * 2 out), the activation, and the gate (2 in, 1 out).
 */
export function channelMixing(hidden: number, width: number, weightBytes: number): PointwiseOperator {
  return pointwise(
    'channel-mixing',
    'element-wise',
    { launches: 13, elements: 29 * hidden + 4 * width },
    { launches: 3, elements: 7 * hidden + 2 * width },
    10 * hidden + 2 * width,
    weightBytes,
  );
}

/** Additions to the residual stream; fused engines make them part of the next norm. */
export function residual(hidden: number, count: number): PointwiseOperator {
  const eager = { launches: 1, elements: 3 * hidden };
  const fused = { launches: 0, elements: hidden };
  return { ...pointwise('residual', 'element-wise', eager, fused, hidden), separate: eager, count };
}

/**
 * Softmax over the experts, the best picked, their weights gathered and normalised, results weighed and summed. At least
 * the choice, which orders the tokens by expert, and the sum are kernels of their own.
 */
export function routing(experts: number): PointwiseOperator {
  const eager = { launches: 12, elements: 8 * experts };
  const fused = { launches: 6, elements: 4 * experts };
  return { ...pointwise('routing', 'element-wise', eager, fused, 5 * experts), merged: { ...fused, launches: 2 } };
}

/** Softmax over the vocabulary and the choice of a token. */
export function sampling(vocabulary: number): PointwiseOperator {
  const footprint = { launches: 2, elements: 2 * vocabulary };
  return { ...pointwise('sampling', 'sampling', footprint, footprint, 5 * vocabulary), rows: 'sampled' };
}
