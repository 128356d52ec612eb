import type { EngineClass } from '../engine/types.js';
import { keptOfTwo } from '../kept.js';
import { measureOperator, measureOwn, newWork, type Work } from '../model/measure.js';
import { isOwn, type OwnOperator, type PlannedOperator } from '../model/operators.js';
import { newTokens, type Pass } from '../model/pass.js';
import type { Seconds } from '../quantities.js';
import type { FullWork } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import { newTime, type OperatorTime, operatorTime, ownOperatorTime } from '../roofline/operator-time.js';
import { addCost, addOperator, noCost, type PassCost, setCost } from './pass-cost.js';
import { type DecodeRun, newDecodeRun, type Run } from './runs.js';
import { fillPipeline, oneByOne, type Pipeline, pipelineOf, timeInPipeline, workInPipeline } from './spatial.js';

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
  return { shared: operators.filter((operator) => !isOwn(operator)), own: operators.filter(isOwn) };
}

/** What a cost that rows share depends on. */
interface SharedFor {
  readonly tokens: number;
  readonly sequences: number;
  readonly sampled: number;
  readonly memory: MemoryTimes;
}

interface SharedCost extends SharedFor {
  readonly cost: PassCost;
}

/** One operator with its work in some pass: what no engine constant changes. */
export interface MeasuredOperator<Operator extends PlannedOperator = PlannedOperator> {
  readonly operator: Operator;
  readonly work: Work;
}

/** The work of a run, which no engine constant and no rate changes. */
export interface CountedRun {
  readonly laid: LaidRun;
  readonly shared: readonly MeasuredOperator[];
  /** Of each pass, the operators of all its parts. */
  readonly own: readonly (readonly MeasuredOperator<OwnOperator>[])[];
}

/** A run as the machine executes it. */
interface LaidRun extends Run {
  /** Where layers lie in space and tokens follow one another: the run is then that of one of them. */
  readonly pipeline?: Pipeline;
}

/** What one pass of a run holds: all rows, or one token of a pipeline; a graph compiled for so many tokens is filled up. */
function layOut({ machine, layers }: Prepared, run: Run): LaidRun {
  const { execution } = machine.hardware;
  const { fixedContext } = machine.engine;
  const laid = execution.kind === 'spatial' ? oneByOne(run) : run;
  const filled = fixedContext === undefined ? laid : fillContext(laid, fixedContext);
  return execution.kind === 'spatial' ? { ...filled, pipeline: pipelineOf(run.rows, layers, execution) } : filled;
}

/** Passes of a graph compiled for `room` tokens: the context takes what the new ones leave, masked where it is unused. */
function fillContext({ rows, passes }: Run, room: number): Run {
  const filled = (part: Pass): Pass => ({ ...part, context: Math.max(part.context, room - newTokens(part)) });
  return { rows, passes: passes.map(({ weight, parts }) => ({ weight, parts: parts.map(filled) })) };
}

/** Counts the work of runs once, to be timed under any constants of a class that fuses alike. */
export function countRuns(prepared: Prepared, runs: readonly Run[]): readonly CountedRun[] {
  const { plan, machine } = prepared;
  return runs.map((run) => {
    const laid = layOut(prepared, run);
    return {
      laid,
      shared: measure(plan.shared, laid.rows, machine),
      own: laid.passes.map(({ parts }) => parts.flatMap((part) => measure(plan.own, part, machine))),
    };
  });
}

function measure<Operator extends PlannedOperator>(
  operators: readonly Operator[],
  pass: Pass,
  { engine }: Machine,
): MeasuredOperator<Operator>[] {
  return operators.map((operator) => ({ operator, work: measureOperator(operator, pass, engine.fusion) }));
}

/** Time of runs whose work was counted. */
export function timeCounted(prepared: Prepared, runs: readonly CountedRun[]): PassCost {
  const total = noCost();
  for (const { laid, shared, own } of runs) {
    const cost = laid.pipeline ? noCost() : total;
    const sharedCost = costOf(prepared, shared);
    for (let index = 0; index < laid.passes.length; index++) {
      const pass = costOf(prepared, own[index] ?? [], { ...sharedCost });
      addPass(cost, laid.passes[index]?.weight ?? 0, laid.rows, pass, prepared.machine);
    }
    if (laid.pipeline) addPipeline(total, laid, laid.pipeline, cost);
  }
  return total;
}

/** Time of runs. What all rows share is summed once for each number of tokens. */
export function timeRuns(prepared: Prepared, runs: readonly Run[], total: PassCost = noCost()): PassCost {
  for (const run of runs) {
    const laid = layOut(prepared, run);
    const cost = laid.pipeline ? noCost() : total;
    const shared = sharedCostOf(prepared, laid.rows);
    for (const { weight, parts } of laid.passes) {
      addPass(cost, weight, laid.rows, passCostOf(prepared, shared, parts), prepared.machine);
    }
    if (laid.pipeline) addPipeline(total, laid, laid.pipeline, cost);
  }
  return total;
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
  /** Written over for each operator that parts have of their own, and for all of a pass: new ones take longer to make. */
  readonly work: Work;
  readonly time: OperatorTime;
  readonly pass: PassCost;
  /** The same of whole phases of which nothing but the time is wanted. */
  readonly total: PassCost;
  readonly steps: { readonly run: DecodeRun; readonly runs: readonly Run[] };
  readonly powered: OpenWork;
}

/** The work of a phase to be written into. */
export type OpenWork = { -readonly [Figure in keyof FullWork]: FullWork[Figure] };

function openSteps(): Workspace['steps'] {
  const run = newDecodeRun();
  return { run, runs: [run] };
}

export function newPowered(): OpenWork {
  return { seconds: 0, waiting: 0, floor: 0, lanes: 0, computeJoules: 0, memoryJoules: 0 };
}

interface SharedTimes extends SharedFor {
  readonly operators: readonly TimedOperator[];
}

/** Costs that are kept; then all are forgotten. */
const MOST_COSTS = 1 << 14;
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
    pass: noCost(),
    total: noCost(),
    steps: openSteps(),
    powered: newPowered(),
  }),
);

function sharedCostOf(prepared: Prepared, rows: Pass): PassCost {
  const { memory, workspace } = prepared;
  if (!workspace.latest || !isOf(workspace.latest, rows, memory)) {
    const known = workspace.byTokens.get(rows.tokens);
    workspace.latest = known && isOf(known, rows, memory) ? known : addSharedCost(prepared, rows);
  }
  return workspace.latest.cost;
}

function addSharedCost(prepared: Prepared, rows: Pass): SharedCost {
  const { plan, machine, memory, workspace } = prepared;
  const { tokens, sequences, sampled } = rows;
  const { work, time } = workspace;
  const cost = noCost();
  for (const operator of plan.shared) {
    measureOperator(operator, rows, machine.engine.fusion, work);
    operatorTime(operator, work, machine, memory, time);
    addOperator(cost, operator.count, work, time, machine);
  }
  const added = { tokens, sequences, sampled, memory, cost };
  if (workspace.byTokens.size >= MOST_COSTS) workspace.byTokens.clear();
  workspace.byTokens.set(tokens, added);
  return added;
}

/** The operators that rows share, timed apart: asked for by a report, and by a phase that is slowed down. */
function timedShared(prepared: Prepared, rows: Pass): readonly TimedOperator[] {
  const { plan, machine, memory, workspace } = prepared;
  const { timed } = workspace;
  for (const known of timed) if (known && isOf(known, rows, memory)) return known.operators;
  const { tokens, sequences, sampled } = rows;
  const operators = timeEach(prepared, measure(plan.shared, rows, machine));
  timed[workspace.oldest] = { tokens, sequences, sampled, memory, operators };
  workspace.oldest = (workspace.oldest + 1) % MOST_TIMED;
  return operators;
}

function isOf(known: SharedFor, { tokens, sequences, sampled }: Pass, memory: MemoryTimes): boolean {
  return (
    known.tokens === tokens && known.sequences === sequences && known.sampled === sampled && known.memory === memory
  );
}

function costOf(
  { machine, memory }: Prepared,
  operators: readonly MeasuredOperator[],
  cost: PassCost = noCost(),
): PassCost {
  for (const { operator, work } of operators) {
    addOperator(cost, operator.count, work, operatorTime(operator, work, machine, memory), machine);
  }
  return cost;
}

/** Cost of a pass: what its rows share, and what its parts have of their own. It lasts until the next is asked for. */
function passCostOf(
  { plan, machine, memory, workspace }: Prepared,
  shared: PassCost,
  parts: readonly Pass[],
): PassCost {
  const { work, time, pass } = workspace;
  setCost(pass, shared);
  for (const part of parts) {
    for (const operator of plan.own) {
      measureOwn(operator, part, machine.engine.fusion, work);
      ownOperatorTime(operator, work, machine, memory, time);
      addOperator(pass, operator.count, work, time, machine);
    }
  }
  return pass;
}

/** Adds a pass, so many times, with the host's part: it launches kernels while others run. */
function addPass(total: PassCost, weight: number, rows: Pass, pass: PassCost, { engine }: Machine): void {
  const beyond = Math.max(0, dispatchTime(engine, rows, pass.launches) - pass.seconds) + hostTime(engine, rows);
  addCost(total, weight, pass);
  total.seconds += weight * beyond;
  total.overhead += weight * beyond;
}

/** Adds a run of which `cost` is one token's way through a pipeline. */
function addPipeline(total: PassCost, { passes }: LaidRun, pipeline: Pipeline, cost: PassCost): void {
  let times = 0;
  for (const { weight } of passes) times += weight;
  fillPipeline(cost, times, pipeline);
  addCost(total, 1, cost);
}

/** The host's work for a pass and for each of its sequences. */
function hostTime({ constants }: EngineClass, { sequences }: Pass): Seconds {
  return constants.stepOverhead + sequences * (constants.sequenceOverhead ?? 0);
}

/** Host time to launch every kernel of a pass: none where the device replays them as a graph. */
function dispatchTime({ graphs, constants }: EngineClass, pass: Pass, launches: number): Seconds {
  const replayed = graphs === 'all' || (graphs === 'decode' && pass.tokens === pass.sequences);
  return replayed ? 0 : launches * (constants.dispatchOverhead ?? 0);
}

/** An operator with its work and what that takes. */
interface TimedOperator extends MeasuredOperator {
  readonly time: OperatorTime;
}

/** Every operator of a run, timed apart. */
export interface TimedRun {
  readonly laid: LaidRun;
  readonly shared: readonly TimedOperator[];
  readonly own: readonly (readonly TimedOperator[])[];
}

/** Times every operator of counted runs apart. */
export function timeOperators(prepared: Prepared, runs: readonly CountedRun[]): readonly TimedRun[] {
  return runs.map(({ laid, shared, own }) => ({
    laid,
    shared: timeEach(prepared, shared),
    own: own.map((operators) => timeEach(prepared, operators)),
  }));
}

/** The same of runs. */
export function timeOperatorsOf(prepared: Prepared, runs: readonly Run[]): readonly TimedRun[] {
  const { plan, machine } = prepared;
  return runs.map((run) => {
    const laid = layOut(prepared, run);
    const own = laid.passes.map(({ parts }) =>
      timeEach(
        prepared,
        parts.flatMap((part) => measure(plan.own, part, machine)),
      ),
    );
    return { laid, shared: timedShared(prepared, laid.rows), own };
  });
}

function timeEach({ machine, memory }: Prepared, operators: readonly MeasuredOperator[]): TimedOperator[] {
  return operators.map(({ operator, work }) => ({
    operator,
    work,
    time: operatorTime(operator, work, machine, memory),
  }));
}

/** Called for every operator of runs, with how many of it there are and its place in the plan: shared ones first. */
export type Visit = (operator: PlannedOperator, work: Work, time: OperatorTime, times: number, place: number) => void;

/** Goes through every operator of runs as `timeCounted` sums them, the host's part aside. */
export function visitRuns(plan: Plan, runs: readonly TimedRun[], visit: Visit): void {
  for (const { laid, shared, own } of runs) {
    const { passes, pipeline } = laid;
    let all = 0;
    for (let index = 0; index < passes.length; index++) {
      const weight = passes[index]?.weight ?? 0;
      const operators = own[index] ?? [];
      for (let at = 0; at < operators.length; at++) {
        visitOperator(operators[at], weight, plan.shared.length + (at % plan.own.length), pipeline, visit);
      }
      all += weight;
    }
    for (let at = 0; at < shared.length; at++) visitOperator(shared[at], all, at, pipeline, visit);
  }
}

function visitOperator(
  timed: TimedOperator | undefined,
  weight: number,
  place: number,
  pipeline: Pipeline | undefined,
  visit: Visit,
): void {
  if (!timed) return;
  const { operator, work, time } = timed;
  const times = weight * operator.count;
  if (pipeline) visit(operator, workInPipeline(work, pipeline), timeInPipeline(time, pipeline), times, place);
  else visit(operator, work, time, times, place);
}
