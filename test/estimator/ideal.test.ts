import { describe, expect, it } from 'vitest';
import { estimate, getHardware } from '../../src/index.js';
import { faster, withLevels } from '../laws/hand-made.js';

/** The physical bound, worked out by hand: Llama 2 7B on an H100 SXM (3.35 TB/s, 989.4 TFLOP/s in 16 bits). */
const input = { model: 'llama-2-7b', hardware: getHardware('h100-sxm-80gb'), engine: 'ideal', weights: 'f16' } as const;

const PARAMETERS = 6_738_415_616;
const EMBEDDING = 32000 * 4096;
/** 2 x 32 layers x 32 heads x 128, two bytes each. */
const CACHE_PER_TOKEN = 524_288;

describe('the physical bound of decoding Llama 2 7B', () => {
  it('at batch 1 is bandwidth over weights, without the embedding, and the mean cache', () => {
    const { tokensPerSecond, bound } = estimate({ ...input, promptTokens: 512, outputTokens: 128 }).decode;
    const weights = 2 * (PARAMETERS - EMBEDDING);
    // Step i reads 512 + i tokens and itself, and writes itself: 577.5 of them on average over i from 0 to 127
    const bytes = weights + 577.5 * CACHE_PER_TOKEN;
    expect(weights / 1e9).toBeCloseTo(13.215, 3);
    expect(tokensPerSecond.expected / (3.35e12 / bytes)).toBeCloseTo(1, 2);
    expect(tokensPerSecond.expected).toBeCloseTo(247.8, 0);
    expect(bound).toBe('memory');
  });

  it('halves with the bandwidth', () => {
    // Arithmetic a million times as fast leaves memory alone: then it halves exactly.
    const unhindered = faster(input.hardware, { arithmetic: 1e6 });
    const [full, half] = [1, 0.5].map(
      (bandwidth) =>
        estimate({ ...input, hardware: faster(unhindered, { bandwidth }) }).decode.tokensPerSecond.expected,
    );
    expect((full ?? 0) / (half ?? 0)).toBeCloseTo(2, 9);
  });

  it('changes with the format by the ratio of the bytes', () => {
    const unhindered = faster(input.hardware, { arithmetic: 1e6 });
    const seconds = (weights: string) => estimate({ ...input, hardware: unhindered, weights }).decode.seconds;
    const cache = 577.5 * CACHE_PER_TOKEN;
    const small = (2 * 32 + 1) * 4096 + 32000 * 4096; // norms and head stay in 16 bits
    const linear = PARAMETERS - EMBEDDING - small;
    const ratio = (2 * (linear + small) + cache) / (linear + 2 * small + cache);
    expect(seconds('f16') / seconds('fp8')).toBeCloseTo(ratio, 5);
  });

  it('shares the weights of a step among its sequences', () => {
    const [one, eight] = [1, 8].map((batch) => estimate({ ...input, batch }).decode);
    expect(eight?.weightBytes).toBeCloseTo((one?.weightBytes ?? 0) + 7 * 4096 * 2, 0); // seven more embedding rows
    expect((eight?.cacheBytes ?? 0) / (one?.cacheBytes ?? 1)).toBeCloseTo(8, 9);
  });

  it('does not gain from a cache that is far too small for the model', () => {
    const quick = withLevels(input.hardware, { l2: { bandwidth: 100e12 } });
    expect(estimate({ ...input, hardware: quick }).decode.seconds).toBe(estimate(input).decode.seconds);
  });
});

describe('the physical bound of a prompt', () => {
  it('that is long is its FLOPs over the peak', () => {
    const tokens = 3968;
    const { seconds, bound, mfu, flops } = estimate({ ...input, promptTokens: tokens }).prefill;
    const linear = 2 * tokens * (PARAMETERS - 2 * EMBEDDING - 65 * 4096);
    const attention = 32 * 2 * ((tokens * (tokens + 1)) / 2) * 32 * 256; // causal: half of the square
    const head = 2 * EMBEDDING; // the last position alone
    expect(flops / (linear + attention + head)).toBeCloseTo(1, 3);
    const arithmetic = (linear + attention + head) / 989.4e12;
    expect(seconds).toBeGreaterThan(arithmetic);
    expect(seconds).toBeLessThan(1.01 * arithmetic); // norms and activations on the vector unit
    expect(mfu).toBeGreaterThan(0.99);
    expect(bound).toBe('compute');
  });

  it('of one token is a step of decoding', () => {
    const { prefill, decode } = estimate({ ...input, promptTokens: 1, outputTokens: 1, cachedTokens: 100 });
    const next = estimate({ ...input, promptTokens: 1, outputTokens: 1, cachedTokens: 101 });
    expect(decode.flops).toBe(next.prefill.flops);
    expect(decode.seconds / next.prefill.seconds).toBeCloseTo(1, 12);
    expect(prefill.bound).toBe('memory');
  });

  it('does not depend on how it is cut into chunks, but for the weights read again', () => {
    const whole = estimate({ ...input, promptTokens: 2048 }).prefill;
    const cut = estimate({ ...input, promptTokens: 2048, chunk: 512 }).prefill;
    const contractions = (phase: typeof whole) =>
      phase.operators
        .filter(({ name }) => name !== 'head' && name !== 'sampling')
        .reduce((sum, { flops }) => sum + flops, 0);
    expect(contractions(cut) / contractions(whole)).toBeCloseTo(1, 9);
    expect(cut.weightBytes / whole.weightBytes).toBeCloseTo(4, 2);
  });

  it('takes its chunks by quadrature where they are many, and comes to the same', () => {
    // 31 chunks of 128 by two points against the closed form: attention is linear in the context
    const whole = estimate({ ...input, promptTokens: 3968 }).prefill;
    const cut = estimate({ ...input, promptTokens: 3968, chunk: 128 }).prefill;
    const attention = (phase: typeof whole) => phase.operators.find(({ name }) => name === 'attention')?.flops ?? 0;
    expect(attention(cut) / attention(whole)).toBeCloseTo(1, 9);
  });
});
