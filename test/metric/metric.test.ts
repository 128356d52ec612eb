import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMetric, listFigures } from '../../src/metric.js';
import { bought, refusal, unpriced } from './fixture.js';

const { decode, prefill, memory, energy, cost, workload, hardware } = bought;

describe('a formula is a number over the figures of an estimate', () => {
  it.each<[formula: string, value: number | undefined, unit: string]>([
    ['decode.tokensPerSecond', decode.tokensPerSecond.expected, 'token/s'],
    ['decode.tokensPerSecond.low', decode.tokensPerSecond.low, 'token/s'],
    ['decode.tokensPerSecond.ideal', decode.tokensPerSecond.ideal, 'token/s'],
    ['decode.mbu', decode.mbu, ''],
    ['decode.terms.memory', decode.terms.memory, 's'],
    ['hardware.peakBandwidth', hardware.peakBandwidth, 'B/s'],
    ['cost.usdPerMillionOutputTokens', cost?.usdPerMillionOutputTokens, 'USD/Mtoken'],
    ['cost.usdPerHour * 24', (cost?.usdPerHour ?? 0) * 24, 'USD/h'],
    ['decode.tokensPerSecond / cost.purchaseUsd', decode.tokensPerSecond.expected / 6999, 'token/s/USD'],
    ['memory.weightBytes / 1 GiB', memory.weightBytes / 2 ** 30, ''],
    ['energy.joulesPerToken * 1e6', energy.joulesPerToken * 1e6, 'J/token'],
    ['decode.power.joules.total / decode.seconds', decode.power.watts, 'W'],
    ['1 h * decode.tokensPerSecond', 3600 * decode.tokensPerSecond.expected, 'token'],
    [
      'prefill.timeToFirstToken + workload.outputTokens * decode.timePerOutputToken',
      prefill.timeToFirstToken.expected + workload.outputTokens * decode.timePerOutputToken.expected,
      's',
    ],
    ['prefill.timeToFirstToken + 250 ms', prefill.timeToFirstToken.expected + 0.25, 's'],
    ['min(decode.mbu, decode.mfu, 1 %)', Math.min(decode.mbu, decode.mfu, 0.01), ''],
    ['max(2, 3)', 3, ''],
    ['abs(decode.seconds - prefill.seconds)', Math.abs(decode.seconds - prefill.seconds), 's'],
    ['sqrt(decode.seconds ^ 2)', decode.seconds, 's'],
    ['log2(8) + log10(1000) + exp(0)', 7, ''],
    ['round(2.5) + floor(2.9) + ceil(2.1)', 8, ''],
    ['2 + 3 * 4 ^ 2 / 8 - 1', 7, ''],
    ['-2 ^ 2', -4, ''],
    ['2 ^ 3 ^ 2', 512, ''],
    ['(2 + 3) * 4', 20, ''],
    ['5 % * 200', 10, ''],
    ['1 kWh', 3.6e6, 'J'],
    ['3 TB/s', 3e12, 'B/s'],
    ['700 W * 2 s', 1400, 'J'],
    ['1 W', 1, 'W'],
    ['1.5 us', 1.5e-6, 's'],
    ['1.5 µs', 1.5e-6, 's'],
    ['-5 ms', -0.005, 's'],
    ['2 Mtoken / 1 h', 2e6 / 3600, 'token/s'],
    ['decode.seconds\n  / prefill.seconds', decode.seconds / prefill.seconds, ''],
  ])('%s', (formula, value, unit) => {
    const metric = compileMetric(formula);
    expect(metric.evaluate(bought)).toBeCloseTo(value ?? Number.NaN, 12);
    expect(metric.unit).toBe(unit);
  });

  it('is given in the unit that is asked for', () => {
    const asked = compileMetric('decode.seconds', { unit: 'ms' });
    expect(asked.unit).toBe('ms');
    expect(asked.evaluate(bought)).toBeCloseTo(decode.seconds * 1000, 12);
    expect(compileMetric('decode.mbu', { unit: '%' }).evaluate(bought)).toBeCloseTo(decode.mbu * 100, 12);
    expect(compileMetric('energy.joulesPerToken', { unit: 'kWh/Mtoken' }).evaluate(bought)).toBeCloseTo(
      energy.joulesPerToken / 3.6,
      12,
    );
  });

  it('refuses a unit of another kind', () => {
    expect(refusal(() => compileMetric('decode.seconds', { unit: 'GB' }))).toBe(
      'formula:1:1: "decode.seconds" is in s, and cannot be given in "GB"; name a unit of its kind',
    );
    expect(refusal(() => compileMetric('decode.mbu', { unit: 'percent' }))).toContain('cannot be given in "percent"');
  });

  it('says of a figure that is absent what would make it present', () => {
    const metric = compileMetric('decode.tokensPerSecond / cost.purchaseUsd');
    expect(refusal(() => metric.evaluate(unpriced))).toBe(
      'formula:1:26: "cost.purchaseUsd" is not known of an estimate; state the price of the machine',
    );
  });

  it('has no value where it divides by zero, and says by what', () => {
    const metric = compileMetric('1 / (decode.mbu - decode.mbu)');
    expect(refusal(() => metric.evaluate(bought))).toBe(
      'formula:1:5: "(decode.mbu - decode.mbu)" is zero; divide by what is not zero',
    );
    expect(refusal(() => compileMetric('log2(decode.mbu - decode.mbu)').evaluate(bought))).toContain('no finite value');
  });

  it('names every number of an estimate but those of lists', () => {
    const names = new Map(listFigures().map(({ path, unit }) => [path, unit]));
    const found = leaves(bought, []);
    expect(found.length).toBeGreaterThan(80);
    for (const path of found) expect(names.has(path), path).toBe(true);
  });

  it('reads each figure from the field of its name', () => {
    for (const path of leaves(bought, [])) {
      const value = path
        .split('.')
        .reduce<unknown>((object, field) => (object as Record<string, unknown>)[field], bought);
      expect(compileMetric(path).evaluate(bought)).toBeCloseTo(Number(value), 9);
    }
  });
});

describe('laws of formulas', () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const paths = fc.constantFrom('decode.seconds', 'memory.totalBytes', 'cost.usdPerHour', 'energy.watts.low');

  it('a constant formula is what the same arithmetic gives', () => {
    fc.assert(
      fc.property(finite, finite, fc.constantFrom('+', '-', '*'), (a, b, operator) => {
        const wanted = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
        expect(compileMetric(`(${a}) ${operator} (${b})`).evaluate(bought) === wanted).toBe(true);
      }),
    );
  });

  it('a figure divided by itself is one without a unit, and times a number is that many times it', () => {
    fc.assert(
      fc.property(paths, finite, (path, factor) => {
        const ratio = compileMetric(`${path} / ${path}`);
        expect([ratio.evaluate(bought), ratio.unit]).toEqual([1, '']);
        const scaled = compileMetric(`${path} * (${factor})`).evaluate(bought);
        expect(scaled).toBeCloseTo(compileMetric(path).evaluate(bought) * factor, 0);
      }),
    );
  });

  it('any text is refused by a FormulaError or gives a finite number', () => {
    const words = [
      'decode',
      '.',
      'mbu',
      '1',
      '2.5',
      'GiB',
      ' ',
      '(',
      ')',
      '+',
      '-',
      '*',
      '/',
      '^',
      '%',
      ',',
      'min',
      '<',
    ];
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(fc.constantFrom(...words), { maxLength: 15 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (formula) => {
        try {
          expect(Number.isFinite(compileMetric(formula).evaluate(bought))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'FormulaError', code: 'invalid-formula' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const notQuantities = ['schemaVersion', 'engine.overlap'];

/** Paths of all quantities outside of lists. */
function leaves(value: unknown, path: readonly string[]): readonly string[] {
  if (typeof value === 'number') return notQuantities.includes(path.join('.')) ? [] : [path.join('.')];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => leaves(inner, [...path, field]));
}
