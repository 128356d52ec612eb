import type { AttentionOperator, PlannedOperator } from './operators.js';
import type { Reach } from './pass.js';
import { cacheAppend, norm, pointwise, rotary } from './pointwise-operators.js';
import { bytesOf, type FormatOf } from './product-operators.js';
import type { Tensor } from './tensor.js';
import type { Selected } from './types.js';

/** A score is written and read back in 32 bits: four elements of 16. */
const KEPT_SCORES = 4;

/**
 * What picks the entries that attention then reads: index heads score every entry in reach, `2 P Hi di` FLOPs, by one key
 * of `di` elements, and the best are found. Its products are those of the mixer's tensors.
 *
 * Index keys are cached in the cache's format.
 * Assumes: finding the best is one kernel that reads each score once; eager engines take 8 for scores and choice (product,
 * ReLU, weighting, sum over heads, mask, top-k, gather).
 *
 * @param keysPerToken index keys written per token: fewer than one where they stand for several tokens
 *
 * Source: DeepSeek-V3.2 technical report, section 2.1; docs/model-facts.md, section 3.
 */
export function indexOperators(
  { indexHeads, indexDim }: Pick<Selected, 'indexHeads' | 'indexDim'>,
  reach: Reach,
  keysPerToken: number,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const scores: AttentionOperator = {
    kind: 'attention',
    name: 'index-scores',
    class: 'contraction',
    count: 1,
    eager: { launches: 8, elements: 0 },
    fused: { launches: 1, elements: 0 },
    heads: indexHeads,
    kvHeads: 1,
    headDim: indexDim,
    valueDim: 0,
    reach,
    readWidth: indexDim,
    writtenWidth: indexDim * keysPerToken,
    keptScores: KEPT_SCORES,
  };
  const launch = { launches: 1, elements: 0 };
  return [
    scores,
    pointwise('selection', 'element-wise', launch, launch, 0),
    norm('index-norm', indexDim, 'layer', bytesOf(tensors, ['index-norm'], formatOf)),
    rotary((indexHeads + 1) * indexDim),
    cacheAppend(indexDim),
  ];
}
