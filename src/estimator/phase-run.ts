import type { JoulesPerByte, Seconds } from '../quantities.js';
import { type EnergyPrices, fullWatts, type PoweredWork, type PowerResult, powerOf } from '../roofline/energy.js';
import { ENERGY, type EnergyConstants } from '../roofline/energy-constants.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import { stretchOf } from './clocked.js';
import { noCost, type PassCost, setCost } from './pass-cost.js';
import { timeRuns } from './pass-time.js';
import { type PhaseWork, workOf } from './phase-work.js';
import { pricesOf } from './power-facts.js';
import { newPowered, type OpenWork, type Prepared } from './prepared.js';
import { type Run, setDecodeRun } from './runs.js';

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

const NO_COST = noCost();

/**
 * Seconds of a phase as `runPhase` says them, without anything that reports and energies need: all that most points of a
 * sweep are asked for. What it writes over lasts until the next phase of the plan on the machine.
 */
export function phaseSeconds(prepared: Prepared, runs: readonly Run[]): Seconds {
  const { workspace } = prepared;
  const cost = timeRuns(prepared, runs, setCost(workspace.total, NO_COST));
  const { limit, prices } = workspace;
  if (limit === Number.POSITIVE_INFINITY || fullWatts(powered(prepared, cost, prices, workspace.powered)) <= limit) {
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
  return { work, power: powerOf(poweredWork(work, constants), work.prepared.workspace.limit) };
}

/** The work of a phase with its energies under some constants. */
export function poweredWork(work: PhaseWork, constants: EnergyConstants): PoweredWork {
  const { prepared, cost } = work;
  const prices = pricesOf(prepared.machine, constants);
  return Object.assign(powered(prepared, cost, prices, newPowered()), { stretch: stretchOf(work) });
}

/** Writes what a cost consists of over some work. */
function powered({ memory }: Prepared, cost: PassCost, prices: EnergyPrices, work: OpenWork): OpenWork {
  work.seconds = cost.seconds;
  work.waiting = cost.overhead;
  work.floor = prices.floor;
  work.lanes = prices.lanes;
  work.computeJoules =
    cost.instructions * prices.instruction + cost.matrixFlops * prices.matrixFlop + cost.statedJoules;
  work.memoryJoules = cost.bytes * joulesPerReadByte(memory, prices);
  return work;
}

/** Energy of a byte read, over the levels that weights and cache come from. */
function joulesPerReadByte({ readFrom }: MemoryTimes, { bytes }: EnergyPrices): JoulesPerByte {
  let joules = 0;
  for (const { level, part } of readFrom) joules += part * (bytes.get(level) ?? 0);
  return joules;
}
