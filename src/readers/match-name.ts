import { beforeBracket, familyOf, formsOf, inBracket, isCapacity, keysOf, looseWords, wordsOf } from './name-words.js';

/** Something with an id that a tool may have printed by another name. */
export interface NameCandidate {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Parameters of a model. */
  readonly parameters?: number;
}

/** What a printed name stands for. */
export interface NameMatch<T> {
  /** The one candidate that it names; absent when none or several do. */
  readonly match?: T;
  /** Every candidate that it may name: none, the match alone, or several to choose from. */
  readonly candidates: readonly T[];
}

/** What else a tool printed. */
export interface NameHints {
  /**
   * Parameters that llama.cpp counted in the weights. The name beside it is that of an architecture, "llama 7B", which several
   * generations of models share.
   */
  readonly parameters?: number;
}

/** Two counts of one model differ by this share at most: tables print three digits. */
const sameCount = 0.005;

type Way<T> = (printed: string, candidate: T) => boolean;

/**
 * The candidate that a printed name of a device or a model stands for. The first way of comparing that finds any decides:
 * whole names, names without their bracket, aliases, names without the size of the memory or the dressing of a model. A short
 * alias never decides where the name itself stands for several (an "Apple M2 Ultra" has 60 or 76 cores).
 * Pass only machines whose GPU, or only those whose CPU computes: a driver prints one name for both.
 */
export function matchName<T extends NameCandidate>(
  printed: string,
  candidates: readonly T[],
  hints: NameHints = {},
): NameMatch<T> {
  const exact = candidates.find(({ id, name }) => id === printed || name === printed);
  if (exact !== undefined) return { match: exact, candidates: [exact] };
  const possible = candidates.filter((candidate) => isOfSize(candidate, hints.parameters));
  const generations = hints.parameters === undefined ? [] : generationsOf(printed, possible);
  const latest = generations[0];
  if (latest !== undefined) return { match: latest, candidates: generations };
  for (const form of formsOf(printed)) {
    for (const way of ways) {
      const found = possible.filter((candidate) => way(form, candidate));
      const [first] = found;
      if (first !== undefined) return found.length === 1 ? { match: first, candidates: found } : { candidates: found };
    }
  }
  return { candidates: [] };
}

const ways: readonly Way<NameCandidate>[] = [
  (printed, { id, name }) => [id, name].some((known) => isSame(wordsOf(printed), wordsOf(known))),
  (printed, { name }) => isSame(wordsOf(printed), wordsOf(beforeBracket(name))),
  (printed, { name, aliases }) =>
    [...aliases, inBracket(name) ?? ''].some((known) => isSame(wordsOf(printed), wordsOf(known))),
  (printed, { id, name, aliases }) =>
    agreesInMemory(wordsOf(printed), wordsOf(`${id} ${name}`)) &&
    [id, name, ...aliases].some((known) => isSame(looseWords(wordsOf(printed)), looseWords(wordsOf(known)))),
];

function isSame(a: readonly string[], b: readonly string[]): boolean {
  const keys = keysOf(b);
  return keysOf(a).some((key) => keys.includes(key));
}

/** False when both say how much memory there is, and differ. */
function agreesInMemory(printed: readonly string[], known: readonly string[]): boolean {
  const said = printed.filter(isCapacity);
  const sizes = known.filter(isCapacity);
  return said.length === 0 || sizes.length === 0 || said.every((size) => sizes.includes(size));
}

function isOfSize({ parameters }: NameCandidate, counted: number | undefined): boolean {
  if (counted === undefined || parameters === undefined) return true;
  return Math.abs(parameters - counted) <= sameCount * counted;
}

/**
 * Models of one architecture and one count under a name without a version, the latest first. "llama 7B" of 6.74 B parameters
 * is LLaMA or Llama 2, which have one shape.
 */
function generationsOf<T extends NameCandidate>(printed: string, candidates: readonly T[]): readonly T[] {
  const words = looseWords(wordsOf(formsOf(printed)[0] ?? ''));
  if (words.length !== familyOf(words).length) return [];
  return candidates
    .filter(({ id, parameters }) => parameters !== undefined && isSame(words, familyOf(wordsOf(id))))
    .toSorted((a, b) => versionOf(b.id).localeCompare(versionOf(a.id), 'en', { numeric: true }));
}

function versionOf(id: string): string {
  const words = wordsOf(id);
  const family = new Set(familyOf(words));
  return words.filter((word) => !family.has(word)).join(' ');
}
