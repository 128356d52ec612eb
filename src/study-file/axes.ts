import { InvalidScenarioError, type SpecProblem } from '../errors.js';
import { problemAt } from '../spec/problems.js';
import type { Tree } from '../spec/tree.js';
import { type Axis, lengthOf, linearRange, logRange, range, valueAt } from '../study/axis.js';
import type { StudyAxis, StudyPoint, StudyValue } from '../study/study-result.js';
import type { StudyText } from './schema.js';

type AxisText = StudyText['axes'][string];

/** Cases of a study: their report is held in memory, and read by people. */
const MOST_CASES = 10_000;

/** Fields of whole numbers: a range over one has whole numbers alone. */
const counts = [
  'batch',
  'prompt-tokens',
  'output-tokens',
  'cached-tokens',
  'threads',
  'chunk',
  'fixed-context',
  'devices',
];

/** Digits of the values that a range comes to. */
const DIGITS = 6;

/** The axes of a study with their values, or what is wrong with them. */
export function readAxes(
  axes: StudyText['axes'],
  variants: number,
  tree: Tree,
): { readonly axes: readonly StudyAxis[]; readonly problems: readonly SpecProblem[] } {
  const problems: SpecProblem[] = [];
  const read: StudyAxis[] = [];
  let cases = variants;
  for (const [field, text] of Object.entries(axes)) {
    const axis = axisOf(text);
    if ('problem' in axis) {
      problems.push(problemAt(tree, ['axes', field], axis.problem, axis.remedy));
      continue;
    }
    cases *= lengthOf(axis.axis);
    if (cases > MOST_CASES) {
      const problem = `comes to ${cases} cases or more, with ${variants} variants and the axes before it`;
      const remedy = `${MOST_CASES} are the most; "roofcast sweep" goes through any number`;
      problems.push(problemAt(tree, ['axes', field], problem, remedy));
      break;
    }
    read.push({ field, values: valuesOf(axis.axis, field) });
  }
  return { axes: read, problems };
}

function axisOf(
  text: AxisText,
): { readonly axis: Axis } | { readonly problem: string; readonly remedy: string | undefined } {
  if (Array.isArray(text)) return { axis: text };
  const { from, to, count, step, spacing } = text;
  try {
    if (step === undefined && count !== undefined) {
      return { axis: spacing === 'log' ? logRange(from, to, count) : linearRange(from, to, count) };
    }
    if (step !== undefined && count === undefined && spacing === 'linear') {
      if (typeof from === 'number' && typeof to === 'number') return { axis: range(from, to, step) };
      return { problem: 'has a step, but ends with units', remedy: 'write a count instead' };
    }
  } catch (error) {
    if (!(error instanceof InvalidScenarioError)) throw error;
    return { problem: error.message.replace(/^axis: /, '').replace(/; .*$/, ''), remedy: error.remedy };
  }
  const remedy = 'write { from: 1, to: 64, count: 7, spacing: log }, or { from: 1, to: 8, step: 1 }';
  return { problem: 'states not one of count and step', remedy };
}

function valuesOf(axis: Axis, field: string): readonly StudyValue[] {
  if (Array.isArray(axis)) return axis;
  const values = Array.from({ length: lengthOf(axis) }, (_, index) =>
    rounded(valueAt(axis, index) as StudyValue, field),
  );
  return [...new Set(values)];
}

function rounded(value: StudyValue, field: string): StudyValue {
  if (typeof value === 'number') return counts.includes(field) ? Math.round(value) : Number(value.toPrecision(DIGITS));
  if (typeof value !== 'string') return value;
  const [, number = '', unit = ''] = /^(\S+) (.*)$/.exec(value) ?? [];
  return number === '' ? value : `${Number(Number(number).toPrecision(DIGITS))} ${unit}`;
}

/** Every point of the axes; the last axis changes first. */
export function pointsOf(axes: readonly StudyAxis[]): readonly StudyPoint[] {
  let points: readonly StudyPoint[] = [{}];
  for (const { field, values } of axes) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [field]: value })));
  }
  return points;
}
