import type { Engine } from '../engine/types.js';
import { type ErrorCode, InvalidScenarioError, isRoofcastError, type RoofcastError } from '../errors.js';
import { obstacleError } from '../estimator/estimate.js';
import { LazyEstimate } from '../estimator/lazy-estimate.js';
import { Point } from '../estimator/point.js';
import { type Load, loadField, resolveLoad, resolveSetting } from '../estimator/scenario.js';
import { type Setup, setupOf } from '../estimator/setup.js';
import type { Estimate, Scenario } from '../estimator/types.js';
import { type Axis, type AxisValue, lengthOf, valueAt } from './axis.js';
import { type AxisField, axisField, type FigureChanges, type ScenarioFields, withFields } from './axis-fields.js';
import { type Metric, type MetricInput, type MetricValue, metricsOf } from './metric.js';

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

/** An axis value as a row names it: specs by their id. */
export type AxisLabel = number | string | boolean;

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
  /** The axis values of a point. */
  pointAt(index: number): Readonly<Record<string, AxisLabel>>;
}

/** What turns the fields of a scenario into one, and into one with figures changed. */
export interface SweepWorld<Base> {
  readonly ideal: Engine;
  resolve(base: Base, changes: FigureChanges): Scenario;
}

/** Most points of one sweep: beyond, an index is no exact number any more. */
const MOST_POINTS = Number.MAX_SAFE_INTEGER;

/** Opens a sweep. Throws `InvalidScenarioError` for an axis or metric that there is not, and for an axis without values. */
export function openSweep<Base extends ScenarioFields>(input: SweepInput<Base>, world: SweepWorld<Base>): Sweep {
  const axes = Object.entries(input.axes).map(([name, axis]) => openAxis(name, axis));
  const metrics = metricsOf(input.metrics);
  const length = axes.reduce((product, axis) => product * axis.length, 1);
  if (length > MOST_POINTS) {
    throw new InvalidScenarioError('axes', length, `${length} points are too many to count`, 'leave out values');
  }
  const points = pointsOf(input.base, axes, world);
  const within = (from = 0, to = length): readonly [number, number] => [Math.max(0, from), Math.min(length, to)];
  const sweep: Sweep = {
    axes: axes.map(({ name, length: count }) => ({ name, length: count })),
    metrics: metrics.map(({ name, kind, unit }) => ({ name, kind, unit })),
    length,
    rows: (from, to) => rowsOf(points(...within(from, to)), axes, metrics),
    columns: (from, to, size = 4096) => columnsOf(points, ...within(from, to), size, metrics),
    errorAt: (index) => {
      const [reached] = points(index, index + 1);
      return reached === undefined || reached.ok ? undefined : reached.why();
    },
    pointAt: (index) => labelsOf(axes, index),
    [Symbol.iterator]: () => sweep.rows()[Symbol.iterator](),
  };
  return sweep;
}

interface OpenAxis {
  readonly name: string;
  readonly field: AxisField;
  readonly axis: Axis;
  readonly length: number;
}

function openAxis(name: string, axis: Axis): OpenAxis {
  const length = lengthOf(axis);
  if (length === 0) throw new InvalidScenarioError(name, [], 'an axis without values has no points', 'give it one');
  return { name, field: axisField(name), axis, length };
}

/** The value of an axis for its field: tokens and sequences are whole numbers, wherever a range may fall. */
function axisValue({ axis, field }: OpenAxis, index: number): AxisValue {
  const value = valueAt(axis, index);
  return field.kind === 'load' && typeof value === 'number' && 'kind' in axis ? Math.round(value) : value;
}

/** A point that was reached: worked out as far as it is read, or what stands in its way. */
type Reached = { readonly index: number } & (
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly code: ErrorCode; readonly why: () => RoofcastError }
);

type Reach = { readonly ok: true; readonly setup: Setup } | { readonly ok: false; readonly error: RoofcastError };

/** Setups kept at once, of as many combinations of the axes that are no load. */
const MOST_SETUPS = 512;

/**
 * Walks over points. What no load changes is prepared once for each combination of the other axes, so that a point costs
 * what its load does.
 */
function pointsOf<Base extends ScenarioFields>(
  base: Base,
  axes: readonly OpenAxis[],
  world: SweepWorld<Base>,
): (from: number, to: number) => Generator<Reached> {
  const reaches = new Map<number, Reach>();
  const reachOf = (digits: readonly number[], key: number): Reach => {
    const known = reaches.get(key);
    if (known) return known;
    if (reaches.size >= MOST_SETUPS) reaches.clear();
    const settings = axes.flatMap((axis, place) =>
      axis.field.kind === 'load' ? [] : [{ field: axis.field, value: axisValue(axis, digits[place] ?? 0) }],
    );
    const reach = attempt(() => {
      const { scenario, changes } = withFields(base, settings);
      return { ok: true, setup: setupOf(resolveSetting(world.resolve(scenario, changes)), world.ideal) } as const;
    });
    reaches.set(key, reach);
    return reach;
  };
  return function* walk(from, to) {
    const digits = digitsOf(axes, from);
    const usual = resolveLoadOf(base);
    for (let index = from; index < to; index++) {
      const reach = reachOf(digits, keyOf(axes, digits));
      if (!reach.ok) yield failedAt(index, reach.error);
      else if (!usual.ok) yield failedAt(index, usual.error);
      else yield reachPoint(index, reach.setup, axes, digits, usual.load);
      advance(axes, digits);
    }
  };
}

function resolveLoadOf(
  base: Partial<Load>,
): { readonly ok: true; readonly load: Load } | Extract<Reach, { ok: false }> {
  return attempt(() => ({ ok: true, load: resolveLoad(base) }) as const);
}

function reachPoint(
  index: number,
  setup: Setup,
  axes: readonly OpenAxis[],
  digits: readonly number[],
  usual: Load,
): Reached {
  const load = { ...usual };
  for (let place = 0; place < axes.length; place++) {
    const axis = axes[place];
    if (axis?.field.kind !== 'load') continue;
    const value = axisValue(axis, digits[place] ?? 0);
    try {
      load[axis.field.field] = loadField(axis.field.field, value as number);
    } catch (error) {
      if (isRoofcastError(error)) return failedAt(index, error);
      throw error;
    }
  }
  const point = new Point(setup, load);
  if (point.obstacle === undefined) return { index, ok: true, estimate: new LazyEstimate(point) };
  const code = point.obstacle === 'memory' ? 'does-not-fit' : 'invalid-scenario';
  return { index, ok: false, code, why: () => obstacleError(point) as RoofcastError };
}

function failedAt(index: number, error: RoofcastError): Reached {
  return { index, ok: false, code: error.code, why: () => error };
}

function attempt<Value>(work: () => Value): Value | { readonly ok: false; readonly error: RoofcastError } {
  try {
    return work();
  } catch (error) {
    if (isRoofcastError(error)) return { ok: false, error };
    throw error;
  }
}

/** Place on each axis of a point; the last axis changes fastest. */
function digitsOf(axes: readonly OpenAxis[], index: number): number[] {
  let rest = index;
  return axes
    .map(({ length }) => length)
    .reduceRight<number[]>((digits, length) => {
      digits.unshift(rest % length);
      rest = Math.floor(rest / length);
      return digits;
    }, []);
}

function advance(axes: readonly OpenAxis[], digits: number[]): void {
  for (let place = axes.length - 1; place >= 0; place--) {
    const next = (digits[place] ?? 0) + 1;
    if (next < (axes[place]?.length ?? 0)) {
      digits[place] = next;
      return;
    }
    digits[place] = 0;
  }
}

/** The combination of all axes that are no load, as one number. */
function keyOf(axes: readonly OpenAxis[], digits: readonly number[]): number {
  let key = 0;
  for (let place = 0; place < axes.length; place++) {
    const axis = axes[place];
    if (axis && axis.field.kind !== 'load') key = key * axis.length + (digits[place] ?? 0);
  }
  return key;
}

function labelsOf(axes: readonly OpenAxis[], index: number): Record<string, AxisLabel> {
  const digits = digitsOf(axes, index);
  return Object.fromEntries(axes.map((axis, place) => [axis.name, labelOf(axisValue(axis, digits[place] ?? 0))]));
}

function labelOf(value: AxisValue): AxisLabel {
  return typeof value === 'object' ? value.id : value;
}

function* rowsOf(
  points: Generator<Reached>,
  axes: readonly OpenAxis[],
  metrics: readonly Metric[],
): Generator<SweepRow> {
  for (const reached of points) {
    const { index } = reached;
    const point = labelsOf(axes, index);
    if (!reached.ok) yield failedRow(index, point, reached.why);
    else {
      const { estimate } = reached;
      yield {
        ok: true,
        index,
        point,
        values: Object.fromEntries(metrics.map(({ name, read }) => [name, read(estimate)])),
      };
    }
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
  points: (from: number, to: number) => Generator<Reached>,
  from: number,
  to: number,
  size: number,
  metrics: readonly Metric[],
): Generator<SweepColumns> {
  for (let start = from; start < to; start += size) {
    const length = Math.min(size, to - start);
    const values = metrics.map(({ kind }) =>
      kind === 'number' ? new Float64Array(length).fill(Number.NaN) : new Array<string | undefined>(length),
    );
    const failed: number[] = [];
    const reasons: ErrorCode[] = [];
    for (const reached of points(start, start + length)) {
      const place = reached.index - start;
      if (!reached.ok) {
        failed.push(reached.index);
        reasons.push(reached.code);
      } else for (let at = 0; at < metrics.length; at++) fill(values[at], place, metrics[at]?.read(reached.estimate));
    }
    yield { from: start, length, values, failed, reasons };
  }
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

/** The piece of a sweep that one of several machines works out: the pieces in turn are the whole. Counted from 1. */
export function shardOf(length: number, index: number, count: number): { readonly from: number; readonly to: number } {
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(index) || index < 1 || index > count) {
    throw new InvalidScenarioError('shard', `${index}/${count}`, `there is no piece ${index} of ${count}`, 'write 1/4');
  }
  const edge = (piece: number): number => Math.floor((length / count) * piece);
  return { from: edge(index - 1), to: index === count ? length : edge(index) };
}
