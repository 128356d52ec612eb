import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryLevel } from '../../src/hardware/types.js';
import { layoutOf, placeInMemory, residencyOf } from '../../src/roofline/memory-times.js';
import { cacheLevel, level } from '../laws/hand-made.js';
import { between } from '../laws/numbers.js';

/** HBM of 96 GB at 4 TB/s and LPDDR of 480 GB at 0.4 TB/s. */
const hbm = level({ capacity: 96e9, bandwidth: 4e12 });
const lpddr = level({ name: 'lpddr', technology: 'lpddr', capacity: 480e9, bandwidth: 0.4e12 });
const serial = { ...lpddr, streams: 'serial' } as const;

const laidOut = (levels: readonly MemoryLevel[]) =>
  layoutOf(Object.fromEntries(levels.map((one, i) => [`level-${i}`, one])));
const placed = (levels: readonly MemoryLevel[], what: Parameters<typeof placeInMemory>[1], elementBytes: number) =>
  placeInMemory(laidOut(levels), what, elementBytes);

const demand = (weightBytes: number, cacheBytes = 0, activationBytes = 0) => ({
  weightBytes,
  cacheBytes,
  activationBytes,
});

describe('a model that fits the nearest level', () => {
  it('is read at its bandwidth, whatever lies behind', () => {
    const times = placed([hbm, lpddr], demand(50e9, 10e9), 2);
    expect(times.secondsPerWeightByte).toBe(1 / 4e12);
    expect(times.secondsPerCacheByte).toBe(1 / 4e12);
    expect(times.readFrom).toEqual([{ level: hbm, part: 1 }]);
    const residency = residencyOf(laidOut([hbm, lpddr]), demand(50e9, 10e9));
    expect(residency.map(({ weightBytes, cacheBytes }) => [weightBytes, cacheBytes])).toEqual([
      [50e9, 10e9],
      [0, 0],
    ]);
  });
});

describe('a model larger than the nearest level', () => {
  it('spills into the next, weights before cache', () => {
    const residency = residencyOf(laidOut([hbm, lpddr]), demand(90e9, 20e9));
    expect(residency.map(({ weightBytes, cacheBytes }) => [weightBytes, cacheBytes])).toEqual([
      [90e9, 6e9],
      [0, 14e9],
    ]);
    const parts = placed([hbm, lpddr], demand(90e9, 20e9), 2).readFrom.map(({ part }) => part);
    expect(parts).toEqual([96 / 110, 14 / 110]);
  });

  it('takes the slower of two levels that stream at once', () => {
    const { secondsPerWeightByte } = placed([hbm, lpddr], demand(120e9), 2);
    // 96 GB at 4 TB/s take 24 ms, 24 GB at 0.4 TB/s 60 ms
    expect(secondsPerWeightByte * 120e9).toBeCloseTo(60e-3, 12);
  });

  it('takes the sum of levels that are read one after the other', () => {
    const { secondsPerWeightByte } = placed([hbm, serial], demand(120e9), 2);
    expect(secondsPerWeightByte * 120e9).toBeCloseTo(84e-3, 12);
  });

  it('may be a thing of the cache alone', () => {
    const times = placed([hbm, serial], demand(96e9, 10e9), 2);
    expect(times.secondsPerWeightByte).toBe(1 / 4e12);
    expect(times.secondsPerCacheByte).toBe(1 / 0.4e12);
  });

  it('leaves room for activations first', () => {
    const residency = residencyOf(laidOut([hbm, lpddr]), demand(96e9, 0, 1e9));
    expect(residency.map(({ weightBytes }) => weightBytes)).toEqual([95e9, 1e9]);
  });
});

describe('a cache', () => {
  const sram = cacheLevel({ capacity: 256e6, bandwidth: 17e12 });

  it('serves a model that takes half of it', () => {
    const times = placed([sram, hbm], demand(100e6, 28e6), 2);
    expect(times.secondsPerWeightByte).toBe(1 / 17e12);
    expect(times.secondsPerCacheByte).toBe(1 / 17e12);
  });

  it('does not serve one that takes more: the stream evicts itself', () => {
    expect(placed([sram, hbm], demand(100e6, 29e6), 2).secondsPerWeightByte).toBe(1 / 4e12);
  });

  it('holds nothing of its own', () => {
    expect(laidOut([sram, hbm]).usable).toBe(96e9);
  });

  it('that is nearer serves before one that is farther', () => {
    const near = cacheLevel({ name: 'l1', capacity: 20e6, bandwidth: 40e12 });
    expect(placed([near, sram, hbm], demand(10e6), 2).secondsPerWeightByte).toBe(1 / 40e12);
    expect(placed([near, sram, hbm], demand(11e6), 2).secondsPerWeightByte).toBe(1 / 17e12);
  });

  it('keeps activations up to half of it', () => {
    const times = placed([sram, hbm], demand(50e9), 2);
    expect(times.activationCacheBytes).toBe(128e6);
    expect(times.secondsPerCachedByte).toBe(1 / 17e12);
    expect(placed([hbm], demand(50e9), 2).activationCacheBytes).toBe(0);
  });
});

describe('placement', () => {
  const bytes = between(0, 300e9);

  it('loses nothing of what fits', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (weights, cache, activations) => {
        const scale = Math.min(1, 576e9 / (weights + cache + activations + 1));
        const wanted = demand(weights * scale, cache * scale, activations * scale);
        const residency = residencyOf(laidOut([hbm, lpddr]), wanted);
        const sum = (of: 'weightBytes' | 'cacheBytes') => residency.reduce((total, home) => total + home[of], 0);
        expect(sum('weightBytes')).toBeCloseTo(weights * scale, -1);
        expect(sum('cacheBytes')).toBeCloseTo(cache * scale, -1);
      }),
    );
  });

  it('never reads a larger model sooner', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.boolean(), (a, b, inTurn) => {
        const seconds = (weights: number) =>
          weights * placed([hbm, inTurn ? serial : lpddr], demand(weights), 2).secondsPerWeightByte;
        expect(seconds(Math.max(a, b))).toBeGreaterThanOrEqual(seconds(Math.min(a, b)) * (1 - 1e-12));
      }),
    );
  });
});

it('the usable part of a level is what counts', () => {
  expect(laidOut([level({ capacity: 100e9, usable: 0.75 }), level({ holds: 'none', capacity: 1e9 })]).usable).toBe(
    75e9,
  );
});
