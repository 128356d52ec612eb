/*
 * "Llama 13B in fp16 is 26 GB. How much of a 40 GB A100 does the KV cache take, and when is the card full?"
 *
 * Weights: 13.0e9 parameters x 2 B = 26 GB. Cache: 2 (keys, values) x 40 layers x 5120 wide x 2 B = 819,200 B per token,
 * so four full contexts of 4,096 tokens take 13.4 GB, about 30 % of the card. It grows with batch and with length alike.
 */
import { describe, expect, it } from 'vitest';
import { type EstimateInput, estimate, tryEstimate } from '../../src/index.js';

const asked = { model: 'llama-2-13b', hardware: 'a100-pcie-40gb', weights: 'f16', engine: 'ideal' } as const;

function memoryOf(more: Partial<EstimateInput> = {}) {
  return estimate({ ...asked, ...more }).memory;
}

describe('Llama 2 13B in fp16 on an A100 with 40 GB', () => {
  it('has 26 GB of weights', () => {
    expect(memoryOf().weightBytes / 1e9).toBeCloseTo(26.0, 1);
  });

  it('caches 819,200 bytes per token', () => {
    expect(memoryOf().cacheBytesPerToken).toBe(2 * 40 * 5120 * 2);
  });

  it('gives about 30 % of its memory to the cache of four full contexts', () => {
    const { cacheBytes, capacityBytes } = memoryOf({ batch: 4, promptTokens: 2048, outputTokens: 2048 });
    expect(cacheBytes).toBe(4 * 4096 * 819_200);
    expect(cacheBytes / capacityBytes).toBeCloseTo(0.31, 2);
  });

  it('needs twice the cache for twice the batch, or for twice the length', () => {
    const { cacheBytes } = memoryOf({ batch: 2, promptTokens: 900, outputTokens: 100 });
    expect(memoryOf({ batch: 4, promptTokens: 900, outputTokens: 100 }).cacheBytes).toBe(2 * cacheBytes);
    expect(memoryOf({ batch: 2, promptTokens: 1800, outputTokens: 200 }).cacheBytes).toBe(2 * cacheBytes);
  });

  it('is full with as many sequences as the report says, and no more', () => {
    const { largestBatch } = memoryOf({ promptTokens: 900, outputTokens: 100 });
    expect(tryEstimate({ ...asked, promptTokens: 900, outputTokens: 100, batch: largestBatch }).ok).toBe(true);
    expect(tryEstimate({ ...asked, promptTokens: 900, outputTokens: 100, batch: largestBatch + 1 }).ok).toBe(false);
  });

  it('has room for about twice as many sequences with an 8-bit cache', () => {
    const full = { promptTokens: 2048, outputTokens: 2048 };
    const narrow = memoryOf({ ...full, kvCache: 'fp8' }).largestBatch / memoryOf(full).largestBatch;
    expect(narrow).toBeGreaterThanOrEqual(1.9);
    expect(narrow).toBeLessThanOrEqual(2.5);
  });
});
