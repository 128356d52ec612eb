import type { Engine } from '../engine/types.js';
import { type ErrorCode, InvalidScenarioError, isRoofcastError, type RoofcastError } from '../errors.js';
import { checkFields, checkInput } from '../estimator/check-input.js';
import { obstacleError } from '../estimator/estimate.js';
import { LazyEstimate } from '../estimator/lazy-estimate.js';
import { Point } from '../estimator/point.js';
import { type Load, loadField, resolveLoad, resolveSetting } from '../estimator/scenario.js';
import { type Setup, setupOf } from '../estimator/setup.js';
import type { Estimate, Scenario, Warning } from '../estimator/types.js';
import { type Axis, type AxisValue, checkAxis, lengthOf, valueAt } from './axis.js';
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
  /** What is doubtful about a point; nothing of one that cannot run. */
  warningsAt(index: number): readonly Warning[];
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
type Reached =
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly code: ErrorCode; readonly why: () => RoofcastError };

type Reach = { readonly ok: true; readonly setup: Setup } | { readonly ok: false; readonly error: RoofcastError };

/** Setups kept at once, of as many combinations of the axes that are no load. */
const MOST_SETUPS = 512;

/** A way through points in their order. */
interface Walk {
  /** The point at which it stands. */
  reach(): Reached;
  /** Goes to the next. */
  advance(): void;
}

/**
 * Opens walks over the points of axes. What no load changes is prepared once for each combination of the other axes, and an
 * axis is read when its place changes, so that a point costs what its load does.
 */
function walksOf<Base extends ScenarioFields>(
  base: Base,
  axes: readonly OpenAxis[],
  world: SweepWorld<Base>,
): (from: number) => Walk {
  const reachOf = reachesOf(base, axes, world);
  const usual = attempt(() => ({ ok: true, load: resolveLoad(base) }) as const);
  return (from) => {
    const places = placesOf(axes, from);
    if (!usual.ok) return { reach: () => failed(usual.error), advance: () => undefined };
    const load = { ...usual.load };
    /** By axis, what is wrong with its value as a load. */
    const wrong: (RoofcastError | undefined)[] = axes.map(() => undefined);
    let reach: Reach | undefined;
    const turn = (axis: OpenAxis, at: number): void => {
      if (axis.field.kind !== 'load') reach = undefined;
      else wrong[at] = setLoad(load, axis.field.field, axisValue(axis, places[at] ?? 0));
    };
    axes.forEach(turn);
    return {
      reach: () => {
        reach ??= reachOf(places);
        if (!reach.ok) return failed(reach.error);
        for (const error of wrong) if (error) return failed(error);
        return reachPoint(reach.setup, load);
      },
      advance: () => {
        for (let at = axes.length - 1; at >= 0; at--) {
          const axis = axes[at] as OpenAxis;
          const next = (places[at] ?? 0) + 1;
          const wraps = next >= axis.length;
          places[at] = wraps ? 0 : next;
          turn(axis, at);
          if (!wraps) return;
        }
      },
    };
  };
}

/** Sets a field of a load to the value of an axis; what is wrong with that, if anything. */
function setLoad(load: { -readonly [Field in keyof Load]: number }, field: keyof Load, value: AxisValue) {
  const set = attempt(() => ({ ok: true, value: loadField(field, value as number) }) as const);
  if (!set.ok) return set.error;
  load[field] = set.value;
  return undefined;
}

/** Setups of the combinations of all axes that are no load, by the places on the axes. */
function reachesOf<Base extends ScenarioFields>(
  base: Base,
  axes: readonly OpenAxis[],
  world: SweepWorld<Base>,
): (places: readonly number[]) => Reach {
  const reaches = new Map<number, Reach>();
  return (places) => {
    const key = keyOf(axes, places);
    const known = reaches.get(key);
    if (known) return known;
    if (reaches.size >= MOST_SETUPS) reaches.clear();
    const settings = axes.flatMap((axis, at) =>
      axis.field.kind === 'load' ? [] : [{ field: axis.field, value: axisValue(axis, places[at] ?? 0) }],
    );
    const reach = attempt(() => {
      const { scenario, changes } = withFields(base, settings);
      return { ok: true, setup: setupOf(resolveSetting(world.resolve(scenario, changes)), world.ideal) } as const;
    });
    reaches.set(key, reach);
    return reach;
  };
}

function reachPoint(setup: Setup, { batch, promptTokens, outputTokens, cachedTokens }: Load): Reached {
  const point = new Point(setup, { batch, promptTokens, outputTokens, cachedTokens });
  const { obstacle } = point;
  if (obstacle === undefined) return { ok: true, estimate: new LazyEstimate(point) };
  const code = obstacle === 'memory' ? 'does-not-fit' : 'invalid-scenario';
  return { ok: false, code, why: () => obstacleError(point) as RoofcastError };
}

function failed(error: RoofcastError): Reached {
  return { ok: false, code: error.code, why: () => error };
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
function placesOf(axes: readonly OpenAxis[], index: number): number[] {
  let rest = index;
  return axes
    .map(({ length }) => length)
    .reduceRight<number[]>((places, length) => {
      places.unshift(rest % length);
      rest = Math.floor(rest / length);
      return places;
    }, []);
}

/** The combination of all axes that are no load, as one number. */
function keyOf(axes: readonly OpenAxis[], places: readonly number[]): number {
  let key = 0;
  axes.forEach((axis, at) => {
    if (axis.field.kind !== 'load') key = key * axis.length + (places[at] ?? 0);
  });
  return key;
}

function labelsOf(axes: readonly OpenAxis[], index: number): Record<string, AxisLabel> {
  const places = placesOf(axes, index);
  return Object.fromEntries(axes.map((axis, place) => [axis.name, labelOf(axisValue(axis, places[place] ?? 0))]));
}

function labelOf(value: AxisValue): AxisLabel {
  return typeof value === 'object' ? value.id : value;
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
