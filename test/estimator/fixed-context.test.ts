import { describe, expect, it } from 'vitest';
import { type EstimateInput, estimate } from '../../src/index.js';
import { engine, engineClass, level, machine } from '../laws/hand-made.js';

const compiled = engine(engineClass({ fixedContext: 4096, chunk: 128 }));
const hardware = machine({ memory: [level({ capacity: 100e9 })] });

/** 32 layers of 2 x 32 heads x 128 elements in 16 bits. */
const TOKEN = 524_288;

function run(more: Partial<EstimateInput> = {}) {
  return estimate({
    model: 'llama-2-7b',
    hardware,
    engine: compiled,
    weights: 'f16',
    promptTokens: 128,
    outputTokens: 2,
    ...more,
  });
}

describe('a graph compiled for 4096 tokens', () => {
  it('reads all of them in every step, however few are in use, and writes one', () => {
    for (const promptTokens of [1, 128, 1000]) {
      expect(run({ promptTokens }).decode.cacheBytes).toBeCloseTo((4096 + 1) * TOKEN, -3);
    }
  });

  it('multiplies with all of them too', () => {
    const grown = engine(engineClass({ chunk: 128 }));
    const full = run({ engine: grown, promptTokens: 4094, outputTokens: 1 });
    expect(run().decode.flops / full.decode.flops).toBeCloseTo(1, 3);
  });

  it('has a prompt attend to the whole of it in every pass', () => {
    // 4 P H d with P = 128 x 3968 + 128 x 129 / 2 pairs in each of two passes
    const pairs = 128 * 3968 + (128 * 129) / 2;
    const [one, two] = [128, 256].map((promptTokens) => run({ promptTokens }).prefill);
    const products = 2 * 128 * 6_476_005_376;
    expect(((two?.flops ?? 0) - (one?.flops ?? 0) - products) / (4 * pairs * 4096 * 32)).toBeCloseTo(1, 1);
  });

  it('keeps room for it from the start', () => {
    expect(run().memory.cacheBytes).toBe(4096 * TOKEN);
  });

  it('may be compiled for another length, or outgrown', () => {
    expect(run({ fixedContext: 1024 }).decode.cacheBytes).toBeCloseTo(1025 * TOKEN, -3);
    expect(run({ fixedContext: 64, promptTokens: 128, outputTokens: 1 }).memory.cacheBytes).toBe(129 * TOKEN);
    expect(() => run({ fixedContext: 0 })).toThrow('fixedContext: 0 is not a whole number');
  });
});

describe('a name of weights', () => {
  it('stands for what the converter of the engine writes, with its cache', () => {
    const weightSchemes = { w4a16: { scheme: 'int4-channel-w8-head', cache: 'int8' } };
    const own = run({ engine: { ...compiled, kvFormats: ['any'], weightSchemes }, weights: 'W4A16' });
    // Blocks at 4 bits, the head at 8, the embedding at 16, norms at 16
    const bytes = 6_476_005_376 / 2 + 131_072_000 * (1 + 2) + 65 * 4096 * 2;
    expect(own.memory.weightBytes).toBe(bytes);
    expect(own.memory.cacheBytes).toBe((4096 * TOKEN) / 2);
  });
});
