import { type ErrorCode, InvalidScenarioError, type RoofcastError } from '../errors.js';
import { checkFields, checkInput } from '../estimator/check-input.js';
import type { Warning } from '../estimator/types.js';
import { type Axis, checkAxis } from './axis.js';
import type { ScenarioFields } from './axis-fields.js';
import { type Metric, type MetricInput, type MetricValue, metricsOf } from './metric.js';
import {
  type AxisLabel,
  labelsOf,
  type OpenAxis,
  openAxis,
  type Reached,
  type SweepWorld,
  type Walk,
  walksOf,
} from './walk.js';

/** What is swept: a scenario, the fields that change, and what is wanted of each point. */
export interface SweepInput<Base extends ScenarioFields = ScenarioFields> {
  readonly base: Base;
  /** Values by the field that takes them; the last axis changes fastest. */
  readonly axes: Readonly<Record<string, Axis>>;
  /** Paths of figures of an estimate, or functions of one by name. Default: speed, first token, energy and cost. */
  readonly metrics?: MetricInput;
}

/** One point of a sweep: the values of its axes, and its metrics or the reason why there are none. */
export type SweepRow =
  | {
      readonly ok: true;
      readonly index: number;
      readonly point: Readonly<Record<string, AxisLabel>>;
      readonly values: Readonly<Record<string, MetricValue | undefined>>;
    }
  | {
      readonly ok: false;
      readonly index: number;
      readonly point: Readonly<Record<string, AxisLabel>>;
      /** Worked out when it is read: to say what would fit takes longer than most points. */
      readonly error: RoofcastError;
    };

/** Points of a sweep by metric, for streams and plots: a number for each point, NaN where there is none. */
export interface SweepColumns {
  /** Index of the first point. */
  readonly from: number;
  readonly length: number;
  /** By metric, in their order: numbers, or words such as those of `decode.bound`. */
  readonly values: readonly (Float64Array | (string | undefined)[])[];
  /** Indices of points that cannot run; `errorAt` of the sweep says why. */
  readonly failed: readonly number[];
  /** What stands in the way of each of them, as the `code` of its error. */
  readonly reasons: readonly ErrorCode[];
}

/** The points of all axes together, worked out as they are read. Nothing is kept: a second reading works them out again. */
export interface Sweep extends Iterable<SweepRow> {
  readonly axes: readonly { readonly name: string; readonly length: number }[];
  readonly metrics: readonly Pick<Metric, 'name' | 'kind' | 'unit'>[];
  /** How many points there are. */
  readonly length: number;
  /** Points from one index up to, and without, another. */
  rows(from?: number, to?: number): Iterable<SweepRow>;
  /** The same in pieces of up to `size` points, by metric. */
  columns(from?: number, to?: number, size?: number): Iterable<SweepColumns>;
  /** Why a point cannot run; undefined for one that can. */
  errorAt(index: number): RoofcastError | undefined;
  /** What is doubtful about a point; nothing of one that cannot run. */
  warningsAt(index: number): readonly Warning[];
  /** The axis values of a point. */
  pointAt(index: number): Readonly<Record<string, AxisLabel>>;
}

/** Most points of one sweep: beyond, an index is no exact number any more. */
const MOST_POINTS = Number.MAX_SAFE_INTEGER;

const INPUT: Readonly<Record<keyof SweepInput, true>> = { base: true, axes: true, metrics: true };
const ofInput = new Set(Object.keys(INPUT));

/** Checks what a compiler would: the fields of a sweep and of its base, once for all points. */
export function checkSwept(input: SweepInput): void {
  checkFields('a sweep', input, ofInput);
  const { base, axes, metrics = [] } = input;
  checkFields('a set of axes', axes, new Set(Object.keys(axes ?? {})));
  for (const [name, axis] of Object.entries(axes)) checkAxis(name, axis);
  checkInput(base, Object.keys(axes));
  checkNames(Object.keys(axes), metrics);
}

/** Names of the columns of every table of points, beside axes and metrics. */
const TAKEN = ['index', 'error'];

/** Throws where two columns of a table would have one name. */
function checkNames(axes: readonly string[], metrics: MetricInput): void {
  const names = [...TAKEN, ...axes, ...(Array.isArray(metrics) ? metrics : Object.keys(metrics))];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  const remedy = `give the metric another name, as in ${twice}2=decode.tokensPerSecond`;
  throw new InvalidScenarioError('metrics', twice, `two columns are called "${twice}"`, remedy);
}

/** Opens a sweep. Throws `InvalidScenarioError` for an axis or metric that there is not, and for an axis without values. */
export function openSweep<Base extends ScenarioFields>(input: SweepInput<Base>, world: SweepWorld<Base>): Sweep {
  const axes = Object.entries(input.axes).map(([name, axis]) => openAxis(name, axis));
  const metrics = metricsOf(input.metrics);
  const length = axes.reduce((product, axis) => product * axis.length, 1);
  if (length > MOST_POINTS) {
    throw new InvalidScenarioError('axes', length, `${length} points are too many to count`, 'leave out values');
  }
  const walk = walksOf(input.base, axes, world);
  const within = (from = 0, to = length): readonly [number, number] => [Math.max(0, from), Math.min(length, to)];
  const reachAt = (index: number): Reached | undefined =>
    index >= 0 && index < length ? walk(index).reach() : undefined;
  const sweep: Sweep = {
    axes: axes.map(({ name, length: count }) => ({ name, length: count })),
    metrics: metrics.map(({ name, kind, unit }) => ({ name, kind, unit })),
    length,
    rows: (from, to) => rowsOf(walk, ...within(from, to), axes, metrics),
    columns: (from, to, size = 8192) => columnsOf(walk, ...within(from, to), size, metrics),
    errorAt: (index) => {
      const reached = reachAt(index);
      return reached === undefined || reached.ok ? undefined : reached.why();
    },
    warningsAt: (index) => {
      const reached = reachAt(index);
      return reached?.ok ? reached.estimate.warnings : [];
    },
    pointAt: (index) => labelsOf(axes, index),
    [Symbol.iterator]: () => sweep.rows()[Symbol.iterator](),
  };
  return sweep;
}

function* rowsOf(
  open: (from: number) => Walk,
  from: number,
  to: number,
  axes: readonly OpenAxis[],
  metrics: readonly Metric[],
): Generator<SweepRow> {
  const walk = open(from);
  for (let index = from; index < to; index++) {
    const point = labelsOf(axes, index);
    const reached = walk.reach();
    if (!reached.ok) yield failedRow(index, point, reached.why);
    else {
      const { estimate } = reached;
      const values = Object.fromEntries(metrics.map(({ name, read }) => [name, read(estimate)]));
      yield { ok: true, index, point, values };
    }
    walk.advance();
  }
}

function failedRow(index: number, point: Record<string, AxisLabel>, why: () => RoofcastError): SweepRow {
  return {
    ok: false,
    index,
    point,
    get error() {
      return why();
    },
  };
}

function* columnsOf(
  open: (from: number) => Walk,
  from: number,
  to: number,
  size: number,
  metrics: readonly Metric[],
): Generator<SweepColumns> {
  const walk = open(from);
  for (let start = from; start < to; start += size) yield nextColumns(walk, start, Math.min(size, to - start), metrics);
}

/** The next points of a walk by metric. */
function nextColumns(walk: Walk, from: number, length: number, metrics: readonly Metric[]): SweepColumns {
  const values = metrics.map(({ kind }) =>
    kind === 'number' ? new Float64Array(length).fill(Number.NaN) : new Array<string | undefined>(length),
  );
  const failed: number[] = [];
  const reasons: ErrorCode[] = [];
  for (let place = 0; place < length; place++) {
    const reached = walk.reach();
    if (!reached.ok) {
      failed.push(from + place);
      reasons.push(reached.code);
    } else for (let at = 0; at < metrics.length; at++) fill(values[at], place, metrics[at]?.read(reached.estimate));
    walk.advance();
  }
  return { from, length, values, failed, reasons };
}

function fill(
  column: Float64Array | (string | undefined)[] | undefined,
  place: number,
  value: MetricValue | undefined,
): void {
  if (value === undefined || column === undefined) return;
  if (column instanceof Float64Array) column[place] = Number(value);
  else column[place] = String(value);
}

/**
 * The piece of a sweep that one of several machines works out: the pieces in turn are the whole. Counted from 1. Where there
 * are more pieces than points, the first still has one.
 */
export function shardOf(length: number, index: number, count: number): { readonly from: number; readonly to: number } {
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(index) || index < 1 || index > count) {
    throw new InvalidScenarioError('shard', `${index}/${count}`, `there is no piece ${index} of ${count}`, 'write 1/4');
  }
  const edge = (piece: number): number => length - Math.floor((length / count) * (count - piece));
  return { from: index === 1 ? 0 : edge(index - 1), to: edge(index) };
}
