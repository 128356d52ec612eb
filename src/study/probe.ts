import type { RoofcastError } from '../errors.js';
import type { Warning } from '../estimator/types.js';
import type { AxisValue } from './axis.js';
import type { ScenarioFields } from './axis-fields.js';
import type { MetricInput, MetricValue } from './metric.js';
import { openSweep, type Sweep, type SweepRow } from './sweep.js';
import type { SweepWorld } from './walk.js';

/** A scenario, what is wanted of it, and what turns its fields into one. */
export interface Question<Base extends ScenarioFields = ScenarioFields> {
  readonly base: Base;
  readonly metrics: MetricInput;
  readonly world: SweepWorld<Base>;
}

/** A scenario with some fields set: its metrics, or why it cannot run. */
export type Probe =
  | { readonly ok: true; readonly values: Readonly<Record<string, MetricValue | undefined>> }
  | { readonly ok: false; readonly error: RoofcastError };

/** Works out the metrics of one point, as a sweep does. */
export function probe<Base extends ScenarioFields>(
  question: Question<Base>,
  settings: Readonly<Record<string, AxisValue>>,
): Probe {
  const [row] = pointOf(question, settings) as Iterable<SweepRow>;
  if (row === undefined) throw new RangeError('a sweep of one value for each axis has one point');
  return row.ok ? { ok: true, values: row.values } : { ok: false, error: row.error };
}

/** What is doubtful about one point; nothing of one that cannot run. */
export function probeWarnings<Base extends ScenarioFields>(
  question: Question<Base>,
  settings: Readonly<Record<string, AxisValue>>,
): readonly Warning[] {
  return pointOf(question, settings).warningsAt(0);
}

function pointOf<Base extends ScenarioFields>(
  { base, metrics, world }: Question<Base>,
  settings: Readonly<Record<string, AxisValue>>,
): Sweep {
  const axes = Object.fromEntries(Object.entries(settings).map(([field, value]) => [field, [value]]));
  return openSweep({ base, axes, metrics }, world);
}
