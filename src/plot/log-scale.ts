import type { Scale } from './scale.js';

/** Steps within a decade at which ticks may stand, coarse to fine. */
const STEPS = [[1], [1, 3], [1, 2, 5]] as const;
const FEWEST_TICKS = 4;

/** The logarithmic axis over some positive values, widened to the next round number on both sides. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const least = roundDown(Math.min(...values));
  const most = roundUp(Math.max(...values));
  // Differences of logarithms: the ratio of the ends may be beyond all numbers.
  const span = Math.log(most) - Math.log(least) || 1;
  return {
    least,
    most,
    place: (value) => from + ((to - from) * (Math.log(value) - Math.log(least))) / span,
    ticks: ticksOf(least, most),
  };
}

const ROUND = [1, 2, 5, 10];

function roundDown(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = [...ROUND].reverse().find((candidate) => candidate * decade <= value * (1 + 1e-12)) ?? 1;
  return Math.max(step * decade, Number.MIN_VALUE);
}

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = ROUND.find((candidate) => candidate * decade >= value * (1 - 1e-12)) ?? 10;
  return Math.min(step * decade, Number.MAX_VALUE);
}

/** Decades beyond which only some of them have a tick. */
const MOST_DECADES = 15;

function ticksOf(least: number, most: number): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const stride = Math.ceil((last - first) / MOST_DECADES) || 1;
  let ticks: number[] = [];
  for (const steps of STEPS) {
    ticks = [];
    for (let decade = first; decade <= last; decade += stride) {
      // Powers of ten below one are not exact; their text is.
      for (const step of steps) ticks.push(Number(`${step}e${decade}`));
    }
    ticks = ticks.filter((tick) => tick >= least * (1 - 1e-9) && tick <= most * (1 + 1e-9));
    if (ticks.length >= FEWEST_TICKS) break;
  }
  return ticks;
}
