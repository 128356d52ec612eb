import { DoesNotFitError, type RoofcastError } from '../errors.js';
import type { AnyEstimate } from '../estimator/units/types.js';
import { formatNumber, formatPercentage, formatQuantity, formatRange, formatRatio, unitFor } from '../format.js';
import type { Comparison, ComparisonEntry } from '../study/compare.js';
import type { UnitComparison } from '../study/compare-units.js';
import { variationLines } from '../variation.js';
import { engineText, workloadLine } from './headline.js';
import { errorJson } from './json.js';
import { INDENT, renderReport, type Section } from './section.js';
import { type Column, hang, type Row, renderFacts, renderTable, wrap } from './table.js';

type Answered = Extract<ComparisonEntry, { ok: true }>;

/** A comparison as data; errors, which JSON cannot hold, as their fields. */
export function comparisonJson({ baseline, entries }: Comparison | UnitComparison): object {
  const plain = entries.map((entry) => (entry.ok ? entry : { ...entry, error: errorJson(entry.error) }));
  return { baseline: baseline ?? null, entries: plain };
}

/** A comparison as text: a row per machine, then what the numbers rest on. */
export function comparisonText(comparison: Comparison, width: number): string {
  const answered = comparison.entries.filter((entry) => entry.ok);
  const [first] = answered;
  const headline =
    first === undefined
      ? ['No machine can run this.']
      : [first.estimate.model.name, workloadLine(first.estimate.workload)];
  const inner = width - INDENT;
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    [
      {
        title: first === undefined ? 'Machines' : ratioTitle(comparison),
        lines: machineTable(comparison.entries, inner),
      },
      {
        title: 'Basis of the 80 % intervals (decode)',
        lines: byMachine(answered, ({ decode }) => decode.tokensPerSecond.basis, inner),
      },
      { title: 'Varied', lines: variedLines(answered, inner) },
      { title: 'Prices', lines: byMachine(answered, ({ cost }) => cost?.basis ?? 'none is known', inner) },
      warningSection(answered, inner),
    ],
  );
}

function ratioTitle({ baseline, entries }: Comparison): string {
  const first = baseline === undefined ? undefined : entries[baseline];
  const measure = first?.ok ? labelOf(first) : undefined;
  return measure === undefined ? 'Machines' : `Machines (ratio: decode rate against ${measure})`;
}

function machineTable(entries: readonly ComparisonEntry[], width: number): string[] {
  const times = entries.map((entry) => (entry.ok ? entry.estimate.prefill.timeToFirstToken.expected : undefined));
  const time = unitFor(times, 'duration');
  const columns: readonly Column[] = [
    { head: 'machine', align: 'left' },
    { head: 'engine', align: 'left' },
    { head: 'decode', unit: 'token/s' },
    { head: 'low - high', unit: 'token/s', align: 'range' },
    { head: 'ideal', unit: 'token/s' },
    { head: 'ratio' },
    { head: 'first token', unit: time.name },
    { head: 'MBU', unit: '%' },
    { head: 'decode bound', align: 'left' },
    { head: 'prefill bound', align: 'left' },
    { head: 'needs', unit: 'GB' },
    { head: 'of usable', unit: 'GB' },
    { head: 'energy', unit: 'J/token' },
    { head: 'cost', unit: 'USD/Mtoken' },
  ];
  const rows = entries.map(
    (entry): Row =>
      entry.ok ? answeredRow(entry, time.factor) : { cells: [entry.hardware], note: whyNot(entry.error) },
  );
  return renderTable(columns, rows, { width });
}

function answeredRow(entry: Answered, timeFactor: number): Row {
  const { estimate, ratios } = entry;
  const { engine, decode, prefill, memory, energy, cost } = estimate;
  const { expected, low, high, ideal } = decode.tokensPerSecond;
  return {
    cells: [
      labelOf(entry),
      engineText(engine),
      formatNumber(expected),
      formatRange(low, high),
      formatNumber(ideal),
      formatRatio(ratios?.decodeTokensPerSecond),
      formatNumber(prefill.timeToFirstToken.expected / timeFactor),
      formatPercentage(decode.mbu),
      decode.bound,
      prefill.bound,
      formatNumber(memory.totalBytes / 1e9),
      formatNumber(memory.usableBytes / 1e9),
      formatNumber(energy.joulesPerToken),
      formatNumber(cost?.usdPerMillionOutputTokens),
    ],
  };
}

/** A machine and its variation may stand side by side. */
export function labelOf({ hardware, estimate }: { readonly hardware: string; readonly estimate: AnyEstimate }): string {
  return estimate.hardware.varied === undefined ? hardware : `${hardware} (varied)`;
}

/** What of the machines, the model and the engines is not as their specs say. */
export function variedLines(entries: readonly { readonly estimate: AnyEstimate }[], width: number): string[] {
  const lines = entries.flatMap(({ estimate }) => variationLines([estimate.hardware, estimate.model, estimate.engine]));
  return [...new Set(lines)].flatMap((line) => hang('- ', wrap(line, width - 2)));
}

/** Why a machine does not answer, in a line. */
export function whyNot(error: RoofcastError): string {
  if (!(error instanceof DoesNotFitError)) return error.message;
  const [required, available, short] = [error.requiredBytes, error.availableBytes, error.shortBytes].map((bytes) =>
    formatQuantity(bytes, 'bytes'),
  );
  const remedy = error.remedies.length > 0 ? `; it fits with ${error.remedies.join(', or ')}` : '';
  return `does not fit: needs ${required} of ${available} usable, ${short} short${remedy}`;
}

/** A line per machine; one for all where they agree. */
export function byMachine<Found extends AnyEstimate>(
  entries: readonly { readonly hardware: string; readonly estimate: Found }[],
  say: (estimate: Found) => string,
  width: number,
): string[] {
  const said = entries.map((entry) => [labelOf(entry), say(entry.estimate)] as const);
  const different = new Set(said.map(([, text]) => text));
  return different.size === 1 && said.length > 1
    ? [...different].flatMap((text) => wrap(text, width))
    : renderFacts(said, width);
}

function warningSection(entries: readonly Answered[], width: number): Section {
  const warnings = entries.flatMap(({ hardware, estimate }) =>
    estimate.warnings.map(({ message }) => (message.includes(hardware) ? message : `${hardware}: ${message}`)),
  );
  return { title: 'Warnings', lines: [...new Set(warnings)].flatMap((text) => hang('- ', wrap(text, width - 2))) };
}
