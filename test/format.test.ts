import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AS_WRITTEN,
  formatCount,
  formatLargeCount,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatRange,
  formatRatio,
  formatUsd,
  type Kind,
  MISSING,
  unitFor,
} from '../src/format.js';
import { parseQuantity } from '../src/spec.js';

const kinds: readonly Kind[] = [
  'bytes',
  'binary bytes',
  'bandwidth',
  'FLOPs',
  'FLOP rate',
  'OP rate',
  'duration',
  'energy',
  'power',
  'frequency',
  'length',
];

describe('a number as text', () => {
  it.each([
    [0, '0'],
    [9.996, '10.0'],
    [51.26, '51.3'],
    [12345.6, '12,346'],
    [0.012345, '0.0123'],
    [-0.5, '-0.500'],
    [1.5e-9, '1.50e-9'],
    [2e21, '2.00e+21'],
  ])('has three significant digits and every whole one: %d', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('keeps the digits of a figure as it was written', () => {
    expect(formatNumber(989.4, AS_WRITTEN)).toBe('989.4');
    expect(formatNumber(400, AS_WRITTEN)).toBe('400');
    expect(formatNumber(30_000, AS_WRITTEN)).toBe('30,000');
  });

  it('is a dash, without a unit, where there is no number', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const texts = [formatNumber, formatCount, formatLargeCount, formatPercent, formatRatio, formatUsd].map((format) =>
        format(value),
      );
      expect([...texts, formatRange(1, value), ...kinds.map((kind) => formatQuantity(value, kind))]).toEqual(
        Array(texts.length + 1 + kinds.length).fill(MISSING),
      );
    }
  });

  it('never says NaN, undefined or Infinity', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...kinds), (value, kind) => {
        const texts = [formatNumber(value), formatCount(value), formatPercent(value), formatQuantity(value, kind)];
        expect(texts.join(' ')).not.toMatch(/nan|undefined|infinity/i);
      }),
    );
  });
});

describe('a quantity as text', () => {
  it.each([
    [3.35e12, 'bandwidth', '3.35 TB/s'],
    [999.96e6, 'bytes', '1.00 GB'],
    [80 * 2 ** 30, 'binary bytes', '80.0 GiB'],
    [989.4e12, 'FLOP rate', '989 TFLOP/s'],
    [0.0107, 'duration', '10.7 ms'],
    [1.5e-6, 'duration', '1.50 µs'],
    [500, 'duration', '500 s'],
    [5400, 'duration', '90.0 min'],
    [0.62, 'energy', '620 mJ'],
    [700, 'power', '700 W'],
    [4e-9, 'length', '4.00 nm'],
  ] as const)('has the prefix that suits it: %d as %s', (value, kind, text) => {
    expect(formatQuantity(value, kind)).toBe(text);
  });

  it.each([
    ['bytes', 'capacity'],
    ['binary bytes', 'capacity'],
    ['bandwidth', 'bandwidth'],
    ['FLOP rate', 'FLOP rate'],
    ['OP rate', 'OP rate'],
    ['duration', 'time'],
    ['energy', 'energy'],
    ['power', 'power'],
    ['frequency', 'frequency'],
    ['length', 'length'],
  ] as const)('reads back as what it was: %s', (kind, dimension) => {
    const range = { min: 1e-6, max: 1e12, noNaN: true };
    fc.assert(
      fc.property(fc.double(range), (value) => {
        const text = formatQuantity(value, kind, { digits: 7 }).replaceAll(',', '');
        expect(parseQuantity(text, dimension) / value).toBeCloseTo(1, 5);
      }),
    );
  });

  it('shares one unit with the others of its column', () => {
    expect(unitFor([0.02, 0.412, undefined, 1.9], 'duration').name).toBe('ms');
    expect(unitFor([undefined, 0], 'bytes').name).toBe('B');
  });
});

describe('other texts', () => {
  it('say shares, ratios, ranges, money and large counts', () => {
    expect([0, 0.00001, 0.0003, 0.482, 1].map(formatPercent)).toEqual([
      '0 %',
      '<0.01 %',
      '0.03 %',
      '48.2 %',
      '100.0 %',
    ]);
    expect(formatRatio(1.834)).toBe('1.83x');
    expect(formatRange(84.15, 102.85)).toBe('84.2 - 103');
    expect(formatUsd(2.95)).toBe('2.95 USD');
    expect(formatLargeCount(6_738_415_616)).toBe('6.74 billion');
    expect(formatLargeCount(999)).toBe('999');
    expect(formatCount(6_738_415_616)).toBe('6,738,415,616');
  });
});
