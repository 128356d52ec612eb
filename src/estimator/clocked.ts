import { measureOwn } from '../model/measure.js';
import type { Seconds } from '../quantities.js';
import { type OperatorTime, ownOperatorTime } from '../roofline/operator-time.js';
import { smoothmax } from '../roofline/smoothmax.js';
import { visitRuns } from './operators-apart.js';
import { layOut, sharedOf } from './pass-time.js';
import { operatorsOf, type PhaseWork } from './phase-work.js';
import { CLOCKED, type Prepared } from './prepared.js';
import type { Run } from './runs.js';

/** Seconds that a phase takes longer at a clock, from every operator's own terms; they are gathered when first asked. */
export function stretchOf(work: PhaseWork): (clock: number) => Seconds {
  const { overlap } = work.prepared.machine.kernels;
  let known: { readonly terms: ClockedTerms; readonly atFullClock: Seconds } | undefined;
  const total = ({ times, terms }: ClockedTerms, clock: number): Seconds => {
    let sum = 0;
    for (let at = 0; at < times.length; at++) {
      const arithmetic = (terms[CLOCKED * at] ?? 0) / clock;
      const product = smoothmax(arithmetic, terms[CLOCKED * at + 1] ?? 0, terms[CLOCKED * at + 2] ?? 0, overlap);
      sum += (times[at] ?? 0) * product;
    }
    return sum;
  };
  return (clock) => {
    if (!known) {
      const terms = termsOf(work);
      known = { terms, atFullClock: total(terms, 1) };
    }
    return total(known.terms, clock) - known.atFullClock;
  };
}

/** Of every operator of a phase: how often it runs, and what a clock stretches and leaves alone (see `SharedCost`). */
interface ClockedTerms {
  readonly times: number[];
  readonly terms: number[];
}

function termsOf(work: PhaseWork): ClockedTerms {
  const { prepared, passes } = work;
  const gathered: ClockedTerms = { times: [], terms: [] };
  if (passes.kind === 'plain') for (const run of passes.runs) addRun(gathered, prepared, run);
  else visitRuns(prepared.plan, operatorsOf(work), (_operator, _work, time, times) => addTime(gathered, times, time));
  return gathered;
}

/** Adds the operators of a run without timing apart those that rows share: their terms are kept with their cost. */
function addRun(gathered: ClockedTerms, prepared: Prepared, run: Run): void {
  const { plan, machine, memory, workspace } = prepared;
  const { work, time } = workspace;
  const { rows, passes, pipeline } = layOut(prepared, run);
  // Terms go with the time of a pipeline all alike, so that it does not matter which is scaled.
  const stretch = pipeline?.stretch ?? 1;
  let all = 0;
  for (const { weight, parts } of passes) {
    for (const part of parts) {
      for (const operator of plan.own) {
        measureOwn(operator, part, machine.kernels.fusion, work);
        ownOperatorTime(operator, work, machine, memory, time);
        addTime(gathered, weight * operator.count * stretch, time);
      }
    }
    all += weight;
  }
  for (const { count } of plan.shared) gathered.times.push(all * count * stretch);
  for (const term of sharedOf(prepared, rows).clocked) gathered.terms.push(term);
}

function addTime({ times, terms }: ClockedTerms, count: number, time: OperatorTime): void {
  times.push(count);
  terms.push(time.compute + time.dequantisation, time.memory, time.load);
}
