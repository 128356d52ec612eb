import { formatNumber, type Kind, unitFor } from '../format.js';
import { didYouMean } from '../nearest.js';
import { mismatch, unitText } from './arithmetic.js';
import {
  type Compiling,
  type Condition,
  comparatorWords,
  errorAt,
  type Finding,
  kindWords,
  type Part,
  passage,
  type Quantity,
  quoted,
  type Words,
} from './compiled.js';
import { coherentUnit, isPlain, isSame, type Unit } from './dimension.js';
import type { Comparator, Formula, Span } from './formula.js';
import { checkArguments, NEARNESS } from './functions.js';

const tests: Readonly<Record<Comparator, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** The same comparison with its sides exchanged. */
const mirrored: Readonly<Record<Comparator, Comparator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

/** One comparison, or each of a chain of them. */
export function compileComparison<World>(
  { comparators, span }: Formula & { readonly kind: 'comparison' },
  operands: readonly Part<World>[],
  compiling: Compiling<World>,
): Condition<World> {
  const pairs = comparators.map((comparator, index) => {
    const [left, right] = operands.slice(index, index + 2);
    if (left === undefined || right === undefined) throw new Error('a comparison has two sides');
    return compare(comparator, left, right, compiling);
  });
  const [only] = pairs;
  return only !== undefined && pairs.length === 1 ? only : every(pairs, span);
}

/** A condition that holds when all of them do. */
export function every<World>(conditions: readonly Condition<World>[], span: Span): Condition<World> {
  const holds = (world: World): boolean => conditions.every((condition) => condition.holds(world));
  return {
    kind: 'condition',
    span,
    holds,
    judge: (world, wanted) => relevant(conditions, world, holds(world), wanted),
  };
}

/** A condition that holds when one of them does. */
export function some<World>(conditions: readonly Condition<World>[], span: Span): Condition<World> {
  const holds = (world: World): boolean => conditions.some((condition) => condition.holds(world));
  return {
    kind: 'condition',
    span,
    holds,
    judge: (world, wanted) => relevant(conditions, world, holds(world), wanted),
  };
}

/** The findings that decided: those that came out as wanted where the whole did, the others where it did not. */
function relevant<World>(
  conditions: readonly Condition<World>[],
  world: World,
  held: boolean,
  wanted: boolean,
): readonly Finding[] {
  return conditions.filter((condition) => condition.holds(world) === held).flatMap((one) => one.judge(world, wanted));
}

function compare<World>(
  comparator: Comparator,
  left: Part<World>,
  right: Part<World>,
  compiling: Compiling<World>,
): Condition<World> {
  if (left.kind === 'quantity' && right.kind === 'quantity') return compareNumbers(comparator, left, right, compiling);
  if (left.kind === 'words' && right.kind === 'words') return compareWords(comparator, left, right, compiling);
  const [a, b] = [left, right].map((part) => `${quoted(compiling, part.span)} is ${kindWords(part)}`);
  throw errorAt(compiling, right.span, `${a} and ${b}: they cannot be compared`, 'compare two numbers, or two names');
}

function compareNumbers<World>(
  comparator: Comparator,
  left: Quantity<World>,
  right: Quantity<World>,
  compiling: Compiling<World>,
): Condition<World> {
  const { unit, a, b } = sameUnit(left, right, compiling);
  const test = tests[comparator];
  const span = { start: left.span.start, end: right.span.end };
  const text = passage(compiling, span);
  const holds = (world: World): boolean => test(a(world), b(world));
  const judge = (world: World, wanted: boolean): readonly Finding[] => {
    const values = [a(world) / unit.factor, b(world) / unit.factor] as const;
    const ok = holds(world) === wanted;
    // What is known beforehand is what was expected of the other side.
    const swap = left.constant !== undefined && right.constant === undefined;
    const [of, to] = swap ? [right, left] : [left, right];
    const shown = showBoth(swap ? values[1] : values[0], swap ? values[0] : values[1], unit);
    const words = `${wanted ? '' : 'not '}${comparatorWords[swap ? mirrored[comparator] : comparator]}`;
    const bound = to.constant === undefined ? `${passage(compiling, to.span)}, which is ${shown[1]}` : shown[1];
    const message = `${passage(compiling, of.span)} is ${shown[0]}, ${ok ? '' : 'expected '}${words} ${bound}`;
    return [{ text, left: values[0], right: values[1], unit: unit.text, ok, message }];
  };
  return { kind: 'condition', span, holds, judge };
}

/** Both sides in one unit: a number without a unit takes that of the other side, where there is one without saying. */
function sameUnit<World>(
  left: Quantity<World>,
  right: Quantity<World>,
  compiling: Compiling<World>,
): { readonly unit: Unit; a(world: World): number; b(world: World): number } {
  if (left.constant !== undefined && right.constant !== undefined) {
    const text = passage(compiling, { start: left.span.start, end: right.span.end });
    throw errorAt(compiling, left.span, `"${text}" compares no figure`, 'name a figure on one side');
  }
  const unit = left.bare ? right.unit : right.bare ? left.unit : (left.unit ?? right.unit);
  const known = unit ?? coherentUnit(left.bare ? right.dimension : left.dimension);
  if (isSame(left.dimension, right.dimension)) return { unit: known, a: left.value, b: right.value };
  if (left.bare !== right.bare && unit !== undefined) {
    const { factor } = unit;
    return {
      unit,
      a: left.bare ? (world) => left.value(world) * factor : left.value,
      b: right.bare ? (world) => right.value(world) * factor : right.value,
    };
  }
  const [number, other] = left.bare ? [left, right] : [right, left];
  const written = number.constant === undefined ? '' : `, as in "${number.constant} ${unitText(other)}"`;
  const remedy = number.bare ? `write its unit${written}` : remedyFor(other, number);
  throw errorAt(compiling, right.span, mismatch(compiling, left, right, 'compared'), remedy);
}

function remedyFor(left: Quantity<never>, right: Quantity<never>): string {
  const wanted = unitText(left);
  return right.constant === undefined
    ? 'compare what has one unit'
    : `write it ${wanted === '' ? 'without a unit' : `in ${wanted}`}`;
}

function compareWords<World>(
  comparator: Comparator,
  left: Words<World>,
  right: Words<World>,
  compiling: Compiling<World>,
): Condition<World> {
  const span = { start: left.span.start, end: right.span.end };
  if (comparator !== '==' && comparator !== '!=') {
    throw errorAt(compiling, right.span, `names have no order, as "${comparator}" asks`, 'write == or !=');
  }
  if (left.literal && right.literal) {
    throw errorAt(
      compiling,
      left.span,
      'two texts are compared',
      'compare a figure with a text, as in decode.bound == "memory"',
    );
  }
  checkWord(left, right, compiling);
  checkWord(right, left, compiling);
  const equal = comparator === '==';
  const text = passage(compiling, span);
  const holds = (world: World): boolean => (left.value(world) === right.value(world)) === equal;
  const judge = (world: World, wanted: boolean): readonly Finding[] => {
    const ok = holds(world) === wanted;
    const [of, to] = left.literal ? [right, left] : [left, right];
    const bound = to.literal ? `"${to.value(world)}"` : `${passage(compiling, to.span)}, which is "${to.value(world)}"`;
    const start = `${passage(compiling, of.span)} is "${of.value(world)}"`;
    const expected = equal === wanted ? bound : `other than ${bound}`;
    const message = ok ? `${start}, as expected` : `${start}, expected ${expected}`;
    return [{ text, left: left.value(world), right: right.value(world), unit: '', ok, message }];
  };
  return { kind: 'condition', span, holds, judge };
}

/** A text must be one that the figure can be. */
function checkWord<World>(figure: Words<World>, word: Words<World>, compiling: Compiling<World>): void {
  if (figure.allowed === undefined || !word.literal) return;
  const text = passage(compiling, word.span).slice(1, -1);
  if (figure.allowed.includes(text)) return;
  const problem = `${quoted(compiling, figure.span)} is never "${text}"`;
  throw errorAt(compiling, word.span, problem, didYouMean(text, figure.allowed));
}

/** `within(a, b, 5 %)`: a differs from b by at most so much of b. */
export function compileNearness<World>(
  args: readonly Quantity<World>[],
  span: Span,
  compiling: Compiling<World>,
): Condition<World> {
  checkArguments(NEARNESS, args.length, 3, 3, span, compiling);
  const [of, to, part] = args;
  if (of === undefined || to === undefined || part === undefined) throw new Error('within takes three arguments');
  if (!isPlain(part.dimension) || part.constant === undefined || part.constant < 0) {
    const problem = `${quoted(compiling, part.span)} is not a tolerance`;
    throw errorAt(compiling, part.span, problem, 'write a percentage as in 5 %');
  }
  const tolerance = part.constant;
  const { unit, a, b } = sameUnit(of, to, compiling);
  const holds = (world: World): boolean => {
    const target = b(world);
    return Math.abs(a(world) - target) <= tolerance * Math.abs(target);
  };
  const judge = (world: World, wanted: boolean): readonly Finding[] => {
    const [left, right] = [a(world) / unit.factor, b(world) / unit.factor];
    const ok = holds(world) === wanted;
    const [first, second] = showBoth(left, right, unit);
    const words = `${ok ? '' : 'expected '}${wanted ? '' : 'not '}within ${formatNumber(tolerance * 100, { trim: true })} %`;
    const message = `${passage(compiling, of.span)} is ${first}, ${words} of ${second}`;
    return [{ text: passage(compiling, span), left, right, unit: unit.text, ok, message }];
  };
  return { kind: 'condition', span, holds, judge };
}

/** Digits beyond which no two numbers differ. */
const MOST_DIGITS = 16;

/** Units that are printed with the prefix that suits the values. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['B', 'bytes'],
  ['B/s', 'bandwidth'],
  ['FLOP', 'FLOPs'],
  ['FLOP/s', 'FLOP rate'],
  ['s', 'duration'],
  ['J', 'energy'],
  ['W', 'power'],
  ['Hz', 'frequency'],
]);

/** Two values in one unit, with as many digits as it takes to tell them apart. */
function showBoth(left: number, right: number, { text }: Unit): readonly [string, string] {
  const kind = kinds.get(text);
  const { name, factor } = kind === undefined ? { name: text, factor: 1 } : unitFor([left, right], kind);
  const behind = name === '' ? '' : ` ${name}`;
  for (let digits = 3; digits < MOST_DIGITS; digits++) {
    const [a, b] = [left, right].map((value) => formatNumber(value / factor, { digits }));
    if (a !== b || left === right) return [a + behind, b + behind];
  }
  return [left + (text === '' ? '' : ` ${text}`), right + (text === '' ? '' : ` ${text}`)];
}
