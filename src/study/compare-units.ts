import type { UnitEstimate } from '../estimator/units/types.js';
import { type Compared, type SideBySide, setSideBySide } from './compare.js';

/** How a machine does against the baseline: above 1 is more of the quantity. */
export interface UnitRatios {
  readonly unitsPerSecond: number;
  readonly latency: number;
  readonly joulesPerUnit: number;
  /** Absent when one of the two has no price. */
  readonly usdPerThousandUnits?: number;
}

export type UnitComparisonEntry = Compared<UnitEstimate, UnitRatios>;

/** One network that generates no tokens on several machines. */
export type UnitComparison = SideBySide<UnitEstimate, UnitRatios>;

/** Puts outcomes of the same workload side by side, with ratios to a baseline: the first machine that can run it. */
export function compareUnitOutcomes(
  outcomes: Parameters<typeof setSideBySide<UnitEstimate, UnitRatios>>[0],
  baseline?: string,
): UnitComparison {
  return setSideBySide(outcomes, ratiosOf, baseline);
}

function ratiosOf(estimate: UnitEstimate, baseline: UnitEstimate): UnitRatios {
  const cost = estimate.cost?.usdPerThousandUnits;
  const baselineCost = baseline.cost?.usdPerThousandUnits;
  return {
    unitsPerSecond: estimate.unitsPerSecond.expected / baseline.unitsPerSecond.expected,
    latency: estimate.latency.expected / baseline.latency.expected,
    joulesPerUnit: estimate.energy.joulesPerUnit.expected / baseline.energy.joulesPerUnit.expected,
    ...(cost !== undefined && baselineCost !== undefined ? { usdPerThousandUnits: cost / baselineCost } : {}),
  };
}
