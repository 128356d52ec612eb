import { FormulaError } from '../errors.js';

/** What a formula is made of, with its place. */
export interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator';
  readonly text: string;
  /** Characters before it. */
  readonly offset: number;
}

/** Longest formula. Every one that a person reads is shorter. */
const MOST_CHARACTERS = 1000;

/** Deepest nesting of brackets. */
const MOST_BRACKETS = 32;

/** Words that join others, or could. */
export const joiners = ['and', 'or', 'not', 'xor', 'mod', 'to', 'in'];

const patterns = [
  ['space', /[ \t\r\n]+/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['name', /[A-Za-zµμ_][A-Za-z0-9µμ_]*/y],
  ['text', /"[^"'\\\n]*"|'[^"'\\\n]*'/y],
  ['operator', /==|!=|<=|>=|[-+*/^<>(),.]|%/y],
] as const;

/**
 * Splits a formula into its tokens. Throws `FormulaError` for one that is too long or too deep, and for characters that no
 * formula has: of assignment, lists, ranges, conditions, comments and the like.
 */
export function readTokens(formula: string): readonly Token[] {
  if (formula.length > MOST_CHARACTERS) {
    const problem = `has ${formula.length} characters`;
    throw new FormulaError({ formula, offset: MOST_CHARACTERS, problem, remedy: `${MOST_CHARACTERS} are the most` });
  }
  const tokens: Token[] = [];
  let brackets = 0;
  for (let offset = 0; offset < formula.length; ) {
    const { kind, text } = tokenAt(formula, offset);
    brackets += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (brackets > MOST_BRACKETS) {
      const problem = `brackets are nested more than ${MOST_BRACKETS} deep`;
      throw new FormulaError({ formula, offset, problem, remedy: 'name the parts as formulas of their own' });
    }
    if (kind !== 'space') tokens.push({ kind: joiners.includes(text) ? 'operator' : kind, text, offset });
    offset += text.length;
  }
  if (tokens.length === 0) {
    const remedy = 'write one as in "decode.tokensPerSecond / cost.purchaseUsd"';
    throw new FormulaError({ formula, offset: 0, problem: 'there is no formula', remedy });
  }
  return tokens;
}

function tokenAt(formula: string, offset: number): { kind: Token['kind'] | 'space'; text: string } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = offset;
    const [text] = pattern.exec(formula) ?? [];
    // mathjs would read 0x10 as 16.
    if (text === '0' && /[xXoObB]\w/.test(formula.slice(offset + 1, offset + 3))) break;
    if (text !== undefined) return { kind, text };
  }
  const [character = ''] = formula.slice(offset);
  throw new FormulaError({ formula, offset, ...strange(character, formula.slice(offset)) });
}

function strange(character: string, rest: string): { readonly problem: string; readonly remedy: string } {
  switch (character) {
    case '=':
      return { problem: '"=" sets nothing in a formula', remedy: 'a comparison is written "=="' };
    case '0':
      return { problem: `"${rest.slice(0, 3)}" is not a decimal number`, remedy: 'write it as in 16 or 1.6e1' };
    case '"':
    case "'":
      return { problem: 'a text has no end, or holds a quote or a backslash', remedy: 'write it as in "memory"' };
    case '!':
      return { problem: '"!" is not part of a formula', remedy: 'write "not", or "!=" for a comparison' };
    case '&':
      return { problem: '"&" is not part of a formula', remedy: 'write "and"' };
    case '|':
      return { problem: '"|" is not part of a formula', remedy: 'write "or"' };
    default:
      return {
        problem: `${shown(character)} is not part of a formula`,
        remedy:
          'a formula has figures, numbers with units, + - * / ^, comparisons, and, or, not, brackets and functions',
      };
  }
}

function shown(character: string): string {
  const printable = /[\x21-\x7e]/.test(character);
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return printable ? `"${character}"` : `the character U+${code}`;
}
