import type { Estimate, Prediction } from '../estimator/types.js';
import { formatNumber, formatRange, type Kind, unitFor } from '../format.js';
import type { Section } from './section.js';
import { type Row, renderTable } from './table.js';

/** How fast it is: expected values, 80 % intervals and physical bounds. */
export function speedSection({ decode, prefill, request, workload }: Estimate, width: number): Section {
  const rows = [
    rateRow(workload.batch > 1 ? 'decode, all sequences' : 'decode', decode.tokensPerSecond),
    ...(workload.batch > 1 ? [rateRow('decode, each sequence', decode.tokensPerSecondPerSequence)] : []),
    timeRow('time per output token', decode.timePerOutputToken),
    rateRow('prefill', prefill.tokensPerSecond),
    timeRow('time to first token', prefill.timeToFirstToken),
    timeRow('whole request', request.latency),
    rateRow('output over the request', request.outputTokensPerSecond),
  ];
  const columns = [
    { head: '', align: 'left' },
    { head: '', align: 'left' },
    { head: 'expected' },
    { head: 'low - high', align: 'range' },
    { head: 'ideal' },
  ] as const;
  return {
    title: 'Speed (low - high: 80 % interval; ideal: physical bound)',
    lines: renderTable(columns, rows, { width }),
  };
}

function rateRow(label: string, rate: Prediction): Row {
  return predictionRow(label, 'token/s', rate, 1);
}

function timeRow(label: string, time: Prediction): Row {
  const kind: Kind = 'duration';
  const { name, factor } = unitFor([time.expected], kind);
  return predictionRow(label, name, time, factor);
}

/** A prediction in a unit: expected, interval, ideal. */
export function predictionRow(
  label: string,
  unit: string,
  { expected, low, high, ideal }: Prediction,
  factor: number,
): Row {
  return {
    cells: [
      label,
      unit,
      formatNumber(expected / factor),
      formatRange(low / factor, high / factor),
      formatNumber(ideal / factor),
    ],
  };
}
