import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logScale } from '../../src/plot/log-scale.js';
import { decades } from '../laws/numbers.js';

describe('a logarithmic axis', () => {
  it('ends at round numbers around its values', () => {
    expect(logScale([3, 700], 0, 100)).toMatchObject({ least: 2, most: 1000 });
    expect(logScale([0.03, 0.04], 0, 100)).toMatchObject({ least: 0.02, most: 0.05 });
    expect(logScale([10, 100], 0, 100)).toMatchObject({ least: 10, most: 100 });
  });

  it('puts equal ratios at equal distances', () => {
    const { place } = logScale([1, 100], 0, 200);
    expect([place(1), place(10), place(100)]).toEqual([0, 100, 200].map((at) => expect.closeTo(at, 9)));
  });

  it('goes from the least to the largest of numbers', () => {
    const { least, most, place, ticks } = logScale([5e-324, Number.MAX_VALUE], 0, 100);
    expect([least, most]).toEqual([5e-324, Number.MAX_VALUE]);
    expect([place(least), place(most)]).toEqual([0, expect.closeTo(100, 9)]);
    expect(ticks.length).toBeGreaterThan(4);
    expect(ticks.length).toBeLessThan(30);
  });

  it('has four ticks or more where a decade has room for them', () => {
    expect(logScale([1, 1000], 0, 100).ticks).toEqual([1, 10, 100, 1000]);
    expect(logScale([1, 10], 0, 100).ticks).toEqual([1, 2, 5, 10]);
    expect(logScale([0.1, 10], 0, 100).ticks).toEqual([0.1, 0.3, 1, 3, 10]);
  });

  it('holds every value, and its ticks lie on it', () => {
    fc.assert(
      fc.property(fc.array(decades(1e-6, 1e9), { minLength: 1, maxLength: 20 }), (values) => {
        const { least, most, place, ticks } = logScale(values, 0, 1);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(least * (1 - 1e-9));
          expect(value).toBeLessThanOrEqual(most * (1 + 1e-9));
        }
        for (const tick of ticks) {
          expect(place(tick)).toBeGreaterThanOrEqual(-1e-9);
          expect(place(tick)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});
