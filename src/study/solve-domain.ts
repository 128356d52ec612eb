import type { Dimension } from '../dimensions.js';
import { InvalidScenarioError } from '../errors.js';
import type { Scenario } from '../estimator/types.js';
import { formatCount } from '../format.js';
import type { AxisValue } from './axis.js';
import { axisField } from './axis-fields.js';
import { type Change, readChange } from './change.js';
import { checkFieldValue } from './field-value.js';
import { type Field, valueAt } from './fields/field.js';
import { findField } from './find-field.js';
import {
  multipleScript,
  plainScript,
  quantityScript,
  type Script,
  type Spelling,
  spellings,
} from './solve-spelling.js';
import { fieldsOf } from './vary.js';

/** What a field may become, in order. */
export interface Domain {
  /** Of a continuous field, where places are logarithms; of whole numbers the numbers themselves; of lists places in them. */
  readonly kind: 'continuous' | 'whole' | 'list';
  readonly from: number;
  readonly to: number;
  /** What the field is set to. */
  set(place: number): AxisValue;
  /** The value at a place, as an answer gives it: a number in SI units, or what the list has. */
  value(place: number): AxisValue;
  /** The same in words, with its unit. */
  text(place: number): string;
  /** Texts of about the value at a place, none on the other side of it, that the field takes; ever nearer to it. */
  spellings(place: number, side: 'less' | 'more'): Iterable<Spelling>;
}

/** Where to look: the ends of a range, or values in their order. */
export interface DomainInput {
  readonly field: string;
  readonly from?: number | string;
  readonly to?: number | string;
  readonly values?: readonly AxisValue[];
}

const MOST_LOAD = 2 ** 20;
/** Without ends, a figure is tried from so many times less than it is to so many times more. */
const REACH = 64;
/** Steps of a scan. */
const STEPS = 32;
/** Digits of the values that a sentence names. */
const DIGITS = 6;
const WHOLE = ['threads', 'chunk', 'fixedContext'];

/** The values that a field is tried with. Throws `InvalidScenarioError` for a field or an end that cannot be. */
export function domainOf(input: DomainInput, scenario: Scenario): Domain {
  const { field: name, values } = input;
  if (name === 'devices')
    throw new InvalidScenarioError(
      'devices',
      name,
      'only one device can be estimated so far',
      'solve for another field',
    );
  const field = axisField(name);
  if (values !== undefined) return listDomain(name, values, scenario);
  switch (field.kind) {
    case 'load':
      return loadDomain(input, field.field === 'cachedTokens' ? 0 : 1);
    case 'price':
      return continuous(input, endsOf(input, priceEnds(field.field, scenario)), plainScript);
    case 'plain':
      if (WHOLE.includes(field.field)) return loadDomain(input, 1);
      throw needsValues(name);
    case 'figure': {
      const spec = scenario[field.spec];
      return figureDomain(input, findField(spec, fieldsOf(spec), field.path), spec);
    }
  }
}

function listDomain(name: string, values: readonly AxisValue[], scenario: Scenario): Domain {
  if (values.length === 0) throw new InvalidScenarioError(name, values, 'there is no value to try', 'name one or more');
  for (const value of values) checkFieldValue(name, value, (kind) => [scenario[kind]]);
  const value = (place: number): AxisValue => values[place] ?? '';
  const text = (place: number): string => labelOf(value(place));
  const spellings = (place: number): Spelling[] => [{ text: text(place), set: value(place) }];
  return { kind: 'list', from: 0, to: values.length - 1, set: value, value, text, spellings };
}

function labelOf(value: AxisValue): string {
  return typeof value === 'object' ? value.id : String(value);
}

interface Ends {
  readonly least: number;
  readonly most: number;
}

/** Ends of a field of plain numbers. */
function endsOf({ field, from, to }: DomainInput, { least, most }: Ends): Ends {
  const read = (end: number | string | undefined, usual: number): number => {
    if (end === undefined) return usual;
    const value = typeof end === 'number' ? end : Number(end);
    if (Number.isFinite(value)) return value;
    throw new InvalidScenarioError(field, end, `"${end}" is not a number`, 'write one such as 512');
  };
  return { least: read(from, least), most: read(to, most) };
}

const USUAL_PRICES = { lifeYears: 4, utilisation: 1, usdPerKilowattHour: 0.12 } as const;

function priceEnds(field: keyof typeof USUAL_PRICES, { price }: Scenario): Ends {
  const now = price?.[field] ?? USUAL_PRICES[field];
  return { least: now / REACH, most: field === 'utilisation' ? 1 : now * REACH };
}

/** A field of whole numbers from a least one on. */
function loadDomain(input: DomainInput, least: number): Domain {
  const ends = endsOf(input, { least, most: MOST_LOAD });
  const low = Math.min(ends.least, ends.most);
  if (low < least)
    throw new InvalidScenarioError(input.field, low, `${low} is below ${least}, the least that it can be`);
  return wholeDomain(input, ends);
}

function wholeDomain(input: DomainInput, { least, most }: Ends): Domain {
  checkOrder(input, { least, most }, formatCount);
  const [from, to] = [Math.ceil(least), Math.floor(most)];
  if (from > to)
    throw new InvalidScenarioError(input.field, [least, most], `no whole number goes from ${least} to ${most}`);
  const same = (place: number): number => place;
  const spellings = (place: number): Spelling[] => [{ text: String(place), set: place }];
  return { kind: 'whole', from, to, set: same, value: same, text: formatCount, spellings };
}

function continuous(input: DomainInput, { least, most }: Ends, script: Script): Domain {
  const write = (value: number): string => script.write(value, DIGITS);
  checkOrder(input, { least, most }, write);
  if (!(least > 0 && Number.isFinite(most)))
    throw new InvalidScenarioError(
      input.field,
      [least, most],
      `no positive number goes from ${input.from ?? write(least)} to ${input.to ?? write(most)}`,
    );
  // Both ends are exact.
  const value = (place: number): number =>
    place === Math.log(least) ? least : place === Math.log(most) ? most : Math.exp(place);
  const [from, to] = [Math.log(least), Math.log(most)];
  return {
    kind: 'continuous',
    from,
    to,
    set: value,
    value,
    text: (place) => write(value(place)),
    spellings: (place, side) => spellings(value(place), side, script),
  };
}

/** Throws where a range ends before it begins. */
function checkOrder({ field, from, to }: DomainInput, { least, most }: Ends, write: (value: number) => string): void {
  if (least <= most) return;
  const problem = `the range goes down, from ${from ?? write(least)} to ${to ?? write(most)}`;
  throw new InvalidScenarioError(field, [least, most], problem, 'write the lesser end first');
}

function figureDomain(input: DomainInput, field: Field, spec: object): Domain {
  const { field: name } = input;
  const { type, places } = field;
  if (type.kind !== 'quantity') throw needsValues(name);
  const [place] = places;
  const stated = place && valueAt(spec, place);
  const now = typeof stated === 'number' && stated > 0 ? stated : undefined;
  const isMultiple = field.multiplesOnly === true;
  const [least, most] = [input.from, input.to].map((end, index) => {
    if (end !== undefined) return endOfFigure(field, end, isMultiple ? undefined : now);
    if (now === undefined)
      throw new InvalidScenarioError(name, end, 'the spec does not state it', 'say from where to where to look');
    const factor = index === 0 ? 1 / REACH : REACH;
    return isMultiple ? factor : mostOf(type.dimension, now * factor);
  }) as [number, number];
  if (isMultiple) {
    const multiples = continuous(input, { least, most }, multipleScript);
    return { ...multiples, set: (at) => `${multiples.value(at)}x` };
  }
  if (type.dimension === 'count') return wholeDomain(input, { least: Math.max(1, least), most: Math.max(1, most) });
  return continuous(input, { least, most }, quantityScript(field));
}

function mostOf(dimension: Dimension, value: number): number {
  return dimension === 'fraction' ? Math.min(1, value) : value;
}

/** An end as somebody wrote it: a quantity, or a multiple of what the figure is. */
function endOfFigure(field: Field, end: Change, now: number | undefined): number {
  const step = readChange(field, end);
  if (step.kind === 'to') return Number(step.value);
  return step.factor * (now ?? 1);
}

/** Places that a scan looks at: all of a list, otherwise at equal ratios. */
export function scanPlaces({ kind }: Domain, from: number, to: number): readonly number[] {
  switch (kind) {
    case 'list':
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    case 'whole': {
      if (to < 1) return [from];
      const least = Math.max(1, from);
      const places = spread(Math.log(least), Math.log(to)).map((place) => Math.round(Math.exp(place)));
      return [...new Set([from, ...places, to])].sort((a, b) => a - b);
    }
    case 'continuous':
      return from === to ? [from] : spread(from, to);
  }
}

function spread(from: number, to: number): readonly number[] {
  const at = (index: number): number => (index === STEPS ? to : from + ((to - from) * index) / STEPS);
  return Array.from({ length: STEPS + 1 }, (_, index) => at(index));
}

/** The place between two, or none where they are neighbours. */
export function middleOf({ kind }: Domain, from: number, to: number): number | undefined {
  const middle = kind === 'continuous' ? (from + to) / 2 : Math.floor((from + to) / 2);
  return middle > from && middle < to ? middle : undefined;
}

function needsValues(name: string): InvalidScenarioError {
  const remedy = 'name them in their order, as in values: ["f16", "q8_0", "q4_0"]';
  return new InvalidScenarioError(name, name, 'it takes words, which have no order of their own', remedy);
}
