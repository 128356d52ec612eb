import { describe, expect, it } from 'vitest';
import type { Price } from '../../src/hardware/types.js';
import { estimate } from '../../src/index.js';
import { machine } from '../laws/hand-made.js';

function run(price: Price, more: Partial<Parameters<typeof estimate>[0]> = {}) {
  const power = { scope: 'board', tdp: 500, busyFloor: 400, perFlop: {}, perByte: { hbm: 0 } } as const;
  return estimate({
    model: 'llama-2-7b',
    hardware: machine({ more: { price, power } }),
    engine: 'ideal',
    weights: 'f16',
    ...more,
  });
}

describe('the cost of a million output tokens', () => {
  it('is the rent of the request, all of it', () => {
    // 3.60 USD/h is a thousandth of a dollar per second
    const { cost, request } = run({ rental: 0.001, rentalDate: '2026-05-01' }, { outputTokens: 100 });
    expect(cost?.usdPerMillionOutputTokens).toBeCloseTo(0.001 * (request.latency.expected / 100) * 1e6, 9);
    expect(cost?.usdPerHour).toBeCloseTo(3.6, 12);
    expect(cost?.basis).toContain('rented at 3.60 USD/h (2026-05-01)');
  });

  it('is what a purchase loses over its life, and electricity', () => {
    // 40,000 USD over 4 years at half use: 2.28 USD/h; 400 W and a little at 0.25 USD/kWh: 0.10
    const { cost, decode } = run(
      { purchase: 40_000 },
      { price: { lifeYears: 4, utilisation: 0.5, usdPerKilowattHour: 0.25 } },
    );
    const writeOff = 40_000 / (4 * 365.25 * 24 * 0.5);
    expect(cost?.usdPerHour).toBeCloseTo(writeOff + 0.25 * (decode.power.watts / 1000), 9);
    expect(cost?.purchaseUsd).toBe(40_000);
  });

  it('is shared by the sequences of a batch', () => {
    const [one, many] = [1, 16].map((batch) => run({ rental: 0.001 }, { batch }).cost?.usdPerMillionOutputTokens ?? 0);
    expect(many).toBeLessThan((one ?? 0) / 8);
  });

  it('is left out where no price is known', () => {
    expect(run({}).cost).toBeUndefined();
  });
});
