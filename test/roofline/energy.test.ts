import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Power } from '../../src/hardware/types.js';
import { busyFloor, energyPrices, flopKind, joulesPerByte, powerCap, powerOf } from '../../src/roofline/energy.js';
import { ENERGY, ENERGY_BOUNDS, type EnergyConstants } from '../../src/roofline/energy-constants.js';
import { level, machine, peak, unit } from '../laws/hand-made.js';
import { between } from '../laws/numbers.js';

/** Round constants, so that hand-worked values stay what they are when the shipped ones are fitted anew. */
const round: EnergyConstants = {
  busyFloor: 0.3,
  nodeExponent: 1,
  bytePath: 30e-12,
  laneCycle: 5e-12,
  coreLaneCycle: 40e-12,
  instruction: 10e-12,
  matrixFlop: 0.5e-12,
  hosts: { sbc: 2, mini: 10, laptop: 10, desktop: 60, workstation: 100 },
};

const cpu = unit({ interfaces: ['cpu'], peaks: [peak(8e12, { path: 'vector', format: 'f32' })] });

function powered(power: Partial<Power>) {
  return machine({ more: { power: { scope: 'board', perFlop: {}, perByte: {}, ...power } } });
}

function atNode(nanometres: number) {
  return machine({ more: { processNode: nanometres * 1e-9 } });
}

describe('the shipped constants', () => {
  it('lie within their bounds', () => {
    for (const [name, [low, high]] of Object.entries(ENERGY_BOUNDS)) {
      const { hosts, ...own } = ENERGY;
      const value = { ...own, ...hosts }[name as keyof typeof own | keyof typeof hosts];
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    }
  });

  it('spend far more on a byte from memory than on a FLOP of a matrix engine with it', () => {
    // Founding question 16: two orders of magnitude
    expect(joulesPerByte(powered({}), level()) / ENERGY.matrixFlop).toBeGreaterThan(50);
  });
});

describe('the busy floor', () => {
  it('is the stated one, or a share of the TDP by its scope', () => {
    expect(busyFloor(powered({ tdp: 700, busyFloor: 225 }), round)).toBe(225);
    expect(busyFloor(powered({ tdp: 400 }), round)).toBeCloseTo(120, 12);
    expect(busyFloor(powered({ tdp: 400, scope: 'package' }), round)).toBeCloseTo(120, 12);
    // docs/energy.md, "Busy floor": 0.15 of a system's largest power
    expect(busyFloor(powered({ tdp: 400, scope: 'system' }), round)).toBeCloseTo(60, 12);
    expect(busyFloor(powered({}), round)).toBe(0);
  });

  it('is at least what the machine draws idle', () => {
    expect(busyFloor(powered({ tdp: 100, idle: 45 }), round)).toBe(45);
    expect(busyFloor(powered({ idle: 12 }), round)).toBe(12);
  });

  it('takes at most half of a limit that somebody set', () => {
    expect(busyFloor(powered({ tdp: 400, limit: 330 }), round)).toBeCloseTo(120, 12);
    expect(busyFloor(powered({ tdp: 400, limit: 100 }), round)).toBe(50);
  });
});

describe('energy per byte', () => {
  it('is that of the memory and of the way through the die, which follows the node', () => {
    // docs/energy.md, "Energy per byte": HBM 48, LPDDR 40; the way 30 pJ at 5 nm, twice that at 10 nm
    expect(joulesPerByte(atNode(5), level(), round) * 1e12).toBeCloseTo(78, 9);
    expect(joulesPerByte(atNode(10), level(), round) * 1e12).toBeCloseTo(108, 9);
    expect(joulesPerByte(atNode(5), level({ technology: 'lpddr' }), round) * 1e12).toBeCloseTo(70, 9);
  });

  it('of memory on the chip has no way to go', () => {
    expect(joulesPerByte(atNode(10), level({ technology: 'sram' }), round) * 1e12).toBeCloseTo(1, 12);
  });

  it('is the stated one where the spec states it', () => {
    expect(joulesPerByte(powered({ perByte: { hbm: 98e-12 } }), level(), round) * 1e12).toBeCloseTo(98, 9);
  });
});

describe('what a FLOP consists of', () => {
  it('on vector lanes is a part of an instruction: half of a multiply-add, less where they are packed', () => {
    const of = (format: 'f32' | 'f16' | 'int8') => flopKind(powered({}), unit(), 'vector', format);
    expect(of('f32')).toEqual({ instructions: 0.5, matrixFlops: 0, joules: 0 });
    expect(of('f16').instructions).toBe(0.25);
    expect(of('int8').instructions).toBe(0.125); // four products in one dot product
  });

  it('on a matrix engine is 16-bit FLOPs by the width of its operands', () => {
    // docs/energy.md, "Energy per FLOP"
    const of = (format: 'f16' | 'fp8' | 'fp4') => flopKind(powered({}), unit(), 'matrix', format).matrixFlops;
    expect([of('f16'), of('fp8'), of('fp4')]).toEqual([1, 0.55, 0.3]);
  });

  it('costs what the spec states, other widths of a matrix engine in proportion', () => {
    const stated = powered({ perFlop: { f16: 1e-12, fp8: 0.9e-12 } });
    expect(flopKind(stated, unit(), 'matrix', 'fp8')).toEqual({ instructions: 0, matrixFlops: 0, joules: 0.9e-12 });
    expect(flopKind(stated, unit(), 'matrix', 'fp4').joules).toBeCloseTo(0.3e-12, 24);
    expect(flopKind(stated, unit(), 'vector', 'f32').instructions).toBe(0.5);
  });

  it('on a CPU core is in the price of its clock', () => {
    expect(flopKind(powered({}), cpu, 'vector', 'f32')).toEqual({ instructions: 0, matrixFlops: 0, joules: 0 });
    expect(flopKind(powered({}), cpu, 'matrix', 'int8').matrixFlops).toBe(0.55);
  });
});

describe('the prices of a machine', () => {
  it('are those of the constants at its node', () => {
    // 10 TFLOP/s are 5e12 lane clocks per second: 25 W at 5 nm, half of them with half of the cores
    const prices = energyPrices(atNode(5), unit(), 1, round);
    expect(prices.lanes).toBeCloseTo(25, 9);
    expect(energyPrices(atNode(5), unit(), 0.5, round).lanes).toBeCloseTo(12.5, 9);
    expect(prices.instruction * 1e12).toBeCloseTo(10, 9);
    const older = energyPrices(atNode(15), unit(), 1, round);
    expect([older.lanes, older.instruction * 1e12, older.matrixFlop * 1e12]).toEqual(
      [75, 30, 1.5].map((value) => expect.closeTo(value, 9)),
    );
  });

  it('of a CPU core are far higher per lane', () => {
    // 8 TFLOP/s are 4e12 lane clocks per second, at 40 pJ
    expect(energyPrices(atNode(5), cpu, 1, round).lanes).toBeCloseTo(160, 9);
  });

  it('of lanes are none where no vector unit is described', () => {
    const engineOnly = unit({ peaks: [peak(1e14)] });
    expect(energyPrices(atNode(5), engineOnly, 1, round).lanes).toBe(0);
  });
});

describe('the power limit', () => {
  it('is 97 % of the TDP', () => {
    // docs/energy.md, "Power limit"
    expect(powerCap(powered({ tdp: 700 }), unit())).toBeCloseTo(679, 9);
  });

  it('is what somebody set', () => {
    expect(powerCap(powered({ tdp: 700, limit: 330 }), unit())).toBe(330);
  });

  it('is none of a CPU, of a system at the wall, or where no TDP is published', () => {
    expect(powerCap(powered({ tdp: 65 }), cpu)).toBe(Number.POSITIVE_INFINITY);
    expect(powerCap(powered({ tdp: 295, scope: 'system' }), unit())).toBe(Number.POSITIVE_INFINITY);
    expect(powerCap(powered({}), unit())).toBe(Number.POSITIVE_INFINITY);
  });
});

/** Work of so many seconds at full clock, a part of which follows the clock. */
function work({ seconds = 1, share = 1, waiting = 0, lanes = 0, compute = 0, memory = 0 }) {
  return {
    seconds,
    stretch: (clock: number): number => (seconds - waiting) * share * (1 / clock - 1),
    waiting,
    floor: 200,
    lanes,
    computeJoules: compute,
    memoryJoules: memory,
  };
}

describe('power', () => {
  it('below the limit is floor, lanes, arithmetic and memory over time, at full clock', () => {
    const result = powerOf(work({ seconds: 2, waiting: 0.5, lanes: 40, compute: 240, memory: 100 }), 665);
    expect(result).toMatchObject({ seconds: 2, watts: 400, clock: 1, limited: false });
    // 200 W x 2 s, 40 W x 1.5 s: lanes rest while the machine waits for its host
    expect(result.joules).toEqual({ static: 400, lanes: 60, compute: 240, memory: 100, total: 800 });
  });

  it('above the limit slows the clock and spends less per operation', () => {
    const { watts, clock, seconds, joules, limited } = powerOf(work({ compute: 800, memory: 100, lanes: 50 }), 665);
    expect(limited).toBe(true);
    expect(watts).toBeCloseTo(665, 2);
    expect(seconds).toBeCloseTo(1 / clock, 9);
    expect(joules.compute).toBeCloseTo(800 * clock ** 2, 9);
    expect(joules.lanes).toBeCloseTo(50 * clock ** 2, 9); // s^3 of the power for 1 / s of the time
    // 200 + (100 + 800 s^2 + 50 s^3 / s) s = 665
    expect(200 + (100 + 800 * clock ** 2 + 50 * clock ** 2) * clock).toBeCloseTo(665, 2);
  });

  it('above the limit stretches arithmetic alone', () => {
    const { clock, seconds } = powerOf(work({ share: 0.5, compute: 800 }), 665);
    expect(seconds).toBeCloseTo(0.5 + 0.5 / clock, 9);
  });

  it('that a slower clock brings under the limit at no cost in time is not limited', () => {
    const { clock, limited, seconds } = powerOf(work({ share: 0, lanes: 300, memory: 300 }), 665);
    expect(clock).toBeLessThan(1);
    expect([limited, seconds]).toEqual([false, 1]);
  });

  it('switches lanes off that the lowest clock does not bring under the limit', () => {
    const { watts, seconds, joules } = powerOf(work({ share: 0, lanes: 20_000, memory: 300 }), 665);
    expect([watts, seconds]).toEqual([665, 1]);
    expect(joules.lanes).toBeCloseTo(165, 9);
  });

  it('that memory alone exceeds makes the machine wait, its floor drawn meanwhile', () => {
    const { watts, seconds, joules } = powerOf(work({ share: 0, memory: 930 }), 665);
    expect(watts).toBe(665);
    expect(seconds).toBe(2); // 930 J at 665 - 200 W
    expect(joules).toEqual({ static: 400, lanes: 0, compute: 0, memory: 930, total: 1330 });
  });

  it('never exceeds its limit, shortens nothing, and its parts add up', () => {
    const joules = between(0, 5000);
    const share = between(0, 1);
    fc.assert(
      fc.property(joules, joules, joules, share, between(1e-3, 10), (compute, memory, lanes, c, t) => {
        const {
          watts,
          seconds,
          clock,
          joules: parts,
        } = powerOf(work({ seconds: t, share: c, lanes, compute, memory, waiting: t / 10 }), 665);
        expect(watts).toBeLessThanOrEqual(665 * (1 + 1e-9));
        expect(seconds).toBeGreaterThanOrEqual(t * (1 - 1e-9));
        expect(clock).toBeGreaterThan(0);
        expect(clock).toBeLessThanOrEqual(1);
        expect(parts.static + parts.lanes + parts.compute + parts.memory).toBeCloseTo(parts.total, 6);
        expect(parts.static / (200 * seconds)).toBeCloseTo(1, 9);
        expect(parts.total / seconds / watts).toBeCloseTo(1, 9);
      }),
    );
  });
});
