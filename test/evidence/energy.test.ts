import { describe, expect, it } from 'vitest';
import { energyAsMeasured, energyAsPredicted } from '../../src/evidence/energy.js';
import { energyScopeOf } from '../../src/evidence/meter.js';
import { predictCase } from '../../src/evidence/predict.js';
import { ENERGY } from '../../src/roofline/energy-constants.js';
import { engine, engineClass, level, machine } from '../laws/hand-made.js';
import { onWorkshop, type Test, workshop } from './samples.js';

/** A board whose energy is all in its floor: 300 W. */
const flat = machine({
  memory: [level({ name: 'hbm' })],
  more: { power: { scope: 'board', tdp: 1000, busyFloor: 300, perFlop: { f16: 0, f32: 0 }, perByte: { hbm: 0 } } },
});
/** The same with 100 pJ to the byte. */
const streaming = { ...flat, power: { ...flat.power, perByte: { hbm: 100e-12 } } };
const nothing = { ...ENERGY, laneCycle: 0, instruction: 0, matrixFlop: 0 };

function row(hardware: typeof flat, more: Test) {
  const specs = workshop(engine(engineClass({ overlap: 'infinity' })), [hardware]);
  return onWorkshop(specs, {
    hardware: hardware.id,
    model: 'llama-2-7b',
    weights: 'f16',
    metric: 'watts',
    outputTokens: 128,
    ...more,
  });
}

describe('power with the time as measured', () => {
  it('is undefined where the row does not state its rate', () => {
    expect(energyAsMeasured(row(flat, {}))).toBeUndefined();
  });

  it('is the floor where nothing else costs, however long it takes', () => {
    const slow = row(flat, { measuredTokensPerSecond: 1 });
    expect(energyAsMeasured(slow, nothing)).toBeCloseTo(300, 9);
  });

  it('of the rate that is predicted is what is predicted', () => {
    const predicted = row(streaming, { metric: 'decode_tok_s' });
    const rate = predictCase(predicted, predicted.workload.engineClass.constants);
    for (const metric of ['watts', 'joules_per_output_token'] as const) {
      const found = row(streaming, { metric, measuredTokensPerSecond: rate });
      expect((energyAsMeasured(found, nothing) ?? 0) / energyAsPredicted(found, nothing)).toBeCloseTo(1, 6);
    }
  });

  it('spreads the energy of the bytes over the time', () => {
    const watts = (rate: number): number =>
      (energyAsMeasured(row(streaming, { measuredTokensPerSecond: rate }), nothing) ?? 0) - 300;
    expect(watts(20) / watts(10)).toBeCloseTo(2, 9);
  });

  it('lets lanes rest while a decoding machine waits, and not while a prompt is taken in', () => {
    const clocked = { ...nothing, laneCycle: 5e-12 };
    const above = (found: ReturnType<typeof row>): number => (energyAsMeasured(found, clocked) ?? 0) - 300;
    // Ten times slower than expected: a tenth of the lanes' power when decoding, all of it in a prompt.
    const rateOf = (metric: 'decode_tok_s' | 'prefill_tok_s'): number => {
      const found = row(flat, { metric, inputTokens: metric === 'prefill_tok_s' ? 512 : 0 });
      return predictCase(found, found.workload.engineClass.constants);
    };
    const decode = rateOf('decode_tok_s');
    const usual = above(row(flat, { measuredTokensPerSecond: decode }));
    expect(above(row(flat, { measuredTokensPerSecond: decode / 10 })) / usual).toBeCloseTo(0.1, 2);
    const prompt = { phase: 'prefill', inputTokens: 512, outputTokens: 1 } as const;
    const prefill = rateOf('prefill_tok_s');
    const busy = above(row(flat, { ...prompt, measuredTokensPerSecond: prefill }));
    expect(above(row(flat, { ...prompt, measuredTokensPerSecond: prefill / 10 })) / busy).toBeCloseTo(1, 2);
  });

  it('stays under the power limit', () => {
    expect(energyAsMeasured(row(streaming, { measuredTokensPerSecond: 1e6 }), nothing)).toBeCloseTo(970, 6);
    expect(energyAsMeasured(row(streaming, { measuredTokensPerSecond: 1e6, powerLimit: 500 }), nothing)).toBe(500);
  });
});

describe('a row at the wall', () => {
  const wall = { powerScope: 'wall', host: 'desktop', measuredTokensPerSecond: 1 } as const;
  const constants = { ...nothing, hosts: { ...ENERGY.hosts, desktop: 60 } };

  it('reads the host and the supply too', () => {
    expect(energyAsMeasured(row(flat, wall), constants)).toBeCloseTo(360 / 0.88, 9);
    expect(energyAsPredicted(row(flat, wall), constants)).toBeCloseTo(360 / 0.88, 6);
    const joules = row(flat, { ...wall, metric: 'joules_per_output_token' });
    expect(energyAsMeasured(joules, constants)).toBeCloseTo(360 / 0.88, 9);
  });

  it('may be the highest reading', () => {
    expect(energyAsMeasured(row(flat, { ...wall, powerStatistic: 'peak' }), constants)).toBeCloseTo(378 / 0.88, 9);
  });

  it('errs as rows at the wall do', () => {
    expect(energyScopeOf(row(flat, wall))).toBe('wall');
    expect(energyScopeOf(row(flat, {}))).toBe('device');
  });
});
