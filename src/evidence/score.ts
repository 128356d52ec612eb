/** An error, and the group that it scores in. */
export interface ScoredError {
  readonly group: string;
  /** `ln(expected / measured)`. */
  readonly error: number;
}

/** Scores over groups, so that a device with many rows of one test counts once for that test. */
export interface Score {
  readonly rows: number;
  readonly groups: number;
  /** Median and 90th percentile over groups of the median |error| in the group. */
  readonly median: number;
  readonly p90: number;
  /** Median over groups of the median signed error. */
  readonly bias: number;
}

/** Scores errors by groups. */
export function scoreErrors(errors: readonly ScoredError[]): Score {
  const groups = new Map<string, number[]>();
  for (const { group, error } of errors) groups.set(group, [...(groups.get(group) ?? []), error]);
  const absolute = [...groups.values()].map((group) => quantile(group.map(Math.abs), 0.5));
  const signed = [...groups.values()].map((group) => quantile(group, 0.5));
  return {
    rows: errors.length,
    groups: groups.size,
    median: quantile(absolute, 0.5),
    p90: quantile(absolute, 0.9),
    bias: quantile(signed, 0.5),
  };
}

/** Quantile with linear interpolation between the order statistics; NaN of nothing. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
