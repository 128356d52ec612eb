import { label } from './svg.js';
import { shorten, textWidth } from './text-width.js';

/** Title of a plot, and a line of what else holds for all of it. */
export interface Heading {
  readonly title: string;
  readonly subtitle?: string;
}

/** A heading as one line, for those who cannot see it. */
export function headingText({ title, subtitle }: Heading): string {
  return subtitle === undefined ? title : `${title}; ${subtitle}`;
}

/** Titles are set in bold, which is wider. */
const BOLD = 1.12;
const LONGEST = 110;

/** Height that a heading takes above a plot. */
export function headingHeight({ subtitle }: Heading): number {
  return subtitle === undefined ? 38 : 56;
}

/** Width that a heading needs. */
export function headingWidth({ title, subtitle = '' }: Heading): number {
  return Math.max(BOLD * textWidth(shorten(title, LONGEST), 14), textWidth(shorten(subtitle, LONGEST)));
}

export function heading({ title, subtitle }: Heading, left: number): readonly string[] {
  const head = label(shorten(title, LONGEST), { x: left, y: 22, class: 'head' });
  return subtitle === undefined ? [head] : [head, label(shorten(subtitle, LONGEST), { x: left, y: 40, class: 'note' })];
}
