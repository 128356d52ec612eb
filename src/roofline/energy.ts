import type {
  ComputePath,
  ComputeUnit,
  Hardware,
  MemoryLevel,
  MemoryTechnology,
  MultiplyFormat,
} from '../hardware/types.js';
import type { Fraction, Joules, JoulesPerByte, JoulesPerFlop, Seconds, Watts } from '../quantities.js';
import { ENERGY, type EnergyConstants } from './energy-constants.js';

const PICO = 1e-12;
const NANOMETRE = 1e-9;

/** Energy per byte of the memory devices and their links. Source: docs/energy.md, "Energy per byte". */
const DEVICE_BYTE: Readonly<Record<MemoryTechnology, JoulesPerByte>> = {
  sram: 1 * PICO,
  hbm: 48 * PICO,
  gddr: 60 * PICO,
  lpddr: 40 * PICO,
  ddr: 48 * PICO,
  nvme: 500 * PICO,
  remote: 44 * PICO,
};

/** Energy of a matrix engine's FLOP relative to 16 bits. Source: docs/energy.md, "Energy per FLOP". */
const BY_FORMAT: Readonly<Record<MultiplyFormat, number>> = {
  f64: 4,
  f32: 2,
  tf32: 1.5,
  f16: 1,
  bf16: 1,
  int16: 1,
  fp8: 0.55,
  int8: 0.55,
  fp6: 0.45,
  fp4: 0.3,
  int4: 0.3,
};

/** Multiply-adds that one instruction of a 32-bit lane does: packed halves, dot products of bytes. */
const PACKED: Readonly<Record<MultiplyFormat, number>> = {
  f64: 0.5,
  f32: 1,
  tf32: 1,
  f16: 2,
  bf16: 2,
  int16: 2,
  fp8: 4,
  int8: 4,
  fp6: 4,
  fp4: 8,
  int4: 8,
};

const FLOPS_PER_MULTIPLY_ADD = 2;

/** Node at which the constants stand, and which is assumed where none is published. */
const REFERENCE_NODE = 5 * NANOMETRE;

/** Busy floor of a whole system as a part of its largest power. Source: docs/energy.md, "Busy floor". */
const SYSTEM_FLOOR = 0.15;

/** Part of the TDP at which machines hold their power. Source: docs/energy.md, "Power limit". */
const POWER_CAP = 0.97;

/** Largest part of a limit that the floor takes: under a low limit voltage falls, and the floor with it. */
const FLOOR_UNDER_LIMIT = 0.5;

/** Power with clocks up and no work, at least what the machine draws idle; zero where no figure is known. */
export function busyFloor({ power }: Hardware, constants: EnergyConstants = ENERGY): Watts {
  const share = power.scope === 'system' ? SYSTEM_FLOOR : constants.busyFloor;
  const floor = power.busyFloor ?? Math.max(power.idle ?? 0, (power.tdp ?? 0) * share);
  return power.limit === undefined ? floor : Math.min(floor, FLOOR_UNDER_LIMIT * power.limit);
}

/**
 * Power that a unit holds under load; Infinity where no limit is published. The TDP of a CPU is no limit: its turbo goes
 * beyond, and the clocks that its spec states are those that it sustains. The largest power of a system is a reading at
 * the wall, no limit of its chip.
 */
export function powerCap({ power }: Hardware, unit: ComputeUnit): Watts {
  if (power.limit !== undefined) return power.limit;
  const held = power.tdp !== undefined && power.scope !== 'system' && !isCpu(unit);
  return held ? power.tdp * POWER_CAP : Number.POSITIVE_INFINITY;
}

function isCpu({ interfaces }: ComputeUnit): boolean {
  return interfaces.includes('cpu');
}

/** Energy of a byte that crosses a level: the stated one, or of the memory device and of the way to the registers. */
export function joulesPerByte(
  hardware: Hardware,
  { name, technology }: MemoryLevel,
  constants: EnergyConstants = ENERGY,
): JoulesPerByte {
  // On-chip memory lies beside the arithmetic: its figure holds the way.
  const path = technology === 'sram' ? 0 : constants.bytePath * nodeFactor(hardware, constants);
  return hardware.power.perByte[name] ?? DEVICE_BYTE[technology] + path;
}

/** Energy per operation at a node, relative to that at which the constants stand. */
function nodeFactor({ processNode = REFERENCE_NODE }: Hardware, { nodeExponent }: EnergyConstants): number {
  return (processNode / REFERENCE_NODE) ** nodeExponent;
}

/** What a FLOP consists of, as far as energy goes; the rest is price. */
export interface FlopKind {
  /** Instructions of a 32-bit lane. */
  readonly instructions: number;
  /** FLOPs of a matrix engine, as many 16-bit ones as cost the same. */
  readonly matrixFlops: number;
  /** Where the spec states the energy. */
  readonly joules: JoulesPerFlop;
}

/**
 * What a FLOP on a path consists of. Vector lanes spend their energy on instructions, however many multiply-adds those
 * hold; a matrix engine's instructions hold so many that the operands' width decides. A CPU core's vector instructions are
 * in the price of its clock.
 */
export function flopKind({ power }: Hardware, unit: ComputeUnit, path: ComputePath, format: MultiplyFormat): FlopKind {
  const stated = statedJoules(power.perFlop, path, format);
  if (stated !== undefined) return { instructions: 0, matrixFlops: 0, joules: stated };
  if (path === 'matrix') return { instructions: 0, matrixFlops: BY_FORMAT[format], joules: 0 };
  const instructions = isCpu(unit) ? 0 : 1 / (FLOPS_PER_MULTIPLY_ADD * PACKED[format]);
  return { instructions, matrixFlops: 0, joules: 0 };
}

/** The spec's energy of a format, or of a matrix engine's by width from its 16-bit one. */
function statedJoules(
  perFlop: Hardware['power']['perFlop'],
  path: ComputePath,
  format: MultiplyFormat,
): JoulesPerFlop | undefined {
  const wide = perFlop.f16 ?? perFlop.bf16;
  return perFlop[format] ?? (path === 'matrix' && wide !== undefined ? wide * BY_FORMAT[format] : undefined);
}

/** Prices of a machine under the constants. */
export interface EnergyPrices {
  readonly floor: Watts;
  /** Power of all lanes while kernels run, at full clock. */
  readonly lanes: Watts;
  readonly instruction: Joules;
  readonly matrixFlop: JoulesPerFlop;
  /** Of a byte that crosses a level. */
  readonly bytes: ReadonlyMap<MemoryLevel, JoulesPerByte>;
}

/** Prices of a unit of which some cores are at work. */
export function energyPrices(
  hardware: Hardware,
  unit: ComputeUnit,
  coresInUse: Fraction,
  constants: EnergyConstants = ENERGY,
): EnergyPrices {
  const factor = nodeFactor(hardware, constants);
  const cycle = isCpu(unit) ? constants.coreLaneCycle : constants.laneCycle;
  return {
    floor: busyFloor(hardware, constants),
    lanes: laneRate(unit) * coresInUse * cycle * factor,
    instruction: constants.instruction * factor,
    matrixFlop: constants.matrixFlop * factor,
    bytes: new Map(Object.values(hardware.memory).map((level) => [level, joulesPerByte(hardware, level, constants)])),
  };
}

/** Clocks of 32-bit vector lanes in a second, all cores together; none where no vector unit is described. */
function laneRate({ peaks }: ComputeUnit): number {
  const single = peaks.find(
    ({ path, format, sparsity }) => path === 'vector' && format === 'f32' && sparsity === 'dense',
  );
  return (single?.rate ?? 0) / FLOPS_PER_MULTIPLY_ADD;
}

/** Energy of some work by component. */
export interface EnergyParts {
  /** The busy floor, all the time. */
  readonly static: Joules;
  /** Lanes that are clocked while kernels run. */
  readonly lanes: Joules;
  /** Instructions and FLOPs. */
  readonly compute: Joules;
  readonly memory: Joules;
  readonly total: Joules;
}

/** Work whose power at full clock is wanted. */
export interface FullWork {
  readonly seconds: Seconds;
  /** Of that time, what the machine waits for launches and for its host. */
  readonly waiting: Seconds;
  /** Power at rest, and of the lanes at full clock. */
  readonly floor: Watts;
  readonly lanes: Watts;
  /** Energy at full clock. */
  readonly computeJoules: Joules;
  readonly memoryJoules: Joules;
}

/** Work whose power is wanted at lower clocks too. */
export interface PoweredWork extends FullWork {
  /** What it takes longer at a lower clock: arithmetic stretches, memory does not. */
  stretch(clock: number): Seconds;
}

export interface PowerResult {
  /** Seconds at the clock that the power limit allows. */
  readonly seconds: number;
  readonly watts: Watts;
  readonly clock: number;
  /** True where the limit costs time worth mentioning. */
  readonly limited: boolean;
  readonly joules: EnergyParts;
}

/** Steps of the search for the clock, and how near the power comes to the limit: to a part in a thousand million. */
const MOST_STEPS = 60;
const NEAR = 1e-9;

/** Lowest clock, relative to the nominal one, that a power limit brings about. */
const LOWEST_CLOCK = 0.3;

/** Time lost to a limit that is worth mentioning: a slower clock costs memory-bound work nothing. */
const FELT = 0.02;

/**
 * Power of some work under a limit, a fixed point: above the limit the clock s drops and voltage with it, so that energy
 * per operation falls by s^2 and the lanes' power by s^3; arithmetic takes 1/s as long, memory time and energy stay.
 * `P(s) = floor + (s^3 lanes (t(s) - waiting) + s^2 E_compute + E_memory) / t(s)`.
 */
export function powerOf(work: PoweredWork, limit: Watts): PowerResult {
  if (fullWatts(work) <= limit) return powerAt(work, 1);
  const lowest = wattsAt(work, LOWEST_CLOCK);
  const held =
    lowest <= limit
      ? powerAt(work, clockAtLimit(work, limit, lowest))
      : gated(work, powerAt(work, LOWEST_CLOCK), limit);
  return { ...held, limited: held.seconds > work.seconds * (1 + FELT) };
}

/**
 * The highest clock that keeps to the limit, between the lowest one, which does, and the full one: false position, which
 * halves the weight of an end that stays twice (the Illinois method).
 */
function clockAtLimit(work: PoweredWork, limit: Watts, lowest: Watts): number {
  let [low, high] = [LOWEST_CLOCK, 1];
  let [under, over] = [limit - lowest, fullWatts(work) - limit];
  let short = under;
  let moved: 'low' | 'high' | undefined;
  for (let step = 0; step < MOST_STEPS && short > limit * NEAR; step++) {
    const middle = low + (high - low) * (under / (under + over));
    const watts = wattsAt(work, middle);
    if (watts > limit) {
      high = middle;
      over = watts - limit;
      if (moved === 'high') under /= 2;
      moved = 'high';
    } else {
      low = middle;
      short = limit - watts;
      under = short;
      if (moved === 'low') over /= 2;
      moved = 'low';
    }
  }
  return low;
}

/**
 * Work that exceeds its limit at the lowest clock: lanes that stall are switched off until it fits. Where bytes and FLOPs
 * alone exceed it, the machine waits between bursts, its floor drawn all the while.
 */
function gated({ floor }: PoweredWork, slowed: PowerResult, limit: Watts): PowerResult {
  const { compute, memory } = slowed.joules;
  // A floor above the limit is not held at all.
  if (limit <= floor) return slowed;
  const seconds = Math.max(slowed.seconds, (compute + memory) / (limit - floor));
  const lanes = Math.max(0, (limit - floor) * seconds - compute - memory);
  const joules = { static: floor * seconds, lanes, compute, memory, total: limit * seconds };
  return { ...slowed, seconds, watts: limit, joules };
}

/** Power of some work at full clock, whatever the limit. */
export function fullWatts(work: FullWork): Watts {
  return joulesAt(work, 1, work.seconds) / work.seconds;
}

function wattsAt(work: PoweredWork, clock: number): Watts {
  const seconds = work.seconds + work.stretch(clock);
  return joulesAt(work, clock, seconds) / seconds;
}

function joulesAt(work: FullWork, clock: number, seconds: Seconds): Joules {
  return work.floor * seconds + lanesAt(work, clock, seconds) + work.computeJoules * clock ** 2 + work.memoryJoules;
}

function lanesAt({ lanes, waiting }: FullWork, clock: number, seconds: Seconds): Joules {
  return lanes * clock ** 3 * Math.max(0, seconds - waiting);
}

function powerAt(work: PoweredWork, clock: number): PowerResult {
  const seconds = clock === 1 ? work.seconds : work.seconds + work.stretch(clock);
  const total = joulesAt(work, clock, seconds);
  const joules = {
    static: work.floor * seconds,
    lanes: lanesAt(work, clock, seconds),
    compute: work.computeJoules * clock ** 2,
    memory: work.memoryJoules,
    total,
  };
  return { seconds, watts: total / seconds, clock, limited: false, joules };
}
