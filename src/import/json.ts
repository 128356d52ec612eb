import { ModelFileError } from '../errors.js';

/** A JSON value with its place in the text. */
export type Json = JsonObject | JsonList | JsonScalar;

export interface JsonObject {
  readonly kind: 'object';
  readonly at: number;
  readonly entries: ReadonlyMap<string, Json>;
}

interface JsonList {
  readonly kind: 'list';
  readonly at: number;
  readonly items: readonly Json[];
}

interface JsonScalar {
  readonly kind: 'scalar';
  readonly at: number;
  readonly value: string | number | boolean | null;
}

/** Deepest nesting: configurations have four levels or five. */
const DEEPEST = 64;
/** Most values: a quantised mixture may list every expert of every layer by name. */
const MOST_VALUES = 1_000_000;

const remedy = 'give the config.json as it was published';

interface Reading {
  readonly text: string;
  readonly file: string;
  at: number;
  values: number;
}

/**
 * A JSON object with the place of each value. `NaN` and `Infinity`, which Python writes, are read as null.
 * Throws `ModelFileError` with line and column for anything else that is not JSON, for a key that is given twice, and for
 * a text that is nested or long beyond reason.
 */
export function parseJsonObject(text: string, file: string): JsonObject {
  const reading: Reading = { text, file, at: text.startsWith('\uFEFF') ? 1 : 0, values: 0 };
  skipSpace(reading);
  if (reading.at >= text.length) throw new ModelFileError({ file, problem: 'is empty', remedy });
  const value = readValue(reading, 0);
  skipSpace(reading);
  if (reading.at < text.length) fail(reading, 'something follows after the end of the object');
  if (value.kind !== 'object') {
    reading.at = value.at;
    fail(reading, 'is no JSON object');
  }
  return value as JsonObject;
}

/** Line and column of a place, counted from 1. */
export function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

function fail(reading: Reading, problem: string): never {
  const { file, text, at } = reading;
  throw new ModelFileError({ file, ...placeOf(text, Math.min(at, text.length)), problem, remedy });
}

function skipSpace(reading: Reading): void {
  while (/[ \t\r\n]/.test(reading.text[reading.at] ?? '')) reading.at++;
}

function readValue(reading: Reading, depth: number): Json {
  if (++reading.values > MOST_VALUES) fail(reading, `has more than ${MOST_VALUES} values`);
  if (depth > DEEPEST) fail(reading, `is nested more than ${DEEPEST} levels deep`);
  const at = reading.at;
  switch (reading.text[at]) {
    case '{':
      return readObject(reading, depth);
    case '[':
      return readList(reading, depth);
    case '"':
      return { kind: 'scalar', at, value: readString(reading) };
    case undefined:
      return fail(reading, 'ends before the object does');
    default:
      return { kind: 'scalar', at, value: readWord(reading) };
  }
}

function readObject(reading: Reading, depth: number): JsonObject {
  const at = reading.at++;
  const entries = new Map<string, Json>();
  while (!isClosed(reading, '}', entries.size)) {
    const keyAt = reading.at;
    if (reading.text[keyAt] !== '"')
      fail(reading, keyAt >= reading.text.length ? 'ends before the object does' : 'a name in quotes is missing');
    const key = readString(reading);
    if (entries.has(key)) {
      reading.at = keyAt;
      fail(reading, `"${key.slice(0, 80)}" is given twice`);
    }
    skipSpace(reading);
    if (reading.text[reading.at] !== ':') fail(reading, 'a colon is missing');
    reading.at++;
    skipSpace(reading);
    entries.set(key, readValue(reading, depth + 1));
  }
  return { kind: 'object', at, entries };
}

function readList(reading: Reading, depth: number): JsonList {
  const at = reading.at++;
  const items: Json[] = [];
  while (!isClosed(reading, ']', items.length)) items.push(readValue(reading, depth + 1));
  return { kind: 'list', at, items };
}

/** True after the closing bracket; otherwise the comma between items is passed. */
function isClosed(reading: Reading, bracket: '}' | ']', read: number): boolean {
  skipSpace(reading);
  const here = reading.text[reading.at];
  if (here === bracket) {
    reading.at++;
    return true;
  }
  if (here === undefined) fail(reading, 'ends before the object does');
  if (read > 0) {
    if (here !== ',') fail(reading, `a comma or "${bracket}" is missing`);
    reading.at++;
    skipSpace(reading);
    if (reading.text[reading.at] === bracket) fail(reading, `nothing stands between the comma and "${bracket}"`);
  }
  return false;
}

function readString(reading: Reading): string {
  const from = reading.at;
  const { text } = reading;
  let end = text.indexOf('"', from + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  if (end < 0) fail(reading, 'the text that starts here never ends');
  try {
    const value: unknown = JSON.parse(text.slice(from, end + 1));
    reading.at = end + 1;
    return String(value);
  } catch {
    return fail(reading, 'the text that starts here is not as JSON writes it');
  }
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

const words: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
  NaN: null,
  Infinity: null,
  '-Infinity': null,
};

/** Longest number: a double has 17 digits, and Python writes integers in full. */
const LONGEST_WORD = 400;

function readWord(reading: Reading): number | boolean | null {
  const [word = ''] = /^[-+.\w]*/.exec(reading.text.slice(reading.at, reading.at + LONGEST_WORD)) ?? [];
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  const value = known === undefined && /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word) ? Number(word) : known;
  if (value === undefined) fail(reading, `"${word || reading.text[reading.at]}" is no JSON value`);
  reading.at += word.length;
  return value as number | boolean | null;
}
