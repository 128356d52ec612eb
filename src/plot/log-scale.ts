import type { Scale } from './scale.js';

/** Steps within a decade at which ticks may stand, coarse to fine. */
const STEPS = [[1], [1, 3], [1, 2, 5]] as const;
const FEWEST_TICKS = 4;

/** The logarithmic axis over some positive values, widened to the next round number on both sides. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const least = roundDown(Math.min(...values));
  const most = roundUp(Math.max(...values));
  const span = Math.log(most / least) || 1;
  return {
    least,
    most,
    place: (value) => from + ((to - from) * Math.log(value / least)) / span,
    ticks: ticksOf(least, most),
  };
}

const ROUND = [1, 2, 5, 10];

function roundDown(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = [...ROUND].reverse().find((candidate) => candidate * decade <= value * (1 + 1e-12)) ?? 1;
  return step * decade;
}

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = ROUND.find((candidate) => candidate * decade >= value * (1 - 1e-12)) ?? 10;
  return step * decade;
}

function ticksOf(least: number, most: number): readonly number[] {
  let ticks: number[] = [];
  for (const steps of STEPS) {
    ticks = [];
    for (let decade = Math.floor(Math.log10(least)); decade <= Math.ceil(Math.log10(most)); decade++) {
      // Powers of ten below one are not exact; their text is.
      for (const step of steps) ticks.push(Number(`${step}e${decade}`));
    }
    ticks = ticks.filter((tick) => tick >= least * (1 - 1e-9) && tick <= most * (1 + 1e-9));
    if (ticks.length >= FEWEST_TICKS) break;
  }
  return ticks;
}
