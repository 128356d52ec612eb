import { STATE_BYTES } from './cache.js';
import {
  type AttentionOperator,
  type Footprint,
  type Fusion,
  isOwn,
  type OwnOperator,
  type PlannedOperator,
  type PointwiseOperator,
  type ProductOperator,
  type ScanOperator,
} from './operators.js';
import { attendedPairs, distinctExperts, newTokens, type Pass, visibleTokens } from './pass.js';
import type { LatentAttentionMixer } from './types.js';

/** What one operator does in one pass. All counts are of one operator; `count` of them run. */
export interface Work {
  /** Floating-point operations, a multiply-add as two. */
  flops: number;
  /** Weights streamed from memory, in elements and bytes. */
  weights: number;
  weightBytes: number;
  /** Keys and values read and written, in elements of the cache's format. */
  cacheElements: number;
  /** Recurrent state read and written; it is kept in 32 bits whatever the cache's format. */
  stateBytes: number;
  /** Activation elements read and written. */
  activations: number;
  /** Attention scores, written and read again where they are materialised. */
  scores: number;
  /** Scores with those that a mask hides, over the scores: kernels that know no mask compute them all. */
  masked: number;
  /** Rows of activations per weight matrix, and how many matrices are touched. */
  rows: number;
  matrices: number;
  launches: number;
}

/**
 * Work of an operator in a pass, with what its kernels move when they do so much each. `work` is written over where it is
 * given, as a new object for each of millions takes longer than the counting.
 */
export function measureOperator(operator: PlannedOperator, pass: Pass, fusion: Fusion, work: Work = newWork()): Work {
  if (isOwn(operator)) return measureOwn(operator, pass, fusion, work);
  const footprint = footprintOf(operator, fusion);
  begin(work, footprint, pass);
  switch (operator.kind) {
    case 'product':
      return measureProduct(operator, pass, work);
    case 'pointwise':
      return measurePointwise(operator, footprint.elements, pass, work);
    case 'gather':
      work.weightBytes = operator.bytesPerToken * pass.tokens;
      work.rows = pass.tokens;
      return work;
  }
}

/** The same of the operators that work on each sequence apart: all that a sweep over contexts calls. */
export function measureOwn(operator: OwnOperator, pass: Pass, fusion: Fusion, work: Work = newWork()): Work {
  begin(work, footprintOf(operator, fusion), pass);
  switch (operator.kind) {
    case 'attention':
      return measureAttention(operator, pass, work);
    case 'latent-attention':
      return measureLatentAttention(operator.mixer, operator.format.bitsPerWeight, pass, work);
    case 'scan':
      return measureScan(operator, pass, work);
  }
}

function footprintOf(operator: PlannedOperator, fusion: Fusion): Footprint {
  switch (fusion) {
    case 'none':
      return operator.eager;
    case 'functions':
      return operator.separate ?? operator.fused;
    case 'element-wise':
      return operator.fused;
    case 'projections':
      return operator.merged ?? operator.fused;
  }
}

/** A work to be written into. */
export function newWork(): Work {
  return {
    flops: 0,
    weights: 0,
    weightBytes: 0,
    cacheElements: 0,
    stateBytes: 0,
    activations: 0,
    scores: 0,
    masked: 1,
    rows: 1,
    matrices: 1,
    launches: 0,
  };
}

/** Makes it the work of nothing but launches and activations; the operators add theirs. */
function begin(work: Work, { launches, elements }: Footprint, { tokens }: Pass): void {
  work.flops = 0;
  work.weights = 0;
  work.weightBytes = 0;
  work.cacheElements = 0;
  work.stateBytes = 0;
  work.activations = elements * tokens;
  work.scores = 0;
  work.masked = 1;
  work.rows = 1;
  work.matrices = 1;
  work.launches = launches;
}

/** `2 M N K` FLOPs; a routed product touches the distinct experts of the pass, each with its share of the rows. */
function measureProduct(operator: ProductOperator, pass: Pass, work: Work): Work {
  const tokens = operator.rows === 'sampled' ? pass.sampled : pass.tokens;
  const { routed, outer, inner } = operator;
  const matrices = routed ? distinctExperts(routed.experts, routed.active, tokens) : 1;
  const rows = routed ? tokens * routed.active : tokens;
  const weights = matrices * outer * inner;
  work.flops = 2 * rows * outer * inner;
  work.weights = weights;
  work.weightBytes = (weights * operator.format.bitsPerWeight) / 8;
  work.activations += rows * (outer + (operator.inputs ?? inner));
  work.rows = rows / matrices;
  work.matrices = matrices;
  return work;
}

/** `2 P H (dk + dv)` FLOPs for P query-key pairs; every visible entry is read once, the new ones written. */
function measureAttention(operator: AttentionOperator, pass: Pass, work: Work): Work {
  const { heads, kvHeads, headDim, valueDim, reach } = operator;
  const pairs = attendedPairs(reach, pass) * pass.sequences;
  const visible = visibleTokens(reach, pass) * pass.sequences;
  work.flops = 2 * pairs * heads * (headDim + valueDim);
  work.cacheElements = operator.readWidth * visible + operator.writtenWidth * pass.tokens;
  work.activations += pass.tokens * heads * (headDim + valueDim) + pairs * operator.keptScores;
  work.scores = pairs * heads;
  work.masked = (pass.tokens * visible) / pass.sequences / pairs;
  work.rows = newTokens(pass) * (heads / kvHeads);
  work.matrices = kvHeads * pass.sequences;
  return work;
}

/**
 * Latent attention, in whichever of its two forms takes fewer FLOPs.
 * Absorbed: scores and values in the latent space, `2 P H (2 r + dr)`, plus `2 T H r (dn + dv)` to enter and leave it.
 * Expanded: every visible token's latent is projected to keys and values, `2 S r H (dn + dv)`, then `2 P H (dn + dr + dv)`.
 * A selection bounds P and what is read in the absorbed form; the expanded one masks what is not selected.
 *
 * Source: docs/model-facts.md, section 3; of the selection, DeepSeek-V3.2 technical report, section 2 (short prompts in a
 * masked multi-head form).
 */
function measureLatentAttention(mixer: LatentAttentionMixer, bits: number, pass: Pass, work: Work): Work {
  const { heads, kvRank, nopeDim, ropeDim, valueDim, span } = mixer;
  const full = { kind: 'full' } as const;
  const pairs = attendedPairs(span, pass) * pass.sequences;
  const allPairs = attendedPairs(full, pass) * pass.sequences;
  const visible = visibleTokens(span, pass) * pass.sequences;
  const all = visibleTokens(full, pass) * pass.sequences;
  const projection = 2 * heads * kvRank * (nopeDim + valueDim);
  const absorbed = 2 * pairs * heads * (2 * kvRank + ropeDim) + pass.tokens * projection;
  const expanded = 2 * allPairs * heads * (nopeDim + ropeDim + valueDim) + all * projection;
  const absorbs = absorbed <= expanded;
  const weights = heads * kvRank * (nopeDim + valueDim);
  work.flops = absorbs ? absorbed : expanded;
  work.weights = weights;
  work.weightBytes = (weights * bits) / 8;
  work.cacheElements = (kvRank + ropeDim) * ((absorbs ? visible : all) + pass.tokens);
  work.activations += pass.tokens * heads * (nopeDim + ropeDim + valueDim);
  work.scores = (absorbs ? pairs : allPairs) * heads;
  work.masked = (pass.tokens * (absorbs ? visible : all)) / pass.sequences / (absorbs ? pairs : allPairs);
  work.rows = newTokens(pass) * heads;
  work.matrices = pass.sequences;
  return work;
}

/** The recurrence for each token; the state of each sequence is read and written once. */
function measureScan(operator: ScanOperator, pass: Pass, work: Work): Work {
  work.flops = operator.flopsPerToken * pass.tokens;
  work.weightBytes = operator.weightBytes;
  work.stateBytes = 2 * STATE_BYTES * operator.stateElements * pass.sequences;
  work.rows = newTokens(pass);
  work.matrices = pass.sequences;
  return work;
}

function measurePointwise(operator: PointwiseOperator, elements: number, pass: Pass, work: Work): Work {
  const rows = operator.rows === 'sampled' ? pass.sampled : pass.tokens;
  work.flops = operator.flopsPerToken * rows;
  work.weightBytes = operator.weightBytes;
  work.activations = elements * rows;
  work.rows = rows;
  return work;
}
