import type { BlockFormat } from './formats.js';
import type { Reach } from './pass.js';
import type { LatentAttentionMixer } from './types.js';

/** Groups in which operators are reported: who does the FLOPs and who takes the time. */
export type OperatorClass = 'contraction' | 'normalisation' | 'element-wise' | 'scan' | 'gather' | 'sampling';

/**
 * How much one kernel does. `none`: one primitive, each intermediate through memory. `functions`: a function such as a norm
 * or a rotation, each with a launch of its own. `element-wise`: neighbouring functions as well, intermediates in registers.
 * `projections`: also the products of one input (queries, keys and values; gate and up), the norms of queries and keys, and
 * the rotation with the append to the cache.
 */
export type Fusion = 'none' | 'functions' | 'element-wise' | 'projections';

/** Kernels and activation elements that an operator takes when an engine runs it alone, or fused with its neighbours. */
export interface Footprint {
  readonly launches: number;
  /** Elements read and written per token. */
  readonly elements: number;
}

interface Planned {
  readonly name: string;
  readonly class: OperatorClass;
  /** How many such operators one pass runs. */
  readonly count: number;
  readonly eager: Footprint;
  /** Each function a kernel; absent: as fused. */
  readonly separate?: Footprint;
  readonly fused: Footprint;
  /** Where products of one input are one kernel too, with what stands beside them; absent: as fused. */
  readonly merged?: Footprint;
}

/** Activations times a weight matrix: rows x `inner` by `inner` x `outer`. */
export interface ProductOperator extends Planned {
  readonly kind: 'product';
  readonly outer: number;
  readonly inner: number;
  readonly format: BlockFormat;
  /** Elements of input that a row reads, where rows share them as the pixels of a convolution do; absent: `inner`. */
  readonly inputs?: number;
  /** A mixture's matrices: every token uses `active` of `experts`. */
  readonly routed?: { readonly experts: number; readonly active: number };
  /** The head works on sampled positions only. */
  readonly rows: 'tokens' | 'sampled';
}

/** Scores and values of softmax attention. */
export interface AttentionOperator extends Planned {
  readonly kind: 'attention';
  readonly heads: number;
  /** Heads of keys, each read once for all queries that share it. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Zero where scores alone are wanted, as an indexer's. */
  readonly valueDim: number;
  readonly reach: Reach;
  /** Elements read of each entry that some query sees, and written for each new token. */
  readonly readWidth: number;
  readonly writtenWidth: number;
  /** Activation elements per query-key pair that a selection writes and reads back. */
  readonly keptScores: number;
}

/** Scores, values and the latent's up-projection of multi-head latent attention. */
export interface LatentAttentionOperator extends Planned {
  readonly kind: 'latent-attention';
  readonly mixer: LatentAttentionMixer;
  readonly format: BlockFormat;
}

/** Recurrence of a state-space or linear-attention mixer. */
export interface ScanOperator extends Planned {
  readonly kind: 'scan';
  readonly flopsPerToken: number;
  /** Recurrent state of a sequence, in elements. */
  readonly stateElements: number;
  readonly weightBytes: number;
}

/** Work on each element of an activation: norms, rotary embedding, activation functions, residuals. */
export interface PointwiseOperator extends Planned {
  readonly kind: 'pointwise';
  readonly flopsPerToken: number;
  readonly weightBytes: number;
  readonly rows: 'tokens' | 'sampled';
}

/** Rows of a table, one per token: read where they are needed, never streamed whole. */
export interface GatherOperator extends Planned {
  readonly kind: 'gather';
  readonly bytesPerToken: number;
}

export type PlannedOperator =
  | ProductOperator
  | AttentionOperator
  | LatentAttentionOperator
  | ScanOperator
  | PointwiseOperator
  | GatherOperator;

/** Operators that work on every sequence apart, with its own context or state; the others take all rows together. */
export type OwnOperator = AttentionOperator | LatentAttentionOperator | ScanOperator;

export function isOwn(operator: PlannedOperator): operator is OwnOperator {
  const { kind } = operator;
  return kind === 'attention' || kind === 'latent-attention' || kind === 'scan';
}

/**
 * An operator with the fields of its kind in one order, and with every footprint: code that goes over objects of one form
 * runs several times faster than over those of many.
 */
export function inOneForm(operator: PlannedOperator): PlannedOperator {
  const { name, class: group, count, eager, separate = operator.fused, fused, merged = operator.fused } = operator;
  const planned = { name, class: group, count, eager, separate, fused, merged };
  switch (operator.kind) {
    case 'product': {
      const { kind, outer, inner, format, inputs = inner, rows, routed } = operator;
      return { kind, ...planned, outer, inner, format, inputs, rows, ...(routed ? { routed } : {}) };
    }
    case 'attention': {
      const { kind, heads, kvHeads, headDim, valueDim, reach, readWidth, writtenWidth, keptScores } = operator;
      return { kind, ...planned, heads, kvHeads, headDim, valueDim, reach, readWidth, writtenWidth, keptScores };
    }
    case 'latent-attention':
      return { kind: operator.kind, ...planned, mixer: operator.mixer, format: operator.format };
    case 'scan': {
      const { kind, flopsPerToken, stateElements, weightBytes } = operator;
      return { kind, ...planned, flopsPerToken, stateElements, weightBytes };
    }
    case 'pointwise': {
      const { kind, flopsPerToken, weightBytes, rows } = operator;
      return { kind, ...planned, flopsPerToken, weightBytes, rows };
    }
    case 'gather':
      return { kind: operator.kind, ...planned, bytesPerToken: operator.bytesPerToken };
  }
}
