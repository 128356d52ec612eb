/** What is wanted of a metric. */
export interface Aim<Item> {
  readonly of: (item: Item) => number | undefined;
  readonly better: 'more' | 'less';
}

/**
 * The items that no other beats: of any other that is better in one aim, each of these is better in some other. Items
 * without a value for an aim are left out; equal ones stay together. In the order of the first aim, best first.
 *
 * With two aims it takes `n log n` comparisons, with more `n^2` in the worst case.
 */
export function paretoFront<Item>(items: Iterable<Item>, aims: readonly Aim<Item>[]): Item[] {
  const scored = [...items].flatMap((item) => {
    const scores = aims.map(({ of, better }) => (better === 'more' ? 1 : -1) * (of(item) ?? Number.NaN));
    return scores.some(Number.isNaN) ? [] : [{ item, scores }];
  });
  scored.sort((a, b) => compareScores(a.scores, b.scores));
  const front: typeof scored = [];
  for (const one of scored) {
    // Those before it are at least as good in the first aim, so that none behind can beat it.
    if (!front.some((other) => beats(other.scores, one.scores))) front.push(one);
  }
  return front.map(({ item }) => item);
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
