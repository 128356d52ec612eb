import { describe, expect, it } from 'vitest';
import type { Hardware } from '../../src/hardware/types.js';
import { estimate, getHardware, tryEstimate } from '../../src/index.js';
import { cacheLevel, level, machine, withLevels } from '../laws/hand-made.js';

function decode(hardware: Hardware, model: string, weights: string) {
  return estimate({ model, hardware, engine: 'ideal', weights, promptTokens: 16, outputTokens: 16 }).decode;
}

describe('a model in an SRAM cache', () => {
  /** 1 TB/s of memory behind 400 MB of SRAM at 20 TB/s. */
  const memory = [cacheLevel({ capacity: 400e6, bandwidth: 20e12 }), level({ bandwidth: 1e12 })];
  const hardware = machine({ memory });

  it('is read at its bandwidth when it fits half of it', () => {
    // SmolLM2 135M in 8.5 bits: 143 MB
    const { bytes, terms } = decode(hardware, 'smollm2-135m', 'q8_0');
    expect(bytes).toBeLessThan(200e6);
    expect(terms.memory / (bytes / 20e12)).toBeCloseTo(1, 9);
  });

  it('is read from memory when it does not', () => {
    // In 16 bits: 269 MB
    const { bytes, terms } = decode(hardware, 'smollm2-135m', 'f16');
    expect(bytes).toBeGreaterThan(200e6);
    expect(terms.memory / (bytes / 1e12)).toBeCloseTo(1, 9);
  });

  it('is no slower there than it would be without the cache', () => {
    const bare = machine({ memory: memory.slice(1) });
    expect(decode(hardware, 'smollm2-135m', 'q8_0').seconds).toBeLessThan(decode(bare, 'smollm2-135m', 'q8_0').seconds);
  });
});

describe('a GH200', () => {
  const gh200 = getHardware('gh200-96gb');

  it('runs a model larger than its HBM', () => {
    const outcome = tryEstimate({ model: 'llama-3.1-70b', hardware: gh200, engine: 'ideal', weights: 'f16' });
    if (!outcome.ok) throw outcome.error;
    const [near, far] = outcome.estimate.memory.levels;
    expect(near?.name).toBe('hbm');
    expect(far?.weightBytes).toBeGreaterThan(40e9); // 141 GB less 96 GiB
    expect((near?.weightBytes ?? 0) + (far?.weightBytes ?? 0)).toBe(outcome.estimate.memory.weightBytes);
  });

  it('runs it slower than one that fits, byte for byte', () => {
    const [large, small] = ['f16', 'fp8'].map((weights) => decode(gh200, 'llama-3.1-70b', weights));
    const perByte = (phase: typeof large) => (phase?.seconds ?? 0) / (phase?.weightBytes ?? 1);
    expect(perByte(large)).toBeGreaterThan(2 * perByte(small));
  });

  it('takes for it the time of the tier that takes longer', () => {
    const { levels, weightBytes } = estimate({
      model: 'llama-3.1-70b',
      hardware: gh200,
      engine: 'ideal',
      weights: 'f16',
    }).memory;
    const slowest = Math.max(...levels.map((tier) => tier.weightBytes / tier.bandwidth));
    const { weightBytes: read, terms, cacheBytes } = decode(gh200, 'llama-3.1-70b', 'f16');
    // The embedding is not read: its share of both tiers is not either.
    expect(terms.memory - cacheBytes / 384e9).toBeLessThan((slowest * read) / weightBytes + 1e-9);
    expect(terms.memory).toBeGreaterThan((slowest * read) / weightBytes - 1e-9);
  });

  it('does not run what is larger than both tiers together', () => {
    const outcome = tryEstimate({ model: 'llama-3.1-405b', hardware: gh200, engine: 'ideal', weights: 'f16' });
    expect(outcome.ok).toBe(false);
  });

  it('would run it at the speed of PCIe were its tiers read in turn over 64 GB/s', () => {
    // Founding question 21: what a coherent link buys
    const pcie = withLevels(gh200, { lpddr: { bandwidth: 64e9, streams: 'serial' } });
    const ratio = decode(pcie, 'llama-3.1-70b', 'f16').seconds / decode(gh200, 'llama-3.1-70b', 'f16').seconds;
    expect(ratio).toBeGreaterThan(384 / 64);
  });
});

describe('unified memory', () => {
  it.each(['mi300a', 'm2-ultra-76c', 'strix-halo-395'])('of a %s is one level for everything', (id) => {
    const { memory } = estimate({ model: 'llama-2-7b', hardware: id, engine: 'ideal', weights: 'f16' });
    expect(memory.levels).toHaveLength(1);
    expect(memory.levels[0]?.weightBytes).toBe(memory.weightBytes);
    expect(memory.levels[0]?.cacheBytes).toBe(memory.cacheBytes);
  });

  it('of an M2 Ultra holds a model that no card of its time does', () => {
    // Founding question 3: 70B in 16 bits against an RTX A6000 with 48 GB
    const runs = (hardware: string) =>
      tryEstimate({ model: 'llama-2-70b', hardware, engine: 'ideal', weights: 'f16' }).ok;
    expect([runs('m2-ultra-76c'), runs('rtx-a6000')]).toEqual([true, false]);
  });
});
