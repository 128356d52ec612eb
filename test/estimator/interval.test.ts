import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTimes, bandOf, predictRate, predictTime, scalePrediction, spreadOf } from '../../src/estimator/interval.js';
import { engineClass } from '../laws/hand-made.js';
import { between, decades } from '../laws/numbers.js';

const band = { low: Math.log(0.9), high: Math.log(1.2), basis: '40 measurements' };
const spread = spreadOf(band);

describe('the interval of a rate', () => {
  it('is the expected value times the residuals of its class', () => {
    const rate = predictRate(100, 1000, spread);
    expect(rate).toEqual({
      expected: 100,
      low: expect.closeTo(90),
      high: expect.closeTo(120),
      ideal: 1000,
      basis: '40 measurements',
    });
  });

  it('ends at the physical bound', () => {
    expect(predictRate(100, 110, spread)).toMatchObject({ expected: 100, high: 110, ideal: 110 });
    expect(predictRate(120, 110, spread)).toMatchObject({ expected: 110, high: 110, ideal: 110 });
  });

  it('holds its expected value, whatever the residuals', () => {
    const quantile = between(-2, 2);
    fc.assert(
      fc.property(decades(1e-3, 1e6), decades(1e-3, 1e6), quantile, quantile, (expected, ideal, low, high) => {
        const rate = predictRate(expected, ideal, spreadOf({ low, high, basis: '' }));
        expect(rate.low).toBeLessThanOrEqual(rate.expected);
        expect(rate.expected).toBeLessThanOrEqual(rate.high);
        expect(rate.high).toBeLessThanOrEqual(rate.ideal);
      }),
    );
  });

  it('is assumed, and says so, where nothing was measured', () => {
    const assumed = bandOf(engineClass(), 'decode', 'f16');
    expect(assumed.basis).toContain('no measurement');
    expect([Math.exp(assumed.low), Math.exp(assumed.high)]).toEqual([0.5, 1.5].map((value) => expect.closeTo(value)));
    expect(bandOf(engineClass({ residuals: { decode: band } }), 'decode', 'f16')).toBe(band);
  });
});

describe('the interval of a weight format', () => {
  const measured = engineClass({ residuals: { decode: { ...band, formats: ['q4_0', 'f16'] } } });

  it('that was measured is that of the class', () => {
    expect(bandOf(measured, 'decode', 'q4_0')).toMatchObject(band);
  });

  it('that was not measured is a quarter wider, and says so', () => {
    const unseen = bandOf(measured, 'decode', 'iq1_s');
    expect(unseen.low).toBeCloseTo(1.25 * band.low, 12);
    expect(unseen.high).toBeCloseTo(1.25 * band.high, 12);
    expect(unseen.basis).toBe('40 measurements; none of them in iq1_s: a quarter wider');
  });
});

describe('the interval of a time', () => {
  it('is that of the rate upside down', () => {
    const time = predictTime(0.01, 0.001, spread);
    expect(time.low).toBeCloseTo(0.01 / 1.2, 12);
    expect(time.high).toBeCloseTo(0.01 / 0.9, 12);
    expect(predictTime(0.01, 0.02, spread)).toMatchObject({ ideal: 0.02, expected: 0.02, low: 0.02 });
  });

  it('of two times in turn is the sum of both', () => {
    const [first, second] = [predictTime(1, 0.5, spread), scalePrediction(predictTime(1, 0.5, spread), 3)];
    const both = addTimes(first, second);
    expect(both.expected).toBe(4);
    expect(both.high).toBeCloseTo(4 / 0.9, 12);
    expect(both.basis).toBe('40 measurements');
    expect(addTimes(first, { ...second, basis: 'none' }).basis).toBe('40 measurements; none');
  });
});
