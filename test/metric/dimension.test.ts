import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coherentUnit, readUnit } from '../../src/metric/dimension.js';
import { baseUnits, readUnitSymbol } from '../../src/units.js';

describe('units of formulas', () => {
  it.each<[text: string, factor: number, base: string]>([
    ['token/s', 1, 'token/s'],
    ['USD/Mtoken', 1e-6, 'USD/token'],
    ['USD/h', 1 / 3600, 'USD/s'],
    ['kWh/Mtoken', 3.6, 'J/token'],
    ['ms/token', 1e-3, 's/token'],
    ['GiB', 2 ** 30, 'B'],
    ['TFLOP/s/W', 1e12, 'FLOP/J'],
    ['J/s', 1, 'W'],
    ['kW h', 3.6e6, 'J'],
    ['1/s', 1, '1/s'],
    ['s^2', 1, 's^2'],
    ['ms^2', 1e-6, 's^2'],
    ['%', 0.01, ''],
    ['', 1, ''],
  ])('%s', (text, factor, base) => {
    const read = readUnit(text);
    expect(read?.unit.factor).toBeCloseTo(factor, 15);
    expect(read && coherentUnit(read.dimension).text).toBe(base);
  });

  it.each(['kg', 'm', 'K', 'Gb', 'bit', 'furlong', 'token//x', 's^x', 's^-1', '__proto__', 'constructor', '2 s'])(
    'has no %s',
    (text) => {
      expect(readUnit(text)).toBeUndefined();
    },
  );

  it('tells bits from what is no unit', () => {
    expect(['Gb', 'Gbit', 'kibit'].map(readUnitSymbol)).toEqual(['bits', 'bits', undefined]);
  });

  it('read what is written of any dimension', () => {
    const exponents = fc.array(fc.integer({ min: -4, max: 4 }), {
      minLength: baseUnits.length,
      maxLength: baseUnits.length,
    });
    fc.assert(
      fc.property(exponents, (dimension) => {
        const { text } = coherentUnit(dimension);
        expect(readUnit(text)).toMatchObject({ unit: { factor: 1 } });
        expect(readUnit(text)?.dimension.map((exponent) => exponent + 0)).toEqual(
          dimension.map((exponent) => exponent + 0),
        );
      }),
    );
  });
});
