import { InvalidScenarioError } from '../errors.js';
import { METRIC_NAMES, type MetricName } from '../evidence/metric-names.js';
import type { ValidatedRow, Validation } from '../evidence/validate.js';
import type { ScatterPlot } from './scatter.js';

/** Factor around the diagonal that the band spans. */
const BAND = 1.2;

/**
 * What was predicted against what was measured, of one metric of a validation, in a series for each class of engine.
 * Without a metric, of the one with most predicted rows. Throws `InvalidScenarioError` where it has none.
 */
export function accuracyPoints(validation: Validation, { metric, of = '' }: AccuracyOptions = {}): ScatterPlot {
  const predicted = validation.rows.filter(({ status }) => status === 'ok');
  const counts = METRIC_NAMES.map((named) => ({ named, rows: rowsOf(predicted, named.metric) }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length);
  const found = metric === undefined ? counts[0] : counts.find(({ named }) => named.metric === metric);
  if (found === undefined)
    throw nothingOf(
      metric,
      counts.map(({ named }) => named),
    );
  const { name, unit } = found.named;
  return {
    title: `Predicted against measured: ${name}${of === '' ? '' : `, ${of}`}`,
    x: `measured ${unit}`,
    y: `predicted ${unit}`,
    series: seriesOf(found.rows),
    band: BAND,
  };
}

/** Which metric is drawn, and what the rows are of, for the title. */
export interface AccuracyOptions {
  readonly metric?: string;
  readonly of?: string;
}

function rowsOf(rows: readonly ValidatedRow[], metric: string): readonly ValidatedRow[] {
  return rows.filter((row) => row.metric === metric);
}

function nothingOf(metric: string | undefined, known: readonly MetricName[]): InvalidScenarioError {
  const words = known.map((named) => named.metric).join(', ');
  if (metric === undefined) return new InvalidScenarioError('plot', metric, 'no row could be predicted');
  const remedy = words === '' ? undefined : `there are rows of ${words}`;
  return new InvalidScenarioError('metric', metric, `no row of "${metric}" could be predicted`, remedy);
}

function seriesOf(rows: readonly ValidatedRow[]): ScatterPlot['series'] {
  const classes = [...new Set(rows.map(({ engineClass = '' }) => engineClass))].sort();
  return classes.map((name) => ({
    name,
    points: rows.flatMap(({ engineClass = '', measured, expected }) =>
      engineClass === name && measured !== null && expected !== null ? [{ x: measured, y: expected }] : [],
    ),
  }));
}
