import { FormulaError, type SpecProblem } from '../errors.js';
import { readUnit } from '../metric/dimension.js';
import { functionNames } from '../metric/functions.js';
import { compileExpectationIn, compileMetricIn, type Metric } from '../metric/metric.js';
import { joiners } from '../metric/tokens.js';
import { didYouMean } from '../nearest.js';
import { problemAt, problemAtKey } from '../spec/problems.js';
import { locate, type Path, type Tree } from '../spec/tree.js';
import type { StudyAxis } from '../study/study-result.js';
import type { PlannedExpectation, PlannedMetric } from './plan.js';
import type { StudyText } from './schema.js';
import { reserved, studyVocabulary, type World } from './world.js';

/** Metrics of a study that states none: rate, latency, energy and cost. */
const USUAL: StudyText['metrics'] = {
  rate: { formula: 'decode.tokensPerSecond', about: 'Tokens per second of all sequences together' },
  tpot: { formula: 'decode.timePerOutputToken', unit: 'ms/token', about: 'Time per output token of a sequence' },
  ttft: { formula: 'prefill.timeToFirstToken', unit: 's', about: 'Time to the first token' },
  perToken: { formula: 'energy.joulesPerToken', about: 'Energy per output token' },
  price: { formula: 'cost.usdPerMillionOutputTokens', about: 'Machine time charged to output tokens' },
};

/** Collects what is wrong with the formulas of a study. */
interface Reading {
  readonly tree: Tree;
  readonly variants: readonly string[];
  readonly problems: SpecProblem[];
}

/** Compiles the metrics, each of which may name those before it. */
export function readMetrics(texts: StudyText['metrics'], reading: Reading): readonly PlannedMetric[] {
  const known = new Map<string, Metric<World>>();
  return Object.entries(Object.keys(texts).length > 0 ? texts : USUAL).flatMap(([name, text]): PlannedMetric[] => {
    const path = ['metrics', name];
    const { formula, unit, about } = typeof text === 'string' ? { formula: text } : text;
    const clash = nameProblem(reading.tree, path, reading.variants);
    if (clash !== undefined) {
      reading.problems.push(clash);
      return [];
    }
    const formulaPath = typeof text === 'string' ? path : [...path, 'formula'];
    if (unit !== undefined && readUnit(unit) === undefined) {
      const remedy = 'write it as in "ms", "USD/Mtoken" or "%"';
      reading.problems.push(problemAt(reading.tree, [...path, 'unit'], `"${unit}" is not a unit`, remedy));
      return [];
    }
    const vocabulary = studyVocabulary(reading.variants, known);
    const metric = attempt(reading, formulaPath, () =>
      compileMetricIn(vocabulary, formula, unit === undefined ? {} : { unit }),
    );
    if (metric === undefined) return [];
    known.set(name, metric);
    return [{ name, metric, ...(about === undefined ? {} : { about }) }];
  });
}

/** Compiles the expectations, and checks the variants and points that they are asked of. */
export function readExpectations(
  texts: StudyText['expectations'],
  metrics: readonly PlannedMetric[],
  axes: readonly StudyAxis[],
  reading: Reading,
): readonly PlannedExpectation[] {
  const known = new Map(metrics.map(({ name, metric }) => [name, metric]));
  return texts.flatMap((text, index): PlannedExpectation[] => {
    const path = ['expectations', index];
    const { expect, of, at = {}, because } = typeof text === 'string' ? { expect: text } : text;
    const before = reading.problems.length;
    const named = of === undefined ? undefined : typeof of === 'string' ? [of] : of;
    for (const [place, variant] of (named ?? []).entries()) {
      if (reading.variants.includes(variant)) continue;
      const where = typeof of === 'string' ? [...path, 'of'] : [...path, 'of', place];
      const remedy = didYouMean(variant, reading.variants);
      reading.problems.push(problemAt(reading.tree, where, `there is no variant "${variant}"`, remedy));
    }
    checkPoint(at, axes, [...path, 'at'], reading);
    const vocabulary = studyVocabulary(reading.variants, known);
    const formulaPath = typeof text === 'string' ? path : [...path, 'expect'];
    const expectation = attempt(reading, formulaPath, () => compileExpectationIn(vocabulary, expect));
    if (expectation === undefined || reading.problems.length > before) return [];
    const asked = vocabulary.asksOwn() ? (named ?? reading.variants) : undefined;
    if (asked === undefined && named !== undefined) {
      const remedy = 'leave "of" out, or leave the variants out of the formula';
      reading.problems.push(problemAt(reading.tree, [...path, 'of'], 'the formula names its variants itself', remedy));
    }
    return [{ expectation, of: asked, at, path: formulaPath, ...(because === undefined ? {} : { because }) }];
  });
}

/** Values of axes that an expectation is asked at. */
function checkPoint(
  at: Readonly<Record<string, string | number | boolean>>,
  axes: readonly StudyAxis[],
  path: Path,
  { tree, problems }: Reading,
): void {
  for (const [field, value] of Object.entries(at)) {
    const axis = axes.find((one) => one.field === field);
    const fields = axes.map((one) => one.field);
    if (axis === undefined) {
      const remedy = fields.length === 0 ? 'the study has none' : didYouMean(field, fields);
      problems.push(problemAtKey(tree, [...path, field], `"${field}" is not an axis of the study`, remedy));
    } else if (!axis.values.includes(value)) {
      const remedy = `it has ${axis.values.slice(0, 20).join(', ')}${axis.values.length > 20 ? ' ...' : ''}`;
      problems.push(problemAt(tree, [...path, field], `the axis has no value "${value}"`, remedy));
    }
  }
}

/** A problem with the name of a variant or a metric, which stands in formulas: it must mean nothing else there. */
export function nameProblem(tree: Tree, path: Path, taken: readonly string[]): SpecProblem | undefined {
  const name = String(path.at(-1));
  const words = [
    ...reserved,
    ...functionNames,
    ...joiners,
    'true',
    'false',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'end',
  ];
  if (!words.includes(name) && !taken.includes(name) && readUnit(name) === undefined) return undefined;
  return problemAtKey(tree, path, `"${name}" means something else in formulas`, 'take another name');
}

function attempt<T>({ tree, problems }: Reading, path: Path, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    problems.push(formulaProblem(tree, path, error));
    return undefined;
  }
}

/** The problem of a formula at its place in the file. */
export function formulaProblem(tree: Tree, path: Path, error: FormulaError): SpecProblem {
  const at = problemAt(tree, path, error.problem, error.remedy);
  const here = locate(tree, path).tree;
  // In text that was folded or escaped, the columns of the formula are not those of the file.
  if (here.kind !== 'scalar' || here.text !== here.value || here.text.includes('\n')) {
    return { ...at, problem: `${error.problem} (in line ${error.line}, column ${error.column} of the formula)` };
  }
  return { ...at, column: at.column + here.quote + error.column - 1 };
}
