import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, type ScoredError, scoreErrors } from '../../src/evidence/score.js';
import { between } from '../laws/numbers.js';

function inGroups(groups: Readonly<Record<string, readonly number[]>>): ScoredError[] {
  return Object.entries(groups).flatMap(([group, errors]) => errors.map((error) => ({ group, error })));
}

describe('a quantile', () => {
  it('lies on a straight line between the order statistics', () => {
    expect(quantile([30, 10, 20, 40], 0.5)).toBe(25);
    expect(quantile([10, 20, 30], 0.5)).toBe(20);
    // place 0.9 of 4 intervals: 3.6, six tenths of the way from 40 to 50
    expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46, 12);
    expect(quantile([10, 20, 30, 40, 50], 0.1)).toBeCloseTo(14, 12);
  });

  it('has the least and the largest value at its ends', () => {
    expect(quantile([3, -1, 2], 0)).toBe(-1);
    expect(quantile([3, -1, 2], 1)).toBe(3);
  });

  it('of one value is that value, and of none is not a number', () => {
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('orders numbers as numbers and leaves the list as it was', () => {
    const values = [100, 9, 20];
    expect(quantile(values, 0.5)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('never falls as the fraction grows', () => {
    const values = fc.array(between(-1, 1), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, between(0, 1), between(0, 1), (list, a, b) => {
        const [low, high] = [quantile(list, Math.min(a, b)), quantile(list, Math.max(a, b))];
        expect(high).toBeGreaterThanOrEqual(low - 1e-12);
      }),
    );
  });
});

describe('a score', () => {
  it('is taken over groups of the median in each', () => {
    const score = scoreErrors(inGroups({ a: [0.1, -0.3, 0.2], b: [-0.4], c: [0.05, 0.15] }));
    // medians of |error|: 0.2, 0.4, 0.1; of error: 0.1, -0.4, 0.1
    expect(score).toMatchObject({ rows: 6, groups: 3 });
    expect(score.median).toBeCloseTo(0.2, 12);
    expect(score.p90).toBeCloseTo(0.36, 12);
    expect(score.bias).toBeCloseTo(0.1, 12);
  });

  it('counts many rows of one group once', () => {
    const few = inGroups({ a: [0.1], b: [0.2], c: [0.3] });
    const many = [...few, ...inGroups({ c: Array.from({ length: 97 }, () => 0.3) })];
    expect(scoreErrors(many)).toEqual({ ...scoreErrors(few), rows: 100 });
  });

  it('does not depend on the order of the rows', () => {
    const errors = inGroups({ a: [0.1, -0.3], b: [0.2, 0.5], c: [-0.4] });
    expect(scoreErrors([...errors].reverse())).toEqual(scoreErrors(errors));
  });

  it('has a positive bias where the model is too fast, a negative one where it is too slow', () => {
    expect(scoreErrors(inGroups({ a: [Math.log(110 / 100)] })).bias).toBeCloseTo(0.0953, 4);
    expect(scoreErrors(inGroups({ a: [Math.log(90 / 100)] })).bias).toBeCloseTo(-0.1054, 4);
  });

  it('has no bias where errors cancel, however large they are', () => {
    const score = scoreErrors(inGroups({ a: [0.5], b: [-0.5] }));
    expect(score.bias).toBe(0);
    expect(score.median).toBe(0.5);
  });

  it('of nothing counts nothing and is not a number', () => {
    const nothing = Number.NaN;
    expect(scoreErrors([])).toEqual({ rows: 0, groups: 0, median: nothing, p90: nothing, bias: nothing });
  });
});
