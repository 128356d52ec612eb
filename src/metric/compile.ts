import { didYouMean, nearest } from '../nearest.js';
import { readUnitSymbol } from '../units.js';
import { combine, operate, raise } from './arithmetic.js';
import { compileComparison, compileNearness, every, some } from './comparison.js';
import { type Compiling, type Condition, errorAt, kindWords, type Part, type Quantity, quoted } from './compiled.js';
import { isPlain, one, plain, readUnit, usualUnits } from './dimension.js';
import type { Formula, Span } from './formula.js';
import { compileFunction, functionNames, NEARNESS } from './functions.js';
import type { Figure } from './vocabulary.js';

/** Checks names and units of a formula, and makes a function of it. Throws `FormulaError`. */
function compile<World>(formula: Formula, compiling: Compiling<World>): Part<World> {
  const { span } = formula;
  switch (formula.kind) {
    case 'number':
      return literal(formula.value, span);
    case 'quantity':
      return withUnit(formula, compiling);
    case 'name':
      return named(formula.path, span, compiling);
    case 'text':
      return { kind: 'words', span, literal: true, value: () => formula.value };
    case 'negative': {
      const of = number(formula.of, compiling);
      return {
        ...operate(compiling, span, [of], (value) => -value),
        dimension: of.dimension,
        bare: of.bare,
        ...unitOf(of),
      };
    }
    case 'arithmetic':
      return compileArithmetic(formula, compiling);
    case 'call':
      return call(formula, compiling);
    case 'comparison':
      return compileComparison(
        formula,
        formula.operands.map((operand) => compile(operand, compiling)),
        compiling,
      );
    case 'and':
    case 'or':
      return (formula.kind === 'and' ? every : some)(
        [condition(formula.left, compiling), condition(formula.right, compiling)],
        span,
      );
    case 'not': {
      const of = condition(formula.of, compiling);
      return {
        kind: 'condition',
        span,
        holds: (world) => !of.holds(world),
        judge: (world, wanted) => of.judge(world, !wanted),
      };
    }
  }
}

/** Compiles what must be a number. */
export function number<World>(formula: Formula, compiling: Compiling<World>): Quantity<World> {
  const part = compile(formula, compiling);
  if (part.kind === 'quantity') return part;
  const remedy =
    part.kind === 'words' ? 'names are only compared, with == and !=' : 'write a sum, a product or a figure';
  throw errorAt(
    compiling,
    formula.span,
    `${quoted(compiling, formula.span)} is ${kindWords(part)}, not a number`,
    remedy,
  );
}

/** Compiles what must be true or false. */
export function condition<World>(formula: Formula, compiling: Compiling<World>): Condition<World> {
  const part = compile(formula, compiling);
  if (part.kind === 'condition') return part;
  const problem = `${quoted(compiling, formula.span)} is ${kindWords(part)}, not true or false`;
  throw errorAt(compiling, formula.span, problem, 'write a comparison, in brackets behind "not"');
}

function literal<World>(value: number, span: Span): Quantity<World> {
  return { kind: 'quantity', span, dimension: plain, unit: one, bare: true, constant: value, value: () => value };
}

function withUnit<World>(
  { value, unit, unitStart, span }: Formula & { readonly kind: 'quantity' },
  compiling: Compiling<World>,
): Quantity<World> {
  const found = readUnit(unit);
  const at = { start: unitStart, end: span.end };
  if (found === undefined) throw unknownUnit(unit, at, compiling);
  const constant = value * found.unit.factor;
  if (!Number.isFinite(constant)) throw errorAt(compiling, span, 'is too large', 'write a finite number');
  return {
    kind: 'quantity',
    span,
    dimension: found.dimension,
    bare: false,
    constant,
    value: () => constant,
    ...plainUnit(found),
  };
}

/** A percentage is a plain number; every other unit of the formula's own is left for the result to state. */
function plainUnit({ dimension }: Pick<Quantity<never>, 'dimension'>): Pick<Quantity<never>, 'unit'> {
  return isPlain(dimension) ? { unit: one } : {};
}

function unitOf({ unit }: Pick<Quantity<never>, 'unit'>): Pick<Quantity<never>, 'unit'> {
  return unit === undefined ? {} : { unit };
}

function unknownUnit(unit: string, span: Span, compiling: Compiling<never>) {
  if (readUnitSymbol(unit) === 'bits') {
    const bytes = unit.replace(/b(?:its?)?$/, 'B');
    return errorAt(compiling, span, `"${unit}" are bits, and an estimate is in bytes`, `write ${bytes}`);
  }
  const [best] = nearest(unit, usualUnits, 1);
  const remedy = best === undefined ? `units are ${usualUnits.join(', ')} and the like` : `did you mean "${best}"?`;
  return errorAt(compiling, span, `"${unit}" is not a unit of formulas`, remedy);
}

function named<World>(path: string, span: Span, compiling: Compiling<World>): Part<World> {
  const { vocabulary } = compiling;
  const figure = vocabulary.find(path);
  if (figure !== undefined) return ofFigure(path, figure, span, compiling);
  const unit = path.includes('.') ? undefined : readUnit(path);
  if (unit !== undefined) {
    const { factor } = unit.unit;
    return { kind: 'quantity', span, dimension: unit.dimension, bare: false, constant: factor, value: () => factor };
  }
  throw unknownName(path, span, compiling);
}

function unknownName<World>(path: string, span: Span, compiling: Compiling<World>) {
  const { of, paths } = compiling.vocabulary;
  const all = paths();
  const inside = all.find((known) => known.startsWith(`${path}.`));
  if (inside !== undefined) {
    return errorAt(compiling, span, `"${path}" is a group of figures`, `name one of them, as in ${inside}`);
  }
  if (functionNames.includes(path))
    return errorAt(compiling, span, `"${path}" is a function`, `write it as in ${path}(...)`);
  const [best] = nearest(path, path.includes('.') ? all : [...all, ...usualUnits, ...functionNames], 1);
  const remedy = best === undefined ? 'docs/studies.md lists them' : `did you mean "${best}"?`;
  return errorAt(compiling, span, `"${path}" is not a figure of ${of}`, remedy);
}

function ofFigure<World>(path: string, figure: Figure<World>, span: Span, compiling: Compiling<World>): Part<World> {
  const absent = (remedy?: string) =>
    errorAt(compiling, span, `"${path}" is not known of ${compiling.vocabulary.of}`, remedy);
  switch (figure.kind) {
    case 'number': {
      const { unit, read, remedy } = figure;
      const known = readUnit(unit);
      if (known === undefined) throw new Error(`${path} is in ${unit}, which is not a unit`);
      const { factor } = known.unit;
      const value = (world: World): number => {
        const found = read(world);
        if (found === undefined) throw absent(remedy);
        if (!Number.isFinite(found)) throw errorAt(compiling, span, `"${path}" is not finite`);
        return found * factor;
      };
      return { kind: 'quantity', span, dimension: known.dimension, unit: known.unit, bare: false, value };
    }
    case 'text': {
      const value = (world: World): string => {
        const found = figure.read(world);
        if (found === undefined) throw absent();
        return found;
      };
      return { kind: 'words', span, literal: false, ...(figure.allowed ? { allowed: figure.allowed } : {}), value };
    }
    case 'truth': {
      const holds = (world: World): boolean => {
        const found = figure.read(world);
        if (found === undefined) throw absent();
        return found;
      };
      return { kind: 'condition', span, holds, judge: (world, wanted) => [flag(path, holds(world), wanted)] };
    }
  }
}

function flag(path: string, left: boolean, right: boolean) {
  const ok = left === right;
  const message = ok ? `${path} is ${left}` : `${path} is ${left}, expected ${right}`;
  return { text: path, left, right, unit: '', ok, message };
}

function compileArithmetic<World>(
  formula: Formula & { readonly kind: 'arithmetic' },
  compiling: Compiling<World>,
): Quantity<World> {
  const { operator, span } = formula;
  const left = number(formula.left, compiling);
  const right = number(formula.right, compiling);
  return operator === '^' ? raise(compiling, span, left, right) : combine(compiling, span, operator, left, right);
}

function call<World>(
  { name, args, span }: Formula & { readonly kind: 'call' },
  compiling: Compiling<World>,
): Part<World> {
  if (!functionNames.includes(name)) {
    throw errorAt(compiling, span, `"${name}" is not a function of formulas`, didYouMean(name, functionNames));
  }
  const compiled = args.map((argument) => number(argument, compiling));
  return name === NEARNESS
    ? compileNearness(compiled, span, compiling)
    : compileFunction(name, compiled, span, compiling);
}
