import type { BlockFormat } from '../formats.js';
import type { Reach } from '../pass.js';
import { activation } from '../pointwise-operators.js';
import { addition, attended, linear, lookup, normalised, type UnitOperator } from './primitives.js';
import type { PixelAttention, PixelTransformer, TextTransformer } from './types.js';

interface Attention {
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  readonly heads: number;
  readonly reach: Reach;
  /** Rows and width that keys and values are projected from. */
  readonly source: { readonly rows: number; readonly width: number };
  readonly bias: { readonly input: boolean; readonly output: boolean };
}

/** Queries, keys and values, their attention, and the projection of what comes out. */
function attentionOperators(attention: Attention, format: BlockFormat): UnitOperator[] {
  const { name, rows, width, heads, reach, source, bias } = attention;
  return [
    ...linear('attention-query', rows, width, width, bias.input, format),
    ...linear('attention-key', source.rows, source.width, width, bias.input, format),
    ...linear('attention-value', source.rows, source.width, width, bias.input, format),
    attended(name, rows, heads, width / heads, reach),
    ...linear('attention-output', rows, width, width, bias.output, format),
    addition(rows, width),
  ];
}

/** Every pixel attends to every other, through one norm and four projections with biases. */
export function pixelAttentionOperators(
  { width, heads }: PixelAttention,
  rows: number,
  format: BlockFormat,
): UnitOperator[] {
  const source = { rows, width };
  const bias = { input: true, output: true };
  const reach = { kind: 'bidirectional' } as const;
  return [
    normalised('group-norm', rows, width, format),
    ...attentionOperators({ name: 'attention', rows, width, heads, reach, source, bias }, format),
  ];
}

/**
 * `2 (C^2 + C)` of the projections and 2 C of the norm around layers of `12 C^2 + 2 C X + ...` parameters, with C channels
 * and a context of width X.
 *
 * Source: ldm/modules/attention.py of CompVis/stable-diffusion.
 */
export function pixelTransformerOperators(
  { width, heads, depth, context }: PixelTransformer,
  rows: number,
  format: BlockFormat,
): UnitOperator[] {
  const bias = { input: false, output: true };
  const own = { name: 'attention', rows, width, heads, bias, source: { rows, width } };
  const across = { ...own, name: 'cross-attention', source: { rows: context.tokens, width: context.width } };
  const layer = [
    normalised('layer-norm', rows, width, format),
    ...attentionOperators({ ...own, reach: { kind: 'bidirectional' } }, format),
    normalised('layer-norm', rows, width, format),
    ...attentionOperators({ ...across, reach: { kind: 'context', size: context.tokens } }, format),
    normalised('layer-norm', rows, width, format),
    // Two halves of one matrix, of which the one is the other's gate.
    ...linear('ffn-gate-up', rows, width, 8 * width, true, format),
    { operator: activation(4 * width, true), rows, parameters: 0 },
    ...linear('ffn-down', rows, 4 * width, width, true, format),
    addition(rows, width),
  ];
  return [
    normalised('group-norm', rows, width, format),
    ...linear('projection-in', rows, width, width, true, format),
    ...times(layer, depth),
    ...linear('projection-out', rows, width, width, true, format),
    addition(rows, width),
  ];
}

/** Embeddings, then layers of attention and a plain feed-forward, a norm before each and one at the end. */
export function textTransformerOperators(text: TextTransformer, format: BlockFormat): UnitOperator[] {
  const { layers, width, heads, feedForward, tokens: rows, vocabulary, causal, projection } = text;
  const source = { rows, width };
  const bias = { input: true, output: true };
  const reach = { kind: causal ? 'full' : 'bidirectional' } as const;
  const layer = [
    normalised('layer-norm', rows, width, format),
    ...attentionOperators({ name: 'attention', rows, width, heads, reach, source, bias }, format),
    normalised('layer-norm', rows, width, format),
    ...linear('ffn-up', rows, width, feedForward, true, format),
    { operator: activation(feedForward, false), rows, parameters: 0 },
    ...linear('ffn-down', rows, feedForward, width, true, format),
    addition(rows, width),
  ];
  return [
    lookup('token-embedding', rows, vocabulary, width, format),
    lookup('position-embedding', rows, rows, width, format),
    ...times(layer, layers),
    normalised('layer-norm', rows, width, format),
    ...(projection === undefined ? [] : linear('projection', 1, width, projection, false, format)),
  ];
}

/** The same operators so many times in turn. */
export function times(operators: readonly UnitOperator[], count: number): UnitOperator[] {
  return operators.map((one) => ({ ...one, operator: { ...one.operator, count: one.operator.count * count } }));
}
