/*
 * "What does grouped-query attention buy at long contexts?"
 *
 * Llama 2 7B keeps keys and values for all of its 32 heads: 2 x 32 layers x 4096 x 2 B = 512 KiB per token, 16 GiB at 32k
 * tokens, more than its weights. Llama 3.1 8B keeps 8 heads for 32 query heads: a quarter.
 */
import { describe, expect, it } from 'vitest';
import { cacheBytes, estimate, getKvFormat, getModel, type Model } from '../../src/index.js';

const GIB = 2 ** 30;
const f16 = getKvFormat('f16');
const grouped = getModel('llama-3.1-8b');

/** The same network with a key and a value head for every query head. */
const ungrouped: Model = {
  ...grouped,
  id: 'llama-3.1-8b-mha',
  layers: Object.fromEntries(
    Object.entries(grouped.layers).map(([name, layer]) => [
      name,
      {
        ...layer,
        mixers: layer.mixers.map((mixer) => (mixer.kind === 'attention' ? { ...mixer, kvHeads: mixer.heads } : mixer)),
      },
    ]),
  ),
};

function at32k(model: Model) {
  const workload = { cachedTokens: 32_000, promptTokens: 256, outputTokens: 256, weights: 'f16' };
  return estimate({ model, hardware: 'h100-sxm-80gb', engine: 'ideal', ...workload });
}

describe('Grouped-query attention', () => {
  it('keeps 4 GiB at 32k tokens in Llama 3.1 8B where Llama 2 7B would keep 16', () => {
    expect(cacheBytes(getModel('llama-2-7b'), f16, 32_768) / GIB).toBe(16);
    expect(cacheBytes(grouped, f16, 32_768) / GIB).toBe(4);
    expect(cacheBytes(ungrouped, f16, 32_768) / GIB).toBe(16);
  });

  it('lets an H100 hold at least four times the sequences of 32k tokens', () => {
    expect(at32k(grouped).memory.largestBatch / at32k(ungrouped).memory.largestBatch).toBeGreaterThanOrEqual(4);
  });

  it('decodes at 32k tokens more than half again as fast, because so much less is read', () => {
    const { bound, tokensPerSecond } = at32k(ungrouped).decode;
    expect(bound).toBe('memory');
    expect(at32k(grouped).decode.tokensPerSecond.expected / tokensPerSecond.expected).toBeGreaterThan(1.5);
  });

  it('changes nothing that matters at 500 tokens', () => {
    const short = { hardware: 'h100-sxm-80gb', engine: 'ideal', weights: 'f16', promptTokens: 500, outputTokens: 1 };
    const speed = (model: Model) => estimate({ model, ...short }).decode.tokensPerSecond.expected;
    expect(speed(grouped) / speed(ungrouped)).toBeLessThan(1.15);
  });
});
