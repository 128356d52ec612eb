import { FormulaError } from '../errors.js';
import type { Dimension, Unit } from './dimension.js';
import type { Comparator, Span } from './formula.js';
import type { Vocabulary } from './vocabulary.js';

/** A part of a formula that has a number, in base units. */
export interface Quantity<World> {
  readonly kind: 'quantity';
  readonly span: Span;
  readonly dimension: Dimension;
  /** What its values are given in; absent where units of figures and of the formula's own meet. */
  readonly unit?: Unit;
  /** True for numbers without a unit: in a comparison they take the unit of the other side. */
  readonly bare: boolean;
  /** Its value, where that depends on no world. */
  readonly constant?: number;
  value(world: World): number;
}

/** A name: the text of a figure, or one that is written in the formula. */
export interface Words<World> {
  readonly kind: 'words';
  readonly span: Span;
  readonly literal: boolean;
  readonly allowed?: readonly string[];
  value(world: World): string;
}

/** One comparison, as it came out. */
export interface Finding {
  /** The comparison as it is written. */
  readonly text: string;
  /** Values of both sides: of quantities in `unit`. */
  readonly left: number | string | boolean;
  readonly right: number | string | boolean;
  readonly unit: string;
  readonly ok: boolean;
  /** `decode.tokensPerSecond is 43.2 token/s, expected at least 50 token/s`. */
  readonly message: string;
}

/** A part of a formula that is true or false. */
export interface Condition<World> {
  readonly kind: 'condition';
  readonly span: Span;
  holds(world: World): boolean;
  /** What it rests on, comparison by comparison, where it is wanted to be so. */
  judge(world: World, wanted: boolean): readonly Finding[];
}

export type Part<World> = Quantity<World> | Words<World> | Condition<World>;

/** A formula that is being compiled. */
export interface Compiling<World> {
  readonly formula: string;
  readonly vocabulary: Vocabulary<World>;
}

/** The passage of a formula. */
export function passage({ formula }: { readonly formula: string }, { start, end }: Span): string {
  return formula.slice(start, end).replace(/\s+/g, ' ').trim();
}

/** The passage in quotes, of which a text has its own. */
export function quoted(compiling: { readonly formula: string }, span: Span): string {
  const text = passage(compiling, span);
  return /^["']/.test(text) ? text : `"${text}"`;
}

/** An error at a passage of the formula. */
export function errorAt(
  { formula }: { readonly formula: string },
  { start }: Span,
  problem: string,
  remedy?: string,
): FormulaError {
  return new FormulaError({ formula, offset: start, problem, remedy });
}

/** The words of a comparator: `at least`. */
export const comparatorWords: Readonly<Record<Comparator, string>> = {
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
  '==': 'exactly',
  '!=': 'other than',
};

/** What a part is, for messages. */
export function kindWords(part: Part<never>): string {
  switch (part.kind) {
    case 'quantity':
      return 'a number';
    case 'words':
      return 'a name';
    case 'condition':
      return 'true or false';
  }
}
