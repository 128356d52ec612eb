import { baseUnits, readUnitSymbol } from '../units.js';

/** Exponents of the base units of formulas, in the order of `baseUnits`. */
export type Dimension = readonly number[];

/** A unit that values are given in. */
export interface Unit {
  /** As it is printed: `token/s`; empty for a plain number. */
  readonly text: string;
  /** Value of one such unit in base units. */
  readonly factor: number;
}

/** The dimension of a plain number. */
export const plain: Dimension = baseUnits.map(() => 0);

/** The unit of a plain number. */
export const one: Unit = { text: '', factor: 1 };

/** True for the dimension of a plain number. */
export function isPlain(dimension: Dimension): boolean {
  return dimension.every((exponent) => exponent === 0);
}

/** True when values of both can be added and compared. */
export function isSame(a: Dimension, b: Dimension): boolean {
  return a.every((exponent, index) => exponent === b[index]);
}

/** The dimension of a product `a * b^power`. */
export function product(a: Dimension, b: Dimension, power = 1): Dimension {
  return a.map((exponent, index) => exponent + power * (b[index] ?? 0));
}

/** The dimension of a power. */
export function raised(dimension: Dimension, power: number): Dimension {
  return dimension.map((exponent) => exponent * power);
}

const derived: readonly (readonly [name: string, parts: Readonly<Record<string, number>>])[] = [['W', { J: 1, s: -1 }]];

/** The coherent unit of a dimension: `token/s`, `B`, `W`, `J/token`, `USD s`; empty for a plain number. */
export function coherentUnit(dimension: Dimension): Unit {
  const named = derived.find(([, parts]) => baseUnits.every((unit, index) => (parts[unit] ?? 0) === dimension[index]));
  if (named !== undefined) return { text: named[0], factor: 1 };
  const above = baseUnits.flatMap((unit, index) => power(unit, dimension[index] ?? 0));
  const below = baseUnits.flatMap((unit, index) => power(unit, -(dimension[index] ?? 0)));
  const text = [above.length > 0 || below.length === 0 ? above.join(' ') : '1', ...below].join('/');
  return { text, factor: 1 };
}

function power(unit: string, exponent: number): readonly string[] {
  if (exponent <= 0) return [];
  return exponent === 1 ? [unit] : [`${unit}^${exponent}`];
}

/**
 * Reads a unit such as `token/s`, `USD/h/token` or `B s`, and what `coherentUnit` writes. Undefined when a part of it is no
 * unit. The empty text is a plain number.
 */
export function readUnit(text: string): { readonly unit: Unit; readonly dimension: Dimension } | undefined {
  let factor = 1;
  let dimension = plain;
  for (const [index, part] of text.split('/').entries()) {
    for (const symbol of part.split(' ').filter((one) => one !== '' && !(one === '1' && index === 0))) {
      const [, name = '', power = '1'] = /^([^^]+)(?:\^(\d+(?:\.5)?))?$/.exec(symbol) ?? [];
      const value = name === '%' ? { factor: 0.01, exponents: plain } : readUnitSymbol(name);
      if (value === undefined || value === 'bits') return undefined;
      const exponent = Number(power) * (index === 0 ? 1 : -1);
      factor *= value.factor ** exponent;
      dimension = product(dimension, value.exponents, exponent);
    }
  }
  return Number.isFinite(factor) && factor > 0 ? { unit: { text, factor }, dimension } : undefined;
}

/** Units that a misspelt one may have been meant to be. */
export const usualUnits: readonly string[] = [
  ...['s', 'ms', 'us', 'ns', 'min', 'h', 'day', 'Hz', 'MHz', 'GHz'],
  ...['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'KiB', 'MiB', 'GiB', 'TiB'],
  ...['FLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'OP', 'GOP', 'TOP'],
  ...['J', 'mJ', 'kJ', 'MJ', 'Wh', 'kWh', 'W', 'kW', 'MW'],
  ...['USD', 'token', 'ktoken', 'Mtoken', 'Gtoken', '%'],
];
