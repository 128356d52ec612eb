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
} from './dimensions.js';
import { QuantityError } from './errors.js';
import { once } from './kept.js';

/** What one unit is. */
export interface UnitReading {
  /** Its dimension; equal texts are of equal dimension. */
  readonly signature: string;
  readonly information: 'bytes' | 'bits' | 'none';
  /** SI value of one such unit; the SI unit of information is the byte or the bit, as it is spelt. */
  readonly factor: number;
}

/** What may be asked of a reader besides the dimension. */
export interface QuantityOptions {
  /** Take zero too. Default: false. */
  readonly allowZero?: boolean;
}

/** Reads text into an SI number. Throws `QuantityError`. */
export type QuantityReader = (text: string, dimension: Dimension, options?: QuantityOptions) => number;

/** Units as people name them: undefined when there is no such unit. */
export type UnitReader = (unit: string) => UnitReading | undefined;

export const bitWord = /(?<![A-Za-z])([kMGTPE]|[KMGTPE]i)?b(?:its?)?(?![A-Za-z])/;
/** A unit, or a quotient of two. */
export const unitText = /^[A-Za-z]+(?:\s*\/\s*[A-Za-z]+)?$/;

const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/;

/** The one grammar of quantities and its messages, over units that `readUnit` knows. */
export function quantityReader(readUnit: UnitReader): QuantityReader {
  const units = knownUnits(readUnit);
  return (text, dimension, { allowZero = false } = {}) => {
    const trimmed = text.trim();
    const match = quantity.exec(trimmed);
    if (match === null) throw withoutNumber(units, text, trimmed, dimension);
    const [, digits = '', unit = ''] = match;
    const value = isBare(dimension)
      ? parseBare(text, digits, unit, dimension)
      : parseWithUnit(units, text, digits, unit, dimension);
    checkSize(value, text, dimension, allowZero);
    return value;
  };
}

/** Quantities in SI units beyond these are slips of the keyboard: what is worked out of them would leave the numbers. */
const LEAST = 1e-30;
const MOST = 1e30;

/** Throws `QuantityError` for a number that no quantity of the dimension can be. `text` is how it was given. */
export function checkSize(value: number, text: string, dimension: Dimension, allowZero: boolean): void {
  if (value < 0) throw new QuantityError(text, 'is negative', `${nameOf(dimension)} is not`);
  if (!Number.isFinite(value)) throw new QuantityError(text, 'is not finite');
  if (value === 0 && !allowZero) {
    throw new QuantityError(text, 'is zero', 'leave the field out where the value is unknown');
  }
  if (!isBare(dimension) && value !== 0 && (value < LEAST || value > MOST)) {
    const problem = value < LEAST ? 'is too small to be meant' : 'is too large to be meant';
    throw new QuantityError(text, problem, `${nameOf(dimension)} is ${LEAST} to ${MOST} in SI units`);
  }
  if (dimension === 'fraction' && value > 1) {
    throw new QuantityError(text, 'is not a fraction', 'write a number from 0 to 1');
  }
  if (dimension === 'count' && !Number.isInteger(value)) throw new QuantityError(text, 'is not a whole number');
}

/** Units with the dimension that they stand for. */
interface KnownUnits {
  readonly read: UnitReader;
  dimensionOf(reading: UnitReading): UnitDimension | undefined;
}

function knownUnits(read: UnitReader): KnownUnits {
  const byKind = once(() => dimensionsByKind(read));
  return { read, dimensionOf: (reading) => byKind().get(kindOf(reading)) };
}

function dimensionsByKind(read: UnitReader): ReadonlyMap<string, UnitDimension> {
  const byKind = new Map<string, UnitDimension>();
  for (const dimension of unitDimensions()) {
    const reading = read(usualUnit(dimension));
    if (reading !== undefined) byKind.set(kindOf(reading), dimension);
  }
  return byKind;
}

function kindOf({ signature, information }: UnitReading): string {
  return `${signature} ${information}`;
}

function withoutNumber({ read }: KnownUnits, text: string, trimmed: string, dimension: Dimension): QuantityError {
  if (/^[+-]?\.?(nan|inf|infinity)\b/i.test(trimmed)) return new QuantityError(text, 'is not finite');
  // "GB/s" is a unit, and would otherwise pass for 1 GB/s.
  const problem = read(trimmed) === undefined ? `is not ${nameOf(dimension)}` : 'has no number';
  return new QuantityError(text, problem, `write it as in "${exampleOf(dimension)}"`);
}

function parseBare(text: string, digits: string, unit: string, dimension: BareDimension): number {
  if (unit === '%') throw new QuantityError(text, 'has a unit', `write it as ${scaled(digits, 0.01)}`);
  if (unit !== '') {
    throw new QuantityError(text, `is not ${nameOf(dimension)}`, `write it as in "${exampleOf(dimension)}"`);
  }
  return Number(digits);
}

function parseWithUnit(
  units: KnownUnits,
  text: string,
  digits: string,
  unit: string,
  dimension: UnitDimension,
): number {
  const { name, example } = unitRules[dimension];
  if (unit === '') throw new QuantityError(text, 'has no unit', `write it as in "${example}"`);
  const reading = units.read(unit);
  const found = reading === undefined ? undefined : units.dimensionOf(reading);
  if (reading !== undefined && found === dimension) return scaled(digits, reading.factor);
  if (found === undefined) throw unknownUnit(units, text, digits, unit, dimension);
  if (meansBits(found, dimension)) throw bitsForBytes(text, unit, unit);
  throw new QuantityError(text, `is ${unitRules[found].name}, expected ${name}`, `write it as in "${example}"`);
}

/** Guesses what was meant: `TBps` is TB/s, `TFLOPS` TFLOP/s, `Mhz` MHz, `MT/s` one bit per transfer. */
function unknownUnit(
  units: KnownUnits,
  text: string,
  digits: string,
  unit: string,
  dimension: UnitDimension,
): QuantityError {
  const { name, example } = unitRules[dimension];
  const perSecond = unit.replace(/^([kMGTP]?(?:FL)?OP)s?(?:\/s)?$/i, '$1/s').replace(/(?:ps|\/sec)$/, '/s');
  for (const spelling of [perSecond, perSecond.replace(/T\/s$/, 'bit/s'), ...sameLetters(perSecond, dimension)]) {
    const reading = units.read(spelling);
    const found = reading === undefined ? undefined : units.dimensionOf(reading);
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

/** The decimal number times the factor, rounded once where the factor is a power of ten: 4.35 TB/s is 4.35e12 B/s. */
function scaled(digits: string, factor: number): number {
  const [mantissa = '', exponent = '0'] = digits.split(/[eE]/);
  const power = Math.round(Math.log10(factor));
  if (Number(`1e${power}`) === factor) return Number(`${mantissa}e${Number(exponent) + power}`);
  const inverse = Math.round(1 / factor);
  return inverse > 1 && 1 / inverse === factor ? Number(digits) / inverse : Number(digits) * factor;
}
