import type { Estimate } from '../estimator/types.js';
import { condition, number } from './compile.js';
import { errorAt, type Finding, quoted } from './compiled.js';
import { coherentUnit, isSame, readUnit, type Unit } from './dimension.js';
import { parseFormula } from './parse.js';
import { estimateVocabulary, type Vocabulary } from './vocabulary.js';

/** A formula that gives a number. */
export interface Metric<World = Estimate> {
  readonly formula: string;
  /** Unit of the number: `token/s/USD`; empty for a plain number. */
  readonly unit: string;
  /** Throws `FormulaError` where the formula has no value: a figure is absent, or something is divided by zero. */
  evaluate(world: World): number;
}

/** What came of an expectation. */
export interface Verdict {
  readonly ok: boolean;
  /** Both sides of the comparison that decided, in `unit`; of several the first. */
  readonly left: Finding['left'];
  readonly right: Finding['right'];
  readonly unit: string;
  /** Says every comparison that decided: `decode.tokensPerSecond is 43.2 token/s, expected at least 50 token/s`. */
  readonly message: string;
  readonly findings: readonly Finding[];
}

/** A formula that is true or false. */
export interface Expectation<World = Estimate> {
  readonly formula: string;
  /** Throws `FormulaError` where the formula has no value. */
  check(world: World): Verdict;
}

/**
 * Compiles a formula over an estimate's figures into a function. Units are carried: a sum of seconds and bytes is refused.
 * The result is in `unit`, or else in that of its figures (`token/s/USD`). Throws `FormulaError`.
 *
 * @example
 * compileMetric('memory.weightBytes / 1 GiB').evaluate(estimated) // => 3.56
 */
export function compileMetric(formula: string, options: { readonly unit?: string } = {}): Metric {
  return compileMetricIn(estimateVocabulary, formula, options);
}

/**
 * Compiles a comparison of figures, or several of them joined by `and`, `or`, `not`, into a check. A number without a unit
 * has that of what it is compared with. Throws `FormulaError`.
 *
 * @example
 * compileExpectation('decode.tokensPerSecond >= 50 and decode.bound == "memory"').check(estimated).ok // => true
 */
export function compileExpectation(formula: string): Expectation {
  return compileExpectationIn(estimateVocabulary, formula);
}

/** As `compileMetric`, over whatever the vocabulary names. */
export function compileMetricIn<World>(
  vocabulary: Vocabulary<World>,
  formula: string,
  { unit }: { readonly unit?: string } = {},
): Metric<World> {
  const compiling = { formula, vocabulary };
  const quantity = number(parseFormula(formula), compiling);
  const { text, factor } = unit === undefined ? (quantity.unit ?? coherentUnit(quantity.dimension)) : unitAsked();
  return { formula, unit: text, evaluate: (world) => quantity.value(world) / factor };

  function unitAsked(): Unit {
    const asked = readUnit(unit ?? '');
    if (asked !== undefined && isSame(asked.dimension, quantity.dimension)) return asked.unit;
    const { text } = quantity.unit ?? coherentUnit(quantity.dimension);
    const problem = `${quoted(compiling, quantity.span)} is ${text === '' ? 'a plain number' : `in ${text}`}`;
    throw errorAt(compiling, quantity.span, `${problem}, and cannot be given in "${unit}"`, 'name a unit of its kind');
  }
}

/** As `compileExpectation`, over whatever the vocabulary names. */
export function compileExpectationIn<World>(vocabulary: Vocabulary<World>, formula: string): Expectation<World> {
  const compiled = condition(parseFormula(formula), { formula, vocabulary });
  return {
    formula,
    check: (world) => {
      const findings = compiled.judge(world, true);
      const [first] = findings;
      if (first === undefined) throw new Error(`${formula} rests on nothing`);
      const { left, right, unit } = first;
      const message = findings.map((finding) => finding.message).join('; ');
      return { ok: compiled.holds(world), left, right, unit, message, findings };
    },
  };
}

/** The figures of an estimate that formulas may name, each with its unit. */
export function listFigures(): readonly { readonly path: string; readonly unit: string }[] {
  return estimateVocabulary.paths().map((path) => {
    const figure = estimateVocabulary.find(path);
    return { path, unit: figure?.kind === 'number' ? figure.unit : '' };
  });
}
