import { InvalidScenarioError } from '../../errors.js';
import { listSchemes } from '../../model/schemes.js';
import type { Layer, Model } from '../../model/types.js';
import { choice, type Field, type FieldType, field, kebab, type Place, quantity, valueAt } from './field.js';

const COUNT = quantity('count');
const COUNT_OR_NONE = quantity('count', { allowZero: true });

/** Fields of words; those of a union's `kind` are no figures, and change what other fields there are. */
const words: Readonly<Record<string, FieldType>> = {
  norm: choice('rms', 'layer', 'layer-without-bias'),
  qkNorm: choice('none', 'head', 'full'),
  keyValue: choice('own', 'keys-only', 'shared'),
};

/** Counts that may be nothing. */
const mayBeZero = ['norms', 'extraElements', 'positions', 'perLayerEmbedding'];

/** Fields that no parameter depends on. */
const SHAPELESS = ['context', 'native-format'];

/** Everything of a network that can be varied: what it is made of, not of what kind its parts are. */
export function modelFields(model: Model): readonly Field[] {
  return [
    field('context', ['context'], COUNT),
    field('native-format', ['nativeFormat'], weightFormat),
    ...leaves(model, ['vocabulary'], 'vocabulary'),
    ...leaves(model, ['hidden'], 'hidden'),
    ...['tiedEmbeddings', 'headBias', 'norm', 'finalNorm', 'embeddingNorm', 'residual', 'positions'].flatMap((key) =>
      leaves(model, [key], kebab(key)),
    ),
    ...leaves(model, ['perLayerEmbedding'], 'per-layer-embedding'),
    ...leaves(model, ['extraElements'], 'extra-elements'),
    ...Object.entries(model.layers).flatMap(([name, layer]) => layerFields(model, name, layer)),
    ...model.pattern.map((_, run) => field(`pattern.${run}.repeat`, ['pattern', run, 'repeat'], COUNT)),
    // One source stands for all dimensions.
  ].map((one) => ({ ...one, figures: SHAPELESS.includes(one.path) ? [] : ['dimensions'] }));
}

const weightFormat: FieldType = {
  kind: 'text',
  name: 'a weight format',
  remedy: 'see "roofcast list formats"',
  isOne: (text) => listSchemes().includes(text),
};

function layerFields(model: Model, name: string, layer: Layer): readonly Field[] {
  const root: Place = ['layers', name];
  const path = root.join('.');
  const parts = (key: 'mixers' | 'feedForwards', word: string) =>
    layer[key].flatMap((_, index) => {
      const at = layer[key].length === 1 ? word : `${word}.${index}`;
      return leaves(model, [...root, key, index], `${path}.${at}`);
    });
  return [
    ...parts('mixers', 'mixer').map((one) => withValueWidth(model, one)),
    ...parts('feedForwards', 'feed-forward'),
    ...leaves(model, [...root, 'norms'], `${path}.norms`),
    ...leaves(model, [...root, 'extraElements'], `${path}.extra-elements`),
  ];
}

/** Values are as wide as keys unless a spec says otherwise: where they are, they stay so. */
function withValueWidth(model: Model, one: Field): Field {
  const [place = []] = one.places;
  if (place.at(-1) !== 'headDim') return one;
  const value = [...place.slice(0, -1), 'valueDim'];
  return valueAt(model, value) === valueAt(model, place)
    ? { ...one, followers: [value], also: 'the width of values with it' }
    : one;
}

/** The figures of a part of a model, however deep. */
function leaves(model: Model, place: Place, path: string): readonly Field[] {
  const value: unknown = valueAt(model, place);
  const key = String(place.at(-1));
  switch (typeof value) {
    case 'number':
      return [field(path, place, mayBeZero.includes(key) ? COUNT_OR_NONE : COUNT)];
    case 'boolean':
      return [field(path, place, { kind: 'flag' })];
    case 'string': {
      const type = words[key];
      return type === undefined ? [] : [field(path, place, type)];
    }
    case 'object':
      return Object.keys(value ?? {}).flatMap((name) => leaves(model, [...place, name], `${path}.${kebab(name)}`));
    default:
      return [];
  }
}

/**
 * A varied model; its published counts are left out where a change makes them untrue. Throws `InvalidScenarioError` where
 * its parts do not fit each other.
 */
export function finishModel(model: Model, changed: readonly string[]): Model {
  const [path] = changed.filter((one) => !SHAPELESS.includes(one));
  if (path === undefined) return model;
  for (const [name, layer] of Object.entries(model.layers)) checkLayer(layer, name, path);
  return Object.freeze({ ...model, published: Object.freeze({}) });
}

function checkLayer({ mixers, feedForwards }: Layer, name: string, path: string): void {
  for (const mixer of mixers) {
    if (mixer.kind === 'attention') checkDivides(mixer.heads, mixer.kvHeads, 'key-value heads', name, path);
    if (mixer.kind === 'compressed-attention')
      checkDivides(mixer.heads, mixer.outputGroups, 'output groups', name, path);
  }
  for (const part of feedForwards) {
    if (part.kind !== 'mixture' || part.active <= part.experts) continue;
    const problem = `${part.active} active experts are more than the ${part.experts} of layer "${name}"`;
    throw new InvalidScenarioError(path, part.active, problem, 'change both together');
  }
}

function checkDivides(heads: number, parts: number, what: string, name: string, path: string): void {
  if (heads % parts === 0) return;
  const problem = `${parts} ${what} do not divide the ${heads} heads of layer "${name}"`;
  throw new InvalidScenarioError(path, parts, problem, 'change both together');
}
