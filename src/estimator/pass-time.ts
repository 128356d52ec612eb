import { measureOperator, measureOwn } from '../model/measure.js';
import type { OwnOperator, PlannedOperator } from '../model/operators.js';
import { newTokens, type Pass } from '../model/pass.js';
import type { Seconds } from '../quantities.js';
import type { HostFacts, Machine } from '../roofline/machine.js';
import { operatorTime, ownOperatorTime } from '../roofline/operator-time.js';
import { addCost, addOperator, noCost, type PassCost, setCost } from './pass-cost.js';
import { CLOCKED, isOf, keepShared, type MeasuredOperator, type Prepared, type SharedCost } from './prepared.js';
import type { Run } from './runs.js';
import { fillPipeline, oneByOne, type Pipeline, pipelineOf } from './spatial.js';

/** The work of a run, which no engine constant and no rate changes. */
export interface CountedRun {
  readonly laid: LaidRun;
  readonly shared: readonly MeasuredOperator[];
  /** Of each pass, the operators of all its parts. */
  readonly own: readonly (readonly MeasuredOperator<OwnOperator>[])[];
}

/** A run as the machine executes it. */
export interface LaidRun extends Run {
  /** Where layers lie in space and tokens follow one another: the run is then that of one of them. */
  readonly pipeline?: Pipeline;
}

/** What one pass of a run holds: all rows, or one token of a pipeline; a graph compiled for so many tokens is filled up. */
export function layOut({ machine, layers }: Prepared, run: Run): LaidRun {
  const { execution } = machine;
  const { fixedContext } = machine.host;
  const laid = execution.kind === 'spatial' ? oneByOne(run) : run;
  const filled = fixedContext === 0 ? laid : fillContext(laid, fixedContext);
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

/** Operators with their work in a pass. */
export function measure<Operator extends PlannedOperator>(
  operators: readonly Operator[],
  pass: Pass,
  { kernels }: Machine,
): MeasuredOperator<Operator>[] {
  return operators.map((operator) => ({ operator, work: measureOperator(operator, pass, kernels.fusion) }));
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
    const shared = sharedOf(prepared, laid.rows).cost;
    for (const { weight, parts } of laid.passes) {
      addPass(cost, weight, laid.rows, passCostOf(prepared, shared, parts), prepared.machine);
    }
    if (laid.pipeline) addPipeline(total, laid, laid.pipeline, cost);
  }
  return total;
}

/** What the operators that all rows share cost: worked out once for each number of tokens. */
export function sharedOf(prepared: Prepared, rows: Pass): SharedCost {
  const { memory, workspace } = prepared;
  if (!workspace.latest || !isOf(workspace.latest, rows, memory)) {
    const known = workspace.byTokens.get(rows.tokens);
    workspace.latest = known && isOf(known, rows, memory) ? known : addSharedCost(prepared, rows);
  }
  return workspace.latest;
}

function addSharedCost(prepared: Prepared, rows: Pass): SharedCost {
  const { plan, machine, memory, workspace } = prepared;
  const { tokens, sequences, sampled } = rows;
  const { work, time } = workspace;
  const cost = noCost();
  const clocked = new Float64Array(CLOCKED * plan.shared.length);
  let at = 0;
  for (const operator of plan.shared) {
    measureOperator(operator, rows, machine.kernels.fusion, work);
    operatorTime(operator, work, machine, memory, time);
    addOperator(cost, operator.count, work, time, machine);
    clocked[at++] = time.compute + time.dequantisation;
    clocked[at++] = time.memory;
    clocked[at++] = time.load;
  }
  return keepShared(workspace, { tokens, sequences, sampled, memory, cost, clocked });
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
      measureOwn(operator, part, machine.kernels.fusion, work);
      ownOperatorTime(operator, work, machine, memory, time);
      addOperator(pass, operator.count, work, time, machine);
    }
  }
  return pass;
}

/** Adds a pass, so many times, with the host's part: it launches kernels while others run. */
function addPass(total: PassCost, weight: number, rows: Pass, pass: PassCost, { host }: Machine): void {
  const beyond = Math.max(0, launchTime(host, rows, pass.launches) - pass.seconds) + hostTime(host, rows);
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
function hostTime(host: HostFacts, { sequences }: Pass): Seconds {
  return host.pass + sequences * host.sequence;
}

/** Host time to launch every kernel of a pass: none where the device replays them as a graph. */
function launchTime({ graphs, launch }: HostFacts, pass: Pass, launches: number): Seconds {
  const replayed = graphs === 'all' || (graphs === 'decode' && pass.tokens === pass.sequences);
  return replayed ? 0 : launches * launch;
}
