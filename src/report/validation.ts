import type { Score } from '../evidence/score.js';
import type { Summary } from '../evidence/summary.js';
import type { LocatedRow, ValidatedRow, Validation } from '../evidence/validate.js';
import { formatCount, formatNumber, formatPercent, formatPercentage, formatRange } from '../format.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, renderTable, wrap } from './table.js';

/** Files of up to this many rows are printed whole; of longer ones the worst rows. */
const SHORT = 20;

/** Predictions beside measured values as text: scores, rows with what binds them, and why others have no prediction. */
export function validationText(
  { rows, summary }: Validation,
  file: { readonly name: string; readonly rows: readonly LocatedRow[] },
  width: number,
): string {
  const cells = new Map(file.rows.map((row) => [row, row.cells] as const));
  const placed = rows.map((row, index) => ({ row, cells: cells.get(file.rows[index] as LocatedRow) ?? {} }));
  const { all, ok } = summary.rows;
  const inner = width - INDENT;
  return renderReport(
    [`${file.name}: ${formatCount(all)} rows, ${formatCount(ok)} predicted, ${formatCount(all - ok)} not`],
    [scoreSection(summary, inner), rowSection(placed, inner), refusalSection(rows, inner)],
  );
}

function scoreSection({ metrics, order, score, withUnsupported, coverage }: Summary, width: number): Section {
  if (!score) return { title: 'Score', lines: [] };
  const columns: readonly Column[] = [
    { head: 'metric', align: 'left' },
    { head: 'rows', align: 'right' },
    { head: 'groups', align: 'right' },
    { head: 'devices', align: 'right' },
    { head: 'median error', unit: '%' },
    { head: '90th percentile', unit: '%' },
    { head: 'bias', unit: '%' },
    { head: 'in the 80 % interval', unit: '%' },
  ];
  const cells = (name: string, own: Score, devices: string, inside: number | null): string[] => [
    name,
    formatCount(own.rows),
    formatCount(own.groups),
    devices,
    formatPercentage(own.median),
    formatPercentage(own.p90),
    formatPercentage(own.bias),
    formatPercentage(inside ?? undefined),
  ];
  const table = renderTable(
    columns,
    [
      ...metrics.map((own) => ({ cells: cells(own.metric, own, formatCount(own.devices), own.coverage) })),
      ...(metrics.length > 1 ? [{ cells: cells('all', score, '', coverage) }] : []),
    ],
    { width },
  );
  const notes = [
    'A group is a device, model shape, format, engine, back end and metric; its error is the median |ln(expected / measured)| of its rows. Bias is signed: positive where the prediction is too fast.',
    ...(order.share === null
      ? []
      : [
          `Order: the faster of two devices is named in ${formatPercent(order.share)} of ${formatCount(order.pairs)} pairs.`,
        ]),
    ...(withUnsupported && withUnsupported.rows > score.rows
      ? [
          `With unsupported rows counted as 100 % off: median ${formatPercent(withUnsupported.median)}, 90th percentile ${formatPercent(withUnsupported.p90)}.`,
        ]
      : []),
  ];
  return { title: 'Score', lines: [...table, '', ...notes.flatMap((note) => wrap(note, width))] };
}

interface Placed {
  readonly row: ValidatedRow;
  readonly cells: LocatedRow['cells'];
}

function rowSection(placed: readonly Placed[], width: number): Section {
  const ok = placed.filter(({ row }) => row.status === 'ok');
  const short = ok.length <= SHORT;
  const shown = short ? ok : [...ok].sort((a, b) => offBy(b) - offBy(a)).slice(0, SHORT);
  const columns: readonly Column[] = [
    { head: 'line', align: 'right' },
    { head: 'machine', align: 'left' },
    { head: 'model', align: 'left' },
    { head: 'engine', align: 'left' },
    { head: 'metric', align: 'left' },
    { head: 'measured' },
    { head: 'expected' },
    { head: 'low - high', align: 'range' },
    { head: 'error', unit: '%' },
    { head: 'bound by', align: 'left' },
  ];
  const lines = renderTable(
    columns,
    shown.map(({ row, cells }) => ({
      cells: [
        String(row.line),
        cells.hardware_id ?? '',
        `${cells.model_id ?? ''} ${cells.weight_format ?? ''}`,
        `${cells.engine ?? ''} (${row.engineClass ?? ''})`,
        row.metric,
        formatNumber(row.measured ?? undefined),
        formatNumber(row.expected ?? undefined),
        formatRange(row.low ?? undefined, row.high ?? undefined),
        formatPercentage(row.error ?? undefined),
        row.bound ?? '',
      ],
    })),
    { width },
  );
  const warned = shown.flatMap(({ row }) => (row.warnings ?? []).map((text) => `line ${row.line}: ${text}`));
  return {
    title: short ? 'Rows' : `The ${SHORT} worst rows`,
    lines: shown.length === 0 ? [] : [...lines, ...warned.flatMap((text) => hang('- ', wrap(text, width - 2)))],
  };
}

function offBy({ row }: Placed): number {
  return Math.abs(row.error ?? 0);
}

/** Lines named per reason. */
const NAMED = 5;

function refusalSection(rows: readonly ValidatedRow[], width: number): Section {
  const reasons = new Map<string, ValidatedRow[]>();
  for (const row of rows) {
    if (row.status === 'ok') continue;
    // Rows alike in what is said of them are one entry.
    const key = `${row.status}: ${row.message ?? row.reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), row]);
  }
  const lines = [...reasons].map(([reason, same]) => {
    const named = same.slice(0, NAMED).map(({ line }) => line);
    const more = same.length > NAMED ? ' ...' : '';
    return `${formatCount(same.length)} ${same.length === 1 ? 'row' : 'rows'}, ${reason} (line ${named.join(', ')}${more})`;
  });
  return { title: 'Not predicted', lines: lines.flatMap((line) => hang('- ', wrap(line, width - 2))) };
}
