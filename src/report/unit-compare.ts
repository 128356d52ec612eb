import type { UnitEstimate } from '../estimator/units/types.js';
import { formatNumber, formatPercentage, formatRange, formatRatio, unitFor } from '../format.js';
import type { UnitComparison, UnitComparisonEntry } from '../study/compare-units.js';
import { byMachine, labelOf, variedLines, whyNot } from './compare.js';
import { engineText } from './headline.js';
import { INDENT, renderReport } from './section.js';
import { type Column, hang, type Row, renderTable, wrap } from './table.js';
import { unitWorkloadLine } from './unit-estimate.js';

type Answered = Extract<UnitComparisonEntry, { ok: true }>;

/** A comparison in images, frames, samples or sequences per second: a row per machine, then what the numbers rest on. */
export function unitComparisonText({ baseline, entries }: UnitComparison, width: number): string {
  const answered = entries.filter((entry) => entry.ok);
  const [first] = answered;
  const headline =
    first === undefined ? ['No machine can run this.'] : [first.estimate.model.name, unitWorkloadLine(first.estimate)];
  const inner = width - INDENT;
  const against = baseline === undefined ? undefined : entries[baseline];
  const measure = against?.ok ? labelOf(against) : undefined;
  const unit = first?.estimate.workload.unit ?? 'unit';
  const warnings = answered.flatMap(({ hardware, estimate }) =>
    estimate.warnings.map(({ message }) => (message.includes(hardware) ? message : `${hardware}: ${message}`)),
  );
  const each = (say: (estimate: UnitEstimate) => string): string[] => byMachine(answered, say, inner);
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    [
      {
        title: measure === undefined ? 'Machines' : `Machines (ratio: ${unit}/s against ${measure})`,
        lines: machineTable(entries, unit, inner),
      },
      { title: 'Basis of the 80 % intervals', lines: each(({ latency }) => latency.basis) },
      { title: 'Varied', lines: variedLines(answered, inner) },
      { title: 'Prices', lines: each(({ cost }) => cost?.basis ?? 'none is known') },
      { title: 'Warnings', lines: [...new Set(warnings)].flatMap((text) => hang('- ', wrap(text, inner - 2))) },
    ],
  );
}

function machineTable(entries: readonly UnitComparisonEntry[], unit: string, width: number): string[] {
  const times = entries.map((entry) => (entry.ok ? entry.estimate.latency.expected : undefined));
  const time = unitFor(times, 'duration');
  const columns: readonly Column[] = [
    { head: 'machine', align: 'left' },
    { head: 'engine', align: 'left' },
    { head: 'rate', unit: `${unit}/s` },
    { head: 'low - high', unit: `${unit}/s`, align: 'range' },
    { head: 'ideal', unit: `${unit}/s` },
    { head: 'ratio' },
    { head: 'batch', unit: time.name },
    { head: 'MFU', unit: '%' },
    { head: 'MBU', unit: '%' },
    { head: 'bound', align: 'left' },
    { head: 'needs', unit: 'GB' },
    { head: 'energy', unit: `J/${unit}` },
    { head: 'cost', unit: `USD/1000 ${unit}s` },
  ];
  const rows = entries.map(
    (entry): Row =>
      entry.ok ? answeredRow(entry, time.factor) : { cells: [entry.hardware], note: whyNot(entry.error) },
  );
  return renderTable(columns, rows, { width });
}

function answeredRow(entry: Answered, timeFactor: number): Row {
  const { estimate, ratios } = entry;
  const { engine, unitsPerSecond, latency, run, memory, energy, cost } = estimate;
  const { expected, low, high, ideal } = unitsPerSecond;
  return {
    cells: [
      labelOf(entry),
      engineText(engine),
      formatNumber(expected),
      formatRange(low, high),
      formatNumber(ideal),
      formatRatio(ratios?.unitsPerSecond),
      formatNumber(latency.expected / timeFactor),
      formatPercentage(run.mfu),
      formatPercentage(run.mbu),
      estimate.bound,
      formatNumber(memory.totalBytes / 1e9),
      formatNumber(energy.joulesPerUnit.expected),
      formatNumber(cost?.usdPerThousandUnits),
    ],
  };
}
