import type { Estimate, PhaseReport, TermSeconds } from '../estimator/types.js';
import { formatNumber, formatPercentage, unitFor } from '../format.js';
import type { Section } from './section.js';
import { type Column, type Row, renderTable } from './table.js';

/** What binds each phase, and how well the machine is used. */
export function limitsSection({ decode, prefill }: Estimate, width: number): Section {
  const both = (label: string, unit: string, text: (phase: PhaseReport) => string): Row => ({
    cells: [label, unit, text(decode), text(prefill)],
  });
  const rows = [
    both('bound by', '', ({ bound }) => bound),
    both('bandwidth utilisation (MBU)', '%', ({ mbu }) => formatPercentage(mbu)),
    both('FLOP utilisation (MFU)', '%', ({ mfu }) => formatPercentage(mfu)),
    both('arithmetic intensity', 'FLOP/B', ({ arithmeticIntensity }) => formatNumber(arithmeticIntensity)),
    both('ridge point', 'FLOP/B', ({ ridgePoint }) => formatNumber(ridgePoint)),
    both('power', 'W', ({ power }) => formatNumber(power.watts)),
    ...(decode.power.limited || prefill.power.limited
      ? [both('clock under the power limit', '%', ({ power }) => formatPercentage(power.clock))]
      : []),
  ];
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: '', align: 'left' },
    { head: 'decode', align: 'right' },
    { head: 'prefill', align: 'right' },
  ];
  return { title: 'Limits', lines: renderTable(columns, rows, { width }) };
}

const termNames: Readonly<Record<keyof TermSeconds, string>> = {
  compute: 'arithmetic',
  dequantisation: 'dequantisation',
  memory: 'memory traffic',
  load: 'load throughput',
  overhead: 'overhead',
};

/** Where the time goes: the terms of each phase, and the phase between its bounds of overlap. */
export function timeSection({ decode, prefill }: Estimate, width: number): Section {
  const units = [decode, prefill].map((phase) => unitFor([phase.seconds], 'duration'));
  const row = (label: string, seconds: (phase: PhaseReport) => number): Row => ({
    cells: [
      label,
      ...[decode, prefill].flatMap((phase, index) => [
        formatNumber(seconds(phase) / (units[index]?.factor ?? 1)),
        formatPercentage(seconds(phase) / phase.seconds),
      ]),
    ],
  });
  const terms = Object.keys(termNames) as (keyof TermSeconds)[];
  const rows = [
    ...terms.map((term) => row(termNames[term], ({ terms: seconds }) => seconds[term])),
    row('if all of it overlapped', ({ perfectOverlap }) => perfectOverlap),
    row('as estimated', ({ seconds }) => seconds),
    row('if none of it overlapped', ({ noOverlap }) => noOverlap),
  ];
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'decode step', unit: units[0]?.name ?? '' },
    { head: 'share', unit: '%' },
    { head: 'prefill', unit: units[1]?.name ?? '' },
    { head: 'share', unit: '%' },
  ];
  return {
    title: 'Time by term (terms overlap in part, so they sum to more than the time)',
    lines: renderTable(columns, rows, { width }),
  };
}
