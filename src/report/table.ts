import { MISSING } from '../format.js';

/** How the cells of a column stand: words at the left, numbers with their points or the dashes of their ranges in line. */
export type Alignment = 'left' | 'right' | 'point' | 'range';

export interface Column {
  readonly head: string;
  /** Unit of every number in the column. */
  readonly unit?: string;
  /** Default: point. */
  readonly align?: Alignment;
}

export interface Row {
  readonly cells: readonly string[];
  /** Stands instead of the cells after the first, where a row has a sentence and no numbers. */
  readonly note?: string;
}

export interface TableOptions {
  /** Columns that do not fit are put below, behind the first column again. Default: 100 characters. */
  readonly width?: number;
}

const GAP = '  ';

/** Lines of a table: heads, their units, rows. A table wider than the page goes on below. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { width = 100 }: TableOptions = {},
): string[] {
  // Without a single number, the first column and the sentences are the table.
  const shown = rows.length > 0 && rows.every(({ note }) => note !== undefined) ? columns.slice(0, 1) : columns;
  const texts = shown.map((column, index) => columnText(column, rows, index));
  const [first = [], ...others] = texts;
  const blocks = splitToFit(widthOf(first), others, width);
  return blocks.flatMap((block, index) => [
    ...(index > 0 ? [''] : []),
    ...blockLines([first, ...block], rows, {
      width,
      notes: index === 0,
      units: shown.some(({ unit }) => unit !== undefined),
    }),
  ]);
}

/** Lines of `label  value` with the values under one another. */
export function renderFacts(facts: readonly (readonly [label: string, value: string])[], width = 100): string[] {
  const indent = Math.max(0, ...facts.map(([label]) => lengthOf(label))) + GAP.length;
  return facts.flatMap(([label, value]) => hang(label.padEnd(indent), wrap(value, Math.max(20, width - indent))));
}

/** The words of a text in lines of at most `width` characters; a longer word has a line to itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 0 ? lines : [''];
}

/** Lines behind a first word, the later ones indented as far as the first. */
export function hang(lead: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? lead : ' '.repeat(lengthOf(lead))}${line}`.trimEnd());
}

/** Head, unit and cells of one column, all padded to one width. */
function columnText({ head, unit = '', align = 'point' }: Column, rows: readonly Row[], index: number): string[] {
  const cells = alignCells(
    rows.map(({ cells, note }) => (note === undefined || index === 0 ? (cells[index] ?? MISSING) : '')),
    align,
  );
  const width = Math.max(...[head, unit, ...cells].map(lengthOf));
  const pad = (text: string) => (align === 'left' ? padRight(text, width) : padLeft(text, width));
  return [head, unit, ...cells].map(pad);
}

/** Cells of equal width whose points, or whose dashes, stand under one another. */
function alignCells(cells: readonly string[], align: Alignment): string[] {
  const mark = align === 'range' ? /^(.*?)( - .*)$/ : /^([^.]*)(\..*)?$/;
  if (align === 'left' || align === 'right') return [...cells];
  const parts = cells.map((cell) => {
    const [, before = cell, after = ''] = mark.exec(cell) ?? [];
    return { before, after };
  });
  const before = Math.max(0, ...parts.map((part) => lengthOf(part.before)));
  const after = Math.max(0, ...parts.map((part) => lengthOf(part.after)));
  return parts.map((part) => padLeft(part.before, before) + padRight(part.after, after));
}

function splitToFit(firstWidth: number, columns: readonly (readonly string[])[], width: number): string[][][] {
  const blocks: string[][][] = [[]];
  let used = firstWidth;
  for (const column of columns) {
    const needed = GAP.length + widthOf(column);
    if (used + needed > width && blocks.at(-1)?.length !== 0) {
      blocks.push([]);
      used = firstWidth;
    }
    blocks.at(-1)?.push([...column]);
    used += needed;
  }
  return blocks;
}

function blockLines(
  texts: readonly (readonly string[])[],
  rows: readonly Row[],
  { width, notes, units }: { readonly width: number; readonly notes: boolean; readonly units: boolean },
): string[] {
  const line = (index: number) =>
    texts
      .map((text) => text[index] ?? '')
      .join(GAP)
      .trimEnd();
  const heads = units ? [line(0), line(1)].filter((text) => text !== '') : [line(0)];
  const body = rows.flatMap(({ note }, index) => {
    if (note === undefined) return [line(index + 2)];
    if (!notes) return [];
    const lead = (texts[0]?.[index + 2] ?? '') + GAP;
    return hang(lead, wrap(note, Math.max(20, width - lengthOf(lead))));
  });
  return [...heads, ...body];
}

function widthOf(column: readonly string[]): number {
  return lengthOf(column[0] ?? '');
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
}

function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}

/** Characters as a terminal counts them, as long as none is double. */
function lengthOf(text: string): number {
  return [...text].length;
}
