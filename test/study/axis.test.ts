import { describe, expect, it } from 'vitest';
import { type Axis, lengthOf, linearRange, logRange, range, valueAt } from '../../src/study/axis.js';

function valuesOf(axis: Axis) {
  return Array.from({ length: lengthOf(axis) }, (_, index) => valueAt(axis, index));
}

describe('a range', () => {
  it('goes in steps up to its end, or to the last step before it', () => {
    expect(valuesOf(range(1, 7, 2))).toEqual([1, 3, 5, 7]);
    expect(valuesOf(range(1, 8, 3))).toEqual([1, 4, 7]);
    expect(valuesOf(range(5, 5))).toEqual([5]);
    expect(valuesOf(range(10, 4, -3))).toEqual([10, 7, 4]);
  });

  it('of fractions reaches its end in spite of rounding', () => {
    expect(valuesOf(range(0.1, 0.3, 0.1))).toHaveLength(3);
  });

  it('has equal distances or equal ratios, and its ends exactly', () => {
    expect(valuesOf(linearRange(1, 4, 4))).toEqual([1, 2, 3, 4]);
    const powers = valuesOf(logRange(1, 256, 9));
    expect(powers.map((value) => Math.round(Number(value)))).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(powers.at(-1)).toBe(256);
  });

  it('of quantities keeps their unit', () => {
    expect(valuesOf(linearRange('1 TB/s', '2 TB/s', 3))).toEqual(['1 TB/s', '1.5 TB/s', '2 TB/s']);
  });

  it('of ten million values takes no room', () => {
    const axis = range(1, 1e7);
    expect([lengthOf(axis), valueAt(axis, 9_999_999)]).toEqual([1e7, 1e7]);
  });

  it.each([
    ['runs the wrong way', () => range(1, 5, -1), 'no step of -1 leads from 1 to 5'],
    ['stands still', () => range(1, 5, 0), 'no step of 0'],
    ['has no values', () => linearRange(1, 2, 0), '0 is no number of values'],
    ['has half a value', () => linearRange(1, 2, 1.5), '1.5 is no number of values'],
    ['has a ratio from zero', () => logRange(0, 8, 4), 'give two numbers above 0'],
    ['mixes units', () => linearRange('1 TB/s', '8 GB/s', 3), 'are not in one unit'],
    ['is of words', () => logRange('slow', 'fast', 3), 'no values go from slow to fast'],
    ['never ends', () => range(1, Number.POSITIVE_INFINITY), 'no step of 1'],
  ])('that %s is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
