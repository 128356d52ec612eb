import { InvalidScenarioError } from '../errors.js';
import { formatNumber } from '../format.js';
import { linearScale } from './linear-scale.js';
import { logScale } from './log-scale.js';
import type { Scale } from './scale.js';

/** What an axis shows. The values of a plot are in its unit. */
export interface Axis {
  /** The quantity: `decode rate`. */
  readonly name: string;
  /** `token/s`; absent for a plain number. */
  readonly unit?: string;
  readonly scale: 'log' | 'linear';
}

/** The words beside an axis: `decode rate (token/s)`. */
export function axisText({ name, unit }: Axis): string {
  return unit === undefined || unit === '' ? name : `${name} (${unit})`;
}

/**
 * The scale that an axis asks for over some values, between two places.
 * Throws `InvalidScenarioError` where there is no value, or one that the axis cannot show.
 */
export function scaleOf(axis: Axis, values: readonly number[], from: number, to: number): Scale {
  checkValues(axis, values);
  switch (axis.scale) {
    case 'log':
      return logScale(values, from, to);
    case 'linear':
      return linearScale(values, from, to);
    default: {
      const { name, scale } = axis as { readonly name: string; readonly scale: unknown };
      const problem = `the axis "${name}" has no scale "${String(scale)}"`;
      throw new InvalidScenarioError('plot', scale, problem, 'write "log" or "linear"');
    }
  }
}

function checkValues(axis: Axis, values: readonly number[]): void {
  if (values.length === 0)
    throw new InvalidScenarioError('plot', values, `there is nothing to draw for "${axis.name}"`);
  const strange = values.find((value) => !Number.isFinite(value));
  if (strange !== undefined)
    throw new InvalidScenarioError('plot', strange, `"${axis.name}" has a value that is no number: ${strange}`);
  const negative = axis.scale === 'log' ? values.find((value) => value <= 0) : undefined;
  if (negative === undefined) return;
  throw new InvalidScenarioError(
    'plot',
    negative,
    `a logarithmic axis cannot show ${negative}, a value of "${axis.name}"`,
    'take a linear one',
  );
}

const LARGE: readonly (readonly [number, string])[] = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A number at a tick, short: `0.01`, `500`, `20k`, `1M`. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e21) return value.toExponential(0);
  const [factor, letter] = size >= 1e4 ? (LARGE.find(([from]) => size >= from) ?? [1, '']) : [1, ''];
  return `${formatNumber(value / factor, { digits: 3, trim: true })}${letter}`;
}
