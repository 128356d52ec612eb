import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dimension, exampleOf, unitDimensions, unitRules } from '../src/dimensions.js';
import { QuantityError } from '../src/errors.js';
import { readQuantity } from '../src/read-quantity.js';
import { parseWithLibrary } from '../src/units.js';

const dimensions: readonly Dimension[] = [...unitDimensions(), 'fraction', 'count', 'number'];

const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'm', 'u', 'µ', 'n', 'p', 'K', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'x'];
const bases = ['B', 'b', 'bit', 'FLOP', 'FLOPS', 'OP', 'clock', 'USD', 's', 'min', 'h', 'day', 'month', 'year', 'Hz'];
const more = ['W', 'J', 'Wh', 'm', 'hz', 'EUR', 'flop', 'byte'];
const word = fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom(...bases, ...more)).map((parts) => parts.join(''));
const unit = fc.oneof(
  word,
  fc.tuple(word, word).map((words) => words.join('/')),
);
const number = fc.constantFrom('1', '3.35', '4.35', '.5', '1e3', '2.95', '0', '-2', '1e400', '');

type Result = { readonly value: number } | { readonly message: string };

function tell(read: typeof readQuantity, text: string, dimension: Dimension): Result {
  try {
    return { value: read(text, dimension) };
  } catch (error) {
    if (error instanceof QuantityError) return { message: error.message };
    throw error;
  }
}

describe('the reader of quantities without a library', () => {
  it('gives the number that the reader of specs gives, for any unit that it takes', () => {
    fc.assert(
      fc.property(number, unit, fc.constantFrom(...dimensions), (digits, name, dimension) => {
        const text = `${digits} ${name}`;
        const own = tell(readQuantity, text, dimension);
        if (!('value' in own)) return;
        const other = tell(parseWithLibrary, text, dimension);
        expect(other).toHaveProperty('value');
        if ('value' in other) expect(Math.abs(other.value / own.value - 1)).toBeLessThan(1e-15);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes what the reader of specs takes, of the units of every dimension with every usual prefix', () => {
    for (const dimension of unitDimensions()) {
      const stem = exampleOf(dimension).replace(/^\S+ /, '');
      for (const prefix of prefixes.filter((one) => one !== '')) {
        const text = `2 ${prefix}${stem.replace(/^(?:[kMGTP]i?|[munp](?=[A-Za-z]))/, '')}`;
        expect([text, tell(readQuantity, text, dimension)]).toEqual([text, tell(parseWithLibrary, text, dimension)]);
      }
    }
  });

  it.each([
    ['3.35 Tb/s', 'bandwidth'],
    ['900 Gbps', 'bandwidth'],
    ['3.35 TBps', 'bandwidth'],
    ['80', 'capacity'],
    ['GB/s', 'bandwidth'],
    ['700 TFLOPS', 'FLOP rate'],
    ['700 TOP/s', 'FLOP rate'],
    ['80 %', 'fraction'],
    ['1.5', 'fraction'],
    ['1.5', 'count'],
    ['-1 W', 'power'],
    ['0 W', 'power'],
    ['1830 Mhz', 'frequency'],
    ['', 'money'],
    ['Infinity s', 'time'],
    ['valueOf', 'capacity'],
    ['2 valueOf', 'capacity'],
    ['2 GB/constructor', 'bandwidth'],
  ] as const)('refuses %s as a %s in the words of the reader of specs', (text, dimension) => {
    const own = tell(readQuantity, text, dimension);
    expect(own).toHaveProperty('message');
    expect(own).toEqual(tell(parseWithLibrary, text, dimension));
  });

  it('reads every quantity that stands in a machine of the catalogue', () => {
    const folder = path.resolve(import.meta.dirname, '../hardware-specs');
    const texts = readdirSync(folder).flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/value: (\d[\d.]* [A-Za-z/]+)(?=, [a-z])/g)].map(
        ([, text = '']) => text,
      ),
    );
    const known = unitDimensions();
    expect(texts.length).toBeGreaterThan(2000);
    for (const text of new Set(texts)) {
      const found = known.map((dimension) => tell(readQuantity, text, dimension));
      expect([text, found.filter((result) => 'value' in result).length]).toEqual([text, 1]);
      expect(found).toEqual(known.map((dimension) => tell(parseWithLibrary, text, dimension)));
    }
  });

  it('has an example for each dimension that it reads', () => {
    for (const dimension of unitDimensions()) {
      expect(readQuantity(unitRules[dimension].example, dimension)).toBeGreaterThan(0);
    }
  });
});
