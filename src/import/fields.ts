import { ModelFileError } from '../errors.js';
import { type Json, type JsonObject, placeOf } from './json.js';
import { quoting } from './names.js';

/** Largest count that is taken seriously; layers have a limit of their own. */
const MOST = 2 ** 40;
/** Most layers: beyond, it is no network but an attack. */
export const MOST_LAYERS = 4096;

/** The fields of a configuration, each checked when it is asked for. What is refused is refused by name and place. */
export interface Fields {
  /** Type of the model, for messages. */
  readonly type: string;
  /** True for a field that is there and not null. */
  has(name: string): boolean;
  /** A whole number from 1; names after the first are older ones of the same field. */
  size(...names: readonly string[]): number;
  sizeIfGiven(...names: readonly string[]): number | undefined;
  /** A whole number from 1, or what its absence means, which is noted. */
  sizeOr(name: string, absent: number): number;
  /** A whole number from 1, or the word `auto`, what that means being noted. */
  sizeOrAuto(name: string, auto: number): number;
  /** A whole number from 0. */
  countOr(name: string, absent: number): number;
  number(name: string): number;
  flag(name: string): boolean;
  /** A flag, or what its absence means, which is noted. */
  flagOr(name: string, absent: boolean): boolean;
  text(name: string): string;
  textIfGiven(name: string): string | undefined;
  numbersIfGiven(name: string): readonly number[] | undefined;
  textsIfGiven(name: string): readonly string[] | undefined;
  child(name: string): Fields | undefined;
  /** Throws: what the field says is not understood. */
  refuse(name: string, problem: string, remedy: string): never;
  /** Says what was read between the lines. */
  note(text: string): void;
}

/** What fields are read from. `outer` is asked for what the object itself does not have. */
export interface FieldSource {
  readonly object: JsonObject;
  readonly text: string;
  readonly file: string;
  readonly type: string;
  readonly notes: Set<string>;
  readonly prefix?: string;
  readonly outer?: JsonObject;
  /** Values that the writer leaves out, because they are those of its class. */
  readonly classDefaults?: Readonly<Record<string, number>>;
}

/** Fields of a JSON object. */
export function fieldsOf(source: FieldSource): Fields {
  const { object, type, notes, outer } = source;
  const find = (name: string): Json | undefined => {
    const own = object.entries.get(name);
    return isNull(own) ? outer?.entries.get(name) : own;
  };
  const fail = (name: string, problem: string, remedy: string): never => {
    const at = (find(name) ?? object).at;
    const field = `${source.prefix ?? ''}${name}`;
    throw new ModelFileError({
      file: source.file,
      ...placeOf(source.text, at),
      field,
      problem: quoting(problem),
      remedy,
    });
  };
  const absent = (name: string): never => fail(name, 'is missing', `a model of the type "${type}" states it`);
  const defaultOf = (name: string): number | undefined => {
    const value = source.classDefaults?.[name];
    if (value !== undefined)
      notes.add(
        `${name} is absent from the nested configuration, where transformers leaves out the default of its class: ${value}`,
      );
    return value;
  };
  const scalar = (name: string): string | number | boolean | undefined => {
    const found = find(name);
    if (found === undefined || isNull(found)) return defaultOf(name);
    if (found.kind !== 'scalar') return fail(name, `is ${a(found)}`, 'write one value');
    return found.value ?? undefined;
  };
  const whole = (name: string, least: number): number | undefined => {
    const value = scalar(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= MOST) return value;
    return fail(
      name,
      `${JSON.stringify(value).slice(0, 80)} is no whole number from ${least}`,
      'write how many there are',
    );
  };
  const sizeIfGiven = (...names: readonly string[]): number | undefined => {
    const name = names.find((candidate) => !isNull(find(candidate)) || source.classDefaults?.[candidate] !== undefined);
    return name === undefined ? undefined : whole(name, 1);
  };
  const flagIfGiven = (name: string): boolean | undefined => {
    const value = scalar(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return fail(name, `${JSON.stringify(value).slice(0, 80)} is neither true nor false`, 'write true or false');
  };
  const noteAbsence = <T>(name: string, meaning: T): T => {
    notes.add(`${name} is absent, which means ${String(meaning)} for the type ${type}`);
    return meaning;
  };
  const listIfGiven = <T>(name: string, is: (value: unknown) => value is T, form: string): readonly T[] | undefined => {
    const found = find(name);
    if (found === undefined || isNull(found)) return undefined;
    const items: unknown[] =
      found.kind === 'list' ? found.items.map((item) => (item.kind === 'scalar' ? item.value : undefined)) : [];
    if (found.kind === 'list' && items.every(is)) return items;
    return fail(name, `is no list of ${form}`, `write ${form} in brackets`);
  };
  const textIfGiven = (name: string): string | undefined => {
    const value = scalar(name);
    if (value === undefined || typeof value === 'string') return value;
    return fail(name, `${JSON.stringify(value)} is no text`, 'write it in quotes');
  };
  return {
    type,
    has: (name) => !isNull(find(name)),
    size: (...names) => sizeIfGiven(...names) ?? absent(names[0] ?? ''),
    sizeIfGiven,
    sizeOr: (name, meaning) => sizeIfGiven(name) ?? noteAbsence(name, meaning),
    sizeOrAuto: (name, auto) => {
      if (scalar(name) !== 'auto') return sizeIfGiven(name) ?? absent(name);
      notes.add(`${name} is "auto", which means ${auto}`);
      return auto;
    },
    countOr: (name, meaning) => whole(name, 0) ?? noteAbsence(name, meaning),
    number: (name) => {
      const value = scalar(name) ?? absent(name);
      return typeof value === 'number' && Number.isFinite(value) ? value : fail(name, 'is no number', 'write a number');
    },
    flag: (name) => flagIfGiven(name) ?? absent(name),
    flagOr: (name, meaning) => flagIfGiven(name) ?? noteAbsence(name, meaning),
    text: (name) => textIfGiven(name) ?? absent(name),
    textIfGiven,
    numbersIfGiven: (name) => listIfGiven(name, (value) => typeof value === 'number', 'numbers'),
    textsIfGiven: (name) => listIfGiven(name, (value) => typeof value === 'string', 'texts'),
    child: (name) => {
      const found = find(name);
      if (found === undefined || isNull(found)) return undefined;
      if (found.kind !== 'object') return fail(name, `is ${a(found)}`, 'write an object');
      const { outer: _, classDefaults: __, ...rest } = source;
      return fieldsOf({ ...rest, object: found, prefix: `${source.prefix ?? ''}${name}.` });
    },
    refuse: fail,
    note: (text) => notes.add(text),
  };
}

function isNull(value: Json | undefined): boolean {
  return value === undefined || (value.kind === 'scalar' && value.value === null);
}

function a(value: Json): string {
  return value.kind === 'scalar' ? 'one value' : value.kind === 'list' ? 'a list' : 'an object';
}
