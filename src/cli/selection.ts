import { InvalidScenarioError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { ListFlags } from './flags.js';

/** What a listing can be narrowed and sorted by. */
export interface Choices<Item> {
  /** Flags of words, `--kind gpu,apu`: the words of an item. */
  readonly words: Readonly<Partial<Record<keyof ListFlags, (item: Item) => readonly string[]>>>;
  /** Flags of amounts: whether an item is within. */
  readonly limits: Readonly<Partial<Record<keyof ListFlags, (text: string) => (item: Item) => boolean>>>;
  readonly sorts: Readonly<Record<string, Sort<Item>>>;
}

/** What items are sorted by: the best, by common sense, first. What is not known comes last either way. */
export interface Sort<Item> {
  readonly of: (item: Item) => number | string | undefined;
  readonly first: 'least' | 'most';
}

/** Items that the flags of `list` ask for, in their order. Throws `InvalidScenarioError` for a flag that says nothing of them. */
export function select<Item>(
  what: string,
  items: readonly Item[],
  flags: ListFlags,
  choices: Choices<Item>,
): readonly Item[] {
  checkFlags(what, flags, choices);
  const tests = [...wordTests(items, flags, choices.words), ...limitTests(flags, choices.limits)];
  const found = items.filter((item) => tests.every((test) => test(item)));
  const sorted = sortBy(found, flags, choices.sorts);
  return sorted.slice(0, flags.limit ?? sorted.length);
}

const narrowing = ['kind', 'vendor', 'interface', 'minMemory', 'minBandwidth', 'maxPrice'] as const;
const counting = ['minParameters', 'maxParameters'] as const;

function checkFlags<Item>(what: string, flags: ListFlags, { words, limits, sorts }: Choices<Item>): void {
  const sorting = Object.keys(sorts).length > 0 ? [] : (['sort', 'reverse', 'limit'] as const);
  const wrong = [...narrowing, ...counting, ...sorting].find(
    (name) => flags[name] !== undefined && words[name] === undefined && limits[name] === undefined,
  );
  if (wrong !== undefined) {
    const known = [...Object.keys(words), ...Object.keys(limits)].map((name) => flagOf(name as keyof ListFlags));
    const remedy = known.length > 0 ? `"list ${what}" takes ${known.join(', ')}` : 'leave it out';
    throw new InvalidScenarioError(flagOf(wrong), flags[wrong], `says nothing of ${what}`, remedy);
  }
  const { limit } = flags;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new InvalidScenarioError('--limit', limit, `${limit} is not a whole number from 1`);
}

function wordTests<Item>(
  items: readonly Item[],
  flags: ListFlags,
  words: Choices<Item>['words'],
): readonly ((item: Item) => boolean)[] {
  return Object.entries(words).flatMap(([name, wordsOf]) => {
    const text = flags[name as keyof ListFlags];
    if (typeof text !== 'string') return [];
    const known = [...new Set(items.flatMap(wordsOf))].toSorted((a, b) => a.localeCompare(b, 'en'));
    const wanted = text.split(',').map((word) => knownWord(name as keyof ListFlags, word.trim(), known));
    return [(item: Item) => wordsOf(item).some((word) => wanted.includes(word))];
  });
}

function knownWord(flag: keyof ListFlags, word: string, known: readonly string[]): string {
  const found = known.find((one) => one.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  throw unknownWord(flagOf(flag), word, known);
}

function unknownWord(flag: string, word: string, known: readonly string[]): InvalidScenarioError {
  const [best] = nearest(word, known, 1);
  const remedy = `${best === undefined ? '' : `did you mean "${best}"? `}there are ${known.join(', ')}`;
  return new InvalidScenarioError(flag, word, `there is no "${word}"`, remedy);
}

function limitTests<Item>(flags: ListFlags, limits: Choices<Item>['limits']): readonly ((item: Item) => boolean)[] {
  return Object.entries(limits).flatMap(([name, testOf]) => {
    const text = flags[name as keyof ListFlags];
    return typeof text === 'string' ? [testOf(text)] : [];
  });
}

function sortBy<Item>(
  items: readonly Item[],
  { sort, reverse = false }: ListFlags,
  sorts: Choices<Item>['sorts'],
): readonly Item[] {
  if (sort === undefined) return reverse ? items.toReversed() : items;
  const by = Object.hasOwn(sorts, sort) ? sorts[sort] : undefined;
  if (by === undefined) throw unknownWord('--sort', sort, Object.keys(sorts));
  const { of, first } = by;
  const sign = (first === 'least' ? 1 : -1) * (reverse ? -1 : 1);
  return items.toSorted((a, b) => {
    const [left, right] = [of(a), of(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

function flagOf(name: keyof ListFlags): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
