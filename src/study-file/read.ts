import type { SpecProblem } from '../errors.js';
import { problemAt, throwProblems } from '../spec/problems.js';
import { readSpec } from '../spec/read.js';
import type { Tree } from '../spec/tree.js';
import { readAxes } from './axes.js';
import { designProblems } from './design.js';
import { nameProblem, readExpectations, readMetrics } from './formulas.js';
import type { PlannedVariant, StudyPlan } from './plan.js';
import { type StudyText, studySchema } from './schema.js';
import { baselineSettings, fieldProblem, layered, type Setting, settingsAt, valueProblem } from './settings.js';
import { BASELINE, DESIGN } from './world.js';

/** Longest study: parsing takes its time with the length, and a person reads what is shorter. */
const MOST_CHARACTERS = 32_000;

/**
 * Reads a study file: its shape, names, axes and formulas. What only an estimate can tell is checked when it runs.
 * Throws `SpecError`, located in the file, with all problems that were found.
 */
export function parseStudy(text: string, { file }: { readonly file: string }): StudyPlan {
  throwProblems(tooLong(text, file));
  const { spec, tree } = readSpec(text, { file }, { schema: studySchema });
  const problems: SpecProblem[] = [];
  const variants = readVariants(spec, tree, problems);
  const names = [...variants.map(({ name }) => name), ...(spec.design === undefined ? [] : [DESIGN])];
  if (spec.design !== undefined) {
    problems.push(...designProblems(spec.design, Object.keys(spec.axes), tree));
    if (Object.hasOwn(spec.variants, DESIGN))
      problems.push(...ifAny(nameProblem(tree, ['variants', DESIGN], [DESIGN])));
  }
  const { axes, problems: axisProblems } = readAxes(spec.axes, names.length, tree);
  problems.push(...axisProblems);
  for (const setting of axisSettings(spec)) {
    problems.push(
      ...ifAny(fieldProblem(tree, { ...setting, path: ['axes', setting.field] }) ?? valueProblem(tree, setting)),
    );
  }
  problems.push(...doublySet(spec, tree));
  const reading = { tree, variants: names, problems };
  const metrics = readMetrics(spec.metrics, reading);
  const expectations = readExpectations(spec.expectations, metrics, axes, reading);
  throwProblems(problems);
  const { name, question, design } = spec;
  return {
    file,
    tree,
    name,
    ...(question === undefined ? {} : { question }),
    variants,
    axes,
    ...(design === undefined ? {} : { design }),
    metrics,
    expectations,
  };
}

function tooLong(text: string, file: string): readonly SpecProblem[] {
  if (text.length <= MOST_CHARACTERS) return [];
  const problem = `is too long: ${text.length} characters`;
  return [{ file, line: 1, column: 1, path: '', value: '', problem, remedy: `${MOST_CHARACTERS} are the most` }];
}

function readVariants(spec: StudyText, tree: Tree, problems: SpecProblem[]): readonly PlannedVariant[] {
  const base = baselineSettings(spec.baseline);
  const variants = Object.entries(spec.variants).map(([name, { about, set }]): PlannedVariant => {
    const path = ['variants', name];
    const own = settingsAt(set, [...path, 'set']);
    problems.push(...ifAny(nameProblem(tree, path, [])));
    for (const setting of own) problems.push(...ifAny(fieldProblem(tree, setting) ?? valueProblem(tree, setting)));
    if (own.length === 0) problems.push(problemAt(tree, [...path, 'set'], 'sets nothing', 'state what differs'));
    return { name, ...(about === undefined ? {} : { about }), own, settings: layered(base, own) };
  });
  return [{ name: BASELINE, own: base, settings: base }, ...variants];
}

/** The values that axes list, as settings. */
function axisSettings({ axes }: StudyText): readonly Setting[] {
  return Object.entries(axes).flatMap(([field, axis]): readonly Setting[] => {
    const path = ['axes', field];
    if (Array.isArray(axis)) return axis.map((value, index) => ({ field, value, path: [...path, index] }));
    return [{ field, value: axis.from, path: [...path, 'from'] }];
  });
}

/** A variant and an axis cannot both say what a field is. */
function doublySet({ variants, axes }: StudyText, tree: Tree): readonly SpecProblem[] {
  return Object.entries(variants).flatMap(([name, { set }]) =>
    Object.keys(set)
      .filter((field) => Object.hasOwn(axes, field))
      .map((field) => {
        const path = ['variants', name, 'set', field];
        return problemAt(tree, path, `"${field}" is an axis as well`, 'set it in one of the two');
      }),
  );
}

function ifAny<T>(item: T | undefined): readonly T[] {
  return item === undefined ? [] : [item];
}
