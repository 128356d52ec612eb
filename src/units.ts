import { create, createUnitDependencies, unitDependencies } from 'mathjs';
import { QuantityError } from './errors.js';
import {
  type BareDimension,
  type Dimension,
  exampleOf,
  isBare,
  nameOf,
  type UnitDimension,
  unitDimensions,
  unitRules,
  usualUnit,
} from './units/dimensions.js';

const math = create({ ...unitDependencies, ...createUnitDependencies });
// Each is a dimension of its own: a rate of integer operations never passes for one of FLOPs.
math.createUnit('FLOP', { prefixes: 'short' });
math.createUnit('OP', { prefixes: 'short' });
math.createUnit('USD');
math.createUnit('clock');
math.createUnit('token', { prefixes: 'short' });

interface UnitReading {
  /** Dimension in mathjs's base units. */
  readonly signature: string;
  readonly information: 'bytes' | 'bits' | 'none';
  /** SI value of one such unit; the SI unit of information is the byte or the bit, as it is spelt. */
  readonly factor: number;
}

const bitWord = /(?<![A-Za-z])([kMGTPE]|[KMGTPE]i)?b(?:its?)?(?![A-Za-z])/;
const byteWord = /(?<![A-Za-z])(?:[kMGTPE]|[KMGTPE]i)?B(?![A-Za-z])/;
const unitText = /^[A-Za-z]+(?:\s*\/\s*[A-Za-z]+)?$/;

/** The dimension that a unit's kind stands for. */
const dimensions = new Map<string, UnitDimension>();
for (const dimension of unitDimensions()) {
  const reading = readUnit(usualUnit(dimension));
  if (reading !== undefined) dimensions.set(kindOf(reading), dimension);
}

const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

/**
 * Reads a quantity into an SI number: `3.35 TB/s` as a `bandwidth` is 3.35e12 (B/s). GB is 1e9 bytes, GiB 2^30.
 * Throws `QuantityError` when the number or the unit is missing, the unit is unknown or of another dimension, bits stand
 * where bytes are meant, or the number is negative, not finite, or zero without `allowZero`.
 * @example parseQuantity('80 GiB', 'capacity') // => 85899345920
 */
export function parseQuantity(
  text: string,
  dimension: Dimension,
  options: { readonly allowZero?: boolean } = {},
): number {
  const trimmed = text.trim();
  const match = quantity.exec(trimmed);
  if (match === null) throw withoutNumber(text, trimmed, dimension);
  const [, digits = '', unit = ''] = match;
  const value = isBare(dimension)
    ? parseBare(text, digits, unit, dimension)
    : parseWithUnit(text, digits, unit, dimension);
  if (value < 0) throw new QuantityError(text, 'is negative', `${nameOf(dimension)} is not`);
  if (!Number.isFinite(value)) throw new QuantityError(text, 'is not finite');
  if (value === 0 && options.allowZero !== true) {
    throw new QuantityError(text, 'is zero', 'leave the field out where the value is unknown');
  }
  return value;
}

function withoutNumber(text: string, trimmed: string, dimension: Dimension): QuantityError {
  if (/^[+-]?\.?(nan|inf|infinity)\b/i.test(trimmed)) return new QuantityError(text, 'is not finite');
  // mathjs would read "GB/s" as 1 GB/s.
  const problem = readUnit(trimmed) === undefined ? `is not ${nameOf(dimension)}` : 'has no number';
  return new QuantityError(text, problem, `write it as in "${exampleOf(dimension)}"`);
}

function parseBare(text: string, digits: string, unit: string, dimension: BareDimension): number {
  if (unit === '%') throw new QuantityError(text, 'has a unit', `write it as ${scaled(digits, 0.01)}`);
  if (unit !== '') {
    throw new QuantityError(text, `is not ${nameOf(dimension)}`, `write it as in "${exampleOf(dimension)}"`);
  }
  const value = Number(digits);
  if (dimension === 'fraction' && value > 1) {
    throw new QuantityError(text, 'is not a fraction', 'write a number from 0 to 1');
  }
  if (dimension === 'count' && !Number.isInteger(value)) throw new QuantityError(text, 'is not a whole number');
  return value;
}

function parseWithUnit(text: string, digits: string, unit: string, dimension: UnitDimension): number {
  const { name, example } = unitRules[dimension];
  if (unit === '') throw new QuantityError(text, 'has no unit', `write it as in "${example}"`);
  const reading = readUnit(unit);
  const found = reading === undefined ? undefined : dimensions.get(kindOf(reading));
  if (reading !== undefined && found === dimension) return scaled(digits, reading.factor);
  if (found === undefined) throw unknownUnit(text, digits, unit, dimension);
  if (meansBits(found, dimension)) throw bitsForBytes(text, unit, unit);
  throw new QuantityError(text, `is ${unitRules[found].name}, expected ${name}`, `write it as in "${example}"`);
}

/** Guesses what was meant: `TBps` is TB/s, `TFLOPS` TFLOP/s, `Mhz` MHz, `MT/s` one bit per transfer. */
function unknownUnit(text: string, digits: string, unit: string, dimension: UnitDimension): QuantityError {
  const { name, example } = unitRules[dimension];
  const perSecond = unit.replace(/^([kMGTP]?(?:FL)?OP)s?(?:\/s)?$/i, '$1/s').replace(/(?:ps|\/sec)$/, '/s');
  for (const spelling of [perSecond, perSecond.replace(/T\/s$/, 'bit/s'), ...sameLetters(perSecond, dimension)]) {
    const reading = readUnit(spelling);
    const found = reading === undefined ? undefined : dimensions.get(kindOf(reading));
    if (found === dimension) return new QuantityError(text, `is not ${name}`, `write it as "${digits} ${spelling}"`);
    if (found !== undefined && meansBits(found, dimension)) return bitsForBytes(text, unit, spelling);
  }
  return new QuantityError(text, `is not ${name}`, `write it as in "${example}"`);
}

/** Units of the dimension that differ from the text in capitals only. */
function sameLetters(unit: string, dimension: UnitDimension): readonly string[] {
  const stem = usualUnit(dimension).replace(/^(?:[kMGTP]i?|[munp](?=[A-Za-z]))/, '');
  const large = ['', 'k', 'M', 'G', 'T', 'P', 'Ki', 'Mi', 'Gi', 'Ti'];
  const small = ['m', 'u', 'n', 'p'];
  const isSmall = small.some((prefix) => usualUnit(dimension) === prefix + stem);
  return (isSmall ? [...small, ...large] : [...large, ...small])
    .map((prefix) => prefix + stem)
    .filter((candidate) => candidate.toLowerCase() === unit.toLowerCase());
}

/** True where bits are given for bytes: the same dimension but for a factor of eight. */
function meansBits(found: UnitDimension, dimension: UnitDimension): boolean {
  return (found === 'bus width' && dimension === 'capacity') || (found === 'pin rate' && dimension === 'bandwidth');
}

const prefixNames: Readonly<Record<string, string>> = {
  k: 'kilo',
  M: 'mega',
  G: 'giga',
  T: 'tera',
  P: 'peta',
  Ki: 'kibi',
  Mi: 'mebi',
  Gi: 'gibi',
  Ti: 'tebi',
};

function bitsForBytes(text: string, unit: string, spelling: string): QuantityError {
  const [, prefix = ''] = bitWord.exec(spelling) ?? [];
  const bits = `${prefixNames[prefix] ?? ''}bits`;
  return new QuantityError(
    text,
    'is in bits, not bytes',
    `write ${spelling.replace(bitWord, '$1B')}; ${unit} are ${bits}`,
  );
}

/** What one such unit is; undefined when there is no such unit. */
function readUnit(unit: string): UnitReading | undefined {
  const spelling = unit.replace(/[µμ]/g, 'u');
  if (!unitText.test(spelling)) return undefined;
  const information = bitWord.test(spelling) ? 'bits' : byteWord.test(spelling) ? 'bytes' : 'none';
  try {
    // mathjs knows Gb and gigabit, but not Gbit; it counts all information in bits.
    const one = math.unit(1, spelling.replace(bitWord, '$1b'));
    return {
      signature: one.dimensions.join(),
      information,
      factor: information === 'bytes' ? one.value / 8 : one.value,
    };
  } catch {
    return undefined;
  }
}

/** The units that those of formulas are products of. */
export const baseUnits = ['token', 'FLOP', 'OP', 'B', 'J', 's', 'USD'] as const;

/** What one unit is: its value in base units, and the exponent of each of them. */
export interface UnitValue {
  readonly factor: number;
  /** In the order of `baseUnits`. */
  readonly exponents: readonly number[];
}

const kilogram = indexIn('kg');
const metre = indexIn('m');
const second = indexIn('s');
const counted = new Map(['token', 'FLOP', 'OP', 'b', 'USD'].map((unit) => [indexIn(unit), unit === 'b' ? 'B' : unit]));

/** Place of a base unit in the dimensions of mathjs. */
function indexIn(unit: string): number {
  return math.unit(1, unit).dimensions.findIndex((exponent) => exponent !== 0);
}

/**
 * One unit of a formula: `GiB`, `ms`, `kWh`, `Mtoken`. Undefined when there is no such unit, or it is of something that no
 * formula is about; `bits` for a unit of bits, which formulas do not take.
 */
export function readUnitSymbol(symbol: string): UnitValue | 'bits' | undefined {
  const reading = symbol.includes('/') ? undefined : readUnit(symbol);
  if (reading === undefined) return undefined;
  if (reading.information === 'bits') return 'bits';
  const found = new Map<string, number>();
  const mechanical = { [kilogram]: 0, [metre]: 0, [second]: 0 };
  for (const [index, exponent] of reading.signature.split(',').map(Number).entries()) {
    const unit = counted.get(index);
    if (unit !== undefined) found.set(unit, exponent);
    else if (index in mechanical) mechanical[index] = exponent;
    else if (exponent !== 0) return undefined;
  }
  // Of the mechanical units only energies and what follows from them: 1 J is 1 kg m^2 s^-2.
  const joules = mechanical[kilogram] ?? 0;
  if (mechanical[metre] !== 2 * joules) return undefined;
  found.set('J', joules).set('s', (mechanical[second] ?? 0) + 2 * joules);
  return { factor: reading.factor, exponents: baseUnits.map((unit) => found.get(unit) ?? 0) };
}

function kindOf({ signature, information }: UnitReading): string {
  return `${signature} ${information}`;
}

/** The decimal number times the factor, rounded once where the factor is a power of ten: 4.35 TB/s is 4.35e12 B/s. */
function scaled(digits: string, factor: number): number {
  const [mantissa = '', exponent = '0'] = digits.split(/[eE]/);
  const power = Math.round(Math.log10(factor));
  if (Number(`1e${power}`) === factor) return Number(`${mantissa}e${Number(exponent) + power}`);
  const inverse = Math.round(1 / factor);
  return inverse > 1 && 1 / inverse === factor ? Number(digits) / inverse : Number(digits) * factor;
}
