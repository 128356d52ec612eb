import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import { checkInput, checkValue, shownValue } from '../estimator/check-input.js';
import type { Outcome } from '../estimator/estimate.js';
import type { Estimate } from '../estimator/types.js';
import { nearest } from '../nearest.js';
import { type MetricInput, metricsOf } from './metric.js';

/** How a machine does against the baseline: above 1 is more of the quantity. */
export interface Ratios {
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
  readonly timeToFirstToken: number;
  readonly joulesPerToken: number;
  /** Absent when one of the two has no price. */
  readonly usdPerMillionOutputTokens?: number;
  /** Of the metrics that were asked for, those that both have and that are not 0 of the baseline. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What ratios are to, and of what besides the usual. */
export interface CompareOptions {
  /** Id of the machine that ratios refer to. Default: the first that can run. */
  readonly baseline?: string;
  /** Figures of an estimate by path, or functions of one. */
  readonly metrics?: MetricInput;
}

/** Checks a workload and the machines that it is asked of. */
export function checkCompared(workload: object, machines: readonly unknown[]): void {
  checkInput(workload, ['hardware']);
  if (!Array.isArray(machines)) {
    const problem = `${shownValue(machines)} is not a list of machines`;
    throw new InvalidScenarioError('hardware', machines, problem, 'write it as in hardware: ["rtx-4090", "h100"]');
  }
  if (machines.length === 0)
    throw new InvalidScenarioError('hardware', machines, 'no machine is named', 'name one or more');
  for (const machine of machines) checkValue('hardware', machine);
}

/** A machine that answers, with ratios to the baseline, or why it does not. */
export type Compared<Found, Against> =
  | { readonly ok: true; readonly hardware: string; readonly estimate: Found; readonly ratios?: Against }
  | { readonly ok: false; readonly hardware: string; readonly error: RoofcastError };

/** Machines side by side. */
export interface SideBySide<Found, Against> {
  /** Index of the entry that ratios refer to: the one asked for, or the first that can run; undefined when that cannot. */
  readonly baseline: number | undefined;
  readonly entries: readonly Compared<Found, Against>[];
}

export type ComparisonEntry = Compared<Estimate, Ratios>;

/** One workload on several machines. */
export type Comparison = SideBySide<Estimate, Ratios>;

/**
 * Puts outcomes of the same workload side by side, with ratios to a baseline. Throws `InvalidScenarioError` for a baseline
 * that is not among them, and for a metric that there is not.
 */
export function compareOutcomes(
  outcomes: readonly { readonly hardware: string; readonly outcome: Outcome }[],
  options: CompareOptions = {},
): Comparison {
  const against = (estimate: Estimate, baseline: Estimate): Ratios => ({
    ...ratiosOf(estimate, baseline),
    ...metricRatios(estimate, baseline, options.metrics),
  });
  return setSideBySide(outcomes, against, options.baseline);
}

type Answer<Found> =
  | { readonly ok: true; readonly estimate: Found }
  | { readonly ok: false; readonly error: RoofcastError };

/** Puts answers of any kind side by side, with ratios to a baseline. */
export function setSideBySide<Found, Against>(
  outcomes: readonly { readonly hardware: string; readonly outcome: Answer<Found> }[],
  against: (estimate: Found, baseline: Found) => Against,
  asked?: string,
): SideBySide<Found, Against> {
  const found = baselineOf(outcomes, asked);
  const first = outcomes[found]?.outcome;
  const reference = first?.ok ? first.estimate : undefined;
  const entries = outcomes.map(({ hardware, outcome }): Compared<Found, Against> => {
    if (!outcome.ok) return { ok: false, hardware, error: outcome.error };
    const { estimate } = outcome;
    return { ok: true, hardware, estimate, ...(reference ? { ratios: against(estimate, reference) } : {}) };
  });
  return { baseline: reference === undefined ? undefined : found, entries };
}

function baselineOf(
  outcomes: readonly { readonly hardware: string; readonly outcome: { readonly ok: boolean } }[],
  asked: string | undefined,
): number {
  if (asked === undefined) return outcomes.findIndex(({ outcome }) => outcome.ok);
  const ids = outcomes.map(({ hardware }) => hardware);
  if (ids.includes(asked)) return ids.indexOf(asked);
  const [best] = nearest(asked, ids, 1);
  const remedy = best === undefined ? `they are ${ids.join(', ')}` : `did you mean "${best}"?`;
  throw new InvalidScenarioError('baseline', asked, `"${asked}" is none of the machines`, remedy);
}

function metricRatios(estimate: Estimate, baseline: Estimate, input: MetricInput | undefined): Pick<Ratios, 'metrics'> {
  if (input === undefined) return {};
  const ratios = metricsOf(input).flatMap(({ name, read }) => {
    const [value, of] = [read(estimate), read(baseline)];
    return typeof value === 'number' && typeof of === 'number' && of !== 0 ? [[name, value / of] as const] : [];
  });
  return { metrics: Object.fromEntries(ratios) };
}

function ratiosOf(estimate: Estimate, baseline: Estimate): Ratios {
  const cost = estimate.cost?.usdPerMillionOutputTokens;
  const baselineCost = baseline.cost?.usdPerMillionOutputTokens;
  return {
    decodeTokensPerSecond: estimate.decode.tokensPerSecond.expected / baseline.decode.tokensPerSecond.expected,
    prefillTokensPerSecond: estimate.prefill.tokensPerSecond.expected / baseline.prefill.tokensPerSecond.expected,
    timeToFirstToken: estimate.prefill.timeToFirstToken.expected / baseline.prefill.timeToFirstToken.expected,
    joulesPerToken: estimate.energy.joulesPerToken / baseline.energy.joulesPerToken,
    ...(cost !== undefined && baselineCost !== undefined ? { usdPerMillionOutputTokens: cost / baselineCost } : {}),
  };
}
