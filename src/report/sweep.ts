import { formatNumber, MISSING } from '../format.js';
import type { Sweep, SweepRow } from '../study/sweep.js';
import type { AxisLabel } from '../study/walk.js';
import { type Column, hang, renderTable, wrap } from './table.js';

/** Some points of a sweep as a table, how many more there are, and why some of them cannot run. */
export function sweepText(
  { axes, metrics }: Pick<Sweep, 'axes' | 'metrics'>,
  rows: readonly SweepRow[],
  total: number,
  width = 100,
): string {
  const columns: Column[] = [
    { head: '', align: 'right' },
    ...axes.map(({ name }) => ({ head: name, align: alignmentOf(rows.map(({ point }) => point[name])) })),
    ...metrics.map(({ name, unit, kind }) => {
      return { head: name, unit, align: kind === 'number' ? 'point' : 'left' } as const;
    }),
  ];
  const cells = rows.map((row) => ({ cells: cellsOf(row, axes, metrics) }));
  const more = total - rows.length;
  const notes = [
    ...reasonsOf(rows).map(([message, indices]) => hangingNote(`${indices.join(', ')}: `, message, width)),
    ...(more > 0 ? [[`${more.toLocaleString('en')} more points; -o points.csv writes all`]] : []),
  ].flat();
  return `${[...renderTable(columns, cells, { width }), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')}\n`;
}

/** Why points cannot run, with the indices of those that are alike. */
function reasonsOf(rows: readonly SweepRow[]): [message: string, indices: number[]][] {
  const reasons = new Map<string, number[]>();
  for (const row of rows) {
    if (row.ok) continue;
    const { message } = row.error;
    reasons.set(message, [...(reasons.get(message) ?? []), row.index]);
  }
  return [...reasons];
}

function hangingNote(lead: string, message: string, width: number): string[] {
  return hang(lead, wrap(message, Math.max(20, width - lead.length)));
}

function alignmentOf(values: readonly (AxisLabel | undefined)[]): 'point' | 'left' {
  return values.every((value) => typeof value === 'number') ? 'point' : 'left';
}

function cellsOf(row: SweepRow, axes: Sweep['axes'], metrics: Sweep['metrics']): string[] {
  return [
    String(row.index),
    ...axes.map(({ name }) => cellOf(row.point[name], 6)),
    ...metrics.map(({ name }) => (row.ok ? cellOf(row.values[name], 3) : MISSING)),
  ];
}

function cellOf(value: AxisLabel | undefined, digits: number): string {
  if (value === undefined) return MISSING;
  return typeof value === 'number' ? formatNumber(value, { digits, trim: digits > 3 }) : String(value);
}
