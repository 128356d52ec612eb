import { describe, expect, it } from 'vitest';
import type { Hardware } from '../../src/hardware/types.js';
import { type EstimateInput, estimate, getHardware } from '../../src/index.js';
import { faster, withLevels } from '../laws/hand-made.js';

/**
 * The worked example of jax-ml/scaling-book, applied-inference.md: LLaMA 3 70B in int8 on 4x2 TPU v5e.
 * The eight chips are one machine here, with eight times the rates and room: the chapter neglects communication too.
 */
const v5e = getHardware('tpu-v5e');
const slice: Hardware = withLevels(faster(v5e, { bandwidth: 8, arithmetic: 8 }), {
  hbm: { capacity: 8 * 16e9, usable: 1 },
});

/** The last of 8192 tokens: the chapter counts full caches. */
const served: EstimateInput = {
  model: 'llama-3-70b',
  hardware: slice,
  engine: 'ideal',
  weights: 'int8',
  kvCache: 'int8',
  batch: 32,
  promptTokens: 1,
  cachedTokens: 8190,
  outputTokens: 1,
};

describe('LLaMA 3 70B of the scaling book', () => {
  it('has a cache of 160 kB per token in int8', () => {
    const { memory } = estimate({ ...served, batch: 1 });
    expect(memory.cacheBytesPerToken).toBe(2 * 8 * 128 * 80);
    expect(memory.cacheBytesPerToken).toBe(160 * 1024);
  });

  it('takes 112 GB with 32 sequences of 8192 tokens', () => {
    const { memory } = estimate({ ...served });
    expect(memory.cacheBytes / 1e9).toBeCloseTo(43, 0);
    expect(memory.totalBytes / 1e9).toBeGreaterThan(112);
    expect(memory.totalBytes / 1e9).toBeLessThan(115); // ours holds the embedding in 16 bits
  });

  it('takes a step of 17 ms', () => {
    const { decode } = estimate(served);
    expect(decode.seconds * 1e3).toBeCloseTo(17, 0);
    expect(decode.bound).toBe('memory');
  });

  it('gives 235 tokens per second and chip', () => {
    const { decode } = estimate(served);
    expect(decode.tokensPerSecond.expected / 8 / 235).toBeCloseTo(1, 1);
  });
});

describe('a TPU v5e', () => {
  it('turns compute bound at 240 FLOP/B in bf16', () => {
    // jax-ml/scaling-book, roofline.md: 1.97e14 / 8.2e11 = 240
    const { prefill } = estimate({ model: 'llama-3.2-1b', hardware: v5e, engine: 'ideal', weights: 'bf16' });
    expect(prefill.ridgePoint).toBeCloseTo(240.5, 1);
  });

  it('decodes a dense model at a short context compute bound from about 240 sequences on', () => {
    const bound = (batch: number) =>
      estimate({
        model: 'llama-2-7b',
        hardware: withLevels(v5e, { hbm: { capacity: 1e12 } }),
        engine: 'ideal',
        weights: 'bf16',
        batch,
        promptTokens: 1,
        outputTokens: 1,
      }).decode.bound;
    expect([200, 280].map(bound)).toEqual(['memory', 'compute']);
  });
});
