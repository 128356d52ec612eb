import type { Scale } from './scale.js';

/** Ticks that an axis has room for. */
const MOST_TICKS = 6;
const ROUND = [1, 2, 2.5, 5, 10];
/** Ranges below it are taken for none: their steps are no numbers. */
const SMALLEST = 1e-100;

/** The linear axis over some values, from zero where none is below it, and widened to round numbers. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const lowest = Math.min(0, ...values);
  const greatest = Math.max(0, ...values);
  // Nothing but zeros: any range will do.
  const highest = greatest - lowest < SMALLEST ? 1 : greatest;
  const step = stepOf(highest - lowest);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(highest / step - 1e-9));
  const [least, most] = [first * step, last * step];
  return {
    least,
    most,
    place: (value) => from + ((to - from) * (value - least)) / (most - least),
    // Multiples of a step below one are not exact; their text is.
    ticks: Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12))),
  };
}

function stepOf(range: number): number {
  const decade = 10 ** Math.floor(Math.log10(range / (MOST_TICKS - 1)));
  const round = ROUND.find((candidate) => range / (candidate * decade) <= MOST_TICKS - 1 + 1e-9) ?? 10;
  return round * decade;
}
