import type { Engine } from '../engine/types.js';
import { InvalidScenarioError, QuantityError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import type { Model } from '../model/types.js';
import { type FieldValue, type Variation, valueText } from '../variation.js';
import { type Change, checkAmount, readChange, refusal, type Step } from './change.js';
import { engineFields } from './fields/engine.js';
import { type Field, type Place, valueAt, withValue } from './fields/field.js';
import { hardwareFields } from './fields/hardware.js';
import { finishModel, modelFields } from './fields/model.js';
import { findField } from './find-field.js';

/** What can be varied. */
export type Spec = Hardware | Model | Engine;

/** Changes by the path of their field, as the YAML of a spec names it: `memory.hbm.bandwidth`. */
export type Changes = Readonly<Record<string, Change>>;

/**
 * The machine, network or software stack with some of its figures changed: a new frozen object of the same id, which lists
 * the changes in `varied`, so that an estimate says them.
 *
 * A path is that of the YAML, without `value`: `memory.hbm.bandwidth`, `power.busy-floor`, `layers.dense.mixer.kv-heads`,
 * `pattern.0.repeat`, `classes.cuda.constants.memory-efficiency`. Peaks are `units.gpu.peaks.matrix.f16.f32` (path,
 * operands, sum); with fewer words, all that begin so. Constants of engines without `classes.ID` are those of all classes.
 *
 * Figures are independent, except that a unit's peaks go with its `count` and `clock`, in the same ratio: twice the cores
 * are twice the peak. Counts and clocks are changed first, so that a peak given beside them is the one that holds. Memory,
 * power limit, idle power and price stay as they are.
 *
 * Throws `InvalidScenarioError` for a path that there is not, and for a value that the field cannot have.
 *
 * @example
 * vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.bandwidth': '4.8 TB/s' }).memory.hbm?.bandwidth // => 4800000000000
 * @example
 * vary(getHardware('h100-sxm-80gb'), { 'units.gpu.count': '2x' }).units.gpu?.count // => 264
 */
export function vary<S extends Spec>(spec: S, changes: Changes): S {
  const fields = fieldsOf(spec);
  return applySteps(
    spec,
    Object.entries(changes).map(([path, change]) => {
      const field = findField(spec, fields, path);
      return { field, step: readChange(field, change) };
    }),
  );
}

/** Every field of a spec that can be varied. */
export function fieldsOf(spec: Spec): readonly Field[] {
  if (typeof spec === 'object' && spec !== null) {
    if ('units' in spec) return hardwareFields(spec);
    if ('layers' in spec) return modelFields(spec);
    if ('classes' in spec) return engineFields(spec);
    if ('stages' in spec) throw stagesAreFixed(spec);
  }
  throw new InvalidScenarioError('spec', spec, 'is no machine, model or engine', 'write getHardware(...), for one');
}

/** The refusal to vary a network of stages, of which no figure stands alone. */
export function stagesAreFixed({ id }: { readonly id?: unknown }): InvalidScenarioError {
  const problem = `${id} is a network of stages, of which no single figure can be changed`;
  return new InvalidScenarioError('model', id, problem, 'change a copy of its file in network-specs');
}

/** A field that was found, and what it becomes. */
export interface FieldStep {
  readonly field: Field;
  readonly step: Step;
}

/**
 * The spec with fields changed that were found and read before: what is left to do at each point of a sweep. Counts and
 * clocks, which take peaks with them, come first.
 */
export function applySteps<S extends Spec>(spec: S, steps: readonly FieldStep[]): S {
  if (steps.length === 0) return spec;
  const [leading, others] = [steps.filter(isLeading), steps.filter((one) => !isLeading(one))];
  let made = spec;
  for (const one of [...leading, ...others]) made = applyStep(made, one, spec);
  // A model's parts are checked when all have changed: heads and key-value heads only fit each other together.
  return 'layers' in made
    ? (finishModel(
        made,
        steps.map(({ field }) => field.path),
      ) as S & Model)
    : made;
}

function isLeading({ field }: FieldStep): boolean {
  return field.followers.length > 0;
}

/** `root` is the spec before any of the changes that are made together. */
function applyStep<S extends Spec>(spec: S, { field, step }: FieldStep, root: S): S {
  const present = field.places.map((place) => valueAt(spec, place));
  const after = present.map((value) => stepped(spec, field, step, value));
  let made = spec;
  field.places.forEach((place, index) => {
    made = withValue(made, place, after[index]);
  });
  const [from] = present;
  const [to] = after;
  const before = field.places.map((place) => valueAt(root, place));
  const isFollowed = field.followers.length > 0 && from !== undefined;
  const moved = isFollowed ? follow(made, field.followers, Number(from), Number(to)) : made;
  const varied = Object.freeze(withVariation(spec.varied ?? [], variationOf(field, step, before, after, isFollowed)));
  const name = spec.varied === undefined ? `${spec.name} (varied)` : spec.name;
  return Object.freeze<S>({ ...moved, name, ...firmer(moved, field.places), varied });
}

/** What a figure becomes. Throws `InvalidScenarioError` when it cannot. */
function stepped(spec: Spec, field: Field, step: Step, present: FieldValue | undefined): FieldValue {
  if (step.kind === 'to') return step.value;
  if (typeof present !== 'number') {
    const problem = `${spec.id} does not state it, so there is nothing to take "${step.text}" of`;
    throw new InvalidScenarioError(field.path, step.text, problem, 'write a value');
  }
  // A tenth more of 40 is 44, and not 44.00000000000001.
  const value = Number((present * step.factor).toPrecision(15));
  try {
    checkAmount(value, step.text, field);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    const { dimension } = field.type as Extract<Field['type'], { readonly kind: 'quantity' }>;
    const said = [present, value].map((one) => valueText(one, dimension));
    const problem = `"${step.text}" of ${said[0]} is ${said[1]}, and that ${error.problem}`;
    throw new InvalidScenarioError(field.path, step.text, problem, refusal(field, step.text, error).remedy);
  }
  return value;
}

/** Multiplies what goes with a figure by the ratio in which that changed. */
function follow<S extends Spec>(spec: S, followers: readonly Place[], from: number, to: number): S {
  if (from === 0 || from === to) return spec;
  let made = spec;
  for (const place of followers) {
    const value = valueAt(made, place);
    // Rounding must not part two that are equal.
    if (typeof value === 'number') made = withValue(made, place, value === from ? to : value * (to / from));
  }
  return made;
}

/** A figure that somebody states is not assumed or rumoured any more. */
function firmer(spec: Spec, places: readonly Place[]): Partial<Pick<Hardware, 'assumed' | 'rumoured'>> {
  if (!('assumed' in spec)) return {};
  const paths = places.map((place) => place.join('.'));
  const without = (list: readonly string[]) =>
    list.some((path) => paths.includes(path)) ? Object.freeze(list.filter((path) => !paths.includes(path))) : list;
  return { assumed: without(spec.assumed), rumoured: without(spec.rumoured) };
}

function variationOf(
  { path, type, also, places, followers, figures }: Field,
  step: Step,
  before: readonly (FieldValue | undefined)[],
  after: readonly FieldValue[],
  isFollowed: boolean,
): Variation {
  const isOne = (values: readonly unknown[]) => values.every((value) => value === values[0]);
  const [from] = before;
  const [to] = after;
  return Object.freeze({
    path,
    ...(isOne(before) && from !== undefined ? { from } : {}),
    ...(isOne(after) && to !== undefined ? { to } : {}),
    ...(step.kind === 'times' && !isOne(after) ? { factor: step.factor } : {}),
    ...(type.kind === 'quantity' ? { dimension: type.dimension } : {}),
    ...(also === undefined ? {} : { also: isFollowed ? also : 'and nothing with it, as it was not stated' }),
    figures: Object.freeze(figures ?? [...places, ...(isFollowed ? followers : [])].map((place) => place.join('.'))),
  });
}

/** One entry for each path: what a figure was at first, and what it is now. */
function withVariation(known: readonly Variation[], made: Variation): readonly Variation[] {
  const index = known.findIndex(({ path }) => path === made.path);
  const earlier = known[index];
  if (earlier === undefined) return [...known, made];
  const { from: _, ...others } = made;
  const factor = made.factor === undefined ? {} : { factor: made.factor * (earlier.factor ?? 1) };
  const joined = { ...others, ...factor, ...(earlier.from === undefined ? {} : { from: earlier.from }) };
  return known.map((one, at) => (at === index ? Object.freeze(joined) : one));
}
