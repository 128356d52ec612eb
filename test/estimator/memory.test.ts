import { describe, expect, it } from 'vitest';
import { cacheBytes, estimate, getKvFormat, getModel, vary } from '../../src/index.js';
import { engine, level, machine } from '../laws/hand-made.js';

/** 40 GB, all of it usable: an A100 of the vLLM paper. */
const a100 = machine({ memory: [level({ capacity: 40e9 })] });
const input = { hardware: a100, engine: 'ideal', weights: 'f16' } as const;

describe('Llama 13B in 16 bits', () => {
  it('has 13 x 2 = 26 GB of weights', () => {
    const { memory } = estimate({ ...input, model: 'llama-1-13b' });
    expect(memory.weightBytes / 1e9).toBeCloseTo(26, 0);
  });

  it('leaves 35 % of 40 GB to the cache: about 8 sequences of 2048 tokens', () => {
    // Kwon et al. 2023 (PagedAttention), figure 1: weights 65 %, close to 30 % for the cache
    const { memory } = estimate({ ...input, model: 'llama-1-13b', batch: 7, promptTokens: 1920, outputTokens: 128 });
    expect(memory.weightBytes / 40e9).toBeCloseTo(0.65, 2);
    expect(memory.cacheBytesPerToken).toBe(2 * 40 * 5120 * 2);
    expect(memory.cacheBytes / 40e9).toBeCloseTo(0.29, 2);
    expect(memory.largestBatch).toBe(8); // 13.97 GB / (2048 x 819,200 B) = 8.3
  });

  it('has a cache that grows with length and batch', () => {
    const bytes = (batch: number, promptTokens: number) =>
      estimate({ ...input, model: 'llama-1-13b', batch, promptTokens, outputTokens: 10 }).memory.cacheBytes;
    expect(bytes(4, 490)).toBe(4 * bytes(1, 490));
    expect(bytes(1, 990)).toBe(2 * bytes(1, 490));
  });
});

/** facts/models.md, section 4, 16 bits: bytes per further token once every window is full. */
const growth: [string, number][] = [
  ['llama-2-7b', 524_288],
  ['llama-2-70b', 327_680],
  ['llama-3.1-8b', 131_072],
  ['mixtral-8x7b', 131_072],
  ['gpt3-175b', 4_718_592],
  ['deepseek-v3', 70_272],
  ['kimi-k2', 70_272],
  ['qwen3-235b-a22b', 192_512],
  ['gpt-oss-120b', 36_864],
  ['gemma-3-27b', 81_920],
  ['qwen3-next-80b-a3b', 24_576],
  ['jamba-v0.1', 16_384],
  ['mamba-2.8b', 0],
  ['minimax-m1', 40_960],
  ['nemotron-nano-9b-v2', 16_384],
  ['falcon-h1-34b', 147_456],
  ['falcon-7b', 8192],
];

describe('the cache of the catalogue', () => {
  it.each(growth)('of %s grows by the published bytes per token', (id, bytes) => {
    const [model, half] = [getModel(id), getKvFormat('f16')];
    expect(cacheBytes(model, half, 100_001) - cacheBytes(model, half, 100_000)).toBe(bytes);
  });
});

describe('the memory report', () => {
  const report = estimate({ ...input, model: 'llama-2-7b', batch: 4, promptTokens: 1000, outputTokens: 24 }).memory;

  it('adds up', () => {
    expect(report.totalBytes).toBe(report.weightBytes + report.cacheBytes + report.activationBytes);
    expect(report.freeBytes).toBe(report.usableBytes - report.totalBytes);
    const level0 = report.levels[0];
    expect([level0?.weightBytes, level0?.cacheBytes]).toEqual([report.weightBytes, report.cacheBytes]);
  });

  it('names the largest batch that fits, and no larger one', () => {
    const fits = (batch: number) => () =>
      estimate({ ...input, model: 'llama-2-7b', batch, promptTokens: 1000, outputTokens: 24 });
    expect(fits(report.largestBatch)).not.toThrow();
    expect(fits(report.largestBatch + 1)).toThrow('short');
  });

  it('bounds the longest context by the model where memory does not', () => {
    expect(report.longestContext).toBe(4096);
    const many = estimate({ ...input, model: 'llama-2-7b', batch: 40, promptTokens: 1000, outputTokens: 24 }).memory;
    expect(many.longestContext).toBeLessThan(4096);
    expect(many.longestContext).toBeGreaterThanOrEqual(1024);
  });

  it('counts the activations of a chunk and the logits of the sequences', () => {
    const { memory } = estimate({
      model: 'llama-2-7b',
      hardware: a100,
      engine: engine(),
      weights: 'f16',
      batch: 2,
      promptTokens: 2000,
    });
    // Chunks of 512 rows through a feed-forward of 4096 + 11008, and two rows of 32,000 logits, two bytes each
    expect(memory.activationBytes).toBe(2 * (512 * (4096 + 11008) + 2 * 32000));
  });
});

describe('weights whose rows do not divide into the blocks of their format', () => {
  const fallsBack = (hidden: number, weights: string): readonly string[] => {
    const model = vary(getModel('llama-3.1-8b'), { hidden });
    const { warnings } = estimate({ model, hardware: 'rtx-4090', weights });
    return warnings.filter(({ code }) => code === 'format-falls-back').map(({ message }) => message);
  };

  it('are said to be wider, with what they are kept in', () => {
    // All but the down projections have rows of the hidden width: 32 of 14336 x 4097 among 8 billion.
    const matrices = 2 * 128_256 + 32 * (2 * 4096 + 2 * 1024 + 3 * 14_336);
    const share = (1 - (32 * 14_336 + 32 * 4096) / matrices) * 100;
    const [message = '', ...others] = fallsBack(4097, 'q4_k_m');
    expect(others).toEqual([]);
    expect(message).toMatch(/^llama-3.1-8b: rows of 4097 weights do not divide into blocks of 256, so that [\d.]+ % /);
    expect(message).toMatch(/ wider than q4_k_m says, as quantisers do \(f16 for q4_k\)$/);
    expect(Number(/([\d.]+) %/.exec(message)?.[1])).toBeCloseTo(share, 0);
  });

  it('fall back to blocks of 32 where those fit', () => {
    expect(fallsBack(4096 + 32, 'q4_k_m')[0]).toMatch(/blocks of 256, .*\(q5_0 for q4_k\)$/);
  });

  it('are nothing to speak of where blocks fit, or where there are none', () => {
    expect([...fallsBack(4096, 'q4_k_m'), ...fallsBack(4352, 'q4_k_m'), ...fallsBack(4097, 'f16')]).toEqual([]);
  });
});
