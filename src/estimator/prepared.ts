import { keptOfTwo } from '../kept.js';
import { newWork, type Work } from '../model/measure.js';
import { inOneForm, isOwn, type OwnOperator, type PlannedOperator } from '../model/operators.js';
import type { Pass } from '../model/pass.js';
import type { Seconds, Watts } from '../quantities.js';
import type { EnergyPrices, FullWork } from '../roofline/energy.js';
import { ENERGY } from '../roofline/energy-constants.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import { newTime, type OperatorTime } from '../roofline/operator-time.js';
import { noCost, type PassCost } from './pass-cost.js';
import { limitOf, pricesOf } from './power-facts.js';
import { type DecodeRun, newDecodeRun, type Run } from './runs.js';

/** A model on a machine under an engine: everything that no workload changes but where its bytes lie. */
export interface Prepared {
  readonly plan: Plan;
  readonly machine: Machine;
  readonly memory: MemoryTimes;
  /** Layers that a token crosses in turn. */
  readonly layers: number;
  readonly workspace: Workspace;
}

/** The operators of a pass: those that all of its rows share, and those that each part of its sequences has of its own. */
export interface Plan {
  readonly shared: readonly PlannedOperator[];
  readonly own: readonly OwnOperator[];
}

/** Sorts operators by whether all rows share them. */
export function planOf(operators: readonly PlannedOperator[]): Plan {
  const planned = operators.map(inOneForm);
  return { shared: planned.filter((operator) => !isOwn(operator)), own: planned.filter(isOwn) };
}

/** One operator with its work in some pass: what no engine constant changes. */
export interface MeasuredOperator<Operator extends PlannedOperator = PlannedOperator> {
  readonly operator: Operator;
  readonly work: Work;
}

/** An operator with its work and what that takes. */
export interface TimedOperator extends MeasuredOperator {
  readonly time: OperatorTime;
}

/** What a cost that rows share depends on. */
interface SharedFor {
  readonly tokens: number;
  readonly sequences: number;
  readonly sampled: number;
  readonly memory: MemoryTimes;
}

export interface SharedCost extends SharedFor {
  readonly cost: PassCost;
  /** Of each operator what a clock stretches, its arithmetic, and what it leaves alone: memory and load. */
  readonly clocked: Float64Array;
}

/** How many terms of an operator `clocked` has. */
export const CLOCKED = 3;

/** What a pass's own kernels take once. */
export interface OwnKernels {
  seconds: Seconds;
  launches: number;
}

/** What timing a plan on a machine keeps. */
export interface Workspace {
  /** Costs of the operators that all rows share, by tokens of a pass: a pass behind another context has the same. */
  readonly byTokens: Map<number, SharedCost>;
  /** The last of them. */
  latest: SharedCost | undefined;
  /** Of the latest few, every operator too: each takes the place of the oldest. */
  readonly timed: (SharedTimes | undefined)[];
  oldest: number;
  /** Written over for each operator, and for what the parts of a pass have of their own: new ones take longer to make. */
  readonly work: Work;
  readonly time: OperatorTime;
  readonly kernels: OwnKernels;
  /** The same of whole phases of which nothing but the time is wanted. */
  readonly total: PassCost;
  readonly steps: { readonly decode: DecodeRun; readonly runs: readonly Run[] };
  readonly powered: OpenWork;
  /** Power that the machine is held to, and its prices of energy. */
  readonly limit: Watts;
  readonly prices: EnergyPrices;
}

/** The work of a phase to be written into. */
export type OpenWork = { -readonly [Figure in keyof FullWork]: FullWork[Figure] };

function openSteps(): Workspace['steps'] {
  const decode = newDecodeRun();
  return { decode, runs: [decode.run] };
}

export function newPowered(): OpenWork {
  return { seconds: 0, waiting: 0, floor: 0, lanes: 0, computeJoules: 0, memoryJoules: 0 };
}

export interface SharedTimes extends SharedFor {
  readonly operators: readonly TimedOperator[];
}

/** Costs that are kept; then all are forgotten. */
const MOST_COSTS = 1 << 12;
/** A request has three at most, of its steps and of whole and last chunks. */
const MOST_TIMED = 4;

/** The workspace of a plan on a machine; it is made once. */
export const workspaceOf = keptOfTwo(
  (_plan: Plan, machine: Machine): Workspace => ({
    byTokens: new Map(),
    latest: undefined,
    timed: new Array<SharedTimes | undefined>(MOST_TIMED).fill(undefined),
    oldest: 0,
    work: newWork(),
    time: newTime(machine.vector),
    kernels: { seconds: 0, launches: 0 },
    total: noCost(),
    steps: openSteps(),
    powered: newPowered(),
    limit: limitOf(machine),
    prices: pricesOf(machine, ENERGY),
  }),
);

/** Whether what is known is that of such rows. */
export function isOf(known: SharedFor, { tokens, sequences, sampled }: Pass, memory: MemoryTimes): boolean {
  return (
    known.tokens === tokens && known.sequences === sequences && known.sampled === sampled && known.memory === memory
  );
}

/** Keeps a cost that rows share. */
export function keepShared({ byTokens }: Workspace, cost: SharedCost): SharedCost {
  if (byTokens.size >= MOST_COSTS) byTokens.clear();
  byTokens.set(cost.tokens, cost);
  return cost;
}

/** Keeps operators that rows share, in the place of the oldest ones. */
export function keepTimed(workspace: Workspace, times: SharedTimes): SharedTimes {
  workspace.timed[workspace.oldest] = times;
  workspace.oldest = (workspace.oldest + 1) % MOST_TIMED;
  return times;
}
