import { describe, expect, it } from 'vitest';
import { requireFormat } from '../../src/model/formats.js';
import { attentionRate, machineOf, productRate } from '../../src/roofline/machine.js';
import { engineClass, machine, peak, rule, rules, unit } from '../laws/hand-made.js';

const f16 = requireFormat('f16');
const q4 = requireFormat('q4_0');

/** Tensor cores at 100 TFLOP/s with 16-bit and 50 with 32-bit sums, int8 at 400, and vectors at 10. */
const cores = unit({
  count: 10,
  features: ['dp4a'],
  peaks: [
    peak(50e12),
    peak(100e12, { accumulate: 'f16' }),
    peak(200e12, { sparsity: '2:4' }),
    peak(400e12, { format: 'int8', accumulate: 'int32' }),
    peak(10e12, { path: 'vector', format: 'f32' }),
  ],
});
const hardware = machine({ unit: cores });

const wide = rule('float');
const narrow = rule('float', { accumulate: 'f16' });

function rateOf(multiply: Parameters<typeof engineClass>[0], format = f16, rows = 1) {
  return productRate(machineOf(hardware, cores, engineClass(multiply)), format, rows);
}

describe('the arithmetic of a product', () => {
  it('is that of the first rule that holds', () => {
    expect(rateOf({ multiply: [wide, narrow] })?.peak).toBe(50e12);
    expect(rateOf({ multiply: [narrow, wide] })?.peak).toBe(100e12);
  });

  it('is the fastest of all that hold for the physical bound', () => {
    expect(rateOf({ multiply: [wide, narrow], choice: 'fastest' })?.peak).toBe(100e12);
  });

  it('is never a sparse peak', () => {
    const peaks = [peak(200e12, { sparsity: '2:4' })];
    const sparse = unit({ peaks });
    expect(productRate(machineOf(machine({ unit: sparse }), sparse, engineClass()), f16, 1)).toBeUndefined();
  });

  it('depends on the rows, expected ones between two rules being of the first', () => {
    const multiply = [
      rule('float', { rows: [1, 8], path: 'vector', multiply: 'f32' }),
      rule('float', { rows: [9, 1e9] }),
    ];
    const peaks = [1, 8, 8.9, 9, 512].map((rows) => rateOf({ multiply }, f16, rows)?.peak);
    expect(peaks).toEqual([10e12, 10e12, 10e12, 50e12, 50e12]);
  });

  it('is found for a hair less than one row', () => {
    expect(rateOf({ multiply: [rule('float', { rows: [1, 1] })] }, f16, 1 - 1e-15)).toBeDefined();
  });

  it('passes over rules whose peak or feature the unit lacks', () => {
    const multiply = [
      rule('float', { multiply: 'fp8' }),
      rule('float', { accumulate: 'f16', features: ['amx'] }),
      rule('float', { features: ['dp4a'] }),
    ];
    expect(rateOf({ multiply })?.peak).toBe(50e12);
  });

  it('depends on the family of the weights, and on the very format where a rule names it', () => {
    const multiply = [
      rule('quantised', { formats: ['q4_k'], multiply: 'int8', accumulate: 'int32' }),
      rule('quantised'),
    ];
    expect(rateOf({ multiply }, q4)?.peak).toBe(50e12);
    expect(rateOf({ multiply }, requireFormat('q4_k'))?.peak).toBe(400e12);
    expect(rateOf({ multiply }, f16)).toBeUndefined();
  });

  it('is held back by the efficiency of its path', () => {
    const constants = { ...engineClass().constants, matrixEfficiency: 0.7, vectorEfficiency: 0.3 };
    expect(rateOf({ constants, multiply: rules() })?.efficiency).toBe(0.7);
    expect(rateOf({ constants, multiply: [rule('float', { path: 'vector', multiply: 'f32' })] })?.efficiency).toBe(0.3);
  });
});

describe('a machine with fewer threads than cores', () => {
  it('has its share of every rate', () => {
    const half = machineOf(hardware, cores, engineClass(), 5);
    expect(half.cores).toBe(5);
    expect(half.vector.peak).toBe(5e12);
    expect(productRate(half, f16, 1)?.peak).toBe(25e12);
    expect(attentionRate(half, 1, { width: 128, grouped: false })?.peak).toBe(25e12);
  });

  it('has no more cores than it has', () => {
    expect(machineOf(hardware, cores, engineClass(), 64).cores).toBe(10);
  });
});

describe('the load limit', () => {
  it('is bytes per clock times clock times cores', () => {
    // 8 B per clock and multiprocessor of an A100: 108 x 1.41 GHz x 8 = 1.22 TB/s
    const a100 = unit({ count: 108, clock: 1.41e9 });
    const { loadRate } = machineOf(machine({ unit: a100 }), a100, engineClass({}, { loadBytesPerClock: 8 })).vector;
    expect(loadRate / 1e12).toBeCloseTo(1.218, 3);
  });

  it('is absent where engine or machine state nothing', () => {
    expect(machineOf(hardware, cores, engineClass()).vector.loadRate).toBe(Number.POSITIVE_INFINITY);
  });
});

it('element-wise work runs on the 32-bit vector rate, or on what there is', () => {
  expect(machineOf(hardware, cores, engineClass()).vector.peak).toBe(10e12);
  const matrixOnly = unit({ peaks: [peak(50e12)] });
  expect(machineOf(machine({ unit: matrixOnly }), matrixOnly, engineClass()).vector.peak).toBe(50e12);
});
