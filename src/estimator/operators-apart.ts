import type { Work } from '../model/measure.js';
import type { PlannedOperator } from '../model/operators.js';
import type { Pass } from '../model/pass.js';
import { type OperatorTime, operatorTime } from '../roofline/operator-time.js';
import { type CountedRun, type LaidRun, layOut, measure } from './pass-time.js';
import { isOf, keepTimed, type MeasuredOperator, type Plan, type Prepared, type TimedOperator } from './prepared.js';
import type { Run } from './runs.js';
import { type Pipeline, timeInPipeline, workInPipeline } from './spatial.js';

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
    const own = laid.passes.map(({ parts }) => {
      const operators: TimedOperator[] = [];
      for (const part of parts) operators.push(...timeEach(prepared, measure(plan.own, part, machine)));
      return operators;
    });
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

/** The operators that rows share, timed apart: asked for by a report, and by a phase that is slowed down. */
function timedShared(prepared: Prepared, rows: Pass): readonly TimedOperator[] {
  const { plan, machine, memory, workspace } = prepared;
  const { timed } = workspace;
  for (const known of timed) if (known && isOf(known, rows, memory)) return known.operators;
  const { tokens, sequences, sampled } = rows;
  const operators = timeEach(prepared, measure(plan.shared, rows, machine));
  return keepTimed(workspace, { tokens, sequences, sampled, memory, operators }).operators;
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
