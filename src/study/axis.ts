import type { Engine } from '../engine/types.js';
import { InvalidScenarioError } from '../errors.js';
import { checkValue, shownValue } from '../estimator/check-input.js';
import type { Hardware } from '../hardware/types.js';
import type { WeightScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';

/** What an axis gives to its field: a number, a quantity with its unit, an id, or a whole spec. */
export type AxisValue = number | string | boolean | Hardware | Model | Engine | WeightScheme;

/** Numbers from one end to the other, both among them; they are worked out when they are asked for. */
export interface Range {
  readonly kind: 'range';
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly spacing: 'linear' | 'log';
  /** The unit of both ends, where the field wants a quantity: `TB/s`. */
  readonly unit?: string;
}

/** The values of a field, in the order in which they are tried. */
export type Axis = readonly AxisValue[] | Range;

/**
 * Every number from `from` to `to` in steps of `step`.
 * @example range(1, 7, 2) // 1, 3, 5, 7
 */
export function range(from: number, to: number, step = 1): Range {
  const steps = (to - from) / step;
  if (!(steps >= 0) || !Number.isFinite(steps)) {
    throw new InvalidScenarioError('axis', [from, to, step], `no step of ${step} leads from ${from} to ${to}`);
  }
  const count = Math.floor(steps * (1 + Number.EPSILON)) + 1;
  return { kind: 'range', from, to: from + (count - 1) * step, count, spacing: 'linear' };
}

/**
 * So many numbers at equal distances.
 * @example linearRange('1 TB/s', '4 TB/s', 4) // 1, 2, 3 and 4 TB/s
 */
export function linearRange(from: number | string, to: number | string, count: number): Range {
  return spaced('linear', from, to, count);
}

/**
 * So many numbers at equal ratios; both ends are above zero.
 * @example logRange(1, 256, 9) // 1, 2, 4 ... 256
 */
export function logRange(from: number | string, to: number | string, count: number): Range {
  return spaced('log', from, to, count);
}

function spaced(spacing: Range['spacing'], from: number | string, to: number | string, count: number): Range {
  const [first, last] = [endOf(from), endOf(to)];
  if (first.unit !== last.unit) {
    throw new InvalidScenarioError('axis', [from, to], `"${from}" and "${to}" are not in one unit`, 'write both alike');
  }
  const [a, b] = [first.value, last.value];
  const name = `from ${from} to ${to}`;
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidScenarioError('axis', count, `${count} is no number of values ${name}`, 'ask for 1 or more');
  }
  if (!Number.isFinite(a) || !Number.isFinite(b) || (spacing === 'log' && !(a > 0 && b > 0))) {
    const remedy = spacing === 'log' ? 'give two numbers above 0' : 'give two numbers';
    throw new InvalidScenarioError('axis', [from, to], `no values go ${name}`, remedy);
  }
  const unit = first.unit === '' ? {} : { unit: first.unit };
  return { kind: 'range', from: a, to: b, count, spacing, ...unit };
}

function endOf(end: number | string): { readonly value: number; readonly unit: string } {
  if (typeof end === 'number') return { value: end, unit: '' };
  const [, digits = '', unit = ''] = /^\s*([-+0-9.eE]+)\s*(.*?)\s*$/.exec(end) ?? [];
  return { value: digits === '' ? Number.NaN : Number(digits), unit };
}

/** Throws for what is no axis, and for a value that its field cannot have: a compiler would say so. */
export function checkAxis(name: string, axis: unknown): void {
  if (Array.isArray(axis)) {
    // By its place: what a list leaves out is no value either.
    for (let at = 0; at < axis.length; at++) checkAxisValue(name, axis[at], at);
    return;
  }
  if (typeof axis !== 'object' || axis === null || !isRange(axis as Axis)) {
    const problem = `${shownValue(axis)} is neither a list of values nor a range`;
    throw new InvalidScenarioError(name, axis, problem, 'write values as in [1, 2, 4], or range(1, 64)');
  }
  checkValue(name, valueAt(axis as Range, 0));
}

function checkAxisValue(name: string, value: unknown, at: number): void {
  checkValue(name, value);
  if (value === undefined || value === null || typeof value === 'function')
    throw new InvalidScenarioError(name, value, `value ${at + 1} of the axis is ${shownValue(value)}`, 'leave it out');
}

/** How many values an axis has. */
export function lengthOf(axis: Axis): number {
  return isRange(axis) ? axis.count : axis.length;
}

/** The value at a place, from 0 on. Both ends of a range are exact. */
export function valueAt(axis: Axis, index: number): AxisValue {
  if (!isRange(axis)) {
    const value = axis[index];
    if (value === undefined) throw new RangeError(`an axis of ${axis.length} values has none at ${index}`);
    return value;
  }
  const value = numberAt(axis, index);
  return axis.unit === undefined ? value : `${value} ${axis.unit}`;
}

function numberAt({ from, to, count, spacing }: Range, index: number): number {
  if (index === 0 || count === 1) return from;
  if (index === count - 1) return to;
  const part = index / (count - 1);
  return spacing === 'log' ? from * (to / from) ** part : from + part * (to - from);
}

function isRange(axis: Axis): axis is Range {
  return 'kind' in axis;
}
