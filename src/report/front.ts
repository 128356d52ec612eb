import { formatNumber } from '../format.js';
import type { Metric } from '../study/metric.js';
import { numberOf, type RanRow } from '../study/pareto.js';
import type { SweepRow } from '../study/sweep.js';
import { errorJson } from './json.js';
import { INDENT, listSection, renderReport } from './section.js';
import { type Column, type Row, renderTable } from './table.js';

type Metrics = readonly Pick<Metric, 'name' | 'unit'>[];

/** Every row as data, with its place on the front or its error. */
export function frontJson(metrics: Metrics, rows: readonly SweepRow[], front: readonly RanRow[]): object {
  const chosen = new Set<SweepRow>(front);
  const plain = rows.map((row) =>
    row.ok
      ? { ok: true, point: row.point, values: row.values, ...lacksOf(row, metrics), front: chosen.has(row) }
      : { ok: false, point: row.point, error: errorJson(row.error) },
  );
  return { metrics, rows: plain, front: front.map(({ point, values }) => ({ point, values })) };
}

/** The metrics that a row has no number for, so that it was not compared; nothing where it has all. */
function lacksOf(row: RanRow, metrics: Metrics): { readonly lacks?: readonly string[] } {
  const lacks = metrics.map(({ name }) => name).filter((name) => numberOf(row, name) === undefined);
  return lacks.length > 0 ? { lacks } : {};
}

/** What a report of a front is made of. */
interface FrontReport {
  readonly title: string;
  readonly metrics: Metrics;
  readonly rows: readonly SweepRow[];
  readonly front: readonly RanRow[];
  /** What is doubtful about the rows, in words. */
  readonly warnings: readonly string[];
}

/** The front as a table, best in the first aim first, and what is not on it. */
export function frontText({ title, metrics, rows, front, warnings }: FrontReport, width: number): string {
  const axes = Object.keys(rows[0]?.point ?? {});
  const columns: readonly Column[] = [
    ...axes.map((head): Column => ({ head, align: 'left' })),
    ...metrics.map(({ name, unit }): Column => ({ head: name, unit })),
  ];
  const cells = front.map(
    ({ point, values }): Row => ({
      cells: [
        ...axes.map((axis) => String(point[axis])),
        ...metrics.map(({ name }) => formatNumber(Number(values[name]))),
      ],
    }),
  );
  const inner = width - INDENT;
  const failed = rows.flatMap((row) => (row.ok ? [] : [`${nameOf(row)}: ${row.error.message}`]));
  const lacking = rows.flatMap((row) => {
    const { lacks = [] } = row.ok ? lacksOf(row, metrics) : {};
    return lacks.length > 0 ? [`${nameOf(row)}: no ${lacks.join(', no ')}`] : [];
  });
  const beaten = rows.length - front.length - failed.length - lacking.length;
  const counts = [
    `${front.length} of ${rows.length} ${rows.length === 1 ? 'choice' : 'choices'} on the front`,
    `${beaten} beaten`,
    ...(lacking.length > 0 ? [`${lacking.length} without a figure to compare`] : []),
    `${failed.length} that ${failed.length === 1 ? 'does' : 'do'} not run`,
  ];
  return renderReport(
    [title, counts.join(', ')],
    [
      { title: 'On the front', lines: cells.length > 0 ? renderTable(columns, cells, { width: inner }) : [] },
      listSection('Not compared', lacking, inner),
      listSection('Do not run', failed, inner),
      listSection('Warnings', warnings, inner),
    ],
  );
}

/** Rows that ran as a scatter: the first metric up, the second across. */
export function frontPlot(title: string, [up, across]: Metrics, rows: readonly SweepRow[], front: readonly RanRow[]) {
  const chosen = new Set<SweepRow>(front);
  const axis = (metric: Metrics[number] | undefined) =>
    ({ name: metric?.name ?? '', scale: 'log', ...(metric?.unit ? { unit: metric.unit } : {}) }) as const;
  const points = rows.flatMap((row) => {
    if (!row.ok) return [];
    const [x, y] = [row.values[across?.name ?? ''], row.values[up?.name ?? '']];
    if (typeof x !== 'number' || typeof y !== 'number') return [];
    return [{ name: nameOf(row), x, y, front: chosen.has(row) }];
  });
  return { title, x: axis(across), y: axis(up), points };
}

/** The values of a point's axes; a batch says so. */
function nameOf({ point }: SweepRow): string {
  return Object.entries(point)
    .map(([axis, value]) => (axis === 'batch' ? `batch ${value}` : String(value)))
    .join(' ');
}
