import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/evidence/case.js';
import { coverageOf, reachOf, scaledBands, scaleOf, scalesOf } from '../../src/evidence/coverage.js';
import type { HeldOut } from '../../src/evidence/cross-validate.js';
import { bandOfResiduals, bandsByClass, type Residual } from '../../src/evidence/residual-band.js';
import { engine, engineClass, machine } from '../laws/hand-made.js';
import { DECODE, onWorkshop, workshop } from './samples.js';

/** Errors of devices, each row a group of its own. */
function residuals(byDevice: Readonly<Record<string, readonly number[]>>): Residual[] {
  return Object.entries(byDevice).flatMap(([device, errors]) =>
    errors.map((error, index) => ({ device, error, group: `${device} ${index}`, weights: 'f16' })),
  );
}

const MANY = Object.fromEntries(Array.from({ length: 12 }, (_, device) => [`d${device}`, [(device - 5.5) / 50]]));

describe('the band of some residuals', () => {
  it('runs between their 10 % and 90 % quantiles, of measured over expected', () => {
    const band = bandOfResiduals(residuals(MANY), undefined);
    // Twelve errors from -0.11 to 0.11: the quantiles lie 1.1 places from either end.
    expect(band).toMatchObject({ low: -0.088, high: 0.088, formats: ['f16'] });
    expect(band?.basis).toContain('12 rows of 12 devices');
  });

  it('is wider the fewer devices there are, as Student has it', () => {
    const three = bandOfResiduals(residuals({ a: [-0.1, 0.1], b: [-0.1, 0.1], c: [-0.1, 0.1] }), undefined);
    // 90 % quantile of t with 2 degrees of freedom: 1.89, over the normal's 1.28.
    expect(three?.high).toBeCloseTo((0.1 * 1.89) / 1.28, 3);
    expect(three?.basis).toContain('widened for few devices');
  });

  it('of one device is at least the parent band, and of two groups there is none', () => {
    const parent = { low: -0.5, high: 0.4, basis: '' };
    expect(bandOfResiduals(residuals({ a: [0.01, -0.01, 0.02] }), parent)).toMatchObject({ low: -0.5, high: 0.4 });
    expect(bandOfResiduals(residuals({ a: [0.1, 0.2] }), parent)).toBeUndefined();
  });

  it('holds the expected value, however biased its rows', () => {
    const band = bandOfResiduals(residuals({ a: [0.2], b: [0.3], c: [0.4] }), undefined);
    expect(band?.high).toBe(0);
    expect(band?.low).toBeLessThan(-0.3);
  });
});

/** Rows of machines whose class errs by a given amount. */
function heldOut(errors: Readonly<Record<string, number>>): {
  readonly held: HeldOut[];
  readonly of: ReturnType<typeof engine>;
} {
  const used = engine(
    engineClass({ id: 'gpu' }),
    engineClass({ id: 'gpu-child', parent: 'gpu', when: { kinds: ['npu'] } }),
  );
  const specs = workshop(
    used,
    Object.keys(errors).map((id) => machine({ more: { id } })),
  );
  const held = Object.entries(errors).map(([hardware, error]) => {
    const found: Case = onWorkshop(specs, { ...DECODE, hardware, model: 'llama-2-7b' });
    return { found, predicted: 1, error };
  });
  return { held, of: used };
}

const SPREAD = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`m${index}`, (index - 9.5) / 100]));

describe('coverage', () => {
  const { held, of } = heldOut(SPREAD);

  it('of a class without rows is that of its parent, half as wide again', () => {
    const bands = bandsByClass(of, held);
    const [parent, child] = [bands.get('gpu')?.decode, bands.get('gpu-child')?.decode];
    expect((child?.low ?? 0) / (parent?.low ?? 1)).toBeCloseTo(1.5, 2);
    expect(child?.basis).toContain('half as wide again');
  });

  it('counts rows inside intervals that did not know their device', () => {
    const reach = reachOf(of, held);
    expect(coverageOf(held, reach)).toBeCloseTo(0.7, 9);
    expect(coverageOf(held, reach, 100)).toBe(1);
    expect(coverageOf(held, reach, 0.01)).toBe(0);
  });

  it('is brought to 80 % by one scale for all', () => {
    const reach = reachOf(of, held);
    const scale = scaleOf([{ held, reach }], () => true);
    expect(scalesOf([{ held, reach }])[0]?.decode).toBe(scale.decode);
    expect(coverageOf(held, reach, scale.decode)).toBeGreaterThanOrEqual(0.8);
    expect(coverageOf(held, reach, scale.decode * 0.9)).toBeLessThanOrEqual(0.8);
    const band = { low: -0.1, high: 0.2, basis: 'b' };
    expect(scaledBands({ decode: band }, { decode: 1.5, prefill: 2, serving: 1 })).toEqual({
      decode: { low: -0.15, high: 0.3, basis: 'b' },
    });
  });
});
