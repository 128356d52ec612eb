import type { ResidualBand } from '../engine/types.js';
import type { Fraction, Joules, JoulesPerByte, JoulesPerFlop, Watts } from '../quantities.js';

/** What stands around a device whose power is read at the wall. */
export const HOSTS = ['sbc', 'mini', 'laptop', 'desktop', 'workstation'] as const;
export type Host = (typeof HOSTS)[number];

/**
 * The few constants of power and energy, shared by every machine. Energies are at a process node called 5 nm; another
 * node multiplies them by `(node / 5 nm)^nodeExponent`. docs/energy.md says what each of them is.
 */
export interface EnergyConstants {
  /** Draw of a board or package with clocks up and nothing to do, as a part of its TDP. */
  readonly busyFloor: Fraction;
  readonly nodeExponent: number;
  /** A byte between the pins of the memory and the registers: controller, on-die network, caches. */
  readonly bytePath: JoulesPerByte;
  /** A clock of one 32-bit lane of a GPU while its kernels run, whatever the lane does. */
  readonly laneCycle: Joules;
  /** A clock of one 32-bit vector lane of a busy CPU core: it reorders, speculates and polls, whatever it computes. */
  readonly coreLaneCycle: Joules;
  /** An instruction in one 32-bit lane: fetched, decoded, its operands delivered, executed. */
  readonly instruction: Joules;
  /** A 16-bit FLOP of a matrix engine. */
  readonly matrixFlop: JoulesPerFlop;
  /** The rest of a computer whose device works: mainboard, fans, drives, the processor beside a board. */
  readonly hosts: Readonly<Record<Host, Watts>>;
}

/** Errors of power apart from those of time: of boards and packages, and at the wall. */
export type EnergyScope = 'device' | 'wall';

/** Constants that are one number each; the hosts stand apart. */
export type EnergyConstantName = Exclude<keyof EnergyConstants, 'hosts'>;

/** Bounds within which a fit may move the constants. What they rest on: docs/energy.md, "The constants". */
export const ENERGY_BOUNDS: Readonly<Record<EnergyConstantName | Host, readonly [number, number]>> = {
  busyFloor: [0.1, 0.4],
  nodeExponent: [0.3, 1.5],
  bytePath: [5e-12, 150e-12],
  laneCycle: [0.5e-12, 15e-12],
  coreLaneCycle: [10e-12, 150e-12],
  instruction: [2e-12, 40e-12],
  matrixFlop: [0.1e-12, 2e-12],
  sbc: [2, 4],
  mini: [4, 20],
  laptop: [4, 15],
  desktop: [30, 100],
  workstation: [60, 150],
};

/** Written by `scripts/fit-energy.ts` from measurements/. */
export const ENERGY: EnergyConstants = {
  busyFloor: 0.312,
  nodeExponent: 0.741,
  bytePath: 3.83e-11,
  laneCycle: 4.4e-12,
  coreLaneCycle: 4.17e-11,
  instruction: 1.44e-11,
  matrixFlop: 7.05e-13,
  hosts: { sbc: 2, mini: 18.1, laptop: 15, desktop: 68.3, workstation: 110 },
};

/**
 * 10 % and 90 % quantiles of `ln(measured / expected)` of power with its time as measured where that is known, each device
 * predicted without its rows. Written by `scripts/fit-energy.ts`.
 */
export const ENERGY_RESIDUALS: Readonly<Record<EnergyScope, ResidualBand>> = {
  device: {
    low: -0.226,
    high: 0.205,
    basis:
      '412 rows of 6 devices, each predicted without its own rows: median error 10.2 %, interval widened for few devices',
  },
  wall: {
    low: -0.262,
    high: 0.26,
    basis: '69 rows of 28 devices, each predicted without its own rows: median error 13.8 %',
  },
};
