import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowTiles, systolicEfficiency, tileEfficiency } from '../../src/roofline/shape-efficiency.js';

const square = (size: number) => ({ kind: 'systolic', rows: size, columns: size }) as const;

describe('a tile', () => {
  it('that is filled, in waves that are whole, wastes nothing', () => {
    // 4096 x 4096 in 128 x 128 tiles: 1024 on 64 cores, 16 each
    expect(tileEfficiency(4096, 4096, 1, [128, 128], 64)).toBe(1);
  });

  it('of 64 rows does a 64th of its work for a single row', () => {
    expect(tileEfficiency(1, 4096, 1, [64, 128], 32)).toBe(1 / 64);
  });

  it('of the outputs that stay on the two engines of a Gaudi 2 is half full with 64 sequences', () => {
    // 128 x 512 outputs: 4096 columns are 8 tiles, four waves of two; of 11008, 21.5 of 22
    expect(tileEfficiency(64, 4096, 1, [128, 512], 2)).toBe(0.5);
    expect(tileEfficiency(128, 11008, 1, [128, 512], 2)).toBeCloseTo(21.5 / 22, 12);
  });

  it('leaves cores idle in the last wave', () => {
    // 133 tiles on the 132 multiprocessors of an H100 take two waves
    expect(tileEfficiency(128, 133 * 128, 1, [128, 128], 132)).toBeCloseTo(133 / 264, 12);
  });

  it('spreads the experts of a mixture over the cores', () => {
    const one = tileEfficiency(64, 1024, 1, [64, 128], 128);
    expect(tileEfficiency(64, 1024, 16, [64, 128], 128)).toBe(16 * one);
  });

  it('is filled less where routing deals rows unevenly', () => {
    // 32 rows in the mean, in tiles of 32: 1 + 31/64 tiles per expert; 128 x 16 tiles of columns are whole waves
    const efficiency = tileEfficiency(32, 1024, 128, [32, 64], 16, 'uneven');
    const waves = (128 * 16 * (1 + 31 / 64)) / 16;
    expect(efficiency).toBeCloseTo((1 / (1 + 31 / 64)) * (waves / Math.ceil(waves)), 12);
    expect(tileEfficiency(32, 1024, 1, [32, 64], 16, 'uneven')).toBe(tileEfficiency(32, 1024, 1, [32, 64], 16));
  });

  it('never takes less time for more rows', () => {
    const rows = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(
        rows,
        rows,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 200 }),
        (a, b, n, cores) => {
          const time = (m: number) => (m * n) / tileEfficiency(m, n, 1, [64, 128], cores);
          expect(time(Math.max(a, b))).toBeGreaterThanOrEqual(time(Math.min(a, b)) * (1 - 1e-12));
        },
      ),
    );
  });
});

describe('a systolic array', () => {
  it('of 128 x 128 works fully from 128 rows on', () => {
    // A matrix unit of the TPU v5e; jax-ml/scaling-book tpus.md
    expect(systolicEfficiency(128, 4096, 4096, square(128))).toBe(1);
    expect(systolicEfficiency(8192, 4096, 4096, square(128))).toBe(1);
  });

  it('works for a single row a 128th of the time', () => {
    expect(systolicEfficiency(1, 4096, 4096, square(128))).toBe(1 / 128);
  });

  it('pads heads of 64 to its columns', () => {
    expect(systolicEfficiency(512, 64, 4096, square(128))).toBe(1 / 2);
    // 256 x 256 of the TPU v6e wastes three quarters of them
    expect(systolicEfficiency(512, 64, 4096, square(256))).toBe(1 / 4);
  });

  it('takes as long for one row as for a full array', () => {
    const seconds = (rows: number) => rows / systolicEfficiency(rows, 1024, 1024, square(128));
    expect(seconds(1)).toBe(seconds(128));
  });
});

describe('tiles of rows', () => {
  it('are rounded up for whole rows', () => {
    expect([1, 8, 9, 16, 17].map((rows) => rowTiles(rows, 8))).toEqual([1, 1, 2, 2, 3]);
  });

  it('of one row each are as many as the rows, fractions too', () => {
    expect(rowTiles(1.14, 1)).toBeCloseTo(1.14, 12);
    expect(rowTiles(1 + 1e-15, 1)).toBeCloseTo(1, 12);
  });

  it('of expected rows lie between those of the numbers around them', () => {
    expect(rowTiles(8.25, 8)).toBe(1.25);
    expect(rowTiles(3.7, 8)).toBe(1);
  });

  it('of uneven numbers are half a tile more in the mean, and one at least', () => {
    expect(rowTiles(64, 32, true)).toBe(2 + 31 / 64);
    expect(rowTiles(3, 32, true)).toBe(1);
    expect(rowTiles(5.5, 1, true)).toBe(5.5);
    // Any number from 33 to 64 rows alike: 2 tiles; from 1 to 32: 1
    const mean = Array.from({ length: 64 }, (_, index) => Math.ceil((index + 1) / 32)).reduce((a, b) => a + b) / 64;
    expect(rowTiles(32.5, 32, true)).toBeCloseTo(mean, 12);
  });
});
