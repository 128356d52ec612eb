import { InvalidScenarioError } from '../errors.js';
import { type Axis, type AxisValue, linearRange, logRange, range } from './axis.js';
import { kindOfAxis } from './axis-fields.js';

const EXAMPLES =
  'write batch=1,8,64, batch=1:64, batch=1:64:4, promptTokens=log:128:8192:7 or price.lifeYears=linear:1:5:9';

/** A whole or broken number as people write it. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads an axis of text: a name and its values. They are a list with commas (`weights=q4_0,q8_0`), numbers in steps
 * (`batch=1:64`, `batch=1:64:4`), or so many at equal ratios or distances, with a unit where the field wants one
 * (`promptTokens=log:128:8192:7`, `hardware.memory.hbm.bandwidth=linear:1 TB/s:8 TB/s:15`).
 * Throws `InvalidScenarioError` that says what would be right; whether there is such a field, the sweep says.
 */
export function readAxis(text: string): { readonly name: string; readonly axis: Axis } {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  if (name === '') throw slip(text, at < 0 ? `"${text}" has no "="` : `"${text}" names no field`, EXAMPLES);
  return { name, axis: readValues(name, text.slice(at + 1).trim()) };
}

function readValues(name: string, text: string): Axis {
  const parts = text.split(':').map((part) => part.trim());
  const [spacing = '', ...ends] = parts;
  if (spacing === 'log' || spacing === 'linear') return readSpaced(name, text, spacing, ends);
  if (parts.length > 1 && parts.every((part) => NUMBER.test(part))) return readSteps(name, text, parts.map(Number));
  if (parts.length > 1 && parts.every((part) => /^[+-]?[\d.]/.test(part))) {
    throw slip(name, `"${text}" is no range of plain numbers`, `with units write ${example(name, parts)}`);
  }
  return text.split(',').map((one) => readValue(name, text, one.trim()));
}

function readSpaced(name: string, text: string, spacing: 'log' | 'linear', ends: readonly string[]): Axis {
  const [from = '', to = '', count = '', ...more] = ends;
  if (from === '' || to === '' || !/^\d+$/.test(count) || more.length > 0) {
    throw slip(name, `"${text}" has not two ends and a number of values`, `write ${name}=${spacing}:1:64:7`);
  }
  return located(name, () =>
    spacing === 'log'
      ? logRange(endOf(from), endOf(to), Number(count))
      : linearRange(endOf(from), endOf(to), Number(count)),
  );
}

function readSteps(name: string, text: string, [from = 0, to = 0, step = 1, ...more]: readonly number[]): Axis {
  if (more.length > 0) throw slip(name, `"${text}" has more than two ends and a step`, `write ${name}=1:64:4`);
  return located(name, () => range(from, to, step));
}

function readValue(name: string, text: string, one: string): AxisValue {
  if (one === '') throw slip(name, text === '' ? 'has no values' : `"${text}" has an empty value`, EXAMPLES);
  return located(name, () => readFieldValue(name, one));
}

/**
 * The value of a field as people write it: numbers and truths where the field takes them, words as they are. Of figures plain
 * numbers become numbers; which of them need a unit, the spec knows. Throws `InvalidScenarioError` for another kind of value.
 */
export function readFieldValue(name: string, text: string): AxisValue {
  const kind = kindOfAxis(name);
  if (kind === 'text') return text;
  if (NUMBER.test(text) && kind !== 'truth') return Number(text);
  if (kind !== 'number' && (text === 'true' || text === 'false')) return text === 'true';
  if (kind === undefined) return text;
  const problem = `"${text}" is not ${kind === 'number' ? 'a number' : 'true or false'}`;
  throw new InvalidScenarioError(
    name,
    text,
    problem,
    kind === 'number' ? 'write one such as 512' : 'write one of the two',
  );
}

function endOf(text: string): number | string {
  return NUMBER.test(text) ? Number(text) : text;
}

function example(name: string, [from = '', to = '', count = '10']: readonly string[]): string {
  return `${name}='linear:${from}:${to}:${/^\d+$/.test(count) ? count : 10}'`;
}

/** The library speaks of an axis; here it has a name. */
function located<Made>(name: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidScenarioError)) throw error;
    throw slip(name, error.message.replace(/^[^:]*: /, ''));
  }
}

function slip(field: string, problem: string, remedy?: string): InvalidScenarioError {
  return new InvalidScenarioError(`axis ${field}`, field, problem, remedy);
}
