import { type TimedRun, timeOperators, timeOperatorsOf } from './operators-apart.js';
import type { PassCost } from './pass-cost.js';
import { type CountedRun, timeCounted, timeRuns } from './pass-time.js';
import type { Prepared } from './prepared.js';
import type { Run } from './runs.js';

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
