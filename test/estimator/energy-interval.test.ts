import { describe, expect, it } from 'vitest';
import { predictEnergy } from '../../src/estimator/energy-interval.js';

const band = { low: -0.3, high: 0.4, basis: '12 rows of 3 devices' };

describe('the interval of an energy', () => {
  it('of a certain time is that of the energies', () => {
    const { low, high, basis } = predictEnergy(2, 1, { slow: 2, fast: 2 }, band, 'measured');
    expect([Math.log(low / 2), Math.log(high / 2)]).toEqual([-0.3, 0.4].map((q) => expect.closeTo(q, 12)));
    expect(basis).toBe('power with the time given: 12 rows of 3 devices; time: measured');
  });

  it('adds the errors of time and energies in squares', () => {
    // Joules grow with the time: 0.3 up when slow, 0.4 down when fast
    const times = { slow: 2 * Math.exp(0.3), fast: 2 * Math.exp(-0.4) };
    const { low, high } = predictEnergy(2, 1, times, band, 'rows');
    expect(Math.log(high / 2)).toBeCloseTo(0.5, 12);
    expect(Math.log(low / 2)).toBeCloseTo(-0.5, 12);
  });

  it('of a power goes the other way: a slow run draws less', () => {
    const times = { slow: 100 * Math.exp(-0.4), fast: 100 * Math.exp(0.3) };
    const { low, high } = predictEnergy(100, 90, times, band, 'rows');
    expect([Math.log(low / 100), Math.log(high / 100)]).toEqual([-0.5, 0.5].map((q) => expect.closeTo(q, 12)));
  });
});
