import type { FigureSource, SpecSources } from '../provenance.js';
import { hang, wrap } from './table.js';

/** Numbers sources in the order in which a report mentions them; the same source keeps its number. */
export interface SourceNumbers {
  of(source: FigureSource): number;
  /** The numbered list of what was mentioned. */
  lines(width: number): string[];
}

/** No source has a number yet. */
export function numberSources(): SourceNumbers {
  const texts: string[] = [];
  return {
    of: (source) => {
      const text = sourceText(source);
      const known = texts.indexOf(text);
      return known >= 0 ? known + 1 : texts.push(text);
    },
    lines: (width) => texts.flatMap((text, index) => hang(`${index + 1}. `, wrap(text, width - 4))),
  };
}

/** Citations of the figures of one spec. */
export interface Citations extends Pick<SourceNumbers, 'lines'> {
  /** Numbers of the sources of some figures, by their paths: `1, 3`. */
  cite(...paths: readonly string[]): string;
}

/** Citations out of the sources of one spec. */
export function citationsOf({ figures }: SpecSources): Citations {
  const numbers = numberSources();
  return {
    cite: (...paths) => [...new Set(paths.flatMap((path) => figures[path] ?? []).map(numbers.of))].join(', '),
    lines: numbers.lines,
  };
}

/** Where a figure comes from in one line: kind, date, reference, note. */
function sourceText({ kind, date, ref, note }: FigureSource): string {
  const when = date === '' ? '' : `, ${date}`;
  return `${kind}${when}: ${ref}${note === undefined ? '' : ` (${note})`}`;
}

/** Citations behind a value: ` [1, 3]`, or nothing. */
export function mark(citation: string): string {
  return citation === '' ? '' : ` [${citation}]`;
}
