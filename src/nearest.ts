/**
 * The candidates nearest to a misspelt word, best first: those that begin with it or hold it, and those within a few typing
 * errors (optimal string alignment: insert, delete, replace, swap neighbours).
 * @example nearest('h10', ['h100', 'a100', 'tpu-v5e'], 1) // => ['h100']
 */
export function nearest(word: string, candidates: Iterable<string>, most: number): readonly string[] {
  const wanted = word.toLowerCase();
  const scored: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of candidates) {
    const distance = unlikeness(wanted, candidate.toLowerCase());
    if (distance !== undefined) scored.push({ candidate, distance });
  }
  // Of two that are equally far, the one that starts alike: "h10" is rather h100 than a10.
  const alike = (candidate: string): number => sharedStart(wanted, candidate.toLowerCase());
  scored.sort(
    (a, b) => a.distance - b.distance || alike(b.candidate) - alike(a.candidate) || compare(a.candidate, b.candidate),
  );
  return scored.slice(0, most).map(({ candidate }) => candidate);
}

/** `did you mean "bandwidth"?`, or what is allowed when nothing is near. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  const [best] = nearest(word, allowed, 1);
  return best === undefined ? `allowed here: ${allowed.join(', ')}` : `did you mean "${best}"?`;
}

/** Typing errors between the words; undefined when the words have nothing to do with each other. */
function unlikeness(word: string, candidate: string): number | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  // Each letter too many or too few is an error: an endless word is not compared letter by letter.
  const errors =
    Math.abs(word.length - candidate.length) > most ? Number.POSITIVE_INFINITY : editDistance(word, candidate);
  // Of a word of one letter, one error leaves nothing.
  if (errors < word.length && errors <= most) return errors;
  // A part of a long id is a good guess, but never better than a slip of the finger.
  const longEnough = word.length >= 3;
  if (longEnough && candidate.startsWith(word)) return 10 + candidate.length / 1000;
  if (longEnough && candidate.includes(word)) return 11 + candidate.length / 1000;
  return undefined;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(row, j - 1) + 1,
          at(last, j) + 1,
          at(last, j - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
