import type { RoofcastError } from '../errors.js';
import type { Estimate } from '../estimator/types.js';
import { throwProblems } from '../spec/problems.js';
import { locate } from '../spec/tree.js';
import type {
  StudyCase,
  StudyCheck,
  StudyDesign,
  StudyPoint,
  StudyResult,
  StudyRun,
  StudyVerdict,
} from '../study/study-result.js';
import { pointsOf } from './axes.js';
import { keepBlame } from './blame.js';
import { findDesign, isBaselineError, noDesign } from './design.js';
import { judge, measure } from './judge.js';
import type { PlannedExpectation, PlannedVariant, StudyPlan } from './plan.js';
import { caseRunner, type StudySpecs } from './scenario.js';
import { layered, type Setting } from './settings.js';
import { type Case, DESIGN } from './world.js';

/**
 * Runs a study: every variant at every point of the axes, and every expectation. Throws `SpecError`, located in the file,
 * for a setting with which no case can be: an id that there is not, a figure that the spec does not have.
 */
export function runStudy(plan: StudyPlan, specs: StudySpecs): StudyRun {
  const run = caseRunner(specs);
  const cases: StudyCase[] = [];
  const checks: StudyCheck[][] = plan.expectations.map(() => []);
  const blame = keepBlame();
  const { variants, report, missing } = withDesign(plan, specs);
  const first: { variant: string; estimate: Estimate }[] = [];
  for (const [index, at] of pointsOf(plan.axes).entries()) {
    const here = new Map<string, Case>();
    for (const { name, settings } of variants) {
      const all = layered(settings, axisSettings(plan, at));
      const one = run(name, all);
      here.set(name, one.run);
      blame.note(all, one);
      const { outcome } = one.run;
      if (index === 0 && outcome.ok) first.push({ variant: name, estimate: outcome.estimate });
    }
    if (missing !== undefined) here.set(DESIGN, { variant: DESIGN, outcome: { ok: false, error: missing } });
    cases.push(...measure(plan, here, at));
    for (const [place, found] of judge(plan, here, at).entries()) checks[place]?.push(...found);
  }
  throwProblems(blame.problems(plan.tree));
  const expectations = plan.expectations.map((expectation, place) => verdictOf(plan, expectation, checks[place] ?? []));
  return { first, result: resultOf({ ...plan, variants }, report, cases, expectations) };
}

/** The variants with the best design as the last; or why there is none. */
function withDesign(plan: StudyPlan, specs: StudySpecs): SearchedDesign {
  const { variants, design, tree } = plan;
  const base = variants[0]?.settings ?? [];
  if (design === undefined) return { variants };
  try {
    const { report, settings } = findDesign(design, base, specs, tree);
    if (settings.length === 0) return { variants, report, missing: noDesign(report) };
    const about = 'The best design that was found';
    return {
      report,
      variants: [...variants, { name: DESIGN, about, own: settings, settings: layered(base, settings) }],
    };
  } catch (error) {
    // What is wrong with the baseline is told at its place when that is run.
    if (!isBaselineError(error)) throw error;
    return { variants, missing: error };
  }
}

interface SearchedDesign {
  readonly variants: StudyPlan['variants'];
  readonly report?: StudyDesign;
  readonly missing?: RoofcastError;
}

function resultOf(
  plan: StudyPlan,
  design: StudyDesign | undefined,
  cases: readonly StudyCase[],
  expectations: readonly StudyVerdict[],
): StudyResult {
  const { name, question } = plan;
  return {
    schemaVersion: 1,
    name,
    ...(question === undefined ? {} : { question }),
    variants: plan.variants.map((variant) => ({
      name: variant.name,
      ...(variant.about === undefined ? {} : { about: variant.about }),
      set: (variant.name === DESIGN ? design?.best[0]?.figures : undefined) ?? setOf(variant),
    })),
    axes: plan.axes,
    metrics: plan.metrics.map(({ name: metric, metric: { formula, unit }, about }) => ({
      name: metric,
      formula,
      unit,
      ...(about === undefined ? {} : { about }),
    })),
    cases,
    ...(design === undefined ? {} : { design }),
    expectations,
    passed: expectations.every(({ ok }) => ok) && cases.some(({ ok }) => ok),
  };
}

function setOf({ own }: PlannedVariant): StudyPoint {
  return Object.fromEntries(own.map(({ field, value }) => [field, value]));
}

/** The settings of a point; in the file their places are those of the values on their axes. */
function axisSettings({ axes, tree }: StudyPlan, at: StudyPoint): readonly Setting[] {
  return axes.flatMap(({ field, values }): readonly Setting[] => {
    const value = at[field];
    if (value === undefined) return [];
    const path = ['axes', field];
    const isList = locate(tree, path).tree.kind === 'list';
    return [{ field, value, path: isList ? [...path, values.indexOf(value)] : path }];
  });
}

function verdictOf({ tree }: StudyPlan, planned: PlannedExpectation, checks: readonly StudyCheck[]): StudyVerdict {
  const { expectation, because, path } = planned;
  const { file, line, column } = locate(tree, path).place;
  return {
    formula: expectation.formula,
    ...(because === undefined ? {} : { because }),
    place: `${file}:${line}:${column}`,
    ok: checks.every(({ ok }) => ok),
    checks,
  };
}
