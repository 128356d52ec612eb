import { kept, keptOfTwo } from '../kept.js';
import type { JoulesPerByte, Seconds } from '../quantities.js';
import {
  type EnergyPrices,
  energyPrices,
  fullWatts,
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
import { type TimedRun, timeOperators, timeOperatorsOf, visitRuns } from './operators-apart.js';
import { noCost, type PassCost, setCost } from './pass-cost.js';
import { type CountedRun, timeCounted, timeRuns } from './pass-time.js';
import { newPowered, type OpenWork, type Prepared } from './prepared.js';
import { type Run, setDecodeRun } from './runs.js';

/** What a phase does, apart from what its energy costs. */
export interface PhaseWork {
  readonly prepared: Prepared;
  readonly passes: Passes;
  /** At full clock. */
  readonly cost: PassCost;
  /** Every operator, timed apart when it is first asked for. */
  timed?: readonly TimedRun[];
}

/** The passes of a phase, as they are or with their work counted. */
type Passes =
  | { readonly kind: 'plain'; readonly runs: readonly Run[] }
  | { readonly kind: 'counted'; readonly runs: readonly CountedRun[] };

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
  return { prepared, passes: { kind: 'plain', runs }, cost: timeRuns(prepared, runs) };
}

/** Times the counted runs of a phase at full clock. */
export function phaseWork(prepared: Prepared, runs: readonly CountedRun[]): PhaseWork {
  return { prepared, passes: { kind: 'counted', runs }, cost: timeCounted(prepared, runs) };
}

/** Every operator of a phase, timed apart. */
export function operatorsOf(work: PhaseWork): readonly TimedRun[] {
  const { prepared, passes } = work;
  work.timed ??=
    passes.kind === 'plain' ? timeOperatorsOf(prepared, passes.runs) : timeOperators(prepared, passes.runs);
  return work.timed;
}

const NO_COST = noCost();

/**
 * Seconds of a phase as `runPhase` says them, without anything that reports and energies need: all that most points of a
 * sweep are asked for. What it writes over lasts until the next phase of the plan on the machine.
 */
export function phaseSeconds(prepared: Prepared, runs: readonly Run[]): Seconds {
  const { machine, workspace } = prepared;
  const cost = timeRuns(prepared, runs, setCost(workspace.total, NO_COST));
  const limit = limitOf(machine);
  if (limit === Number.POSITIVE_INFINITY || fullWatts(powered(prepared, cost, ENERGY, workspace.powered)) <= limit) {
    return cost.seconds;
  }
  return runPhase(prepared, runs).power.seconds;
}

/** The same of the mean decode step of so many sequences, behind a context that grows by so many tokens. */
export function stepSeconds(prepared: Prepared, sequences: number, context: number, steps: number): Seconds {
  const { decode, runs } = prepared.workspace.steps;
  setDecodeRun(decode, sequences, context, steps);
  return phaseSeconds(prepared, runs);
}

/** Power and energy of a phase's work under its machine's limit. */
export function powerPhase(work: PhaseWork, constants: EnergyConstants = ENERGY): PhaseRun {
  return { work, power: powerOf(poweredWork(work, constants), limitOf(work.prepared.machine)) };
}

/** The work of a phase with its energies under some constants. */
export function poweredWork(work: PhaseWork, constants: EnergyConstants): PoweredWork {
  return Object.assign(powered(work.prepared, work.cost, constants, newPowered()), { stretch: stretchOf(work) });
}

/** Writes what a cost consists of over some work. */
function powered({ machine, memory }: Prepared, cost: PassCost, constants: EnergyConstants, work: OpenWork): OpenWork {
  const prices = pricesOf(machine, constants);
  work.seconds = cost.seconds;
  work.waiting = cost.overhead;
  work.floor = prices.floor;
  work.lanes = prices.lanes;
  work.computeJoules =
    cost.instructions * prices.instruction + cost.matrixFlops * prices.matrixFlop + cost.statedJoules;
  work.memoryJoules = cost.bytes * joulesPerReadByte(memory, prices);
  return work;
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
function stretchOf(work: PhaseWork): (clock: number) => Seconds {
  let known: { readonly total: (clock: number) => Seconds; readonly atFullClock: Seconds } | undefined;
  return (clock) => {
    if (!known) {
      const total = clockedSeconds(work);
      known = { total, atFullClock: total(1) };
    }
    return known.total(clock) - known.atFullClock;
  };
}

/** Seconds of all operators of a phase at a clock, overheads aside. */
function clockedSeconds(work: PhaseWork): (clock: number) => Seconds {
  const { plan, machine } = work.prepared;
  const { overlap } = machine.engine;
  const gathered: { readonly times: number; readonly time: OperatorTime }[] = [];
  visitRuns(plan, operatorsOf(work), (_operator, _work, time, times) => gathered.push({ times, time }));
  return (clock) => {
    let sum = 0;
    for (const { times, time } of gathered) {
      sum += times * smoothmax((time.compute + time.dequantisation) / clock, time.memory, time.load, overlap);
    }
    return sum;
  };
}
