import { describe, expect, it } from 'vitest';
import type { EngineClass, EngineConstants } from '../../src/engine/types.js';
import type { Case } from '../../src/evidence/case.js';
import { fitEngine, type HeldOut, leaveOneOut } from '../../src/evidence/cross-validate.js';
import { errorOf, predictCase } from '../../src/evidence/predict.js';
import { engine, engineClass, level, machine } from '../laws/hand-made.js';
import { asIf, byClass, DECODE, onWorkshop, PREFILL, withValue, workshop } from './samples.js';

const parent = engineClass({
  id: 'gpu',
  backend: 'cuda',
  fits: ['memoryEfficiency', 'matrixEfficiency', 'kernelOverhead'],
  bounds: { memoryEfficiency: [0.5, 1], matrixEfficiency: [0.05, 1], kernelOverhead: [1e-7, 30e-6] },
});
/** Frees one constant of `gpu`, and `gpu-sram` none. */
const child = engineClass({
  ...parent,
  id: 'gpu-hbm',
  parent: 'gpu',
  when: { technologies: ['hbm'] },
  fits: ['kernelOverhead'],
});
const grandchild = engineClass({
  ...parent,
  id: 'gpu-sram',
  parent: 'gpu-hbm',
  when: { technologies: ['sram'] },
  fits: [],
});
const used = engine(parent, child, grandchild);

const MACHINES = [
  ...[0.4e12, 0.8e12, 1e12].map((bandwidth, index) =>
    machine({ more: { id: `gddr-${index}` }, memory: [level({ technology: 'gddr', bandwidth })] }),
  ),
  ...[2e12, 3e12].map((bandwidth, index) =>
    machine({ more: { id: `hbm-${index}` }, memory: [level({ technology: 'hbm', bandwidth })] }),
  ),
];
const specs = workshop(used, MACHINES);

/** What is true differs from machine to machine, so that it matters which ones a fit has seen. */
const TRUTH: Readonly<Record<string, Partial<EngineConstants>>> = {
  'gddr-0': { memoryEfficiency: 0.6, matrixEfficiency: 0.3, kernelOverhead: 5e-6 },
  'gddr-1': { memoryEfficiency: 0.7, matrixEfficiency: 0.4, kernelOverhead: 4e-6 },
  'gddr-2': { memoryEfficiency: 0.9, matrixEfficiency: 0.6, kernelOverhead: 3e-6 },
  'hbm-0': { memoryEfficiency: 0.7, matrixEfficiency: 0.4, kernelOverhead: 10e-6 },
  'hbm-1': { memoryEfficiency: 0.7, matrixEfficiency: 0.4, kernelOverhead: 15e-6 },
};

const CASES: readonly Case[] = MACHINES.flatMap(({ id: hardware }) =>
  ['llama-2-7b', 'smollm2-135m'].flatMap((model) =>
    [DECODE, PREFILL].map((test) => {
      const found = onWorkshop(specs, { ...test, hardware, model });
      return asIf(found, { ...found.workload.engineClass.constants, ...TRUTH[hardware] });
    }),
  ),
);

const onGddr = CASES.filter(({ device }) => device.startsWith('gddr'));
const onHbm = CASES.filter(({ device }) => device.startsWith('hbm'));

function fitAll(cases: readonly Case[], of = used): ReadonlyMap<string, EngineConstants> {
  return fitEngine(of, byClass(cases), () => true);
}

function valuesOf(held: readonly HeldOut[]): readonly number[] {
  return held.map(({ predicted }) => predicted);
}

describe('constants of an engine', () => {
  it('are fitted for every class, each on its own rows', () => {
    const fitted = fitAll(CASES);
    expect([...fitted.keys()]).toEqual(['gpu', 'gpu-hbm', 'gpu-sram']);
    expect(fitAll(onGddr).get('gpu')).toEqual(fitted.get('gpu'));
  });

  it('of a class that extends another are those of the other, but for those that it frees', () => {
    const fitted = fitAll(CASES);
    const kernelOverhead = fitted.get('gpu-hbm')?.kernelOverhead ?? 0;
    expect(fitted.get('gpu-hbm')).toEqual({ ...fitted.get('gpu'), kernelOverhead });
    expect(kernelOverhead).toBeGreaterThan(9e-6);
    expect(kernelOverhead).toBeLessThan(16e-6);
  });

  it('of a class that extends another begin with those of the other, and stay there if no row tells', () => {
    const blind = engineClass({ ...child, fits: ['requestOverhead'], bounds: { requestOverhead: [1e-4, 1] } });
    const decodes = CASES.filter(({ measurement }) => measurement.metric === 'decode_tok_s');
    const fitted = fitAll(decodes, engine(parent, blind));
    expect(fitted.get('gpu-hbm')).toEqual(fitted.get('gpu'));
  });

  it('of a class without rows are those of its parent', () => {
    const fitted = fitAll(onGddr);
    expect(fitted.get('gpu-hbm')).toEqual(fitted.get('gpu'));
    expect(fitted.get('gpu-sram')).toEqual(fitted.get('gpu'));
    expect(fitAll(CASES).get('gpu-sram')).toEqual(fitAll(CASES).get('gpu-hbm'));
  });

  it('that a class states for itself are kept, and are not those of the class that it extends', () => {
    const apart = { ...grandchild, constants: { ...grandchild.constants, memoryEfficiency: 0.123 } };
    const fitted = fitAll(CASES, engine(parent, child, apart));
    expect(fitted.get('gpu-sram')).toEqual({ ...fitted.get('gpu-hbm'), memoryEfficiency: 0.123 });
  });

  it('of a class without rows or parent are those that it came with', () => {
    expect(fitAll([]).get('gpu')).toEqual(parent.constants);
    expect(fitAll(onHbm).get('gpu')).toEqual(parent.constants);
  });

  it('do not depend on the order in which the classes are listed', () => {
    const reversed = fitAll(CASES, engine(grandchild, child, parent));
    for (const [id, constants] of fitAll(CASES)) expect(reversed.get(id)).toEqual(constants);
  });

  it('rest on the rows that are kept, and no others', () => {
    const kept = fitEngine(used, byClass(CASES), ({ device }) => device !== 'gddr-2');
    expect(kept).toEqual(fitAll(CASES.filter(({ device }) => device !== 'gddr-2')));
    expect(kept).not.toEqual(fitAll(CASES));
  });

  it('are found anew where rows are left out of the class, or of one that it extends', () => {
    const cases = byClass(CASES);
    const complete = fitEngine(used, cases, () => true);
    for (const left of ['gddr-2', 'hbm-0', 'none']) {
      const keep = ({ device }: Case): boolean => device !== left;
      expect(fitEngine(used, cases, keep, complete)).toEqual(fitEngine(used, cases, keep));
    }
  });

  it('are not fitted without bounds', () => {
    const unbound = (more: Partial<EngineClass>) => engine({ ...parent, ...more });
    expect(() => fitAll(onGddr, unbound({ bounds: {} }))).toThrow(
      'class gpu fits memoryEfficiency and states no bounds for it',
    );
    const { matrixEfficiency: _, ...bounds } = parent.bounds;
    expect(() => fitAll(onGddr, unbound({ bounds }))).toThrow('class gpu fits matrixEfficiency');
  });
});

describe('leaving one device out', () => {
  const held = leaveOneOut(used, byClass(CASES), 'device');

  it('predicts every row once', () => {
    expect(held).toHaveLength(CASES.length);
    expect(new Set(held.map(({ found }) => found))).toEqual(new Set(CASES));
  });

  it('predicts it with what was fitted on all other devices', () => {
    for (const { id } of MACHINES) {
      const fitted = fitAll(CASES.filter(({ device }) => device !== id));
      for (const { found, predicted } of held.filter(({ found }) => found.device === id)) {
        const constants = fitted.get(found.workload.engineClass.id) ?? parent.constants;
        expect(predicted).toBe(predictCase(found, constants));
      }
    }
  });

  it.each(['gddr-1', 'hbm-0'])('does not see what was measured on %s', (left) => {
    const changed = CASES.map((found, index) =>
      found.device === left ? withValue(found, found.measurement.value * (2 + index)) : found,
    );
    const own = ({ found }: HeldOut): boolean => found.device === left;
    const again = leaveOneOut(used, byClass(changed), 'device');
    expect(valuesOf(again.filter(own))).toEqual(valuesOf(held.filter(own)));
    // The others saw it.
    expect(valuesOf(again.filter((one) => !own(one)))).not.toEqual(valuesOf(held.filter((one) => !own(one))));
  });

  it('takes the constants of the parent where no other device has rows of the class', () => {
    const [alone] = onHbm;
    const rows = [...onGddr, ...onHbm.filter(({ device }) => device === alone?.device)];
    const constants = fitAll(onGddr).get('gpu') ?? parent.constants;
    const left = leaveOneOut(used, byClass(rows), 'device').filter(({ found }) => found.device === alone?.device);
    expect(left).toHaveLength(4);
    for (const { found, predicted } of left) expect(predicted).toBe(predictCase(found, constants));
  });

  it('gives the error of each prediction, positive where it is too fast', () => {
    for (const { found, predicted, error } of held) expect(error).toBe(errorOf(found, predicted));
    // gddr-0 reaches least of its peaks, and gddr-2 most.
    const errors = (device: string) => held.filter(({ found }) => found.device === device).map(({ error }) => error);
    expect(Math.min(...errors('gddr-0'))).toBeGreaterThan(0);
    expect(Math.max(...errors('gddr-2'))).toBeLessThan(0);
  });
});

describe('leaving one network out', () => {
  it('does not see what was measured with it, on any device', () => {
    const left = CASES[0]?.shape;
    const own = ({ found }: HeldOut): boolean => found.shape === left;
    const changed = CASES.map((found) =>
      found.shape === left ? withValue(found, found.measurement.value * 3) : found,
    );
    const before = leaveOneOut(used, byClass(CASES), 'shape');
    const after = leaveOneOut(used, byClass(changed), 'shape');
    expect(before.filter(own)).toHaveLength(2 * MACHINES.length);
    expect(valuesOf(after.filter(own))).toEqual(valuesOf(before.filter(own)));
    expect(valuesOf(after)).not.toEqual(valuesOf(before));
  });
});
