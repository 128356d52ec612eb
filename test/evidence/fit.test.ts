import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineConstants } from '../../src/engine/types.js';
import type { Case } from '../../src/evidence/case.js';
import { type Bounds, fitConstants } from '../../src/evidence/fit.js';
import { predictCase } from '../../src/evidence/predict.js';
import { engine, engineClass, level, machine, peak, unit } from '../laws/hand-made.js';
import { decades } from '../laws/numbers.js';
import { asIf, DECODE, onWorkshop, PREFILL, TOTAL, withValue, workshop } from './samples.js';

/** Two machines, each better at one thing. */
const MACHINES = [
  machine({ more: { id: 'wide' }, memory: [level({ bandwidth: 2e12 })] }),
  machine({
    more: { id: 'quick' },
    unit: unit({ peaks: [peak(300e12), peak(20e12, { path: 'vector', format: 'f32' })] }),
    memory: [level({ bandwidth: 0.5e12 })],
  }),
];
const used = engineClass();
const specs = workshop(engine(used), MACHINES);

/** Streams of a large model tell bandwidth, prompts tell arithmetic, a small model tells what a kernel costs. */
const CASES: readonly Case[] = MACHINES.flatMap(({ id: hardware }) =>
  [
    { ...DECODE, model: 'llama-2-7b' },
    { ...DECODE, model: 'smollm2-135m' },
    { ...PREFILL, model: 'llama-2-7b' },
    { ...PREFILL, model: 'tinyllama-1.1b', inputTokens: 1024 },
    { ...TOTAL, model: 'llama-2-7b' },
  ].map((test) => onWorkshop(specs, { ...test, hardware })),
);

/** Enough beside them that no constant hangs on one row. */
const MORE: readonly Case[] = MACHINES.flatMap(({ id: hardware }) =>
  ['llama-3-8b', 'qwen3-0.6b', 'gpt2', 'phi-2'].flatMap((model) =>
    [DECODE, PREFILL].map((test) => onWorkshop(specs, { ...test, hardware, model })),
  ),
);

const BOUNDS = {
  memoryEfficiency: [0.5, 1],
  matrixEfficiency: [0.05, 1],
  kernelOverhead: [1e-7, 30e-6],
} as const satisfies Bounds;
const NAMES = Object.keys(BOUNDS) as (keyof typeof BOUNDS)[];

function measuredUnder(truth: Partial<EngineConstants>, cases = CASES): Case[] {
  return cases.map((found) => asIf(found, { ...used.constants, ...truth }));
}

function fitTo(cases: readonly Case[], bounds: Bounds = BOUNDS): EngineConstants {
  return fitConstants(cases, used.constants, bounds, false);
}

function off(found: number | undefined, truth: number): number {
  return Math.abs(Math.log((found ?? 0) / truth));
}

describe('constants that are fitted', () => {
  it.each([
    { memoryEfficiency: 0.8, matrixEfficiency: 0.7, kernelOverhead: 3e-6 },
    { memoryEfficiency: 0.55, matrixEfficiency: 0.9, kernelOverhead: 20e-6 },
    { memoryEfficiency: 0.95, matrixEfficiency: 0.2, kernelOverhead: 1e-6 },
    { memoryEfficiency: 0.7, matrixEfficiency: 0.06, kernelOverhead: 10e-6 },
  ])('are those that the rows were made with: $memoryEfficiency, $matrixEfficiency and $kernelOverhead s', (truth) => {
    const found = fitTo(measuredUnder(truth));
    for (const name of NAMES) expect(off(found[name], truth[name])).toBeLessThan(0.02);
  });

  it('predict the rows that they were fitted on', () => {
    const truth = { memoryEfficiency: 0.65, matrixEfficiency: 0.4, kernelOverhead: 6e-6 };
    const rows = measuredUnder(truth);
    const found = fitTo(rows);
    for (const row of rows) expect(off(predictCase(row, found), row.measurement.value)).toBeLessThan(0.01);
  });

  it('are found from a parent too, near or far', () => {
    const truth = { memoryEfficiency: 0.9, matrixEfficiency: 0.3, kernelOverhead: 8e-6 };
    const far = { ...used.constants, memoryEfficiency: 0.5, matrixEfficiency: 1, kernelOverhead: 30e-6 };
    for (const parent of [used.constants, far]) {
      const found = fitConstants(measuredUnder(truth), parent, BOUNDS, true);
      for (const name of NAMES) expect(off(found[name], truth[name])).toBeLessThan(0.02);
    }
  });

  it('are the same to the digit each time', () => {
    const rows = measuredUnder({ memoryEfficiency: 0.61, kernelOverhead: 7e-6 });
    expect(fitTo(rows)).toEqual(fitTo(rows));
  });

  it('lie within their bounds, whatever was measured', () => {
    const factors = fc.array(decades(0.1, 10), { minLength: CASES.length, maxLength: CASES.length });
    fc.assert(
      fc.property(factors, fc.boolean(), (by, fromStart) => {
        const rows = measuredUnder({}).map((row, index) => withValue(row, row.measurement.value * (by[index] ?? 1)));
        const found = fitConstants(rows, used.constants, BOUNDS, fromStart);
        for (const name of NAMES) {
          const [low, high] = BOUNDS[name];
          expect(found[name]).toBeGreaterThanOrEqual(low);
          expect(found[name]).toBeLessThanOrEqual(high);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('end at a bound where the truth lies beyond it', () => {
    const bounds: Bounds = { memoryEfficiency: [0.5, 0.7] };
    expect(fitTo(measuredUnder({ memoryEfficiency: 0.9 }), bounds).memoryEfficiency).toBe(0.7);
    expect(fitTo(measuredUnder({ memoryEfficiency: 0.3 }), bounds).memoryEfficiency).toBe(0.5);
  });

  it('come close to zero where zero is allowed and true', () => {
    const { kernelOverhead } = fitTo(measuredUnder({ kernelOverhead: 0 }), { kernelOverhead: [0, 30e-6] });
    expect(kernelOverhead).toBeGreaterThan(0);
    expect(kernelOverhead).toBeCloseTo(30e-9, 15);
  });

  it('may be a limit that the class did not have before', () => {
    const { loadBytesPerClock } = fitTo(measuredUnder({ loadBytesPerClock: 8 }), { loadBytesPerClock: [2, 64] });
    expect(off(loadBytesPerClock, 8)).toBeLessThan(0.02);
  });
});

describe('a constant keeps its value', () => {
  it.each([true, false])('where it has no bounds (from a parent: %s)', (fromStart) => {
    const rows = measuredUnder({ memoryEfficiency: 0.6, matrixEfficiency: 0.3, stepOverhead: 1e-3 });
    const { memoryEfficiency, ...others } = fitConstants(
      rows,
      used.constants,
      { memoryEfficiency: [0.5, 1] },
      fromStart,
    );
    expect(used.constants).toMatchObject(others);
    expect(memoryEfficiency).not.toBe(used.constants.memoryEfficiency);
  });

  it('where there is nothing to free', () => {
    expect(fitConstants(measuredUnder({ memoryEfficiency: 0.6 }), used.constants, {}, false)).toEqual(used.constants);
  });

  it('of its parent where no row tells it, and the middle of its bounds without a parent', () => {
    const decodes = measuredUnder({ memoryEfficiency: 0.6 }).filter(
      ({ measurement }) => measurement.metric === 'decode_tok_s',
    );
    // Decode knows nothing of what a request costs.
    const bounds: Bounds = { requestOverhead: [1e-4, 4e-2] };
    expect(fitConstants(decodes, used.constants, bounds, true)).toEqual(used.constants);
    expect(fitConstants(decodes, used.constants, bounds, false).requestOverhead).toBeCloseTo(2e-3, 12);
  });
});

describe('a fit', () => {
  const truth = { memoryEfficiency: 0.75, matrixEfficiency: 0.5, kernelOverhead: 5e-6 };
  const rows = measuredUnder(truth);

  it.each([0.1, 10])('is not moved much by one row that is %s times what it should be', (factor) => {
    const many = [...rows, ...measuredUnder(truth, MORE)];
    for (const wild of rows.slice(0, 2)) {
      const spoilt = many.map((row) => (row === wild ? withValue(row, row.measurement.value * factor) : row));
      const found = fitTo(spoilt);
      for (const name of NAMES) expect(off(found[name], truth[name])).toBeLessThan(0.04);
    }
  });

  it('weighs groups, not rows', () => {
    const crowd = rows.flatMap((row, index) => Array.from({ length: index === 0 ? 20 : 1 }, () => row));
    // The crowded group says something else than all others.
    const spoil = (row: Case): Case =>
      row.group === rows[0]?.group ? withValue(row, row.measurement.value * 0.7) : row;
    const [alone, crowded] = [fitTo(rows.map(spoil)), fitTo(crowd.map(spoil))];
    for (const name of NAMES) expect(off(crowded[name], alone[name])).toBeLessThan(1e-6);
  });

  it('leaves its rows and the constants that it begins with as they were', () => {
    const before = structuredClone(used.constants);
    fitTo(rows);
    expect(used.constants).toEqual(before);
    expect(rows).toEqual(measuredUnder(truth));
  });
});
