/** A constant that a search moves, within its range; both ends are above zero. */
export interface SearchRange {
  readonly low: number;
  readonly high: number;
}

/** First step of the search, in logarithms, and the step at which it ends. */
const FIRST_STEP = 0.4;
const LAST_STEP = 0.01;
const MOST_ROUNDS = 60;

/**
 * Values in their ranges at which a loss is least, by a pattern search along each of them in logarithms from `start`.
 * Deterministic: the same loss and ranges give the same values to the digit.
 */
export function searchPattern(
  start: readonly number[],
  ranges: readonly SearchRange[],
  loss: (values: readonly number[]) => number,
): readonly number[] {
  let best = start;
  let least = loss(best);
  const steps = ranges.map(() => FIRST_STEP);
  for (let round = 0; round < MOST_ROUNDS && steps.some((step) => step > LAST_STEP); round++) {
    ranges.forEach(({ low, high }, index) => {
      const step = steps[index] ?? 0;
      const current = best[index] ?? low;
      const moved = [step, -step]
        .map((change) => Math.min(high, Math.max(low, current * Math.exp(change))))
        .filter((value) => value !== current)
        .map((value) => ({ values: best.with(index, value) }))
        .map((trial) => ({ ...trial, loss: loss(trial.values) }))
        .reduce((a, b) => (b.loss < a.loss ? b : a), { values: best, loss: least });
      steps[index] = moved.loss < least ? step * 1.2 : step / 2;
      best = moved.values;
      least = moved.loss;
    });
  }
  return best;
}
