import { create, createUnitDependencies, unitDependencies } from 'mathjs';
import type { Dimension } from './dimensions.js';
import { QuantityError } from './errors.js';
import { once } from './kept.js';
import { bitWord, type QuantityOptions, quantityReader, type UnitReading, unitText } from './quantity-text.js';
import { readQuantity } from './read-quantity.js';

/** The units of mathjs and ours. It takes a tenth of a second to make them, so that is done when one is first read. */
const library = once(() => {
  const math = create({ ...unitDependencies, ...createUnitDependencies });
  // Each is a dimension of its own: a rate of integer operations never passes for one of FLOPs.
  math.createUnit('FLOP', { prefixes: 'short' });
  math.createUnit('OP', { prefixes: 'short' });
  math.createUnit('USD');
  math.createUnit('clock');
  math.createUnit('token', { prefixes: 'short' });
  return math;
});

const byteWord = /(?<![A-Za-z])(?:[kMGTPE]|[KMGTPE]i)?B(?![A-Za-z])/;

/**
 * Reads a quantity into an SI number: `3.35 TB/s` as a `bandwidth` is 3.35e12 (B/s). GB is 1e9 bytes, GiB 2^30.
 * Throws `QuantityError` when the number or the unit is missing, the unit is unknown or of another dimension, bits stand
 * where bytes are meant, or the number is negative, not finite, or zero without `allowZero`.
 * @example parseQuantity('80 GiB', 'capacity') // => 85899345920
 */
export function parseQuantity(text: string, dimension: Dimension, options?: QuantityOptions): number {
  try {
    // Nearly all that is written is read without the library, which takes longer to start than a spec to read.
    return readQuantity(text, dimension, options);
  } catch (error) {
    if (error instanceof QuantityError) return parseWithLibrary(text, dimension, options);
    throw error;
  }
}

/** The same with all units of the library. */
export const parseWithLibrary = quantityReader(readUnit);

/** What one such unit is; undefined when there is no such unit. */
function readUnit(unit: string): UnitReading | undefined {
  const spelling = unit.replace(/[µμ]/g, 'u');
  if (!unitText.test(spelling)) return undefined;
  const information = bitWord.test(spelling) ? 'bits' : byteWord.test(spelling) ? 'bytes' : 'none';
  try {
    // mathjs knows Gb and gigabit, but not Gbit; it counts all information in bits.
    const one = library().unit(1, spelling.replace(bitWord, '$1b'));
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

/** Where the units that formulas know stand in the dimensions of mathjs. */
const places = once(() => ({
  kilogram: indexIn('kg'),
  metre: indexIn('m'),
  second: indexIn('s'),
  counted: new Map(['token', 'FLOP', 'OP', 'b', 'USD'].map((unit) => [indexIn(unit), unit === 'b' ? 'B' : unit])),
}));

/** Place of a base unit in the dimensions of mathjs. */
function indexIn(unit: string): number {
  return library()
    .unit(1, unit)
    .dimensions.findIndex((exponent) => exponent !== 0);
}

/**
 * One unit of a formula: `GiB`, `ms`, `kWh`, `Mtoken`. Undefined when there is no such unit, or it is of something that no
 * formula is about; `bits` for a unit of bits, which formulas do not take.
 */
export function readUnitSymbol(symbol: string): UnitValue | 'bits' | undefined {
  const reading = symbol.includes('/') ? undefined : readUnit(symbol);
  if (reading === undefined) return undefined;
  if (reading.information === 'bits') return 'bits';
  const { kilogram, metre, second, counted } = places();
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
