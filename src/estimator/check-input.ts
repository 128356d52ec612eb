import { InvalidScenarioError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { PriceOptions, Scenario } from './types.js';
import type { UnitScenario } from './units/types.js';

type Field = Exclude<keyof Scenario | keyof UnitScenario, 'engineIsUsual' | 'engineStandsIn'> | 'kind';

/** What a value has to be. Numbers are checked where they are used, with their bounds. */
interface Check {
  readonly is: (value: unknown) => boolean;
  readonly wanted: string;
  readonly remedy: string;
}

const number: Check = { is: () => true, wanted: '', remedy: '' };
const text: Check = { is: isText, wanted: 'text', remedy: 'write it in quotes' };
const truth: Check = {
  is: (value) => typeof value === 'boolean',
  wanted: 'true or false',
  remedy: 'write one of them',
};

const checks: Readonly<Record<Field, Check>> = {
  kind: text,
  model: {
    is: (value) => isText(value) || isRecord(partOf(value, 'layers')) || Array.isArray(partOf(value, 'stages')),
    wanted: 'a model',
    remedy: 'name one by its id, as in model: "llama-3.1-8b", or take one that getModel() gives',
  },
  hardware: {
    is: (value) => isText(value) || MACHINE.every((part) => isRecord(partOf(value, part))),
    wanted: 'a machine',
    remedy: 'name one by its id, as in hardware: "rtx-4090", or take one that getHardware() gives',
  },
  engine: {
    is: (value) => isText(value) || Array.isArray(partOf(value, 'classes')),
    wanted: 'an engine',
    remedy: 'name one by its id, as in engine: "llama.cpp", or leave it out',
  },
  backend: text,
  weights: {
    is: (value) => isText(value) || typeof partOf(value, 'formatOf') === 'function',
    wanted: 'a weight format',
    remedy: 'name one by its id, as in weights: "q4_k_m"',
  },
  kvCache: text,
  batch: number,
  promptTokens: number,
  outputTokens: number,
  cachedTokens: number,
  steps: number,
  width: number,
  height: number,
  threads: number,
  chunk: number,
  flashAttention: truth,
  fixedContext: number,
  engineDate: text,
  devices: number,
  price: { is: isRecord, wanted: 'an object', remedy: 'write it as in price: { usdPerKilowattHour: 0.3 }' },
};

/** What no machine is without. */
const MACHINE = ['units', 'memory', 'power', 'price'] as const;

const PRICE: Readonly<Record<keyof PriceOptions, true>> = {
  lifeYears: true,
  utilisation: true,
  usdPerKilowattHour: true,
};
const ofPrice = new Set(Object.keys(PRICE));
const ofScenario: ReadonlyMap<string, Check> = new Map(Object.entries(checks));

/**
 * Checks of a scenario what only a compiler would otherwise: a misspelt field, which would be ignored, and specs that are
 * none. `elsewhere`: fields that something else states, such as the axes of a sweep.
 */
export function checkInput(input: object, elsewhere: readonly string[] = []): void {
  checkRecord('a scenario', input);
  for (const name in input) {
    const check = ofScenario.get(name);
    if (check === undefined) throw unknownField('a scenario', name, input, ofScenario.keys());
    const value = partOf(input, name);
    if (value !== undefined && !check.is(value)) throw noSuch(name, value, check);
  }
  for (const name of ['model', 'hardware'] as const) {
    if (partOf(input, name) === undefined && !elsewhere.includes(name)) throw noSuch(name, undefined, checks[name]);
  }
  const price = partOf(input, 'price');
  if (price !== undefined) checkFields('a price', price as object, ofPrice, 'price.');
}

/** Throws for what no estimate can be. */
export function checkEstimate(value: unknown): void {
  if (isRecord(partOf(value, 'workload'))) return;
  throw new InvalidScenarioError(
    'estimate',
    value,
    `${shownValue(value)} is not an estimate`,
    'give what estimate() says',
  );
}

/** Throws for what no field of this name can be; numbers are checked where they are used. */
export function checkValue(field: string, value: unknown): void {
  const check = ofScenario.get(field);
  if (check !== undefined && !check.is(value)) throw noSuch(field, value, check);
}

/** Throws for what is no object, and for a field that is not known, with the nearest. `path` leads to its fields. */
export function checkFields(what: string, given: object, known: ReadonlySet<string>, path = ''): void {
  checkRecord(what, given);
  for (const name in given) if (!known.has(name)) throw unknownField(what, name, given, known, path);
}

function checkRecord(what: string, given: unknown): void {
  if (!isRecord(given)) throw new InvalidScenarioError('input', given, `${shownValue(given)} is not ${what}`);
}

function unknownField(
  what: string,
  name: string,
  given: object,
  known: Iterable<string>,
  path = '',
): InvalidScenarioError {
  const problem = `${what} has no field of this name`;
  return new InvalidScenarioError(path + name, partOf(given, name), problem, didYouMean(name, [...known]));
}

function noSuch(field: string, value: unknown, { wanted, remedy }: Check): InvalidScenarioError {
  const problem = value === undefined ? `${wanted} is missing` : `${shownValue(value)} is not ${wanted}`;
  return new InvalidScenarioError(field, value, problem, remedy);
}

const SHOWN_FIELDS = 4;

/** A value of any kind in a few words; text in quotes. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!isRecord(value)) return String(value);
  const names = Object.keys(value).slice(0, SHOWN_FIELDS);
  return names.length === 0 ? 'an object without fields' : `an object with ${names.join(', ')}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(value: unknown, name: string): unknown {
  return isRecord(value) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
