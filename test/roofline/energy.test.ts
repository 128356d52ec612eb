import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Power } from '../../src/hardware/types.js';
import { busyFloor, joulesPerByte, joulesPerFlop, powerCap, powerOf } from '../../src/roofline/energy.js';
import { level, machine, peak, unit } from '../laws/hand-made.js';
import { between } from '../laws/numbers.js';

function powered(power: Partial<Power>) {
  return machine({ more: { power: { scope: 'board', perFlop: {}, perByte: {}, ...power } } });
}

/** Work of so many seconds at full clock, a part of which follows the clock. */
function clocked(seconds: number, share: number) {
  return (clock: number): number => seconds * (1 - share + share / clock);
}

describe('the busy floor', () => {
  it('is the stated one, or a share of the TDP by its scope', () => {
    expect(busyFloor(powered({ tdp: 700, busyFloor: 225 }))).toBe(225);
    expect(busyFloor(powered({ tdp: 400 }))).toBeCloseTo(120, 12); // docs/energy.md: 0.3 for a board
    expect(busyFloor(powered({ tdp: 400, scope: 'package' }))).toBeCloseTo(60, 12);
    expect(busyFloor(powered({}))).toBe(0);
  });
});

describe('energy per operation', () => {
  it('of 16 bits follows the process node, 4 nm 0.7 pJ and 7 nm 0.9 pJ', () => {
    // docs/energy.md, "Energy per FLOP"
    const at = (processNode?: number) =>
      joulesPerFlop(machine({ more: processNode === undefined ? {} : { processNode } }), unit(), 'f16') * 1e12;
    expect([4e-9, 7e-9, 1.8e-9].map(at)).toEqual([0.7, 0.9, 0.6].map((value) => expect.closeTo(value, 12)));
    expect(at()).toBeCloseTo(0.8, 12);
  });

  it('of other formats is a multiple of 16 bits, and a stated one wins', () => {
    const stated = powered({ perFlop: { f16: 1e-12, fp8: 0.9e-12 } });
    expect(joulesPerFlop(stated, unit(), 'f32')).toBe(2e-12);
    expect(joulesPerFlop(stated, unit(), 'fp8')).toBe(0.9e-12);
    expect(joulesPerFlop(stated, unit(), 'fp4')).toBeCloseTo(0.3e-12, 24);
  });

  it('of a CPU core is what the TDP leaves at the peak', () => {
    // docs/energy.md: EPYC 9654, (360 W x 0.7) / 10.9 TFLOP/s = 23 pJ
    const cpu = unit({ interfaces: ['cpu'], peaks: [peak(10.9e12, { path: 'vector', format: 'f32' })] });
    const epyc = machine({ unit: cpu, more: { power: { scope: 'board', tdp: 360, perFlop: {}, perByte: {} } } });
    expect(joulesPerFlop(epyc, cpu, 'f32') * 1e12).toBeCloseTo(23.1, 1);
  });

  it('of a byte follows the technology, and a stated one wins', () => {
    // docs/energy.md, "Energy per byte"
    expect(joulesPerByte(powered({}), level({ technology: 'lpddr' })) * 1e12).toBeCloseTo(60, 9);
    expect(joulesPerByte(powered({ perByte: { hbm: 98e-12 } }), level()) * 1e12).toBeCloseTo(98, 9);
  });

  it('of a byte from memory is far more than of a FLOP on it', () => {
    // Founding question 16: two orders of magnitude
    const ratio = joulesPerByte(powered({}), level()) / joulesPerFlop(powered({}), unit(), 'f16');
    expect(ratio).toBeGreaterThan(50);
  });
});

describe('power', () => {
  const board = powered({ tdp: 700, busyFloor: 200 });

  it('is held at 95 % of the TDP', () => {
    // docs/energy.md, "Model": 0.92 to 0.96
    expect(powerCap(board)).toBeCloseTo(665, 9);
    expect(powerCap(powered({}))).toBe(Number.POSITIVE_INFINITY);
  });

  it('below the limit is floor, arithmetic and memory over time, at full clock', () => {
    const work = { secondsAt: clocked(2, 1), computeJoules: 300, memoryJoules: 100 };
    const result = powerOf(board, work, 665);
    expect(result).toMatchObject({ seconds: 2, watts: 400, clock: 1, limited: false });
    expect(result.joules).toEqual({ static: 400, compute: 300, memory: 100, total: 800 });
  });

  it('above the limit slows the clock and spends less per operation', () => {
    const work = { secondsAt: clocked(1, 1), computeJoules: 800, memoryJoules: 100 };
    const { watts, clock, seconds, joules, limited } = powerOf(board, work, 665);
    expect(limited).toBe(true);
    expect(watts).toBeCloseTo(665, 2);
    expect(seconds).toBeCloseTo(1 / clock, 9);
    expect(joules.compute).toBeCloseTo(800 * clock ** 2, 9);
    // 200 + (100 + 800 s^2) s = 665
    expect(200 + (100 + 800 * clock ** 2) * clock).toBeCloseTo(665, 2);
  });

  it('above the limit stretches arithmetic alone', () => {
    const { clock, seconds } = powerOf(board, { secondsAt: clocked(1, 0.5), computeJoules: 800, memoryJoules: 0 }, 665);
    expect(seconds).toBeCloseTo(0.5 + 0.5 / clock, 9);
  });

  it('that memory alone exceeds makes the machine wait, its floor drawn meanwhile', () => {
    const work = { secondsAt: clocked(1, 0), computeJoules: 0, memoryJoules: 930 };
    const { watts, seconds, joules } = powerOf(board, work, 665);
    expect(watts).toBe(665);
    expect(seconds).toBe(2); // 930 J at 665 - 200 W
    expect(joules).toEqual({ static: 400, compute: 0, memory: 930, total: 1330 });
  });

  it('never exceeds its limit, shortens nothing, and its parts add up', () => {
    const joules = between(0, 5000);
    const share = between(0, 1);
    fc.assert(
      fc.property(joules, joules, share, between(1e-3, 10), (compute, memory, c, t) => {
        const work = { secondsAt: clocked(t, c), computeJoules: compute, memoryJoules: memory };
        const { watts, seconds, clock, joules: parts } = powerOf(board, work, 665);
        expect(watts).toBeLessThanOrEqual(665 * (1 + 1e-9));
        expect(seconds).toBeGreaterThanOrEqual(t * (1 - 1e-9));
        expect(clock).toBeGreaterThan(0);
        expect(clock).toBeLessThanOrEqual(1);
        expect(parts.static + parts.compute + parts.memory).toBeCloseTo(parts.total, 6);
        expect(parts.static / (200 * seconds)).toBeCloseTo(1, 9);
        expect(parts.total / seconds / watts).toBeCloseTo(1, 9);
      }),
    );
  });
});
