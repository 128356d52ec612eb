import { create, createUnitDependencies, unitDependencies } from 'mathjs';
import { bitWord, quantityReader, type UnitReading, unitText } from './quantity-text.js';

const math = create({ ...unitDependencies, ...createUnitDependencies });
// Each is a dimension of its own: a rate of integer operations never passes for one of FLOPs.
math.createUnit('FLOP', { prefixes: 'short' });
math.createUnit('OP', { prefixes: 'short' });
math.createUnit('USD');
math.createUnit('clock');

const byteWord = /(?<![A-Za-z])(?:[kMGTPE]|[KMGTPE]i)?B(?![A-Za-z])/;

/**
 * Reads a quantity into an SI number: `3.35 TB/s` as a `bandwidth` is 3.35e12 (B/s). GB is 1e9 bytes, GiB 2^30.
 * Throws `QuantityError` when the number or the unit is missing, the unit is unknown or of another dimension, bits stand
 * where bytes are meant, or the number is negative, not finite, or zero without `allowZero`.
 * @example parseQuantity('80 GiB', 'capacity') // => 85899345920
 */
export const parseQuantity = quantityReader(readUnit);

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
