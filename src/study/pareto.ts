import { InvalidScenarioError } from '../errors.js';
import { checkFields, shownValue } from '../estimator/check-input.js';
import { nearest } from '../nearest.js';
import type { SweepRow } from './sweep.js';

/** What is wanted of a metric. */
export interface Aim<Item> {
  readonly of: (item: Item) => number | undefined;
  readonly better: 'more' | 'less';
}

/**
 * The items that no other beats: of any other that is better in one aim, each of these is better in some other. Items
 * without a value for an aim are left out; equal ones stay together. In the order of the first aim, best first.
 *
 * With two aims it takes the `n log n` comparisons of a sort; with more, each item is compared with the front before it,
 * up to `n^2`.
 */
export function paretoFront<Item>(items: Iterable<Item>, aims: readonly Aim<Item>[]): Item[] {
  const scored = [...items].flatMap((item) => {
    const scores = aims.map(({ of, better }) => (better === 'more' ? 1 : -1) * (of(item) ?? Number.NaN));
    return scores.some(Number.isNaN) ? [] : [{ item, scores }];
  });
  scored.sort((a, b) => compareScores(a.scores, b.scores));
  const front = aims.length === 2 ? frontOfTwo(scored) : frontOfMany(scored);
  return front.map(({ item }) => item);
}

interface Scored<Item> {
  readonly item: Item;
  readonly scores: readonly number[];
}

/** Of sorted items: none is as good in the first aim as one before it, which beats it unless it is better in the second. */
function frontOfTwo<Item>(sorted: readonly Scored<Item>[]): readonly Scored<Item>[] {
  let best: readonly number[] | undefined;
  return sorted.filter(({ scores }) => {
    if (best !== undefined && beats(best, scores)) return false;
    if (best === undefined || (scores[1] ?? 0) > (best[1] ?? 0)) best = scores;
    return true;
  });
}

function frontOfMany<Item>(sorted: readonly Scored<Item>[]): readonly Scored<Item>[] {
  const front: Scored<Item>[] = [];
  for (const one of sorted) {
    // Those before it are at least as good in the first aim, so that none behind can beat it.
    if (!front.some((other) => beats(other.scores, one.scores))) front.push(one);
  }
  return front;
}

function compareScores(a: readonly number[], b: readonly number[]): number {
  for (const [index, score] of a.entries()) {
    const other = b[index] ?? 0;
    if (score !== other) return other - score;
  }
  return 0;
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (const [index, score] of a.entries()) {
    const other = b[index] ?? 0;
    if (score < other) return false;
    if (score > other) better = true;
  }
  return better;
}

/** Metrics that shall be as large, and as small, as can be. */
export interface Aims {
  readonly more?: readonly string[];
  readonly less?: readonly string[];
}

/** A row of a sweep that ran. */
export type RanRow = Extract<SweepRow, { readonly ok: true }>;

/**
 * Rows of a sweep that no other beats in the metrics that are aimed at, best in the first aim first. Rows that do not run, or
 * lack one of the metrics, are left out. Throws `InvalidScenarioError` where no aim is given, or one that no row has.
 */
export function paretoRows(rows: Iterable<SweepRow>, aims: Aims): RanRow[] {
  if (typeof rows?.[Symbol.iterator] !== 'function') {
    throw new InvalidScenarioError('rows', rows, `${shownValue(rows)} is not rows`, 'give those of a sweep');
  }
  const named = namedAims(aims);
  const ran = [...rows].filter((row): row is RanRow => row.ok);
  for (const [name] of named) checkAim(name, ran);
  return paretoFront(
    ran,
    named.map(([name, better]) => ({ better, of: (row: RanRow) => numberOf(row, name) })),
  );
}

const AIMS: Readonly<Record<keyof Aims, true>> = { more: true, less: true };
const ofAims = new Set(Object.keys(AIMS));

/** Metrics with what is wanted of each. Throws where there is none, and for one that is to be both. */
export function namedAims(aims: Aims): readonly (readonly [name: string, better: 'more' | 'less'])[] {
  checkFields('a pair of aims', aims, ofAims);
  const { more = [], less = [] } = aims;
  for (const list of [more, less]) {
    if (Array.isArray(list)) continue;
    throw new InvalidScenarioError(
      'aims',
      list,
      `${shownValue(list)} is not a list`,
      'name metrics, as in more: ["decode.mbu"]',
    );
  }
  const both = more.find((name) => less.includes(name));
  if (both !== undefined) {
    const problem = `"${both}" is wanted as large and as small as can be`;
    throw new InvalidScenarioError('aims', both, problem, 'name it in one of more and less');
  }
  const named = [...more.map((name) => [name, 'more'] as const), ...less.map((name) => [name, 'less'] as const)];
  if (named.length > 0) return named;
  throw new InvalidScenarioError('aims', aims, 'nothing is aimed at', 'name metrics in more or less');
}

/** The number that a row has for a metric; undefined where it has none, as the cost of a machine without a price. */
export function numberOf({ values }: RanRow, name: string): number | undefined {
  const value = values[name];
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined;
}

function checkAim(name: string, rows: readonly RanRow[]): void {
  const [first] = rows;
  if (first === undefined || rows.some((row) => numberOf(row, name) !== undefined)) return;
  const known = Object.keys(first.values);
  const [best] = nearest(name, known, 1);
  const isKnown = known.includes(name);
  const problem = isKnown ? `no row has a number for "${name}"` : `the rows have no metric "${name}"`;
  const remedy = isKnown ? 'aim at another' : best ? `did you mean "${best}"?` : `they have ${known.join(', ')}`;
  throw new InvalidScenarioError('aims', name, problem, remedy);
}
