import { measureOperator, measureOwn } from '../model/measure.js';
import type { OwnOperator, PlannedOperator } from '../model/operators.js';
import { newTokens, type Pass } from '../model/pass.js';
import type { Seconds } from '../quantities.js';
import type { HostFacts, Machine } from '../roofline/machine.js';
import { type OperatorTime, operatorTime, ownOperatorTime } from '../roofline/operator-time.js';
import { addCost, addOperator, noCost, type PassCost } from './pass-cost.js';
import {
  CLOCKED,
  isOf,
  keepShared,
  type MeasuredOperator,
  type OwnKernels,
  type Prepared,
  type SharedCost,
} from './prepared.js';
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
    const sharedCost = noCost();
    addMeasured(sharedCost, 1, prepared, shared);
    let times = 0;
    for (let index = 0; index < laid.passes.length; index++) {
      const weight = laid.passes[index]?.weight ?? 0;
      const kernels = addMeasured(cost, weight, prepared, own[index] ?? []);
      addHost(cost, weight, prepared.machine.host, laid.rows, sharedCost, kernels);
      times += weight;
    }
    addCost(cost, times, sharedCost);
    if (laid.pipeline) addPipeline(total, times, laid.pipeline, cost);
  }
  return total;
}

/** Time of runs. What all rows share is summed once for each number of tokens. */
export function timeRuns(prepared: Prepared, runs: readonly Run[], total: PassCost = noCost()): PassCost {
  for (const run of runs) {
    const laid = layOut(prepared, run);
    const cost = laid.pipeline ? noCost() : total;
    const shared = sharedOf(prepared, laid.rows).cost;
    let times = 0;
    for (const { weight, parts } of laid.passes) {
      const kernels = addParts(cost, weight, prepared, parts);
      addHost(cost, weight, prepared.machine.host, laid.rows, shared, kernels);
      times += weight;
    }
    addCost(cost, times, shared);
    if (laid.pipeline) addPipeline(total, times, laid.pipeline, cost);
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

/** Adds operators with their work, so many times. */
function addMeasured(
  total: PassCost,
  times: number,
  { machine, memory }: Prepared,
  operators: readonly MeasuredOperator[],
): OwnKernels {
  const kernels = { seconds: 0, launches: 0 };
  for (const { operator, work } of operators) {
    const time = operatorTime(operator, work, machine, memory);
    addOperator(total, times * operator.count, work, time, machine);
    addKernels(kernels, operator.count, time);
  }
  return kernels;
}

/** Adds what the parts of a pass have of their own, so many times. What it answers lasts until the next is asked for. */
function addParts(
  total: PassCost,
  times: number,
  { plan, machine, memory, workspace }: Prepared,
  parts: readonly Pass[],
): OwnKernels {
  const { work, time, kernels } = workspace;
  kernels.seconds = 0;
  kernels.launches = 0;
  for (const part of parts) {
    for (const operator of plan.own) {
      measureOwn(operator, part, machine.kernels.fusion, work);
      ownOperatorTime(operator, work, machine, memory, time);
      addOperator(total, times * operator.count, work, time, machine);
      addKernels(kernels, operator.count, time);
    }
  }
  return kernels;
}

function addKernels(kernels: OwnKernels, count: number, { total, launches }: OperatorTime): void {
  kernels.seconds += count * total;
  kernels.launches += count * launches;
}

/** Adds what the host takes beyond the kernels of a pass, which it launches while they run. */
function addHost(total: PassCost, times: number, host: HostFacts, rows: Pass, shared: PassCost, own: OwnKernels): void {
  const launching = launchTime(host, rows, shared.launches + own.launches) - shared.seconds - own.seconds;
  const beyond = times * (Math.max(0, launching) + hostTime(host, rows));
  total.seconds += beyond;
  total.overhead += beyond;
}

/** Adds a run of which `cost` is one token's way through a pipeline. */
function addPipeline(total: PassCost, times: number, pipeline: Pipeline, cost: PassCost): void {
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
