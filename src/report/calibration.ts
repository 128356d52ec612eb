import type { ConstantName } from '../engine/types.js';
import type { Calibration, ClassCalibration } from '../evidence/calibrate.js';
import { formatCount, formatNumber, formatPercent, formatPercentage } from '../format.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, renderTable, wrap } from './table.js';

/** A calibration as data: what the classes became, and the rows that were not used. */
export function calibrationJson({ engine, classes, refused }: Calibration): object {
  return { engine: engine.id, classes, refused };
}

/** A calibration as text: per class the constants, what the rows could tell, and the residuals. */
export function calibrationText(
  calibration: Calibration,
  { rows, file }: { readonly rows: number; readonly file: string },
  width: number,
): string {
  const { engine, classes, refused } = calibration;
  const used = classes.reduce((sum, own) => sum + own.rows, 0);
  const inner = width - INDENT;
  return renderReport(
    [
      `${engine.name}: calibrated on ${formatCount(used)} of ${formatCount(rows)} rows`,
      `${file} holds the engine: use it with --engine ${file}`,
    ],
    [
      ...classes.flatMap((own) => classSections(own, inner)),
      {
        title: 'Rows not used',
        lines: refused.flatMap(({ line, message }) => hang('- ', wrap(`line ${line}: ${message}`, inner - 2))),
      },
    ],
  );
}

function classSections(own: ClassCalibration, width: number): Section[] {
  const { id, rows, devices, before, leftOut } = own;
  const facts = [
    `${formatCount(rows)} rows of ${formatCount(devices)} ${devices === 1 ? 'machine' : 'machines'}.`,
    `Median error ${formatPercent(before.median)} as shipped, ${formatPercent(leftOut.median)} for rows left out of the fit.`,
  ].join(' ');
  const constants = renderTable(
    [
      { head: 'constant', align: 'left' },
      { head: 'shipped' },
      { head: 'now' },
      { head: '', align: 'left' },
      { head: 'what the rows tell', align: 'left' },
    ],
    own.constants.map(({ name, before: shipped, after, verdict, why }) => ({
      cells: [nameWithUnit(name), ...[shipped, after].map((value) => formatNumber(inUnit(name, value))), verdict, why],
    })),
    { width },
  );
  return [{ title: `Class ${id}`, lines: [...wrap(facts, width), '', ...constants] }, residualSection(own, width)];
}

/** Overheads are a matter of microseconds. */
function isTime(name: ConstantName): boolean {
  return name.endsWith('Overhead');
}

function inUnit(name: ConstantName, value: number): number {
  return isTime(name) ? value * 1e6 : value;
}

function nameWithUnit(name: ConstantName): string {
  return isTime(name) ? `${name} (us)` : name;
}

/** Residuals printed of a class: the worst. */
const SHOWN = 20;

function residualSection({ id, residuals }: ClassCalibration, width: number): Section {
  const columns: readonly Column[] = [
    { head: 'line', align: 'right' },
    { head: 'machine', align: 'left' },
    { head: 'metric', align: 'left' },
    { head: 'measured' },
    { head: 'as shipped' },
    { head: 'left out' },
    { head: 'fitted' },
    { head: 'error left out', unit: '%' },
  ];
  const error = (measured: number, predicted: number): number => Math.log(predicted / measured);
  const worst = [...residuals]
    .sort((a, b) => Math.abs(error(b.measured, b.leftOut)) - Math.abs(error(a.measured, a.leftOut)))
    .slice(0, SHOWN);
  const lines = renderTable(
    columns,
    worst.map(({ line, device, metric, measured, before, leftOut, after }) => ({
      cells: [
        String(line),
        device,
        metric,
        formatNumber(measured),
        formatNumber(before),
        formatNumber(leftOut),
        formatNumber(after),
        formatPercentage(error(measured, leftOut)),
      ],
    })),
    { width },
  );
  const title = residuals.length > SHOWN ? `Class ${id}: the ${SHOWN} worst rows` : `Class ${id}: rows`;
  return { title, lines };
}
