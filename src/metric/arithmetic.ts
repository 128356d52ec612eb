import { type Compiling, errorAt, type Quantity, quoted } from './compiled.js';
import { coherentUnit, type Dimension, isPlain, isSame, one, product, raised, type Unit } from './dimension.js';
import type { Arithmetic, Span } from './formula.js';

/** Largest exponent that a unit may come to. */
const MOST_EXPONENT = 8;

type Evaluated<World> = Omit<Quantity<World>, 'dimension' | 'unit' | 'bare'>;

/** A number made of others, which must be finite; what depends on no world is computed at once. */
export function operate<World>(
  compiling: Compiling<World>,
  span: Span,
  operands: readonly Quantity<World>[],
  compute: (...values: number[]) => number,
): Evaluated<World> {
  const finite = (result: number): number => {
    if (Number.isFinite(result)) return result;
    throw errorAt(compiling, span, `${quoted(compiling, span)} has no finite value`, 'see what it is made of');
  };
  const constants = operands.flatMap(({ constant }) => (constant === undefined ? [] : [constant]));
  if (constants.length === operands.length) {
    const constant = finite(compute(...constants));
    return { kind: 'quantity', span, constant, value: () => constant };
  }
  const [first, second, third] = operands;
  if (first !== undefined && second === undefined) {
    return { kind: 'quantity', span, value: (world) => finite(compute(first.value(world))) };
  }
  if (first !== undefined && second !== undefined && third === undefined) {
    return { kind: 'quantity', span, value: (world) => finite(compute(first.value(world), second.value(world))) };
  }
  return {
    kind: 'quantity',
    span,
    value: (world) => finite(compute(...operands.map((operand) => operand.value(world)))),
  };
}

/** A sum, difference, product or quotient. */
export function combine<World>(
  compiling: Compiling<World>,
  span: Span,
  operator: Exclude<Arithmetic, '^'>,
  left: Quantity<World>,
  right: Quantity<World>,
): Quantity<World> {
  const bare = left.bare && right.bare;
  const both = [left, right];
  switch (operator) {
    case '+':
    case '-': {
      const compute = operator === '+' ? (a: number, b: number) => a + b : (a: number, b: number) => a - b;
      const joined = alike(compiling, both, operator === '+' ? 'added' : 'subtracted');
      return { ...operate(compiling, span, both, compute), bare, ...joined };
    }
    case '*': {
      const dimension = product(left.dimension, right.dimension);
      const evaluated = operate(compiling, span, both, (a, b) => a * b);
      return { ...evaluated, bare, dimension, ...unitOfProduct(dimension, left, right) };
    }
    case '/': {
      const dimension = product(left.dimension, right.dimension, -1);
      const evaluated = operate(compiling, span, both, (a, b) => {
        if (b !== 0) return a / b;
        const remedy = 'divide by what is not zero';
        throw errorAt(compiling, right.span, `${quoted(compiling, right.span)} is zero`, remedy);
      });
      return { ...evaluated, bare, dimension, ...unitOfQuotient(dimension, left, right) };
    }
  }
}

/** A power. What has a unit is only raised to a number that is known. */
export function raise<World>(
  compiling: Compiling<World>,
  span: Span,
  left: Quantity<World>,
  right: Quantity<World>,
): Quantity<World> {
  if (!isPlain(right.dimension)) {
    const problem = `${quoted(compiling, right.span)} is in ${unitText(right)}, and an exponent is a plain number`;
    throw errorAt(compiling, right.span, problem, 'divide it by a unit');
  }
  const evaluated = operate(compiling, span, [left, right], (a, b) => a ** b);
  if (isPlain(left.dimension))
    return { ...evaluated, dimension: left.dimension, bare: left.bare && right.bare, unit: one };
  const { constant } = right;
  if (constant === undefined) {
    throw errorAt(compiling, right.span, 'the exponent of a unit is a fixed number', 'write it as in 2');
  }
  return { ...evaluated, bare: false, ...raisedUnit(compiling, span, left, constant) };
}

/** Dimension and unit of a power, for exponents that leave a unit one can read. */
export function raisedUnit<World>(
  compiling: Compiling<World>,
  span: Span,
  base: Quantity<World>,
  exponent: number,
): Pick<Quantity<World>, 'dimension' | 'unit'> {
  const dimension = raised(base.dimension, exponent);
  if (dimension.some((power) => Math.abs(power) > MOST_EXPONENT || !Number.isInteger(2 * power))) {
    const problem = `${quoted(compiling, span)} has no unit that can be written`;
    throw errorAt(compiling, span, problem, `exponents of units are whole numbers up to ${MOST_EXPONENT}, and halves`);
  }
  return { dimension, ...(base.unit?.factor === 1 ? { unit: coherentUnit(dimension) } : {}) };
}

/** The one dimension of all of them, and the unit of the first that has one. */
export function alike<World>(
  compiling: Compiling<World>,
  operands: readonly Quantity<World>[],
  verb: string,
): Pick<Quantity<World>, 'dimension' | 'unit'> {
  const [first, ...others] = operands;
  if (first === undefined) throw new Error('nothing to compare');
  for (const other of others) {
    if (isSame(first.dimension, other.dimension)) continue;
    throw errorAt(compiling, other.span, mismatch(compiling, first, other, verb), remedyOf(first, other));
  }
  const unit = operands.find((operand) => operand.unit !== undefined)?.unit;
  return { dimension: first.dimension, ...(unit === undefined ? {} : { unit }) };
}

/** `"1 s" is in s and "memory.totalBytes" in B: they cannot be added`. */
export function mismatch(
  compiling: { readonly formula: string },
  left: Quantity<never>,
  right: Quantity<never>,
  verb: string,
): string {
  const say = (operand: Quantity<never>): string => {
    const text = unitText(operand);
    return `${quoted(compiling, operand.span)} is ${text === '' ? 'a plain number' : `in ${text}`}`;
  };
  return `${say(left)} and ${say(right)}: they cannot be ${verb}`;
}

function remedyOf(left: Quantity<never>, right: Quantity<never>): string | undefined {
  if (right.bare) return `write the unit, as in "${right.constant} ${unitText(left)}"`;
  return left.bare ? `write the unit, as in "${left.constant} ${unitText(right)}"` : undefined;
}

/** The unit of a quantity as it is printed. */
export function unitText({ unit, dimension }: Pick<Quantity<never>, 'unit' | 'dimension'>): string {
  return (unit ?? coherentUnit(dimension)).text;
}

function unitOfProduct(dimension: Dimension, left: Quantity<never>, right: Quantity<never>): { readonly unit?: Unit } {
  if (isPlain(left.dimension)) return unitIfAny(right.unit);
  if (isPlain(right.dimension)) return unitIfAny(left.unit);
  return coherent(dimension, left, right);
}

function unitOfQuotient(dimension: Dimension, left: Quantity<never>, right: Quantity<never>): { readonly unit?: Unit } {
  return isPlain(right.dimension) ? unitIfAny(left.unit) : coherent(dimension, left, right);
}

/** Only coherent units make another one that is known without saying. */
function coherent(dimension: Dimension, left: Quantity<never>, right: Quantity<never>): { readonly unit?: Unit } {
  if (isPlain(dimension)) return { unit: one };
  return left.unit?.factor === 1 && right.unit?.factor === 1 ? { unit: coherentUnit(dimension) } : {};
}

function unitIfAny(unit: Unit | undefined): { readonly unit?: Unit } {
  return unit === undefined ? {} : { unit };
}
