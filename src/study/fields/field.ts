import type { Dimension } from '../../dimensions.js';
import type { FieldValue } from '../../variation.js';

/** What a field takes. */
export type FieldType =
  | {
      readonly kind: 'quantity';
      readonly dimension: Dimension;
      readonly allowZero: boolean;
      /** What an energy is per: `2 pJ/B` may be written for `2 pJ`. */
      readonly per?: 'FLOP' | 'B';
    }
  | { readonly kind: 'choice'; readonly options: readonly (string | number)[] }
  | { readonly kind: 'flag' }
  /** Words with commas between them. */
  | { readonly kind: 'names' }
  | { readonly kind: 'text'; readonly name: string; readonly remedy: string; isOne(text: string): boolean };

/** Keys from the root of an object to one of its values. */
export type Place = readonly (string | number)[];

/** A figure of a spec that can be varied, or several of them under one name. */
export interface Field {
  /** As YAML names it. */
  readonly path: string;
  readonly type: FieldType;
  /** Where it stands in the object; several places are set as one. */
  readonly places: readonly Place[];
  /** What is multiplied by the ratio in which it changes, and how that is said. */
  readonly followers: readonly Place[];
  readonly also?: string;
  /** Paths by which sources know it, where they are not those of its places. */
  readonly figures?: readonly string[];
  /** Several figures that no one value suits: they can only be multiplied. */
  readonly multiplesOnly?: boolean;
}

/** A field of one place without followers. */
export function field(path: string, place: Place, type: FieldType): Field {
  return { path, type, places: [place], followers: [] };
}

export function quantity(dimension: Dimension, { allowZero = false } = {}): FieldType {
  return { kind: 'quantity', dimension, allowZero };
}

export function choice(...options: readonly (string | number)[]): FieldType {
  return { kind: 'choice', options };
}

/** The value at a place; undefined where nothing stands. */
export function valueAt(object: object, place: Place): FieldValue | undefined {
  let here: unknown = object;
  for (const key of place) here = (here as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return here as FieldValue | undefined;
}

/** The object with another value at a place, frozen where it is new. All else is shared with the old one. */
export function withValue<T>(object: T, place: Place, value: unknown): T {
  const [key, ...rest] = place;
  if (key === undefined) return value as T;
  const copy = (Array.isArray(object) ? [...object] : { ...object }) as Record<string | number, unknown>;
  copy[key] = withValue(copy[key], rest, value);
  return Object.freeze(copy) as T;
}

/** The name in YAML of a key of an object: `busyFloor` is `busy-floor`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
