import { create, parseDependencies } from 'mathjs';
import { FormulaError } from '../errors.js';
import { once } from '../kept.js';
import type { Arithmetic, Comparator, Formula, Span } from './formula.js';
import { readTokens, type Token } from './tokens.js';

/** The parser of mathjs, made when a formula is first read. */
const parser = once(() => create({ ...parseDependencies }));

/** The nodes of mathjs that are understood, as far as they are read. */
type MathNode =
  | { readonly type: 'ConstantNode'; readonly value: unknown }
  | { readonly type: 'SymbolNode'; readonly name: string }
  | {
      readonly type: 'AccessorNode';
      readonly object: MathNode;
      readonly index: { readonly dotNotation: boolean; readonly dimensions: readonly MathNode[] };
      readonly optionalChaining: boolean;
    }
  | { readonly type: 'ParenthesisNode'; readonly content: MathNode }
  | MathOperation
  | { readonly type: 'RelationalNode'; readonly conditionals: readonly string[]; readonly params: readonly MathNode[] }
  | { readonly type: 'FunctionNode'; readonly fn: MathNode; readonly args: readonly MathNode[] };

interface MathOperation {
  readonly type: 'OperatorNode';
  readonly op: string;
  readonly fn: string;
  readonly args: readonly MathNode[];
  readonly implicit: boolean;
}

type Node<Type extends MathNode['type']> = MathNode & { readonly type: Type };

/** What mathjs may hand over, and how a formula writes it. Whatever is not listed here is refused. */
const arithmetic: Readonly<Record<string, Arithmetic>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  pow: '^',
};
const comparators: Readonly<Record<string, Comparator>> = {
  smaller: '<',
  smallerEq: '<=',
  larger: '>',
  largerEq: '>=',
  equal: '==',
  unequal: '!=',
};

/** The formula and the leaves that were met so far: mathjs keeps no places, but leaves stand in the order of the text. */
interface Reading {
  readonly formula: string;
  readonly leaves: readonly Token[];
  met: number;
}

/**
 * Reads a formula. mathjs parses it and does no more: its tree becomes ours node by node, and a node of any other kind is
 * refused. Throws `FormulaError`.
 */
export function parseFormula(formula: string): Formula {
  const tokens = withPercents(formula, readTokens(formula));
  const reading: Reading = { formula, leaves: tokens.filter(({ kind }) => kind !== 'operator'), met: 0 };
  const tree = read(parseText(formula, tokens), reading);
  const left = reading.leaves[reading.met];
  if (left !== undefined) throw misread(reading, left);
  return tree;
}

/** A letter for which mathjs has no other meaning, and which no formula has. */
const PERCENT = '\u2105';

/** To mathjs `%` is a remainder, or a part of what it is added to. Here it is a unit, and stands behind a number. */
function withPercents(formula: string, tokens: readonly Token[]): readonly Token[] {
  return tokens.map((token, index) => {
    if (token.text !== '%') return token;
    if (tokens[index - 1]?.kind === 'number') return { ...token, kind: 'name' as const };
    const problem = '"%" stands behind no number';
    throw new FormulaError({ formula, offset: token.offset, problem, remedy: 'write it as in 5 %' });
  });
}

function parseText(formula: string, tokens: readonly Token[]): MathNode {
  const text = formula.replaceAll('%', PERCENT).replaceAll('\u00b5', '\u03bc').replace(/\s/g, ' ');
  try {
    // Nodes of other types are met by `read`, which refuses them.
    return parser().parse(text) as unknown as MathNode;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // mathjs counts from one, and tells the end of what it could not take.
    const char = 'char' in error && typeof error.char === 'number' ? error.char - 1 : 0;
    const found = tokens.findLast(({ offset }) => offset <= char);
    const ended = char >= formula.trimEnd().length || found === undefined;
    const problem = ended ? 'ends too early' : `"${found.text}" is not expected here`;
    const remedy = ended ? 'close the brackets and give every operator what it works on' : 'write one expression';
    throw new FormulaError({ formula, offset: ended ? formula.length : found.offset, problem, remedy });
  }
}

function read(node: MathNode, reading: Reading): Formula {
  switch (node.type) {
    case 'ConstantNode':
      return constant(node, reading);
    case 'SymbolNode':
      return name(node, reading);
    case 'AccessorNode':
      return name(node, reading);
    case 'ParenthesisNode':
      return inBrackets(read(node.content, reading), reading);
    case 'OperatorNode':
      return operation(node, reading);
    case 'RelationalNode':
      return relation(node, reading);
    case 'FunctionNode':
      return call(node, reading);
    default:
      throw refused(
        reading,
        'this is not part of a formula',
        'write sums, products, comparisons and functions of figures',
      );
  }
}

/** Brackets are part of what is quoted in messages. */
function inBrackets(inner: Formula, { formula }: Reading): Formula {
  return {
    ...inner,
    span: { start: formula.lastIndexOf('(', inner.span.start - 1), end: closed(formula, inner.span.end) },
  };
}

function closed(formula: string, end: number): number {
  return formula.indexOf(')', end) + 1;
}

function constant({ value }: Node<'ConstantNode'>, reading: Reading): Formula {
  const token = next(reading);
  const span = spanOf(token);
  if (token.kind === 'number' && value === Number(token.text)) {
    if (Number.isFinite(value)) return { kind: 'number', value, span };
    throw at(reading, token.offset, `"${token.text}" is too large`, 'write a finite number');
  }
  if (token.kind === 'text' && value === token.text.slice(1, -1)) return { kind: 'text', value, span };
  throw at(
    reading,
    token.offset,
    `"${token.text}" is not a number of a formula`,
    'write a finite number or a comparison',
  );
}

/** A symbol, or the fields of one: `decode.tokensPerSecond`. Fields in square brackets never come here. */
function name(node: MathNode, reading: Reading): Formula {
  const first = reading.leaves[reading.met];
  const parts = partsOf(node, reading);
  const tokens = parts.map((part) => {
    const token = next(reading);
    if (token.kind !== 'name' || normal(token.text) !== normal(part)) throw misread(reading, token);
    return token;
  });
  const span = { start: first?.offset ?? 0, end: spanOf(tokens.at(-1) ?? next(reading)).end };
  return { kind: 'name', path: tokens.map(({ text }) => text).join('.'), span };
}

function partsOf(node: MathNode, reading: Reading): readonly string[] {
  if (node.type === 'SymbolNode') return [node.name];
  if (node.type === 'AccessorNode' && node.index.dotNotation && !node.optionalChaining) {
    const [field] = node.index.dimensions;
    if (field?.type === 'ConstantNode') return [...partsOf(node.object, reading), String(field.value)];
  }
  throw refused(reading, 'only figures have fields', 'write a path as in decode.tokensPerSecond');
}

function operation({ op, fn, args, implicit }: MathOperation, reading: Reading): Formula {
  const [first, second] = args;
  if (first === undefined) throw refused(reading, 'this is not part of a formula', 'leave it out');
  if (second === undefined) return unary(fn, first, reading);
  if (fn === 'multiply' && implicit) return quantity(first, second, reading);
  const left = read(first, reading);
  const right = read(second, reading);
  const span = { start: left.span.start, end: right.span.end };
  const operator = arithmetic[fn];
  if (operator !== undefined) return { kind: 'arithmetic', operator, left, right, span };
  const comparator = comparators[fn];
  if (comparator !== undefined) return { kind: 'comparison', comparators: [comparator], operands: [left, right], span };
  if (fn === 'and' || fn === 'or') return { kind: fn, left, right, span };
  throw at(
    reading,
    reading.formula.indexOf(op, left.span.end),
    `"${op}" is not part of a formula`,
    'write + - * / ^, a comparison, and, or',
  );
}

function unary(fn: string, argument: MathNode, reading: Reading): Formula {
  const of = read(argument, reading);
  const from = (sign: string): Span => ({
    start: reading.formula.lastIndexOf(sign, of.span.start - 1),
    end: of.span.end,
  });
  if (fn === 'unaryMinus') return { kind: 'negative', of, span: from('-') };
  if (fn === 'unaryPlus') return of;
  if (fn === 'not') return { kind: 'not', of, span: from('not') };
  throw at(reading, of.span.start, 'this operator is not part of a formula', 'write - or not');
}

/** Two things side by side: a number and its unit, and nothing else. */
function quantity(first: MathNode, second: MathNode, reading: Reading): Formula {
  const left = read(first, reading);
  const right = read(second, reading);
  const span = { start: left.span.start, end: right.span.end };
  if (right.kind === 'name' && !right.path.includes('.')) {
    const { path: unit } = right;
    const unitStart = right.span.start;
    if (left.kind === 'number') return { kind: 'quantity', value: left.value, unit, unitStart, span };
    if (left.kind === 'negative' && left.of.kind === 'number') {
      return { kind: 'quantity', value: -left.of.value, unit, unitStart, span };
    }
  }
  const remedy = 'write "*" between them; a unit stands behind its number';
  throw at(reading, right.span.start, 'two values stand side by side', remedy);
}

function relation({ conditionals, params }: Node<'RelationalNode'>, reading: Reading): Formula {
  const operands = params.map((param) => read(param, reading));
  const chain = conditionals.map((fn) => comparators[fn]).filter((comparator) => comparator !== undefined);
  const span = { start: operands[0]?.span.start ?? 0, end: operands.at(-1)?.span.end ?? 0 };
  return { kind: 'comparison', comparators: chain, operands, span };
}

function call({ fn, args }: Node<'FunctionNode'>, reading: Reading): Formula {
  const called = read(fn, reading);
  if (called.kind !== 'name')
    throw at(reading, called.span.start, 'only functions are called', 'write it as in min(a, b)');
  const given = args.map((argument) => read(argument, reading));
  const span = { start: called.span.start, end: closed(reading.formula, (given.at(-1) ?? called).span.end) };
  return { kind: 'call', name: called.path, args: given, span };
}

function next(reading: Reading): Token {
  const token = reading.leaves[reading.met];
  if (token === undefined) throw refused(reading, 'this is not part of a formula', 'write one expression');
  reading.met++;
  return token;
}

function spanOf({ offset, text }: Token): Span {
  return { start: offset, end: offset + text.length };
}

function normal(text: string): string {
  return text === '%' ? PERCENT : text.replaceAll('\u00b5', '\u03bc');
}

function misread(reading: Reading, { offset, text }: Token): FormulaError {
  return at(
    reading,
    offset,
    `"${text}" is not understood here`,
    'write figures, numbers with units, operators and functions',
  );
}

function refused(reading: Reading, problem: string, remedy: string): FormulaError {
  const here = reading.leaves[reading.met] ?? reading.leaves.at(-1);
  return at(reading, here?.offset ?? 0, problem, remedy);
}

function at({ formula }: Reading, offset: number, problem: string, remedy: string): FormulaError {
  return new FormulaError({ formula, offset, problem, remedy });
}
