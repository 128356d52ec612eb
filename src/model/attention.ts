import { indexOperators } from './indexer.js';
import type { AttentionOperator, PlannedOperator } from './operators.js';
import { cacheAppend, norm, rotary } from './pointwise-operators.js';
import { bytesOf, type FormatOf } from './product-operators.js';
import { matrix, type Tensor, vector } from './tensor.js';
import type { AttentionMixer } from './types.js';

/** `h*H*d + h*G*d + h*G*dv + H*dv*h` with what goes beside them; shared caches have no k and v, `keys-only` no v. */
export function attentionTensors(mixer: AttentionMixer, hidden: number): Tensor[] {
  const queries = mixer.heads * mixer.headDim;
  const keys = mixer.keyValue === 'shared' ? 0 : mixer.kvHeads * mixer.headDim;
  const values = mixer.keyValue === 'own' ? mixer.kvHeads * mixer.valueDim : 0;
  const outputs = mixer.heads * mixer.valueDim;
  const headNorms = mixer.keyValue === 'shared' ? 1 : 2;
  return [
    matrix('attention-query', queries, hidden),
    matrix('attention-key', keys, hidden),
    matrix('attention-value', values, hidden),
    matrix('attention-gate', mixer.outputGate ? outputs : 0, hidden),
    matrix('attention-output', hidden, outputs),
    vector('bias', mixer.qkvBias ? queries + keys + values : 0),
    vector('bias', mixer.outputBias ? hidden : 0),
    vector('norm', { none: 0, head: headNorms * mixer.headDim, full: queries + keys }[mixer.qkNorm]),
    vector('sink', mixer.sinks ? mixer.heads : 0),
    ...indexTensors(mixer, hidden),
  ];
}

/**
 * `h*Hi*di + h*di + 2*di`: index queries and the one index key from the input, each with a norm (MiniMax-M3).
 *
 * Source: vLLM and mlx implementations of MiniMaxM3SparseAttention (docs/model-facts.md, section 2).
 */
function indexTensors({ span }: AttentionMixer, hidden: number): Tensor[] {
  if (span.kind !== 'selected') return [];
  return [
    matrix('index-query', span.indexHeads * span.indexDim, hidden),
    matrix('index-key', span.indexDim, hidden),
    vector('index-norm', 2 * span.indexDim),
  ];
}

export function attentionOperators(
  mixer: AttentionMixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const { heads, kvHeads, headDim, valueDim, span } = mixer;
  const queryKey = (heads + kvHeads) * headDim;
  const cached = kvHeads * (headDim + valueDim);
  const attention: AttentionOperator = {
    kind: 'attention',
    name: span.kind === 'full' || span.kind === 'bidirectional' ? 'attention' : `${span.kind}-attention`,
    class: 'contraction',
    count: 1,
    eager: { launches: 6, elements: 0 },
    fused: { launches: 1, elements: 0 },
    heads,
    kvHeads,
    headDim,
    valueDim,
    reach: span,
    readWidth: cached,
    writtenWidth: mixer.keyValue === 'shared' ? 0 : cached,
    keptScores: 0,
  };
  const normBytes = bytesOf(tensors, ['norm'], formatOf);
  const norms = mixer.qkNorm === 'none' ? [] : [norm('query-key-norm', queryKey, 'rms', normBytes, 2)];
  const index = span.kind === 'selected' ? indexOperators(span, { kind: 'full' }, 1, tensors, formatOf) : [];
  return [attention, ...norms, rotary(queryKey), cacheAppend(cached), ...index];
}

/**
 * Elements cached for a context of S: `G (d + dv)` for each token that the span keeps, and an index key where a selection
 * is made; none where the cache of an earlier layer serves.
 *
 * Keys that serve as values too are cached twice: positions are rotated into the one and not the other.
 */
export function attentionCache(
  { kvHeads, headDim, valueDim, span, keyValue }: AttentionMixer,
  context: number,
): number {
  if (keyValue === 'shared') return 0;
  const width = kvHeads * (headDim + valueDim);
  switch (span.kind) {
    case 'full':
    case 'bidirectional':
      return width * context;
    case 'sliding':
    case 'chunked':
      return width * Math.min(context, span.size);
    case 'selected':
      return (width + span.indexDim) * context;
  }
}
