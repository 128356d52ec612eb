import type { ConstantName, EngineConstants } from '../engine/types.js';
import type { Case } from './case.js';
import { searchPattern } from './pattern-search.js';
import { errorOf, predictCase } from './predict.js';

/** Range of a constant. */
export type Bounds = Readonly<Partial<Record<ConstantName, readonly [number, number]>>>;

/** Errors below this count nearly as their square, larger ones nearly as themselves: one odd row does not decide. */
const ROBUST_WITHIN = 0.03;

/** Lower end of a range that begins at zero, as a fraction of its upper end. */
const NEARLY_ZERO = 1e-3;

/**
 * Constants that fit some measurements best, within bounds: the others keep their value.
 * Minimises the mean over groups of `sqrt(e^2 + d^2)`, with e the error of a row, by a pattern search. It begins at `start`
 * (a parent class: what the rows cannot tell stays as it was), or in the middle of the bounds.
 * Deterministic: the same cases and bounds give the same constants to the digit.
 */
export function fitConstants(
  cases: readonly Case[],
  start: EngineConstants,
  bounds: Bounds,
  fromStart: boolean,
): EngineConstants {
  const ranges = Object.entries(bounds).map(([name, [low, high]]) => ({
    name: name as ConstantName,
    low: low > 0 ? low : high * NEARLY_ZERO,
    high,
  }));
  let best = start;
  for (const { name, low, high } of ranges) {
    const known = fromStart ? start[name] : undefined;
    best = { ...best, [name]: Math.min(high, Math.max(low, known ?? Math.sqrt(low * high))) };
  }
  const from = best;
  const at = (values: readonly number[]): EngineConstants => ({
    ...from,
    ...Object.fromEntries(ranges.map(({ name }, index) => [name, values[index]])),
  });
  const mean = weighted(cases);
  const loss = (constants: EngineConstants): number => mean((found) => errorOf(found, predictCase(found, constants)));
  const begin = ranges.map(({ name, low }) => from[name] ?? low);
  return at(searchPattern(begin, ranges, (values) => loss(at(values))));
}

/** Mean over groups of the robust error of predictions; every group weighs the same. */
export function lossOf(cases: readonly Case[], predict: (found: Case) => number): number {
  return weighted(cases)((found) => errorOf(found, predict(found)));
}

/** As `lossOf`, with the weights of the groups worked out once. */
function weighted(cases: readonly Case[]): (error: (found: Case) => number) => number {
  const sizes = new Map<string, number>();
  for (const { group } of cases) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const weights = cases.map(({ group }) => 1 / (sizes.get(group) ?? 1));
  return (errorFor) =>
    cases.reduce((sum, found, index) => {
      const error = errorFor(found);
      return sum + (weights[index] ?? 0) * Math.sqrt(error * error + ROBUST_WITHIN * ROBUST_WITHIN);
    }, 0) / sizes.size;
}
