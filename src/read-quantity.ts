import { quantityReader, type UnitReading, unitText } from './quantity-text.js';

/** A unit by itself: its value in SI units, its dimension as exponents of base quantities, the prefixes it takes. */
interface Base {
  readonly factor: number;
  readonly exponents: Readonly<Record<string, number>>;
  readonly prefixes: 'decimal' | 'information' | 'none';
  readonly information?: 'bytes' | 'bits';
}

const decimal = { p: 1e-12, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const large = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };

const prefixes: Readonly<Record<Base['prefixes'], Readonly<Record<string, number>>>> = {
  decimal,
  information: { ...large, ...binary },
  none: {},
};

const bits: Base = { factor: 1, exponents: { information: 1 }, prefixes: 'information', information: 'bits' };

const bases: Readonly<Record<string, Base>> = {
  B: { factor: 1, exponents: { information: 1 }, prefixes: 'information', information: 'bytes' },
  b: bits,
  bit: bits,
  bits,
  FLOP: { factor: 1, exponents: { flop: 1 }, prefixes: 'decimal' },
  OP: { factor: 1, exponents: { operation: 1 }, prefixes: 'decimal' },
  clock: { factor: 1, exponents: { clock: 1 }, prefixes: 'none' },
  USD: { factor: 1, exponents: { money: 1 }, prefixes: 'none' },
  s: { factor: 1, exponents: { time: 1 }, prefixes: 'decimal' },
  min: { factor: 60, exponents: { time: 1 }, prefixes: 'none' },
  h: { factor: 3600, exponents: { time: 1 }, prefixes: 'none' },
  day: { factor: 86400, exponents: { time: 1 }, prefixes: 'none' },
  month: { factor: 2629800, exponents: { time: 1 }, prefixes: 'none' },
  year: { factor: 31557600, exponents: { time: 1 }, prefixes: 'none' },
  Hz: { factor: 1, exponents: { time: -1 }, prefixes: 'decimal' },
  W: { factor: 1, exponents: { energy: 1, time: -1 }, prefixes: 'decimal' },
  J: { factor: 1, exponents: { energy: 1 }, prefixes: 'decimal' },
  Wh: { factor: 3600, exponents: { energy: 1 }, prefixes: 'decimal' },
  m: { factor: 1, exponents: { length: 1 }, prefixes: 'decimal' },
};

/**
 * Reads a quantity into an SI number, as specs write them, without the library of units that specs are read with: the same
 * grammar, values and messages, over the units that specs use. Throws `QuantityError`.
 * @example readQuantity('4.8 TB/s', 'bandwidth') // => 4800000000000
 */
export const readQuantity = quantityReader(readUnit);

function readUnit(unit: string): UnitReading | undefined {
  const spelling = unit.replace(/[µμ]/g, 'u');
  if (!unitText.test(spelling)) return undefined;
  const [over, under] = spelling.split('/').map((word) => readWord(word.trim()));
  if (over === undefined) return undefined;
  if (!spelling.includes('/')) return readingOf(over.factor, over.exponents, over.information);
  if (under === undefined) return undefined;
  const exponents = { ...over.exponents };
  for (const [name, power] of Object.entries(under.exponents)) exponents[name] = (exponents[name] ?? 0) - power;
  return readingOf(over.factor / under.factor, exponents, over.information ?? under.information);
}

function readWord(word: string): Base | undefined {
  const plain = entry(bases, word);
  if (plain !== undefined) return plain;
  for (const length of [1, 2]) {
    const base = entry(bases, word.slice(length));
    const prefix = base === undefined ? undefined : entry(prefixes[base.prefixes], word.slice(0, length));
    if (base !== undefined && prefix !== undefined) return { ...base, factor: prefix * base.factor };
  }
  return undefined;
}

/** What a table has under a name; `valueOf` is none of its entries. */
function entry<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function readingOf(
  factor: number,
  exponents: Readonly<Record<string, number>>,
  information: Base['information'],
): UnitReading {
  const signature = Object.entries(exponents)
    .filter(([, power]) => power !== 0)
    .map(([name, power]) => `${name}^${power}`)
    .sort()
    .join(' ');
  return { signature, information: information ?? 'none', factor };
}
