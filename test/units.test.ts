import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dimension } from '../src/dimensions.js';
import { QuantityError } from '../src/errors.js';
import { parseQuantity } from '../src/units.js';

describe('a quantity is read into SI units', () => {
  it.each<[string, Dimension, number]>([
    ['80 GB', 'capacity', 80e9],
    ['80 GiB', 'capacity', 80 * 2 ** 30],
    ['256 KiB', 'capacity', 256 * 1024],
    ['48 kB', 'capacity', 48_000],
    ['3.35 TB/s', 'bandwidth', 3.35e12],
    ['3.35TB/s', 'bandwidth', 3.35e12],
    [' 21 PB / s ', 'bandwidth', 21e15],
    ['5120 bit', 'bus width', 5120],
    ['6.4 Gbit/s', 'pin rate', 6.4e9],
    ['6.4 Gb/s', 'pin rate', 6.4e9],
    ['989.4 TFLOP/s', 'FLOP rate', 989.4e12],
    ['125 PFLOP/s', 'FLOP rate', 125e15],
    ['1978.9 TOP/s', 'OP rate', 1978.9e12],
    ['1024 FLOP/clock', 'FLOP per clock', 1024],
    ['1830 MHz', 'frequency', 1.83e9],
    ['0.91 ns', 'time', 0.91e-9],
    ['1.5 us', 'time', 1.5e-6],
    ['1.5 µs', 'time', 1.5e-6],
    ['23 kW', 'power', 23_000],
    ['1.98 pJ', 'energy', 1.98e-12],
    ['30000 USD', 'money', 30_000],
    ['2.95 USD/h', 'rental', 2.95 / 3600],
    ['4 nm', 'length', 4e-9],
    ['0.95', 'fraction', 0.95],
    ['3.6e9', 'count', 3.6e9],
    ['.5', 'number', 0.5],
  ])('%s as %s', (text, dimension, value) => {
    expect(parseQuantity(text, dimension)).toBe(value);
  });

  it('takes zero only where zero is allowed', () => {
    expect(parseQuantity('0 us', 'time', { allowZero: true })).toBe(0);
    expect(() => parseQuantity('0 us', 'time')).toThrow(
      '"0 us" is zero; leave the field out where the value is unknown',
    );
  });
});

describe('a text that is not the quantity is refused with a remedy', () => {
  it.each<[string, Dimension, string]>([
    ['80', 'capacity', '"80" has no unit; write it as in "80 GiB"'],
    ['GB/s', 'bandwidth', '"GB/s" has no number; write it as in "3.35 TB/s"'],
    ['', 'bandwidth', '"" is not a bandwidth; write it as in "3.35 TB/s"'],
    ['fast', 'bandwidth', '"fast" is not a bandwidth; write it as in "3.35 TB/s"'],
    ['3,35 TB/s', 'bandwidth', '"3,35 TB/s" is not a bandwidth; write it as in "3.35 TB/s"'],
    ['3 4 TB/s', 'bandwidth', '"3 4 TB/s" is not a bandwidth; write it as in "3.35 TB/s"'],
    ['3.35 TBps', 'bandwidth', '"3.35 TBps" is not a bandwidth; write it as "3.35 TB/s"'],
    ['3.35 tb/s', 'bandwidth', '"3.35 tb/s" is not a bandwidth; write it as "3.35 TB/s"'],
    ['3.35 Tb/s', 'bandwidth', '"3.35 Tb/s" is in bits, not bytes; write TB/s; Tb/s are terabits'],
    ['900 Gbit/s', 'bandwidth', '"900 Gbit/s" is in bits, not bytes; write GB/s; Gbit/s are gigabits'],
    ['900 Gbps', 'bandwidth', '"900 Gbps" is in bits, not bytes; write GB/s; Gbps are gigabits'],
    ['16 Gb', 'capacity', '"16 Gb" is in bits, not bytes; write GB; Gb are gigabits'],
    ['16 Gib', 'capacity', '"16 Gib" is in bits, not bytes; write GiB; Gib are gibibits'],
    ['80 KB', 'capacity', '"80 KB" is not a capacity; write it as "80 kB"'],
    ['80 GB', 'bandwidth', '"80 GB" is a capacity, expected a bandwidth; write it as in "3.35 TB/s"'],
    ['3 TB/s', 'capacity', '"3 TB/s" is a bandwidth, expected a capacity; write it as in "80 GiB"'],
    ['3 TB/s', 'pin rate', '"3 TB/s" is a bandwidth, expected a data rate per pin; write it as in "6.4 Gbit/s"'],
    ['640 B', 'bus width', '"640 B" is a capacity, expected a bus width; write it as in "5120 bit"'],
    ['6400 MT/s', 'pin rate', '"6400 MT/s" is not a data rate per pin; write it as "6400 Mbit/s"'],
    ['989 TFLOPS', 'FLOP rate', '"989 TFLOPS" is not a rate of floating-point operations; write it as "989 TFLOP/s"'],
    ['989 tflops', 'FLOP rate', '"989 tflops" is not a rate of floating-point operations; write it as "989 TFLOP/s"'],
    [
      '989 TOP/s',
      'FLOP rate',
      '"989 TOP/s" is a rate of integer operations, expected a rate of floating-point operations; write it as in "989.4 TFLOP/s"',
    ],
    ['1979 TOPS', 'OP rate', '"1979 TOPS" is not a rate of integer operations; write it as "1979 TOP/s"'],
    ['1830 Mhz', 'frequency', '"1830 Mhz" is not a frequency; write it as "1830 MHz"'],
    ['3 MS', 'time', '"3 MS" is not a time; write it as "3 ms"'],
    ['3 m', 'time', '"3 m" is a length, expected a time; write it as in "1.5 us"'],
    ['30000 $', 'money', '"30000 $" is not a price; write it as in "30000 USD"'],
    ['2.95 USD', 'rental', '"2.95 USD" is a price, expected a price per time; write it as in "2.95 USD/h"'],
    ['-80 GB', 'capacity', '"-80 GB" is negative; a capacity is not'],
    ['-1', 'count', '"-1" is negative; a count is not'],
    ['1e999 GB', 'capacity', '"1e999 GB" is not finite'],
    ['Infinity GB', 'capacity', '"Infinity GB" is not finite'],
    ['NaN', 'count', '"NaN" is not finite'],
    ['1e-300 B/s', 'bandwidth', '"1e-300 B/s" is too small to be meant; a bandwidth is 1e-30 to 1e+30 in SI units'],
    ['1e300 W', 'power', '"1e300 W" is too large to be meant; a power is 1e-30 to 1e+30 in SI units'],
    ['0 GB', 'capacity', '"0 GB" is zero; leave the field out where the value is unknown'],
    ['1.05', 'fraction', '"1.05" is not a fraction; write a number from 0 to 1'],
    ['95 %', 'fraction', '"95 %" has a unit; write it as 0.95'],
    ['132 cores', 'count', '"132 cores" is not a count; write it as in "132"'],
    ['1.5', 'count', '"1.5" is not a whole number'],
  ])('%s as %s', (text, dimension, message) => {
    expect(() => parseQuantity(text, dimension)).toThrow(QuantityError);
    expect(() => parseQuantity(text, dimension)).toThrow(new RegExp(`^${literal(message)}$`));
  });

  it('keeps the text, the problem and the remedy apart', () => {
    try {
      parseQuantity('3.35 TBps', 'bandwidth');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        name: 'QuantityError',
        code: 'invalid-quantity',
        value: '3.35 TBps',
        problem: 'is not a bandwidth',
        remedy: 'write it as "3.35 TB/s"',
      });
    }
  });
});

describe('laws of quantities', () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const spelt: readonly (readonly [string, Dimension, number])[] = [
    ['GB', 'capacity', 1e9],
    ['GiB', 'capacity', 2 ** 30],
    ['TB/s', 'bandwidth', 1e12],
    ['TFLOP/s', 'FLOP rate', 1e12],
    ['MHz', 'frequency', 1e6],
    ['W', 'power', 1],
    ['pJ', 'energy', 1e-12],
    ['us', 'time', 1e-6],
  ];

  it('what is written is read: a number and its unit give the number times the unit, to the last bit but one', () => {
    fc.assert(
      fc.property(positive, fc.constantFrom(...spelt), (number, [unit, dimension, factor]) => {
        const value = parseQuantity(`${number} ${unit}`, dimension);
        expect(Math.abs(value / (number * factor) - 1)).toBeLessThan(3e-16);
      }),
    );
  });

  it('a number is the same in any prefix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (number) => {
        expect(parseQuantity(`${number} GB/s`, 'bandwidth')).toBe(parseQuantity(`${number / 1000} TB/s`, 'bandwidth'));
        expect(parseQuantity(`${number} MHz`, 'frequency')).toBe(parseQuantity(`${number * 1000} kHz`, 'frequency'));
      }),
    );
  });

  it('any text either becomes a finite positive number or throws a QuantityError', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.eE+-]{0,6} ?[kKMGTi]{0,2}[bBFHzOP/s]{0,5}$/));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom<Dimension>('capacity', 'bandwidth', 'FLOP rate', 'count', 'time'),
        (given, dimension) => {
          try {
            const value = parseQuantity(given, dimension);
            expect(value > 0 && Number.isFinite(value)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(QuantityError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
