import { FormulaError, isRoofcastError } from '../errors.js';
import type { StudyCase, StudyCheck, StudyPoint } from '../study/study-result.js';
import type { PlannedExpectation, PlannedMetric, StudyPlan } from './plan.js';
import { BASELINE, type Case, type World } from './world.js';

/** The metrics of the cases at one point, and their ratios to the baseline there. */
export function measure(
  { metrics }: StudyPlan,
  cases: ReadonlyMap<string, Case>,
  at: StudyPoint,
): readonly StudyCase[] {
  const base = cases.get(BASELINE);
  const reference = base?.outcome.ok ? valuesOf(metrics, { own: base, cases }).values : {};
  return [...cases.values()].map((own): StudyCase => {
    const { variant, outcome } = own;
    if (!outcome.ok) return { variant, at, ok: false, error: outcome.error };
    const { values, missing } = valuesOf(metrics, { own, cases });
    const ratios = Object.entries(values).flatMap(([name, value]) => {
      const of = reference[name];
      return of === undefined || of === 0 ? [] : [[name, value / of] as const];
    });
    const { decode, prefill, warnings } = outcome.estimate;
    return {
      variant,
      at,
      ok: true,
      values,
      missing,
      ratios: Object.fromEntries(ratios),
      bounds: { decode: decode.bound, prefill: prefill.bound },
      warnings: warnings.map(({ message }) => message),
    };
  });
}

function valuesOf(metrics: readonly PlannedMetric[], world: World) {
  const values: Record<string, number> = {};
  const missing: Record<string, string> = {};
  for (const { name, metric } of metrics) {
    try {
      values[name] = metric.evaluate(world);
    } catch (error) {
      missing[name] = whyNot(error);
    }
  }
  return { values, missing };
}

/** What each expectation comes to at one point. */
export function judge(
  { expectations }: StudyPlan,
  cases: ReadonlyMap<string, Case>,
  at: StudyPoint,
): readonly (readonly StudyCheck[])[] {
  return expectations.map((planned) => {
    if (!isAskedAt(planned, at)) return [];
    const asked = [...cases.values()].filter(({ variant }) => (planned.of ?? [BASELINE]).includes(variant));
    return asked.map((own) => check(planned, { own, cases }, at));
  });
}

function isAskedAt({ at: wanted }: PlannedExpectation, at: StudyPoint): boolean {
  return Object.entries(wanted).every(([field, value]) => at[field] === value);
}

function check({ expectation, of }: PlannedExpectation, world: World, at: StudyPoint): StudyCheck {
  const who = of === undefined ? {} : { variant: world.own.variant };
  try {
    const { ok, message } = expectation.check(world);
    return { ...who, at, ok, message };
  } catch (error) {
    return { ...who, at, ok: false, message: whyNot(error) };
  }
}

/** Why a formula has no value: what is wrong with it, or why there is no estimate. */
function whyNot(error: unknown): string {
  if (error instanceof FormulaError) {
    return error.remedy === undefined ? error.problem : `${error.problem}; ${error.remedy}`;
  }
  if (isRoofcastError(error)) return error.message;
  throw error;
}
