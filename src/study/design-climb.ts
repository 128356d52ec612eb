/** A place in a space of logarithms, and what stands there. */
export interface Spot {
  readonly places: readonly number[];
  /** More is better. */
  readonly score: number;
  /** Of equal scores, the one that takes less is better. */
  readonly spent: number;
  /** Whether it keeps every constraint. */
  readonly allowed: boolean;
}

/** The nearest place that there is, or undefined where nothing runs. */
export type Look = (places: readonly number[]) => Spot | undefined;

/** Steps end where they change a figure by less than a thousandth. */
const LEAST_STEP = 1e-3;
/** How many steps away a step is mended, and bisections on the way back. */
const REACH = 8;
const HALVES = 6;
/** A stop for functions that never settle. */
const MOST_ROUNDS = 60;
/** Scores that differ by less are equal. */
const ROUNDING = 1e-9;

/**
 * Goes uphill from a place: of the steps along each axis the best, half as wide where none helps. A step that is not allowed
 * is mended along another axis as far as it takes, so that the way leads along the edge of what is allowed.
 */
export function climb(start: Spot, steps: readonly number[], look: Look): Spot {
  let here = start;
  let width = 1;
  for (let round = 0; round < MOST_ROUNDS && Math.max(...steps) * width >= LEAST_STEP; round++) {
    const wide = steps.map((step) => step * width);
    const next = stepsFrom(here, wide, look).reduce((best, spot) => (isBetter(spot, best) ? spot : best), here);
    if (next === here) width /= 2;
    else here = next;
  }
  return here;
}

function stepsFrom({ places }: Spot, steps: readonly number[], look: Look): readonly Spot[] {
  return steps.flatMap((step, axis) =>
    [-step, step].flatMap((by) => {
      const moved = along(places, axis, by);
      const spot = step === 0 ? undefined : look(moved);
      if (step === 0 || spot?.allowed) return spot ?? [];
      return steps.flatMap((size, other) => (other === axis ? [] : mended(moved, other, size, look)));
    }),
  );
}

/** The nearest allowed places on an axis, to both sides of one that is not. */
function mended(places: readonly number[], axis: number, step: number, look: Look): readonly Spot[] {
  return [-step * REACH, step * REACH].flatMap((far) => {
    let allowed = look(along(places, axis, far));
    if (!allowed?.allowed) return [];
    let [inside, outside] = [far, 0];
    for (let half = 0; half < HALVES; half++) {
      const middle = (inside + outside) / 2;
      const spot = look(along(places, axis, middle));
      if (spot?.allowed) [inside, allowed] = [middle, spot];
      else outside = middle;
    }
    return [allowed];
  });
}

function along(places: readonly number[], axis: number, by: number): readonly number[] {
  return places.map((place, index) => (index === axis ? place + by : place));
}

function isBetter(a: Spot, b: Spot): boolean {
  if (!a.allowed) return false;
  if (Math.abs(a.score - b.score) > ROUNDING) return a.score > b.score;
  return a.spent < b.spent - ROUNDING * Math.abs(b.spent);
}
