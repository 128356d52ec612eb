import type { ClassReport, Estimate, OperatorReport, PhaseReport } from '../estimator/types.js';
import { formatCount, formatNumber, formatPercentage, unitFor } from '../format.js';
import type { Section } from './section.js';
import { type Column, type Row, renderTable } from './table.js';

/** Operators that take the most time in a phase. */
export function operatorSection(
  title: string,
  { operators, seconds }: PhaseReport,
  { most, width }: { most: number; width: number },
): Section {
  const shown = operators.toSorted((a, b) => b.seconds - a.seconds).slice(0, most);
  const rest = operators.length - shown.length;
  const largest = (of: (operator: OperatorReport) => number) => [Math.max(0, ...shown.map(of))];
  const flop = unitFor(
    largest(({ flops }) => flops),
    'FLOPs',
  );
  const byte = unitFor(
    largest(({ bytes }) => bytes),
    'bytes',
  );
  const time = unitFor(
    largest((operator) => operator.seconds),
    'duration',
  );
  const columns: readonly Column[] = [
    { head: 'operator', align: 'left' },
    { head: 'format', align: 'left' },
    { head: 'count', align: 'right' },
    { head: 'work', unit: flop.name },
    { head: 'traffic', unit: byte.name },
    { head: 'intensity', unit: 'FLOP/B' },
    { head: 'time', unit: time.name },
    { head: 'share', unit: '%' },
    { head: 'bound by', align: 'left' },
  ];
  const row = (operator: OperatorReport): Row => ({
    cells: [
      operator.name,
      operator.format ?? '',
      formatCount(operator.count),
      formatNumber(operator.flops / flop.factor),
      formatNumber(operator.bytes / byte.factor),
      formatNumber(operator.arithmeticIntensity),
      formatNumber(operator.seconds / time.factor),
      formatPercentage(operator.seconds / seconds),
      operator.bound,
    ],
  });
  const more = rest > 0 ? [`and ${rest} more, all in --json`] : [];
  return { title, lines: [...renderTable(columns, shown.map(row), { width }), ...more] };
}

/** Shares of the classes of operators: few FLOPs are not little time. */
export function classSection({ decode, prefill }: Estimate, width: number): Section {
  const find = ({ classes }: PhaseReport, name: string): ClassReport | undefined =>
    classes.find((one) => one.class === name);
  const byTime = [...decode.classes, ...prefill.classes].toSorted((a, b) => b.timeShare - a.timeShare);
  const names = [...new Set(byTime.map((one) => one.class))];
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'decode FLOPs', unit: '%' },
    { head: 'time', unit: '%' },
    { head: 'prefill FLOPs', unit: '%' },
    { head: 'time', unit: '%' },
  ];
  const rows = names.map((name) => ({
    cells: [
      name,
      ...[decode, prefill].flatMap((phase) => {
        const share = find(phase, name);
        return [formatPercentage(share?.flopShare), formatPercentage(share?.timeShare)];
      }),
    ],
  }));
  return { title: 'Classes of operators', lines: renderTable(columns, rows, { width }) };
}
