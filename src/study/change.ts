import { InvalidScenarioError, QuantityError } from '../errors.js';
import { nearest } from '../nearest.js';
import { checkSize } from '../quantity-text.js';
import { readQuantity } from '../read-quantity.js';
import type { FieldValue } from '../variation.js';
import type { Field, FieldType } from './fields/field.js';

/**
 * What a field becomes. A number is in SI units. Text is a quantity with its unit, `4.8 TB/s`; a multiple of the present
 * value, `2x` or `x2`; or its growth, `+10 %` or `-10 %`. Fields of words take one of theirs, switches true or false, and
 * lists of words a list, or text with commas.
 */
export type Change = string | number | boolean | readonly string[];

/** A change that was read: the value itself, or a factor of the present one. */
export type Step =
  | { readonly kind: 'to'; readonly value: FieldValue }
  | { readonly kind: 'times'; readonly factor: number; readonly text: string };

const multiple = /^(?:[x×]\s*(\d+\.?\d*|\.\d+)|(\d+\.?\d*|\.\d+)\s*[x×])$/i;
const growth = /^([+-](?:\d+\.?\d*|\.\d+))\s*%$/;

/** Reads what somebody wrote for a field. Throws `InvalidScenarioError` with what would be right. */
export function readChange(field: Field, change: Change): Step {
  const { type } = field;
  switch (type.kind) {
    case 'quantity':
      return readAmount(field, type, change);
    case 'choice':
      return { kind: 'to', value: readChoice(field, type.options, change) };
    case 'flag':
      return { kind: 'to', value: readFlag(field, change) };
    case 'names':
      return { kind: 'to', value: readNames(field, change) };
    case 'text':
      if (typeof change !== 'string' || !type.isOne(change.trim()))
        throw wrong(field, change, `is not ${type.name}`, type.remedy);
      return { kind: 'to', value: change.trim() };
  }
}

type QuantityType = Extract<FieldType, { readonly kind: 'quantity' }>;

function readAmount(field: Field, type: QuantityType, change: Change): Step {
  const text = typeof change === 'string' ? change.trim() : '';
  const [, before, after] = multiple.exec(text) ?? [];
  const [, percent] = growth.exec(text) ?? [];
  if (before !== undefined || after !== undefined) return { kind: 'times', factor: Number(before ?? after), text };
  if (percent !== undefined) return { kind: 'times', factor: 1 + Number(percent) / 100, text };
  if (field.multiplesOnly === true)
    throw wrong(field, change, 'is one value for figures of several formats', 'multiply them, as in "2x", or name one');
  return { kind: 'to', value: amount(field, type, change) };
}

function amount(field: Field, { dimension, allowZero, per }: QuantityType, change: Change): number {
  try {
    if (typeof change === 'number') {
      checkAmount(change, String(change), field);
      return change;
    }
    if (typeof change !== 'string') throw new QuantityError(String(change), 'is neither a number nor a text');
    const text = change.trim();
    if (/^[\d.]+\s*%$/.test(text) && dimension !== 'fraction')
      throw new QuantityError(text, 'is a percentage', `write "+${text}" for so much more, "-${text}" for less`);
    return readQuantity(perOf(text, per), dimension, { allowZero });
  } catch (error) {
    throw error instanceof QuantityError ? refusal(field, change, error) : error;
  }
}

/** An energy per byte or FLOP may be written as such. */
function perOf(text: string, per: QuantityType['per']): string {
  switch (per) {
    case 'B':
      return text.replace(/\s*\/\s*B$/, '');
    case 'FLOP':
      return text.replace(/\s*\/\s*(?:FL)?OP$/, '');
    case undefined:
      return text;
  }
}

/** Throws `QuantityError` for a number that the field cannot be. */
export function checkAmount(value: number, text: string, { type }: Field): void {
  if (type.kind === 'quantity') checkSize(value, text, type.dimension, type.allowZero);
}

/** The error of a quantity, at its field. */
export function refusal({ path }: Field, change: unknown, { value, problem, remedy }: QuantityError) {
  const better = problem === 'is zero' ? 'write a value above zero' : remedy;
  return new InvalidScenarioError(path, change, `"${value}" ${problem}`, better);
}

function readChoice(field: Field, options: readonly (string | number)[], change: Change): string | number {
  const text = String(change).trim().toLowerCase();
  const found = options.find((option) => String(option) === text);
  if (found !== undefined) return found;
  const [best] = nearest(text, options.map(String), 1);
  throw wrong(field, change, 'is not allowed', best ? `did you mean "${best}"?` : `it takes ${options.join(', ')}`);
}

function readFlag(field: Field, change: Change): boolean {
  if (typeof change === 'boolean') return change;
  const text = String(change).trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw wrong(field, change, 'is neither true nor false', 'write one of the two');
}

function readNames(field: Field, change: Change): readonly string[] {
  if (typeof change !== 'string' && typeof change !== 'object')
    throw wrong(field, change, 'is not a list of words', 'write them with commas between them, or "none"');
  const names = typeof change === 'string' ? change.split(',').map((name) => name.trim()) : change;
  if (names.length === 1 && names[0] === 'none') return [];
  const odd = names.find((name) => !/^[a-z0-9][a-z0-9._-]*$/.test(name));
  if (odd !== undefined)
    throw wrong(
      field,
      change,
      'is not a list of words',
      'write them in lower case with commas between them, or "none"',
    );
  return Object.freeze([...names]);
}

function wrong({ path }: Field, change: Change, problem: string, remedy: string): InvalidScenarioError {
  return new InvalidScenarioError(path, change, `"${String(change)}" ${problem}`, remedy);
}
