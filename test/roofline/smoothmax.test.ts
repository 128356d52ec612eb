import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverlapExponent } from '../../src/engine/types.js';
import { smoothmax } from '../../src/roofline/smoothmax.js';
import { decades } from '../laws/numbers.js';

const EXPONENTS: readonly OverlapExponent[] = [1, 2, 4, 8, 'infinity'];

describe('the smooth maximum', () => {
  it('is the p-norm', () => {
    expect(smoothmax(3, 4, 0, 2)).toBe(5);
    expect(smoothmax(1, 1, 1, 4)).toBeCloseTo(3 ** (1 / 4), 14);
    expect(smoothmax(1, 2, 3, 8)).toBeCloseTo((1 + 2 ** 8 + 3 ** 8) ** (1 / 8), 14);
  });

  it('is the sum where nothing overlaps and the largest where everything does', () => {
    expect(smoothmax(1, 2, 3, 1)).toBe(6);
    expect(smoothmax(1, 2, 3, 'infinity')).toBe(3);
  });

  it('is the term itself when it stands alone', () => {
    for (const p of EXPONENTS) expect(smoothmax(0, 7e-6, 0, p)).toBeCloseTo(7e-6, 18);
  });

  it('lies between largest and sum, falls as p grows, and scales with its terms', () => {
    // From a picosecond to a minute: nothing under- or overflows in the eighth power.
    const seconds = decades(1e-12, 100);
    const scale = decades(1e-6, 1e6);
    fc.assert(
      fc.property(seconds, seconds, seconds, scale, (a, b, c, k) => {
        const values = EXPONENTS.map((p) => smoothmax(a, b, c, p));
        for (const [index, value] of values.entries()) {
          expect(value).toBeLessThanOrEqual((values[index - 1] ?? a + b + c) * (1 + 1e-12));
          expect(value).toBeGreaterThanOrEqual(Math.max(a, b, c) * (1 - 1e-12));
          const scaled = smoothmax(k * a, k * b, k * c, EXPONENTS[index] ?? 1);
          expect(scaled / (k * value)).toBeCloseTo(1, 11);
        }
      }),
    );
  });

  it('does not care for the order of its terms', () => {
    for (const p of EXPONENTS) expect(smoothmax(1, 2, 3, p)).toBeCloseTo(smoothmax(3, 1, 2, p), 14);
  });
});
