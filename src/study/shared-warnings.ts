import type { Warning } from '../estimator/types.js';
import type { Sweep } from './sweep.js';

/** A doubt about some of the points of a sweep. */
export interface SharedWarning extends Warning {
  /** How many of the points that were looked at it is about. */
  readonly points: number;
}

/** Each doubt once, with the number of estimates that it is about, in the order in which they come. */
function sharedWarnings(estimates: Iterable<readonly Warning[]>): readonly SharedWarning[] {
  const shared = new Map<string, SharedWarning>();
  for (const warnings of estimates) {
    for (const { code, message } of warnings) {
      shared.set(message, { code, message, points: (shared.get(message)?.points ?? 0) + 1 });
    }
  }
  return [...shared.values()];
}

/** The doubts about points of a sweep. */
export function warningsAt(sweep: Pick<Sweep, 'warningsAt'>, indices: Iterable<number>): readonly SharedWarning[] {
  const each = function* () {
    for (const index of indices) yield sweep.warningsAt(index);
  };
  return sharedWarnings(each());
}
