import type { ComputeUnit, Hardware, MemoryLevel, MemoryTechnology, MultiplyFormat } from '../hardware/types.js';
import type { Joules, JoulesPerByte, JoulesPerFlop, Seconds, Watts } from '../quantities.js';

const PICO = 1e-12;
const NANOMETRE = 1e-9;

/** Effective energy per byte at the board, by technology. Source: docs/energy.md, "Energy per byte". */
const PER_BYTE: Readonly<Record<MemoryTechnology, JoulesPerByte>> = {
  sram: 1 * PICO,
  hbm: 100 * PICO,
  gddr: 110 * PICO,
  lpddr: 60 * PICO,
  ddr: 100 * PICO,
  nvme: 500 * PICO,
  remote: 44 * PICO,
};

/** Effective energy per 16-bit FLOP by process node in nanometres. Source: docs/energy.md, "Energy per FLOP". */
const PER_FLOP: readonly (readonly [number, JoulesPerFlop])[] = [
  [3, 0.6 * PICO],
  [4, 0.7 * PICO],
  [5, 0.8 * PICO],
  [6, 0.85 * PICO],
  [7, 0.9 * PICO],
  [8, 1.2 * PICO],
  [10, 1.5 * PICO],
  [12, 1.9 * PICO],
  [14, 2.2 * PICO],
  [16, 2.4 * PICO],
];

/** Node assumed where none is published. */
const USUAL_NODE = 5;

/** Energy of a FLOP relative to 16 bits. Source: docs/energy.md, "Energy per FLOP". */
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

/** Busy floor as a fraction of the TDP. Source: docs/energy.md, "Busy floor". */
const FLOOR = { board: 0.3, package: 0.15, system: 0.15 } as const;

/** Part of the TDP at which machines hold their power. Source: docs/energy.md, "Model". */
const POWER_CAP = 0.95;

/** Power with clocks up and no work; zero where neither floor nor TDP is known. */
export function busyFloor({ power }: Hardware): Watts {
  return power.busyFloor ?? (power.tdp ?? 0) * FLOOR[power.scope];
}

/** Power that a machine holds under load; Infinity where no limit is published. */
export function powerCap({ power }: Hardware): Watts {
  if (power.limit !== undefined) return power.limit;
  return power.tdp === undefined ? Number.POSITIVE_INFINITY : power.tdp * POWER_CAP;
}

/** Energy of a byte that crosses a level. */
export function joulesPerByte({ power }: Hardware, level: MemoryLevel): JoulesPerByte {
  return power.perByte[level.name] ?? PER_BYTE[level.technology];
}

/**
 * Energy of a FLOP in a format on a unit. Out-of-order CPU cores spend their energy on instructions, whatever those
 * compute: theirs is what the TDP leaves at the peak rate.
 */
export function joulesPerFlop(hardware: Hardware, unit: ComputeUnit, format: MultiplyFormat): JoulesPerFlop {
  const { power, processNode } = hardware;
  const stated = power.perFlop[format];
  if (stated !== undefined) return stated;
  const peak = unit.peaks.find((candidate) => candidate.format === format && candidate.sparsity === 'dense');
  if (unit.interfaces.includes('cpu') && power.tdp !== undefined && peak) {
    return (power.tdp - busyFloor(hardware)) / peak.rate;
  }
  const reference = power.perFlop.f16 ?? power.perFlop.bf16 ?? atNode(processNode);
  return reference * BY_FORMAT[format];
}

/** Energy per 16-bit FLOP at the nearest node of the table. */
function atNode(processNode: number | undefined): JoulesPerFlop {
  const nanometres = processNode === undefined ? USUAL_NODE : processNode / NANOMETRE;
  let best = PER_FLOP[0] ?? [USUAL_NODE, 0.8 * PICO];
  for (const entry of PER_FLOP) {
    if (Math.abs(entry[0] - nanometres) < Math.abs(best[0] - nanometres)) best = entry;
  }
  return best[1];
}

/** Energy of some work by component. */
export interface EnergyParts {
  readonly static: Joules;
  readonly compute: Joules;
  readonly memory: Joules;
  readonly total: Joules;
}

/** Work whose power is wanted. */
export interface PoweredWork {
  /** Time at a clock relative to the nominal one: arithmetic stretches, memory does not. */
  secondsAt(clock: number): Seconds;
  /** Energy at full clock. */
  readonly computeJoules: Joules;
  readonly memoryJoules: Joules;
}

export interface PowerResult {
  /** Seconds at the clock that the power limit allows. */
  readonly seconds: number;
  readonly watts: Watts;
  readonly clock: number;
  readonly limited: boolean;
  readonly joules: EnergyParts;
}

/** Halvings of the range of clocks: to a part in a thousand million. */
const BISECTIONS = 30;

/** Lowest clock, relative to the nominal one, that a power limit brings about. */
const LOWEST_CLOCK = 0.3;

/**
 * Power of some work under a limit, a fixed point: above the limit the clock s drops, arithmetic takes 1/s as long and
 * energy per operation falls by s^2 (voltage follows the clock), while memory time and energy stay.
 * `P(s) = floor + (E_memory + s^2 E_compute) / t(s)`.
 */
export function powerOf(hardware: Hardware, work: PoweredWork, limit: Watts): PowerResult {
  const floor = busyFloor(hardware);
  const at = (clock: number): PowerResult => {
    const seconds = work.secondsAt(clock);
    const compute = work.computeJoules * clock * clock;
    const total = floor * seconds + compute + work.memoryJoules;
    const joules = { static: floor * seconds, compute, memory: work.memoryJoules, total };
    return { seconds, watts: total / seconds, clock, limited: clock < 1, joules };
  };
  const full = at(1);
  if (full.watts <= limit) return full;
  let low = LOWEST_CLOCK;
  let high = 1;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (at(middle).watts > limit) high = middle;
    else low = middle;
  }
  const slowed = at(low);
  if (slowed.watts <= limit) return slowed;
  // Work alone exceeds the limit at the lowest clock: the machine waits between bursts, its floor drawn all the while.
  const { compute, memory } = slowed.joules;
  const seconds = (compute + memory) / (limit - floor);
  const joules = { static: floor * seconds, compute, memory, total: limit * seconds };
  return { ...slowed, seconds, watts: limit, joules };
}
