import type { StudyResult, StudyVerdict } from '../study/study-result.js';
import { checkLines } from './study.js';
import { type StudyBlock, studyBlocks, studySummary } from './study-blocks.js';
import type { Column, Row } from './table.js';

/** A study as Markdown, with tables as GitHub reads them. */
export function studyMarkdown(result: StudyResult): string {
  const { name, question } = result;
  const head = [
    `# ${escaped(name)}`,
    ...(question === undefined ? [] : [escaped(question)]),
    `${studySummary(result)}.`,
  ];
  const parts = studyBlocks(result).flatMap((block) => [`## ${block.title}`, linesOf(block).join('\n')]);
  return `${[...head, ...parts].join('\n\n')}\n`;
}

function linesOf(block: StudyBlock): readonly string[] {
  switch (block.kind) {
    case 'table':
      return tableLines(block.columns, block.rows);
    case 'facts':
      return block.facts.map(([label, value]) => `- \`${label}\`: ${escaped(value)}`);
    case 'expectations':
      return block.expectations.flatMap(expectationLines);
    case 'list':
      return block.items.map((item) => `- ${escaped(item)}`);
  }
}

function expectationLines(verdict: StudyVerdict): readonly string[] {
  const { ok, formula, because } = verdict;
  const why = because === undefined ? '' : `: ${escaped(because)}`;
  return [
    `- ${ok ? 'holds' : '**fails**'} \`${formula}\`${why}`,
    ...checkLines(verdict).map((line) => `  - ${escaped(line)}`),
  ];
}

function tableLines(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const heads = columns.map(({ head, unit }) => escaped(unit === undefined ? head : `${head}, ${unit}`));
  const rules = columns.map(({ align }) => (align === 'left' ? '---' : '---:'));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads),
    line(rules),
    ...rows.map(({ cells, note }) => {
      const shown = note === undefined ? cells : [...cells, note];
      return line(columns.map((_, index) => escaped(shown[index] ?? '')));
    }),
  ];
}

/** Text without a meaning in Markdown or HTML. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]|]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replace(/\s+/g, ' ');
}
