import { describe, expect, it } from 'vitest';
import { computingUnit, loadsFamily, mainMemory, selectClass, usualEngine } from '../../src/engine/select.js';
import type { Engine } from '../../src/engine/types.js';
import { cacheLevel, engine, engineClass, level, machine, peak, rule, unit } from '../laws/hand-made.js';

const gpu = machine();

function chosen(of: Engine, hardware = gpu, options?: Parameters<typeof selectClass>[2]): string | undefined {
  return selectClass(of, hardware, options)?.id;
}

const cuda = engineClass({ id: 'cuda', backend: 'cuda' });

describe('the class of an engine', () => {
  it('is one of an interface that the unit offers', () => {
    const both = engine(engineClass({ id: 'metal', backend: 'metal' }), cuda);
    expect(chosen(both)).toBe('cuda');
    expect(chosen(engine(engineClass({ backend: 'metal' })))).toBeUndefined();
  });

  it('is that of the first interface where the unit offers several, and of another when asked for', () => {
    const both = engine(engineClass({ id: 'vulkan', backend: 'vulkan' }), cuda);
    const hardware = machine({ unit: unit({ interfaces: ['cuda', 'vulkan'] }) });
    expect(chosen(both, hardware)).toBe('cuda');
    expect(chosen(both, hardware, { backend: 'vulkan' })).toBe('vulkan');
    expect(chosen(both, hardware, { backend: 'rocm' })).toBeUndefined();
  });

  it('is the most specific one whose conditions hold, in any order', () => {
    const hbm = engineClass({ id: 'hbm', backend: 'cuda', when: { technologies: ['hbm'] } });
    const tensor = engineClass({ id: 'tensor', backend: 'cuda', when: { technologies: ['hbm'], matrix: true } });
    const gddr = engineClass({
      id: 'gddr',
      backend: 'cuda',
      when: { technologies: ['gddr'], matrix: true, kinds: ['gpu'] },
    });
    expect(chosen(engine(cuda, hbm, tensor, gddr))).toBe('tensor');
    expect(chosen(engine(gddr, tensor, hbm, cuda))).toBe('tensor');
    const vectors = machine({ unit: unit({ peaks: [peak(1e12, { path: 'vector', format: 'f32' })] }) });
    expect(chosen(engine(cuda, hbm, tensor, gddr), vectors)).toBe('hbm');
  });

  it('asks for features of the unit, never for its name', () => {
    const amx = engineClass({ id: 'amx', backend: 'cuda', when: { features: ['amx'] } });
    expect(chosen(engine(amx, cuda))).toBe('cuda');
    expect(chosen(engine(amx, cuda), machine({ unit: unit({ features: ['amx', 'avx512'] }) }))).toBe('amx');
  });

  it('asks for the kind of machine', () => {
    const wafer = engineClass({ id: 'wafer', backend: 'cuda', when: { kinds: ['wafer'] } });
    expect(chosen(engine(wafer))).toBeUndefined();
    expect(chosen(engine(wafer), machine({ more: { kind: 'wafer' } }))).toBe('wafer');
  });

  it('is the latest, or the one of a date', () => {
    const old = engineClass({ id: 'old', backend: 'cuda', era: { until: '2024-04' } });
    const recent = engineClass({ id: 'recent', backend: 'cuda', era: { from: '2024-05' } });
    const eras = engine(old, recent);
    expect(chosen(eras)).toBe('recent');
    expect(chosen(eras, gpu, { date: '2024-04' })).toBe('old');
    expect(chosen(eras, gpu, { date: '2025-01' })).toBe('recent');
    expect(chosen(engine(recent), gpu, { date: '2023-01' })).toBeUndefined();
  });
});

it('the kernels of a class are those of the date, and without one the latest', () => {
  const multiply = [
    rule('float', { rows: [1, 1], era: { until: '2024-10' } }),
    rule('float', { rows: [2, 2], era: { from: '2024-11', until: '2025-02' } }),
    rule('float', { rows: [3, 3] }),
  ];
  const of = engine(engineClass({ multiply }));
  const rows = (date?: string) => selectClass(of, gpu, { date })?.multiply.map((one) => one.rows[0]);
  expect([rows('2024-10'), rows('2024-11'), rows('2025-03'), rows()]).toEqual([[1, 3], [2, 3], [3], [3]]);
  // Machines are kept by the object of the class.
  expect(selectClass(of, gpu, { date: '2024-11' })).toBe(selectClass(of, gpu, { date: '2024-11' }));
});

describe('the usual engine', () => {
  const serving: Engine = {
    ...engine(cuda),
    id: 'serving',
    weightFamilies: ['float', 'fp8'],
    usualFor: [{ backend: 'cuda', technologies: ['hbm'], rank: 1 }],
  };
  const local: Engine = {
    ...engine(cuda),
    id: 'local',
    weightFamilies: ['gguf', 'float'],
    usualFor: [{ backend: 'cuda', rank: 2 }],
  };
  const bound: Engine = { ...engine(engineClass()), id: 'bound' };
  const usual = (hardware = gpu, family = 'float') => usualEngine([local, serving, bound], hardware, family)?.id;

  it('is the first in rank for the memory and the weights', () => {
    expect(usual()).toBe('serving');
    expect(usual(gpu, 'gguf')).toBe('local');
    expect(usual(machine({ memory: [level({ technology: 'gddr' })] }))).toBe('local');
  });

  it('is none where no engine runs, and never one that is usual nowhere', () => {
    expect(usual(machine({ unit: unit({ interfaces: ['xla'] }) }))).toBeUndefined();
    expect(usual(gpu, 'exl2')).toBeUndefined();
  });
});

describe('a machine', () => {
  it('reads weights from the fastest level that holds them, caches aside', () => {
    const slow = level({ name: 'lpddr', bandwidth: 0.4e12 });
    expect(mainMemory(machine({ memory: [cacheLevel(), slow, level()] }))?.name).toBe('hbm');
    expect(mainMemory(machine({ memory: [cacheLevel()] }))).toBeUndefined();
  });

  it('computes with the unit that it names', () => {
    expect(computingUnit(gpu).name).toBe('gpu');
    expect(() => computingUnit(machine({ more: { computeWith: 'npu' } }))).toThrow('hand-made has no unit "npu"');
  });
});

it('an engine of any family loads every format', () => {
  expect(loadsFamily(engine(), 'exl2')).toBe(true);
  expect(loadsFamily({ ...engine(), weightFamilies: ['float'] }, 'exl2')).toBe(false);
});
