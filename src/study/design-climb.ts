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
/** How often a way to the edge is doubled, and then its last stretch halved. */
const MOST_STRETCHES = 7;
const HALVES = 5;
/** A stop for functions that never settle. */
const MOST_ROUNDS = 60;
/** Scores that differ by less are equal. */
const ROUNDING = 1e-9;

/**
 * Goes uphill from a place: of the steps along each axis the best, half as wide where none helps. Behind each step, every
 * other axis is brought to the edge of what is allowed: what a step frees is spent, what it takes too much is given back.
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
      if (step === 0) return [];
      const moved = along(places, axis, by);
      const spot = look(moved);
      const others = steps.flatMap((size, other) => (other === axis ? [] : edges(moved, other, size, look)));
      return spot === undefined ? others : [spot, ...others];
    }),
  );
}

/** Allowed places at the edge of what is allowed, along an axis to both sides. */
function edges(places: readonly number[], axis: number, step: number, look: Look): readonly Spot[] {
  return step === 0 ? [] : [-1, 1].flatMap((side) => edge(places, axis, side * step, look) ?? []);
}

/** Goes along an axis, each time twice as far, until what is allowed changes; then halves the last stretch. */
function edge(places: readonly number[], axis: number, step: number, look: Look): Spot | undefined {
  const isAllowed = (spot: Spot | undefined): boolean => spot?.allowed ?? false;
  const start = look(places);
  let [near, far, found] = [0, step, start];
  for (let stretch = 0; stretch < MOST_STRETCHES; stretch++) {
    found = look(along(places, axis, far));
    if (isAllowed(found) !== isAllowed(start)) break;
    [near, far] = [far, 2 * far];
  }
  if (isAllowed(found) === isAllowed(start)) return undefined;
  let best = isAllowed(found) ? found : look(along(places, axis, near));
  for (let half = 0; half < HALVES; half++) {
    const middle = (near + far) / 2;
    const spot = look(along(places, axis, middle));
    if (isAllowed(spot)) best = spot;
    if (isAllowed(spot) === isAllowed(start)) near = middle;
    else far = middle;
  }
  return best;
}

function along(places: readonly number[], axis: number, by: number): readonly number[] {
  return places.map((place, index) => (index === axis ? place + by : place));
}

function isBetter(a: Spot, b: Spot): boolean {
  if (!a.allowed) return false;
  if (Math.abs(a.score - b.score) > ROUNDING) return a.score > b.score;
  return a.spent < b.spent - ROUNDING * Math.abs(b.spent);
}
