import { indexOperators } from './indexer.js';
import type { LatentAttentionOperator, PlannedOperator } from './operators.js';
import { cacheAppend, norm, rotary } from './pointwise-operators.js';
import { bytesOf, type FormatOf } from './product-operators.js';
import { matrix, type Tensor, vector } from './tensor.js';
import type { LatentAttentionMixer } from './types.js';

/** `h*q + q + q*H*(dn+dr) + h*(r+dr) + r + r*H*(dn+dv) + H*dv*h`, or `h*H*(dn+dr)` for the queries without a rank; a gate is `h*H*dv`. */
export function latentAttentionTensors(mixer: LatentAttentionMixer, hidden: number): Tensor[] {
  const queryRank = mixer.queryRank ?? 0;
  return [
    matrix('latent-query-down', queryRank, hidden),
    vector('norm', queryRank),
    matrix('latent-query-up', mixer.heads * (mixer.nopeDim + mixer.ropeDim), queryRank === 0 ? hidden : queryRank),
    matrix('latent-kv-down', mixer.kvRank + mixer.ropeDim, hidden),
    vector('norm', mixer.kvRank),
    matrix('latent-key-up', mixer.heads * mixer.nopeDim, mixer.kvRank),
    matrix('latent-value-up', mixer.heads * mixer.valueDim, mixer.kvRank),
    matrix('attention-gate', mixer.outputGate ? mixer.heads * mixer.valueDim : 0, hidden),
    matrix('attention-output', hidden, mixer.heads * mixer.valueDim),
    ...indexTensors(mixer, hidden),
  ];
}

/**
 * `q*Hi*di + h*di + 2*di + h*Hi`: index queries from the latent query, the one index key with a LayerNorm, and the weight
 * of each head (DeepSeek-V3.2's lightning indexer).
 *
 * Source: docs/model-facts.md, section 2.
 */
function indexTensors({ span, queryRank }: LatentAttentionMixer, hidden: number): Tensor[] {
  if (span.kind !== 'selected') return [];
  return [
    matrix('index-query', span.indexHeads * span.indexDim, queryRank ?? hidden),
    matrix('index-key', span.indexDim, hidden),
    vector('index-norm', 2 * span.indexDim),
    matrix('index-weight', span.indexHeads, hidden),
  ];
}

export function latentAttentionOperators(
  mixer: LatentAttentionMixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const keyUp = tensors.find((tensor) => tensor.role === 'latent-key-up');
  if (!keyUp) throw new Error('latent attention without its key projection');
  const attention: LatentAttentionOperator = {
    kind: 'latent-attention',
    name: 'latent-attention',
    class: 'contraction',
    count: 1,
    eager: { launches: 8, elements: 0 },
    fused: { launches: 3, elements: 0 },
    mixer,
    format: formatOf(keyUp),
  };
  const ranks = (mixer.queryRank ?? 0) + mixer.kvRank;
  const { span } = mixer;
  return [
    attention,
    norm('latent-norm', ranks, 'rms', bytesOf(tensors, ['norm'], formatOf), mixer.queryRank ? 2 : 1),
    rotary((mixer.heads + 1) * mixer.ropeDim),
    cacheAppend(mixer.kvRank + mixer.ropeDim),
    ...(span.kind === 'selected' ? indexOperators(span, { kind: 'full' }, 1, tensors, formatOf) : []),
  ];
}

/** Elements cached for a context of S: `S (r + dr)`, and an index key of `di` where a selection is made. */
export function latentAttentionCache({ kvRank, ropeDim, span }: LatentAttentionMixer, context: number): number {
  return (kvRank + ropeDim + (span.kind === 'selected' ? span.indexDim : 0)) * context;
}
