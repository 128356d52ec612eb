import type { RoofcastError } from '../errors.js';
import type { Outcome } from '../estimator/estimate.js';
import type { Estimate } from '../estimator/types.js';

/** How a machine does against the baseline: above 1 is more of the quantity. */
export interface Ratios {
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
  readonly timeToFirstToken: number;
  readonly joulesPerToken: number;
  /** Absent when one of the two has no price. */
  readonly usdPerMillionOutputTokens?: number;
}

/** A machine that answers, with ratios to the baseline, or why it does not. */
export type Compared<Found, Against> =
  | { readonly ok: true; readonly hardware: string; readonly estimate: Found; readonly ratios?: Against }
  | { readonly ok: false; readonly hardware: string; readonly error: RoofcastError };

/** Machines side by side. */
export interface SideBySide<Found, Against> {
  /** Index of the entry that ratios refer to: the first that can run; undefined when none can. */
  readonly baseline: number | undefined;
  readonly entries: readonly Compared<Found, Against>[];
}

export type ComparisonEntry = Compared<Estimate, Ratios>;

/** One workload on several machines. */
export type Comparison = SideBySide<Estimate, Ratios>;

/** Puts outcomes of the same workload side by side, with ratios to the first machine that can run it. */
export function compareOutcomes(
  outcomes: readonly { readonly hardware: string; readonly outcome: Outcome }[],
): Comparison {
  return setSideBySide(outcomes, ratiosOf);
}

type Answer<Found> =
  | { readonly ok: true; readonly estimate: Found }
  | { readonly ok: false; readonly error: RoofcastError };

/** Puts answers of any kind side by side. */
export function setSideBySide<Found, Against>(
  outcomes: readonly { readonly hardware: string; readonly outcome: Answer<Found> }[],
  against: (estimate: Found, baseline: Found) => Against,
): SideBySide<Found, Against> {
  const found = outcomes.findIndex(({ outcome }) => outcome.ok);
  const first = outcomes[found]?.outcome;
  const reference = first?.ok ? first.estimate : undefined;
  const entries = outcomes.map(({ hardware, outcome }): Compared<Found, Against> => {
    if (!outcome.ok) return { ok: false, hardware, error: outcome.error };
    const { estimate } = outcome;
    return { ok: true, hardware, estimate, ...(reference ? { ratios: against(estimate, reference) } : {}) };
  });
  return { baseline: found < 0 ? undefined : found, entries };
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
