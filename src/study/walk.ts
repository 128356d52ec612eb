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

/** What turns the fields of a scenario into one, and into one with figures changed. */
export interface SweepWorld<Base> {
  readonly ideal: Engine;
  resolve(base: Base, changes: FigureChanges): Scenario;
}

/** An axis value as a row names it: specs by their id. */
export type AxisLabel = number | string | boolean;

export interface OpenAxis {
  readonly name: string;
  readonly field: AxisField;
  readonly axis: Axis;
  readonly length: number;
}

export function openAxis(name: string, axis: Axis): OpenAxis {
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
export type Reached =
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly code: ErrorCode; readonly why: () => RoofcastError };

type Reach = { readonly ok: true; readonly setup: Setup } | { readonly ok: false; readonly error: RoofcastError };

/** Setups kept at once, of as many combinations of the axes that are no load. */
const MOST_SETUPS = 512;

/** A way through points in their order. */
export interface Walk {
  /** The point at which it stands. */
  reach(): Reached;
  /** Goes to the next. */
  advance(): void;
}

/**
 * Opens walks over the points of axes. What no load changes is prepared once for each combination of the other axes, and an
 * axis is read when its place changes, so that a point costs what its load does.
 */
export function walksOf<Base extends ScenarioFields>(
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

export function labelsOf(axes: readonly OpenAxis[], index: number): Record<string, AxisLabel> {
  const places = placesOf(axes, index);
  return Object.fromEntries(axes.map((axis, place) => [axis.name, labelOf(axisValue(axis, places[place] ?? 0))]));
}

function labelOf(value: AxisValue): AxisLabel {
  return typeof value === 'object' ? value.id : value;
}
