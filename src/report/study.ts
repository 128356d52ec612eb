import type { StudyResult, StudyVerdict } from '../study/study-result.js';
import { errorJson } from './json.js';
import { INDENT, renderReport, type Section } from './section.js';
import { checkPlace, MOST_CHECKS, type StudyBlock, studyBlocks, studySummary } from './study-blocks.js';
import { type Column, hang, type Row, renderFacts, renderTable, wrap } from './table.js';

/** A study as data; errors, which JSON cannot hold, as their fields. */
export function studyJson(result: StudyResult): object {
  return { ...result, cases: result.cases.map((one) => (one.ok ? one : { ...one, error: errorJson(one.error) })) };
}

/** A study as text, for a terminal of so many columns. */
export function studyText(result: StudyResult, width: number): string {
  const { name, question } = result;
  const headline = [name, ...(question === undefined ? [] : [question]), `${studySummary(result)}.`];
  return renderReport(
    headline.flatMap((line) => wrap(line, width)),
    studyBlocks(result).map((block): Section => ({ title: block.title, lines: linesOf(block, width - INDENT) })),
  );
}

function linesOf(block: StudyBlock, width: number): readonly string[] {
  switch (block.kind) {
    case 'table':
      return renderTable(...withOneHead(block), { width });
    case 'facts':
      return renderFacts(block.facts, width);
    case 'expectations':
      return block.expectations.flatMap((one) => expectationLines(one, width));
    case 'list':
      return block.items.flatMap((item) => hang('- ', wrap(item, width - 2)));
  }
}

/** A table that goes on below repeats its first column, which has to say all of the case. */
function withOneHead({
  heads,
  columns,
  rows,
}: StudyBlock & { readonly kind: 'table' }): readonly [readonly Column[], readonly Row[]] {
  const widths = columns.slice(0, heads).map(({ head }, index) => {
    return Math.max(head.length, ...rows.map(({ cells }) => (cells[index] ?? '').length));
  });
  const join = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  return [
    [{ head: join(columns.slice(0, heads).map(({ head }) => head)), align: 'left' }, ...columns.slice(heads)],
    rows.map((row) => ({ ...row, cells: [join(row.cells.slice(0, heads)), ...row.cells.slice(heads)] })),
  ];
}

function expectationLines(verdict: StudyVerdict, width: number): readonly string[] {
  const { ok, formula, because } = verdict;
  const lead = ok ? 'ok    ' : 'fails ';
  const text = because === undefined ? formula : `${formula} (${because})`;
  const inner = width - lead.length;
  return [
    ...hang(lead, wrap(text, inner)),
    ...checkLines(verdict).flatMap((line) => hang(' '.repeat(lead.length), hang('- ', wrap(line, inner - 2)))),
  ];
}

/** What is told of the checks of an expectation: the only one, or those that failed. */
export function checkLines({ ok, checks, place }: StudyVerdict): readonly string[] {
  const [only] = checks;
  if (ok) return checks.length === 1 && only !== undefined ? [only.message] : [`in all ${checks.length} cases`];
  const failed = checks.filter((check) => !check.ok);
  const told = failed.slice(0, MOST_CHECKS).map((check) => {
    const where = checkPlace(check);
    return where === '' ? check.message : `${where}: ${check.message}`;
  });
  const rest = failed.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more of ${checks.length} cases`] : []), `written at ${place}`];
}
