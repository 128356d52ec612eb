import { alike, operate, raisedUnit, unitText } from './arithmetic.js';
import { type Compiling, errorAt, type Quantity, quoted } from './compiled.js';
import { isPlain } from './dimension.js';
import type { Span } from './formula.js';

/** A function of formulas, by what it does to units. */
interface FormulaFunction {
  /** `alike`: arguments and result have one unit. `plain`: of plain numbers. `root`: halves the exponents of the unit. */
  readonly units: 'alike' | 'plain' | 'root';
  readonly most: number;
  readonly compute: (...values: number[]) => number;
}

const functions: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ['min', { units: 'alike', most: 16, compute: Math.min }],
  ['max', { units: 'alike', most: 16, compute: Math.max }],
  ['abs', { units: 'alike', most: 1, compute: Math.abs }],
  ['sqrt', { units: 'root', most: 1, compute: Math.sqrt }],
  ['exp', { units: 'plain', most: 1, compute: Math.exp }],
  ['log2', { units: 'plain', most: 1, compute: Math.log2 }],
  ['log10', { units: 'plain', most: 1, compute: Math.log10 }],
  ['round', { units: 'plain', most: 1, compute: Math.round }],
  ['floor', { units: 'plain', most: 1, compute: Math.floor }],
  ['ceil', { units: 'plain', most: 1, compute: Math.ceil }],
]);

/** Name of the function that is a comparison: `within(a, b, 5 %)`. */
export const NEARNESS = 'within';

/** The functions that a formula may call. */
export const functionNames: readonly string[] = [...functions.keys(), NEARNESS];

/** A call of a function that gives a number. */
export function compileFunction<World>(
  name: string,
  args: readonly Quantity<World>[],
  span: Span,
  compiling: Compiling<World>,
): Quantity<World> {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`${name} is no function`);
  const { units, most, compute } = found;
  checkArguments(name, args.length, most === 1 ? 1 : 2, most, span, compiling);
  const [first] = args;
  if (first === undefined) throw new Error(`${name} has no argument`);
  const evaluated = operate(compiling, span, args, compute);
  const bare = args.every((argument) => argument.bare);
  switch (units) {
    case 'alike':
      return { ...evaluated, bare, ...alike(compiling, args, 'compared') };
    case 'root':
      return { ...evaluated, bare, ...raisedUnit(compiling, span, first, 0.5) };
    case 'plain': {
      if (isPlain(first.dimension))
        return { ...evaluated, bare, dimension: first.dimension, unit: { text: '', factor: 1 } };
      const problem = `${quoted(compiling, first.span)} is in ${unitText(first)}, and ${name} takes a plain number`;
      throw errorAt(compiling, first.span, problem, 'divide it by a unit');
    }
  }
}

/** Checks how many arguments a call has. */
export function checkArguments(
  name: string,
  count: number,
  fewest: number,
  most: number,
  span: Span,
  compiling: Compiling<never>,
): void {
  if (count >= fewest && count <= most) return;
  const wanted = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  const problem = `${name} is given ${count} arguments`;
  throw errorAt(compiling, span, problem, `it takes ${wanted}`);
}
