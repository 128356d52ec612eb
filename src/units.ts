import { create, createUnitDependencies, unitDependencies } from 'mathjs';
import { QuantityError } from './errors.js';

interface UnitRule {
  /** With its article, as a message names it. */
  readonly name: string;
  readonly example: string;
}

const unitRules = {
  capacity: { name: 'a capacity', example: '80 GiB' },
  bandwidth: { name: 'a bandwidth', example: '3.35 TB/s' },
  'bytes per clock': { name: 'a number of bytes per clock', example: '8 B/clock' },
  'bus width': { name: 'a bus width', example: '5120 bit' },
  'pin rate': { name: 'a data rate per pin', example: '6.4 Gbit/s' },
  'FLOP rate': { name: 'a rate of floating-point operations', example: '989.4 TFLOP/s' },
  'OP rate': { name: 'a rate of integer operations', example: '1979 TOP/s' },
  'FLOP per clock': { name: 'a number of FLOP per clock', example: '1024 FLOP/clock' },
  'OP per clock': { name: 'a number of integer operations per clock', example: '2048 OP/clock' },
  frequency: { name: 'a frequency', example: '1830 MHz' },
  time: { name: 'a time', example: '1.5 us' },
  power: { name: 'a power', example: '700 W' },
  energy: { name: 'an energy', example: '1.98 pJ' },
  money: { name: 'a price', example: '30000 USD' },
  rental: { name: 'a price per time', example: '2.95 USD/h' },
  length: { name: 'a length', example: '4 nm' },
} as const satisfies Record<string, UnitRule>;

const bareRules = {
  fraction: { name: 'a fraction', example: '0.95' },
  count: { name: 'a count', example: '132' },
  number: { name: 'a number', example: '1.5' },
} as const;

type UnitDimension = keyof typeof unitRules;
type BareDimension = keyof typeof bareRules;

/**
 * What a quantity measures. A `fraction` (0 to 1), a `count` (a whole number) and a `number` are written without a unit,
 * all others with one.
 */
export type Dimension = UnitDimension | BareDimension;

const math = create({ ...unitDependencies, ...createUnitDependencies });
// Each is a dimension of its own: a rate of integer operations never passes for one of FLOPs.
math.createUnit('FLOP', { prefixes: 'short' });
math.createUnit('OP', { prefixes: 'short' });
math.createUnit('USD');
math.createUnit('clock');

interface UnitReading {
  /** Dimension in mathjs's base units. */
  readonly signature: string;
  readonly information: 'bytes' | 'bits' | 'none';
  /** SI value of one such unit; the SI unit of information is the byte or the bit, as it is spelt. */
  readonly factor: number;
}

const bitWord = /(?<![A-Za-z])([kMGTPE]i?)?b(?:its?)?(?![A-Za-z])/;
const byteWord = /(?<![A-Za-z])(?:[kMGTPE]i?)?B(?![A-Za-z])/;
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
export function parseQuantity(text: string, dimension: Dimension, options: { readonly allowZero?: boolean } = {}): number {
  const trimmed = text.trim();
  const match = quantity.exec(trimmed);
  if (match === null) throw withoutNumber(text, trimmed, dimension);
  const [, digits = '', unit = ''] = match;
  const value = isBare(dimension) ? parseBare(text, digits, unit, dimension) : parseWithUnit(text, digits, unit, dimension);
  if (value < 0) throw new QuantityError(text, 'is negative', `${nameOf(dimension)} is not`);
  if (!Number.isFinite(value)) throw new QuantityError(text, 'is not finite');
  if (value === 0 && options.allowZero !== true) {
    throw new QuantityError(text, 'is zero', 'leave the field out where the value is unknown');
  }
  return value;
}

/** Name of a dimension with its article: `a bandwidth`. */
export function nameOf(dimension: Dimension): string {
  return isBare(dimension) ? bareRules[dimension].name : unitRules[dimension].name;
}

/** How a quantity of the dimension is written: `3.35 TB/s`. */
export function exampleOf(dimension: Dimension): string {
  return isBare(dimension) ? bareRules[dimension].example : unitRules[dimension].example;
}

function isBare(dimension: Dimension): dimension is BareDimension {
  return Object.hasOwn(bareRules, dimension);
}

function withoutNumber(text: string, trimmed: string, dimension: Dimension): QuantityError {
  if (/^[+-]?\.?(nan|inf|infinity)\b/i.test(trimmed)) return new QuantityError(text, 'is not finite');
  // mathjs would read "GB/s" as 1 GB/s.
  const problem = readUnit(trimmed) === undefined ? `is not ${nameOf(dimension)}` : 'has no number';
  return new QuantityError(text, problem, `write it as in "${exampleOf(dimension)}"`);
}

function parseBare(text: string, digits: string, unit: string, dimension: BareDimension): number {
  if (unit === '%') throw new QuantityError(text, 'has a unit', `write it as ${scaled(digits, 0.01)}`);
  if (unit !== '') throw new QuantityError(text, `is not ${nameOf(dimension)}`, `write it as in "${exampleOf(dimension)}"`);
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
  const perSecond = unit.replace(/(?:ps|\/sec)$/, '/s').replace(/^([kMGTP]?(?:FL)?OP)s?(?:\/s)?$/i, '$1/s');
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
  return ['', 'k', 'M', 'G', 'T', 'P', 'Ki', 'Mi', 'Gi', 'Ti', 'm', 'u', 'n', 'p']
    .map((prefix) => prefix + stem)
    .filter((candidate) => candidate.toLowerCase() === unit.toLowerCase());
}

/** True where bits are given for bytes: the same dimension but for a factor of eight. */
function meansBits(found: UnitDimension, dimension: UnitDimension): boolean {
  return (found === 'bus width' && dimension === 'capacity') || (found === 'pin rate' && dimension === 'bandwidth');
}

const prefixNames: Readonly<Record<string, string>> = { k: 'kilo', M: 'mega', G: 'giga', T: 'tera', P: 'peta' };

function bitsForBytes(text: string, unit: string, spelling: string): QuantityError {
  const [, prefix = ''] = bitWord.exec(spelling) ?? [];
  const bits = `${prefixNames[prefix.replace('i', '')] ?? ''}bits`;
  return new QuantityError(text, 'is in bits, not bytes', `write ${spelling.replace(bitWord, '$1B')}; ${unit} are ${bits}`);
}

function unitDimensions(): readonly UnitDimension[] {
  return Object.keys(unitRules) as UnitDimension[];
}

function usualUnit(dimension: UnitDimension): string {
  return unitRules[dimension].example.replace(/^\S+ /, '');
}

/** What one such unit is; undefined when there is no such unit. */
function readUnit(unit: string): UnitReading | undefined {
  const spelling = unit.replace(/[µμ]/g, 'u');
  if (!unitText.test(spelling)) return undefined;
  const information = bitWord.test(spelling) ? 'bits' : byteWord.test(spelling) ? 'bytes' : 'none';
  try {
    // mathjs knows Gb and gigabit, but not Gbit; it counts all information in bits.
    const one = math.unit(1, spelling.replace(bitWord, '$1b'));
    return { signature: one.dimensions.join(), information, factor: information === 'bytes' ? one.value / 8 : one.value };
  } catch {
    return undefined;
  }
}

function kindOf({ signature, information }: UnitReading): string {
  return `${signature} ${information}`;
}

/** The decimal number times the factor, rounded once: moving the point keeps 989.4 TFLOP/s from becoming 989.4000000000001e12. */
function scaled(digits: string, factor: number): number {
  const [mantissa = '', exponent = '0'] = digits.split(/[eE]/);
  const power = Math.round(Math.log10(factor));
  if (Number(`1e${power}`) === factor) return Number(`${mantissa}e${Number(exponent) + power}`);
  const inverse = Math.round(1 / factor);
  return inverse > 1 && 1 / inverse === factor ? Number(digits) / inverse : Number(digits) * factor;
}
