import { kept, keptOfTwo } from '../kept.js';
import type { JoulesPerByte, Seconds } from '../quantities.js';
import {
  type EnergyPrices,
  energyPrices,
  type PoweredWork,
  type PowerResult,
  powerCap,
  powerOf,
} from '../roofline/energy.js';
import { ENERGY, type EnergyConstants } from '../roofline/energy-constants.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { smoothmax } from '../roofline/smoothmax.js';
import type { PassCost } from './pass-cost.js';
import {
  type CountedRun,
  type Prepared,
  type TimedRun,
  timeCounted,
  timeOperators,
  timeOperatorsOf,
  timeRuns,
  visitRuns,
} from './pass-time.js';
import type { Run } from './runs.js';

/** What a phase does, apart from what its energy costs. */
export interface PhaseWork {
  readonly prepared: Prepared;
  /** At full clock. */
  readonly cost: PassCost;
  /** Every operator, timed apart when it is first asked for. */
  readonly operators: () => readonly TimedRun[];
  /** Seconds that it takes longer at a clock. */
  readonly stretch: (clock: number) => Seconds;
}

/** A phase as it runs: its work at full clock, and what the power limit makes of it. */
export interface PhaseRun {
  readonly work: PhaseWork;
  /** Under the power limit. */
  readonly power: PowerResult;
}

/** Runs a phase under the power limit of its machine. Weights that sum to 1 make it one mean pass. */
export function runPhase(prepared: Prepared, runs: readonly Run[]): PhaseRun {
  return powerPhase(workOf(prepared, runs));
}

/** Times the runs of a phase at full clock. */
export function workOf(prepared: Prepared, runs: readonly Run[]): PhaseWork {
  return phaseOf(prepared, timeRuns(prepared, runs), () => timeOperatorsOf(prepared, runs));
}

/** Times the counted runs of a phase at full clock. */
export function phaseWork(prepared: Prepared, runs: readonly CountedRun[]): PhaseWork {
  return phaseOf(prepared, timeCounted(prepared, runs), () => timeOperators(prepared, runs));
}

function phaseOf(prepared: Prepared, cost: PassCost, timed: () => readonly TimedRun[]): PhaseWork {
  const operators = once(timed);
  return { prepared, cost, operators, stretch: stretchOf(prepared, operators) };
}

function once<Value>(find: () => Value): () => Value {
  let found: { readonly value: Value } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** Power and energy of a phase's work under its machine's limit. */
export function powerPhase(work: PhaseWork, constants: EnergyConstants = ENERGY): PhaseRun {
  return { work, power: powerOf(poweredWork(work, constants), limitOf(work.prepared.machine)) };
}

/** The work of a phase with its energies under some constants. */
export function poweredWork(work: PhaseWork, constants: EnergyConstants): PoweredWork {
  const { cost, prepared, stretch } = work;
  const prices = pricesOf(prepared.machine, constants);
  const { floor, lanes, instruction, matrixFlop } = prices;
  return {
    seconds: cost.seconds,
    stretch,
    waiting: cost.overhead,
    floor,
    lanes,
    computeJoules: cost.instructions * instruction + cost.matrixFlops * matrixFlop + cost.statedJoules,
    memoryJoules: cost.bytes * joulesPerReadByte(prepared.memory, prices),
  };
}

const limitOf = kept(({ hardware, unit, engine }: Machine) =>
  engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(hardware, unit),
);

const pricesOf = keptOfTwo(({ hardware, unit, cores }: Machine, constants: EnergyConstants) =>
  energyPrices(hardware, unit, cores / unit.count, constants),
);

/** Energy of a byte read, over the levels that weights and cache come from. */
function joulesPerReadByte({ readFrom }: MemoryTimes, { bytes }: EnergyPrices): JoulesPerByte {
  let joules = 0;
  for (const { level, part } of readFrom) joules += part * (bytes.get(level) ?? 0);
  return joules;
}

/** Seconds that a phase takes longer at a clock, from every operator's own terms; they are gathered when first asked. */
function stretchOf({ plan, machine }: Prepared, operators: () => readonly TimedRun[]): (clock: number) => Seconds {
  const { overlap } = machine.engine;
  let gathered: { readonly times: number; readonly time: OperatorTime }[] | undefined;
  let atFullClock = 0;
  const total = (clock: number): Seconds => {
    let sum = 0;
    for (const { times, time } of gathered ?? []) {
      sum += times * smoothmax((time.compute + time.dequantisation) / clock, time.memory, time.load, overlap);
    }
    return sum;
  };
  return (clock) => {
    if (!gathered) {
      const all: { readonly times: number; readonly time: OperatorTime }[] = [];
      visitRuns(plan, operators(), (_operator, _work, time, times) => all.push({ times, time }));
      gathered = all;
      atFullClock = total(1);
    }
    return total(clock) - atFullClock;
  };
}
