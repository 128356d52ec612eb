import type { BlockFormat } from '../formats.js';
import type { AttentionOperator, GatherOperator, PlannedOperator, ProductOperator } from '../operators.js';
import { NOTHING, norm, pointwise } from '../pointwise-operators.js';

/** An operator with what it works on for one unit of output, in one evaluation of its stage. */
export interface UnitOperator {
  readonly operator: PlannedOperator;
  /** Rows of activations: pixels, tokens, samples. */
  readonly rows: number;
  /** Parameters of one instance. */
  readonly parameters: number;
}

/** A product of every row with one matrix. */
export function linear(
  name: string,
  rows: number,
  input: number,
  output: number,
  bias: boolean,
  format: BlockFormat,
): UnitOperator[] {
  return [
    { operator: product(name, input, output, format), rows, parameters: input * output },
    ...(bias ? [addedBias(rows, output, format)] : []),
  ];
}

export function product(name: string, inner: number, outer: number, format: BlockFormat): ProductOperator {
  const footprint = { launches: 1, elements: 0 };
  return {
    kind: 'product',
    name,
    class: 'contraction',
    count: 1,
    eager: footprint,
    fused: footprint,
    outer,
    inner,
    format,
    rows: 'tokens',
  };
}

/** Added by the product before it, in its own launch. */
export function addedBias(rows: number, width: number, format: BlockFormat): UnitOperator {
  const operator = pointwise('bias', 'element-wise', NOTHING, NOTHING, width, bytes(width, format));
  return { operator, rows, parameters: width };
}

/** Layer or group normalisation: one kernel where the framework has one, two elements moved for each. */
export function normalised(name: string, rows: number, width: number, format: BlockFormat): UnitOperator {
  return { operator: norm(name, width, 'layer', bytes(2 * width, format)), rows, parameters: 2 * width };
}

/** A function of every element that has no weights. */
export function elementWise(
  name: string,
  rows: number,
  eager: { readonly launches: number; readonly elements: number },
  fused: { readonly launches: number; readonly elements: number },
  flops: number,
): UnitOperator {
  return {
    operator: { ...pointwise(name, 'element-wise', eager, fused, flops), separate: eager },
    rows,
    parameters: 0,
  };
}

/** `a + b`; fused engines make it part of what comes next, which reads one element more. */
export function addition(rows: number, width: number): UnitOperator {
  return elementWise('residual', rows, { launches: 1, elements: 3 * width }, { launches: 0, elements: width }, width);
}

/** Rows of a table, one for each token. */
export function lookup(name: string, rows: number, entries: number, width: number, format: BlockFormat): UnitOperator {
  const footprint = { launches: 1, elements: width };
  const operator: GatherOperator = {
    kind: 'gather',
    name,
    class: 'gather',
    count: 1,
    eager: footprint,
    fused: footprint,
    bytesPerToken: bytes(width, format),
  };
  return { operator, rows, parameters: entries * width };
}

/**
 * Scores and values of `rows` queries over themselves, or over a context of so many tokens. Keys and values are activations
 * that other operators wrote; they are read once.
 */
export function attended(
  name: string,
  rows: number,
  heads: number,
  headDim: number,
  reach: AttentionOperator['reach'],
): UnitOperator {
  const operator: AttentionOperator = {
    kind: 'attention',
    name,
    class: 'contraction',
    count: 1,
    eager: { launches: 6, elements: 0 },
    fused: { launches: 1, elements: 0 },
    heads,
    kvHeads: heads,
    headDim,
    valueDim: headDim,
    reach,
    readWidth: 2 * heads * headDim,
    writtenWidth: 0,
    keptScores: 0,
  };
  return { operator, rows, parameters: 0 };
}

export function bytes(elements: number, { bitsPerWeight }: BlockFormat): number {
  return (elements * bitsPerWeight) / 8;
}
