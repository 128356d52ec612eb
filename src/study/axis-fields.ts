import type { Engine } from '../engine/types.js';
import { InvalidScenarioError } from '../errors.js';
import { isLoadField, type Load } from '../estimator/scenario.js';
import type { Hardware } from '../hardware/types.js';
import type { Model } from '../model/types.js';
import { nearest } from '../nearest.js';
import type { AxisValue } from './axis.js';
import type { Change } from './change.js';

/** Fields of a scenario that take one value each, and what that is; what is text names something. */
const PLAIN = {
  model: 'text',
  hardware: 'text',
  engine: 'text',
  backend: 'text',
  weights: 'text',
  kvCache: 'text',
  threads: 'number',
  chunk: 'number',
  flashAttention: 'truth',
  fixedContext: 'number',
  engineDate: 'text',
} as const;
type PlainField = keyof typeof PLAIN;
const LOAD = ['batch', 'promptTokens', 'outputTokens', 'cachedTokens'] as const;
const PRICE = ['lifeYears', 'utilisation', 'usdPerKilowattHour'] as const;
const SPECS = ['hardware', 'model', 'engine'] as const;

/** What an axis changes. */
export type AxisField =
  | { readonly kind: 'load'; readonly field: keyof Load }
  | { readonly kind: 'plain'; readonly field: PlainField }
  | { readonly kind: 'price'; readonly field: (typeof PRICE)[number] }
  /** A figure of a spec, by the path that `vary` takes. */
  | { readonly kind: 'figure'; readonly spec: (typeof SPECS)[number]; readonly path: string };

/**
 * The field that an axis is named after: one of the scenario (`batch`, `weights`, `hardware`), of its `price`, or a figure
 * of a spec (`hardware.memory.hbm.bandwidth`). Throws `InvalidScenarioError` with the nearest names.
 */
export function axisField(name: string): AxisField {
  if (isLoadField(name)) return { kind: 'load', field: name };
  if (isPlain(name)) return { kind: 'plain', field: name };
  const dot = name.indexOf('.');
  const [head, path] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
  const price = head === 'price' ? PRICE.find((field) => field === path) : undefined;
  if (price !== undefined) return { kind: 'price', field: price };
  const spec = SPECS.find((one) => one === head);
  if (spec !== undefined && path !== '') return { kind: 'figure', spec, path };
  throw unknownField(name, head);
}

function isPlain(name: string): name is PlainField {
  return Object.hasOwn(PLAIN, name);
}

/** What the paths of the figures of a spec begin with, as far as no other's do. */
const PARTS = {
  hardware: ['memory', 'units', 'links', 'power', 'execution', 'price'],
  model: ['layers', 'pattern', 'hidden', 'vocabulary'],
  engine: ['classes', 'constants'],
} as const satisfies Record<(typeof SPECS)[number], readonly string[]>;

function unknownField(name: string, head: string): InvalidScenarioError {
  const names = [...LOAD, ...Object.keys(PLAIN), ...PRICE.map((field) => `price.${field}`)];
  const [near] = nearest(name, names, 1);
  const spec = SPECS.find((one) => name !== head && (PARTS[one] as readonly string[]).includes(head));
  const best = near ?? (spec && `${spec}.${name}`);
  const others = `an axis is one of ${names.join(', ')}, or a figure such as hardware.memory.hbm.bandwidth`;
  return new InvalidScenarioError(
    name,
    name,
    'no axis has this name',
    best ? `did you mean "${best}"? ${others}` : others,
  );
}

/** What a field of a scenario takes; undefined for figures, of which the spec says it, and where there is no such field. */
export function kindOfAxis(name: string): 'number' | 'text' | 'truth' | undefined {
  if (isPlain(name)) return PLAIN[name];
  return isLoadField(name) || PRICE.some((field) => name === `price.${field}`) ? 'number' : undefined;
}

/** Fields of a scenario that axes and variants set, specs by id or as objects. */
export interface ScenarioFields extends Partial<Load> {
  readonly model: string | Model;
  readonly hardware: string | Hardware;
  readonly engine?: string | Engine;
  readonly price?: Readonly<Partial<Record<(typeof PRICE)[number], number>>>;
}

/** Figures to change by spec and path. */
export type FigureChanges = Readonly<Record<(typeof SPECS)[number], Readonly<Record<string, Change>>>>;

/** Sets the fields of a scenario that stand in no spec, and gathers the changes of those that do. */
export function withFields<Fields extends ScenarioFields>(
  base: Fields,
  settings: readonly { readonly field: AxisField; readonly value: AxisValue }[],
): { readonly scenario: Fields; readonly changes: FigureChanges } {
  const fields: Record<string, unknown> = {};
  const price: Record<string, unknown> = {};
  const changes: Record<(typeof SPECS)[number], Record<string, Change>> = { hardware: {}, model: {}, engine: {} };
  for (const { field, value } of settings) {
    switch (field.kind) {
      case 'load':
      case 'plain':
        fields[field.field] = value;
        break;
      case 'price':
        price[field.field] = value;
        break;
      case 'figure':
        changes[field.spec][field.path] = value as Change;
    }
  }
  const priced = Object.keys(price).length > 0 ? { price: { ...base.price, ...price } } : {};
  return { scenario: { ...base, ...fields, ...priced }, changes };
}
