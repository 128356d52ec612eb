import { indexOperators } from './indexer.js';
import type { AttentionOperator, PlannedOperator } from './operators.js';
import type { Reach } from './pass.js';
import { cacheAppend, norm, pointwise, rotary } from './pointwise-operators.js';
import { bytesOf, type FormatOf } from './product-operators.js';
import { matrix, type Tensor, vector } from './tensor.js';
import type { CompressedAttentionMixer, Compression } from './types.js';

/** Entries of the sparse kind blend the tokens of two strides, each with weights of its own. */
const OVERLAP = 2;

/**
 * `h*q + q + q*H*d + h*d + d + g*ro*(H*d/g) + g*ro*h + H` with output groups g of rank ro, and what compresses: for each
 * of keys and (where entries are selected) index keys, of width w and overlap o, `2*h*o*w + ratio*o*w + w`; index queries
 * `q*Hi*di` and weights `h*Hi`.
 *
 * Source: docs/model-facts.md, section 2.
 */
export function compressedAttentionTensors(mixer: CompressedAttentionMixer, hidden: number): Tensor[] {
  const { heads, headDim, queryRank, outputGroups, outputRank, compression } = mixer;
  return [
    matrix('latent-query-down', queryRank, hidden),
    vector('norm', queryRank),
    matrix('latent-query-up', heads * headDim, queryRank),
    matrix('attention-key', headDim, hidden),
    vector('norm', headDim),
    matrix('attention-output', outputGroups * outputRank, (heads * headDim) / outputGroups),
    matrix('attention-output', hidden, outputGroups * outputRank),
    vector('sink', heads),
    ...compressionTensors(compression, headDim, queryRank, hidden),
  ];
}

function compressionTensors(compression: Compression, headDim: number, queryRank: number, hidden: number): Tensor[] {
  switch (compression.kind) {
    case 'none':
      return [];
    case 'heavy':
      return compressorTensors(compression.ratio, headDim, 1, hidden);
    case 'sparse': {
      const { ratio, indexHeads, indexDim } = compression;
      return [
        ...compressorTensors(ratio, headDim, OVERLAP, hidden),
        ...compressorTensors(ratio, indexDim, OVERLAP, hidden),
        matrix('index-query', indexHeads * indexDim, queryRank),
        matrix('index-weight', indexHeads, hidden),
      ];
    }
  }
}

/** Values and their softmax weights from the input, a bias of the weights by place, and a norm of the entry. */
function compressorTensors(ratio: number, width: number, overlap: number, hidden: number): Tensor[] {
  return [
    matrix('compressor', overlap * width, hidden),
    matrix('compressor', overlap * width, hidden),
    matrix('compressor-small', ratio, overlap * width),
    vector('compressor-small', width),
  ];
}

/**
 * One attention over window and entries: `2 P H 2 d` FLOPs, d elements read of each entry, as keys are the values. Index
 * heads score the entries alone.
 */
export function compressedAttentionOperators(
  mixer: CompressedAttentionMixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const { heads, headDim, ropeDim, queryRank, window, compression } = mixer;
  const attention: AttentionOperator = {
    kind: 'attention',
    name: 'compressed-attention',
    class: 'contraction',
    count: 1,
    eager: { launches: 8, elements: 0 },
    fused: { launches: 1, elements: 0 },
    heads,
    kvHeads: 1,
    headDim,
    valueDim: headDim,
    reach: reachOf(window, compression),
    readWidth: headDim,
    writtenWidth: headDim * (1 + entriesPerToken(compression)),
    keptScores: 0,
  };
  return [
    attention,
    norm('latent-norm', queryRank + headDim + heads * headDim, 'rms', bytesOf(tensors, ['norm'], formatOf), 3),
    rotary((2 * heads + 1) * ropeDim), // queries and key, and outputs back
    cacheAppend(headDim),
    ...compressionOperators(compression, headDim, tensors, formatOf),
  ];
}

function compressionOperators(
  compression: Compression,
  headDim: number,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  if (compression.kind === 'none') return [];
  const compressors = tensors.filter(({ role }) => role === 'compressor').length / 2;
  const width = compression.kind === 'heavy' ? headDim : OVERLAP * (headDim + compression.indexDim);
  const bytes = bytesOf(tensors, ['compressor-small'], formatOf);
  // Values and weights are read and kept, in 32 bits; bias, softmax and weighted sum are about 8 FLOPs per element.
  const blend = pointwise(
    'compression',
    'element-wise',
    { launches: 10 * compressors, elements: 16 * width },
    { launches: compressors, elements: 6 * width },
    8 * width,
    bytes,
  );
  if (compression.kind === 'heavy') return [blend];
  const reach: Reach = { kind: 'compressed', window: 0, ratio: compression.ratio };
  return [blend, ...indexOperators(compression, reach, 1 / compression.ratio, tensors, formatOf)];
}

function reachOf(window: number, compression: Compression): Reach {
  switch (compression.kind) {
    case 'none':
      return { kind: 'sliding', size: window };
    case 'heavy':
      return { kind: 'compressed', window, ratio: compression.ratio };
    case 'sparse':
      return { kind: 'compressed', window, ratio: compression.ratio, most: compression.size };
  }
}

function entriesPerToken(compression: Compression): number {
  return compression.kind === 'none' ? 0 : 1 / compression.ratio;
}

/** Elements cached for a context of S: `d (min(S, window) + S / ratio)`, and `di S / ratio` of index keys. */
export function compressedAttentionCache(mixer: CompressedAttentionMixer, context: number): number {
  const { headDim, window, compression } = mixer;
  const index = compression.kind === 'sparse' ? compression.indexDim : 0;
  return headDim * Math.min(context, window) + (headDim + index) * entriesPerToken(compression) * context;
}

/** Elements of 32 bits that wait to be compressed: values and weights of a stride, of two where entries overlap. */
export function compressedAttentionState({ headDim, compression }: CompressedAttentionMixer): number {
  switch (compression.kind) {
    case 'none':
      return 0;
    case 'heavy':
      return 2 * compression.ratio * headDim;
    case 'sparse':
      return 2 * OVERLAP * compression.ratio * OVERLAP * (headDim + compression.indexDim);
  }
}
