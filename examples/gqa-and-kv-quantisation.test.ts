/*
 * "What do grouped-query attention and a quantised KV cache buy at 32k tokens of context?"
 *
 * Llama 3.1 8B has 32 layers of 32 query heads of 128, which share 8 pairs of key and value heads. A token's keys and values
 * take 2 x 32 layers x 8 heads x 128 x 2 B = 128 KiB in 16 bits, and 32,768 tokens take 4 GiB. With a pair for every query
 * head, as in Llama 2 7B, it is four times as much: 16 GiB, more than the weights in 8 bits (8.5 GB).
 *
 * q8_0 stores 32 numbers in 34 bytes, q4_0 in 18: 8.5 and 4.5 bits, 0.53 and 0.28 of f16. Decode reads weights and cache
 * once per token, so on the physical bound the speed is bandwidth / (weights + cache), and it can be added up by hand.
 */
import { cacheBytes, type EstimateInput, estimate, getKvFormat, getModel, type Model } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

const KIB = 2 ** 10;
const GIB = 2 ** 30;
const TOKENS = 32_768;
const formats = ['f16', 'q8_0', 'q4_0'];

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

/** One more answer of 256 tokens at the end of a context of 32,768. */
function at32k(model: Model, kvCache: string, more: Partial<EstimateInput> = {}): EstimateInput {
  const context = { cachedTokens: TOKENS - 512, promptTokens: 256, outputTokens: 256 };
  return { model, kvCache, hardware: 'h100-sxm-80gb', weights: 'q8_0', engine: 'ideal', ...context, ...more };
}

describe('The cache at 32k tokens', () => {
  it('takes 128 KiB per token and 4 GiB in all with grouped queries, 16 GiB without, as in Llama 2 7B', () => {
    const f16 = getKvFormat('f16');
    expect(cacheBytes(grouped, f16, 1)).toBe(2 * 32 * 8 * 128 * 2);
    expect(cacheBytes(grouped, f16, 1)).toBe(128 * KIB);
    expect(cacheBytes(grouped, f16, TOKENS)).toBe(4 * GIB);
    expect(cacheBytes(ungrouped, f16, TOKENS)).toBe(16 * GIB);
    expect(cacheBytes(getModel('llama-2-7b'), f16, TOKENS)).toBe(16 * GIB);
  });

  it('takes 34/64 of that in q8_0 and 18/64 in q4_0', () => {
    for (const model of [grouped, ungrouped]) {
      const [f16 = 0, q8 = 0, q4 = 0] = formats.map((format) => cacheBytes(model, getKvFormat(format), TOKENS));
      expect(q8 / f16).toBe(34 / 64);
      expect(q4 / f16).toBe(18 / 64);
    }
  });

  it('in q8_0 without grouping is still twice that of f16 with it', () => {
    expect(cacheBytes(ungrouped, getKvFormat('q8_0'), TOKENS) / cacheBytes(grouped, getKvFormat('f16'), TOKENS)).toBe(
      4 * (34 / 64),
    );
  });
});

describe('Memory', () => {
  it('of a 24 GB card holds the model without grouping only with a narrower cache', () => {
    expect(at32k(ungrouped, 'f16', { hardware: 'rtx-4090' })).not.toFit();
    expect(at32k(ungrouped, 'q8_0', { hardware: 'rtx-4090' })).toFit();
    expect(at32k(grouped, 'f16', { hardware: 'rtx-4090' })).toFit();
  });

  it('of an H100 holds 4 such sequences, 17 with grouping, and 60 with a q4_0 cache as well', () => {
    // (81.6 GB usable - 9.4 GB of weights) / 17.2 GB; (81.6 - 8.5) / 4.3; / 1.2
    const sequences = (model: Model, kvCache: string) => estimate(at32k(model, kvCache)).memory.largestBatch;
    expect(sequences(ungrouped, 'f16')).toBe(4);
    expect(sequences(grouped, 'f16')).toBe(17);
    expect(sequences(grouped, 'q4_0')).toBe(60);
    expect(at32k(grouped, 'f16', { batch: 17 })).toFit();
    expect(at32k(grouped, 'f16', { batch: 18 })).not.toFit();
  });
});

describe('Decode at 32k tokens', () => {
  it('goes at bandwidth / (weights + cache): 274 token/s grouped and 130 ungrouped on an H100', () => {
    for (const [model, tokensPerSecond] of [
      [grouped, 274],
      [ungrouped, 130],
    ] as const) {
      expect(at32k(model, 'f16')).toBeMemoryBound();
      const { decode, hardware } = estimate(at32k(model, 'f16'));
      expect(decode.tokensPerSecond.expected).toBeCloseTo(
        hardware.peakBandwidth / (decode.weightBytes + decode.cacheBytes),
        -1,
      );
      expect(decode.tokensPerSecond.expected).toBeCloseTo(tokensPerSecond, -1);
    }
  });

  it('is twice as fast with grouping, as (9.0 + 17.2) GB become (8.0 + 4.3) GB', () => {
    expect(at32k(grouped, 'f16')).toBeFasterThan(at32k(ungrouped, 'f16'), { by: 2 });
    expect(at32k(grouped, 'f16')).not.toBeFasterThan(at32k(ungrouped, 'f16'), { by: 2.3 });
  });

  it('gains 1.4 and 1.9 times from q8_0 and q4_0 without grouping, 1.2 and 1.3 with it', () => {
    const gains = (model: Model) => {
      const [f16 = 0, ...others] = formats.map((kv) => estimate(at32k(model, kv)).decode.tokensPerSecond.expected);
      return others.map((speed) => Number((speed / f16).toFixed(1)));
    };
    expect(gains(ungrouped)).toEqual([1.4, 1.9]);
    expect(gains(grouped)).toEqual([1.2, 1.3]);
  });

  it('gains from each of them under llama.cpp as well, and most from both together', () => {
    for (const hardware of ['rtx-4090', 'm2-ultra-76c', 'h100-sxm-80gb']) {
      const run = (model: Model, kvCache: string) => at32k(model, kvCache, { hardware, engine: 'llama.cpp' });
      expect(run(ungrouped, 'q4_0')).toBeFasterThan(run(ungrouped, 'q8_0'));
      expect(run(grouped, 'q8_0')).toBeFasterThan(run(ungrouped, 'q8_0'), { by: 1.25 });
      expect(run(grouped, 'q4_0')).toBeFasterThan(run(ungrouped, 'q8_0'), { by: 1.4 });
    }
  });

  it('hardly changes at 500 tokens, where the cache is 64 MiB', () => {
    const short = { cachedTokens: 0, promptTokens: 500, outputTokens: 1 };
    expect(at32k(grouped, 'f16', short)).not.toBeFasterThan(at32k(ungrouped, 'f16', short), { by: 1.2 });
    expect(at32k(grouped, 'q4_0', short)).not.toBeFasterThan(at32k(grouped, 'f16', short), { by: 1.01 });
  });

  it('serves a full H100 15 times as fast with both: 60 sequences where 4 fit, and no slower', () => {
    const full = (model: Model, kvCache: string, batch: number) => at32k(model, kvCache, { batch });
    expect(full(grouped, 'q4_0', 60)).toBeFasterThan(full(ungrouped, 'f16', 4), { by: 12 });
    expect(full(grouped, 'q4_0', 60)).toReachTokensPerSecond(40, { per: 'sequence' });
  });
});
