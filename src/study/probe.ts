import type { RoofcastError } from '../errors.js';
import type { AxisValue } from './axis.js';
import type { ScenarioFields } from './axis-fields.js';
import type { MetricInput, MetricValue } from './metric.js';
import { openSweep, type SweepRow, type SweepWorld } from './sweep.js';

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
  { base, metrics, world }: Question<Base>,
  settings: Readonly<Record<string, AxisValue>>,
): Probe {
  const axes = Object.fromEntries(Object.entries(settings).map(([field, value]) => [field, [value]]));
  const [row] = openSweep({ base, axes, metrics }, world) as Iterable<SweepRow>;
  if (row === undefined) throw new RangeError('a sweep of one value for each axis has one point');
  return row.ok ? { ok: true, values: row.values } : { ok: false, error: row.error };
}
