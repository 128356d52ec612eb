import { hang, wrap } from './table.js';

/** A part of a report under its own heading. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Characters by which the lines of a section stand in. */
export const INDENT = 2;

/** The text of a report: its headline, then its sections, those without lines left out. */
export function renderReport(headline: readonly string[], sections: readonly Section[]): string {
  const parts = sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => [title, ...lines.map((line) => (line === '' ? '' : ' '.repeat(INDENT) + line))]);
  return `${[headline, ...parts].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A section of sentences, each with a dash before it. */
export function listSection(title: string, items: readonly string[], width: number): Section {
  return { title, lines: items.flatMap((item) => hang('- ', wrap(item, width - 2))) };
}
