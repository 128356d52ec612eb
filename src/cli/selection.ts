import { computingUnit, mainMemory } from '../engine/select.js';
import type { Engine } from '../engine/types.js';
import { InvalidScenarioError, QuantityError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { activeParameters, totalParameters } from '../model/parameters.js';
import type { Model } from '../model/types.js';
import { nearest } from '../nearest.js';
import { readQuantity } from '../read-quantity.js';
import { peakOf } from '../report/peaks.js';
import type { ListFlags } from './flags.js';

/** What a listing can be narrowed and sorted by. */
interface Choices<Item> {
  /** Flags of words, `--kind gpu,apu`: the words of an item. */
  readonly words: Readonly<Partial<Record<keyof ListFlags, (item: Item) => readonly string[]>>>;
  /** Flags of amounts: whether an item is within. */
  readonly limits: Readonly<Partial<Record<keyof ListFlags, (text: string) => (item: Item) => boolean>>>;
  readonly sorts: Readonly<Record<string, Sort<Item>>>;
}

/** What items are sorted by: the best, by common sense, first. What is not known comes last either way. */
interface Sort<Item> {
  readonly of: (item: Item) => number | string | undefined;
  readonly first: 'least' | 'most';
}

const least = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ of, first: 'least' });
const most = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ of, first: 'most' });

const byName = { id: least(({ id }: { id: string }) => id), name: least(({ name }: { name: string }) => name) };

const hardware: Choices<Hardware> = {
  words: {
    kind: ({ kind }) => [kind],
    vendor: ({ vendor }) => [vendor],
    interface: (machine) => computingUnit(machine).interfaces,
  },
  limits: {
    minMemory: (text) => {
      const bytes = amount('--min-memory', text, 'capacity');
      return (machine) => (mainMemory(machine)?.capacity ?? 0) >= bytes;
    },
    minBandwidth: (text) => {
      const rate = amount('--min-bandwidth', text, 'bandwidth');
      return (machine) => (mainMemory(machine)?.bandwidth ?? 0) >= rate;
    },
    maxPrice: withinPrice,
  },
  sorts: {
    ...byName,
    memory: most((machine) => mainMemory(machine)?.capacity),
    bandwidth: most((machine) => mainMemory(machine)?.bandwidth),
    flops: most((machine) => peakOf(machine, ['f16', 'bf16'])?.rate),
    price: least(({ price }) => price.purchase),
    rent: least(({ price }) => price.rental),
    year: most(({ year }) => year),
  },
};

const models: Choices<Model> = {
  words: { vendor: ({ vendor }) => [vendor] },
  limits: {
    minParameters: (text) => {
      const count = parameterCount('--min-parameters', text);
      return (model) => totalParameters(model) >= count;
    },
    maxParameters: (text) => {
      const count = parameterCount('--max-parameters', text);
      return (model) => totalParameters(model) <= count;
    },
  },
  sorts: {
    ...byName,
    parameters: most(totalParameters),
    active: most(activeParameters),
    context: most(({ context }) => context ?? Number.POSITIVE_INFINITY),
    released: most(({ released }) => released),
  },
};

const engines: Choices<Engine> = {
  words: {
    vendor: ({ vendor }) => [vendor],
    interface: ({ classes }) => classes.map(({ backend }) => backend),
  },
  limits: {},
  sorts: byName,
};

/** Machines that the flags of `list` ask for, in their order. Throws `InvalidScenarioError`. */
export function selectHardware(items: readonly Hardware[], flags: ListFlags): readonly Hardware[] {
  return select('hardware', items, flags, hardware);
}

/** Models that the flags of `list` ask for, in their order. */
export function selectModels(items: readonly Model[], flags: ListFlags): readonly Model[] {
  return select('models', items, flags, models);
}

/** Engines that the flags of `list` ask for, in their order. */
export function selectEngines(items: readonly Engine[], flags: ListFlags): readonly Engine[] {
  return select('engines', items, flags, engines);
}

/** Throws for any flag that narrows or sorts. */
export function selectNothing(what: string, flags: ListFlags): void {
  select(what, [], flags, { words: {}, limits: {}, sorts: {} });
}

function select<Item>(what: string, items: readonly Item[], flags: ListFlags, choices: Choices<Item>): readonly Item[] {
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
    const remedy = known.length > 0 ? `${what} are narrowed by ${known.join(', ')}` : 'leave it out';
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

/** A price to buy at, `2000 USD`, or to rent at, `2 USD/h`. What has no such price is not within it. */
function withinPrice(text: string): (machine: Hardware) => boolean {
  const isRent = text.includes('/');
  const limit = amount('--max-price', text, isRent ? 'rental' : 'money');
  return ({ price }) => ((isRent ? price.rental : price.purchase) ?? Number.POSITIVE_INFINITY) <= limit;
}

function amount(flag: string, text: string, dimension: Parameters<typeof readQuantity>[1]): number {
  try {
    return readQuantity(text, dimension);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new InvalidScenarioError(flag, text, `"${error.value}" ${error.problem}`, error.remedy);
  }
}

const powers: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** A number of parameters as people say it: `8B` is 8 billion. */
function parameterCount(flag: string, text: string): number {
  const [, digits, suffix = ''] = /^(\d+\.?\d*|\.\d+)\s*([KMBT]?)$/i.exec(text.trim()) ?? [];
  if (digits === undefined)
    throw new InvalidScenarioError(flag, text, `"${text}" is not a number of parameters`, 'write it as in "8B"');
  return Number(digits) * (powers[suffix.toUpperCase()] ?? 1);
}

function flagOf(name: keyof ListFlags): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
