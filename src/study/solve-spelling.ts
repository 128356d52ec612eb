import { InvalidScenarioError } from '../errors.js';
import { formatNumber } from '../format.js';
import { valueText } from '../variation.js';
import type { AxisValue } from './axis.js';
import { readChange } from './change.js';
import type { Field } from './fields/field.js';

/** A value as people write it, and what a field is set to by that. */
export interface Spelling {
  readonly text: string;
  readonly set: AxisValue;
}

/** How the numbers of a field are written, and read. */
export interface Script {
  write(value: number, digits: number): string;
  read(text: string): number;
  /** What the field is set to by a text. */
  set(text: string): AxisValue;
}

/** Digits of an answer, and those beyond which the rounding of a number shows. */
const LEAST_DIGITS = 6;
const MOST_DIGITS = 15;
/** Parts of the last digit by which a number is moved until it is written on the right side; it is ten of them at most. */
const MOST_PARTS = 11;

/**
 * Texts that are no less than a number, or no more, with ever more digits; the first has 6. So what is read of one lies on the
 * same side of a target as the number, and comes nearer to it with each.
 */
export function* spellings(value: number, side: 'less' | 'more', script: Script): Generator<Spelling> {
  for (let digits = LEAST_DIGITS; digits <= MOST_DIGITS; digits++) {
    const text = roundedTo(value, side, digits, script);
    if (text !== undefined) yield { text, set: script.set(text) };
  }
}

function roundedTo(value: number, side: 'less' | 'more', digits: number, { write, read }: Script): string | undefined {
  const part = (side === 'more' ? 1 : -1) * 10 ** -digits;
  for (let parts = 0; parts <= MOST_PARTS; parts++) {
    const text = write(value * (1 + parts * part), digits);
    const said = read(text);
    if (side === 'more' ? said >= value : said <= value) return text;
  }
  return undefined;
}

/** Plain numbers, as those of a price. */
export const plainScript: Script = { write: plain, read: Number, set: Number };

/** Multiples of what a figure is. */
export const multipleScript: Script = {
  write: (value, digits) => `${plain(value, digits)}x`,
  read: Number.parseFloat,
  set: (text) => text,
};

/** Quantities with their unit. */
export function quantityScript(field: Field): Script {
  const { type } = field;
  const dimension = type.kind === 'quantity' ? type.dimension : undefined;
  return {
    write: (value, digits) => valueText(value, dimension, { digits, trim: true, grouped: false }),
    read: (text) => readOf(field, text),
    set: (text) => text,
  };
}

/** The number that a text sets a figure to; NaN for one that it cannot have, as a fraction a little above 1. */
function readOf(field: Field, text: string): number {
  try {
    const step = readChange(field, text);
    return step.kind === 'to' ? Number(step.value) : Number.NaN;
  } catch (error) {
    if (error instanceof InvalidScenarioError) return Number.NaN;
    throw error;
  }
}

function plain(value: number, digits: number): string {
  return formatNumber(value, { digits, trim: true, grouped: false });
}
