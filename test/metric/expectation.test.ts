import { describe, expect, it } from 'vitest';
import { compileExpectationIn, compileMetricIn } from '../../src/metric/metric.js';
import type { Vocabulary } from '../../src/metric/vocabulary.js';
import { compileExpectation } from '../../src/metric.js';
import { bought, refusal } from './fixture.js';

/** A world of few figures with round values. */
interface Box {
  readonly rate: number;
  readonly price?: number;
  readonly bound: string;
  readonly hot: boolean;
}
const figures = new Map<string, ReturnType<Vocabulary<Box>['find']>>([
  ['rate', { kind: 'number', unit: 'token/s', read: ({ rate }) => rate }],
  ['price', { kind: 'number', unit: 'USD/h', read: ({ price }) => price, remedy: 'state it' }],
  ['bound', { kind: 'text', allowed: ['memory', 'compute'], read: ({ bound }) => bound }],
  ['hot', { kind: 'truth', read: ({ hot }) => hot }],
]);
const boxes: Vocabulary<Box> = { of: 'a box', find: (path) => figures.get(path), paths: () => [...figures.keys()] };
const box: Box = { rate: 40, price: 3, bound: 'memory', hot: false };
const check = (formula: string, world = box) => compileExpectationIn(boxes, formula).check(world);

describe('an expectation is true or false, and says why', () => {
  it.each<[formula: string, ok: boolean, message: string]>([
    ['rate >= 40', true, 'rate is 40.0 token/s, at least 40.0 token/s'],
    ['rate >= 50', false, 'rate is 40.0 token/s, expected at least 50.0 token/s'],
    ['50 <= rate', false, 'rate is 40.0 token/s, expected at least 50.0 token/s'],
    ['rate > 40', false, 'rate is 40.0 token/s, expected more than 40.0 token/s'],
    ['rate > 40.0004', false, 'rate is 40.0000 token/s, expected more than 40.0004 token/s'],
    ['rate == 40', true, 'rate is 40.0 token/s, exactly 40.0 token/s'],
    ['rate != 40', false, 'rate is 40.0 token/s, expected other than 40.0 token/s'],
    ['rate >= 1.5 * rate', false, 'rate is 40.0 token/s, expected at least 1.5 * rate, which is 60.0 token/s'],
    ['rate > 100000 token/h', true, 'rate is 40.0 token/s, more than 27.8 token/s'],
    ['price < 2', false, 'price is 3.00 USD/h, expected less than 2.00 USD/h'],
    ['price < 2 USD/min', true, 'price is 3.00 USD/h, less than 120 USD/h'],
    [
      '30 < rate < 50',
      true,
      'rate is 40.0 token/s, more than 30.0 token/s; rate is 40.0 token/s, less than 50.0 token/s',
    ],
    ['30 < rate < 39', false, 'rate is 40.0 token/s, expected less than 39.0 token/s'],
    ['within(rate, 41, 5 %)', true, 'rate is 40.0 token/s, within 5 % of 41.0 token/s'],
    ['within(rate, 41, 1 %)', false, 'rate is 40.0 token/s, expected within 1 % of 41.0 token/s'],
    ['bound == "memory"', true, 'bound is "memory", as expected'],
    ["bound == 'compute'", false, 'bound is "memory", expected "compute"'],
    ['"memory" != bound', false, 'bound is "memory", expected other than "memory"'],
    ['hot', false, 'hot is false, expected true'],
    ['not hot', true, 'hot is false'],
    ['not (rate > 30)', false, 'rate is 40.0 token/s, expected not more than 30.0 token/s'],
    ['rate > 50 and hot', false, 'rate is 40.0 token/s, expected more than 50.0 token/s; hot is false, expected true'],
    ['rate > 30 and hot', false, 'hot is false, expected true'],
    ['rate > 30 or hot', true, 'rate is 40.0 token/s, more than 30.0 token/s'],
    ['rate > 50 or hot', false, 'rate is 40.0 token/s, expected more than 50.0 token/s; hot is false, expected true'],
    [
      'not (rate > 30 and not hot)',
      false,
      'rate is 40.0 token/s, expected not more than 30.0 token/s; hot is false, expected true',
    ],
  ])('%s', (formula, ok, message) => {
    expect(check(formula)).toMatchObject({ ok, message });
  });

  it('gives both sides as numbers in one unit', () => {
    expect(check('price < 2 USD/min')).toMatchObject({
      unit: 'USD/h',
      left: expect.closeTo(3),
      right: expect.closeTo(120),
    });
    expect(check('50 <= rate')).toMatchObject({ left: 50, right: 40, unit: 'token/s' });
  });

  it('gives a number without a unit that of the other side, as long as there is one', () => {
    expect(check('price * 24 < 100').ok).toBe(true);
    expect(refusal(() => check('rate * 1 h > 1e6'))).toBe(
      'formula:1:14: "rate * 1 h" is in token and "1e6" is a plain number: they cannot be compared; write its unit, as in "1000000 token"',
    );
    expect(refusal(() => check('rate / price > 5'))).toContain('write its unit, as in "5 token/USD"');
  });

  it('is judged on an estimate', () => {
    expect(compileExpectation('decode.bound == "memory" and decode.tokensPerSecond > 50').check(bought).ok).toBe(true);
    expect(compileExpectation('decode.tokensPerSecond <= decode.tokensPerSecond.ideal').check(bought).ok).toBe(true);
    expect(compileExpectation('decode.power.limited').check(bought).ok).toBe(bought.decode.power.limited);
  });

  it('prints sizes, times and the like with the prefix that suits them', () => {
    expect(compileExpectation('memory.weightBytes < 3 GiB').check(bought).message).toBe(
      'memory.weightBytes is 3.83 GB, expected less than 3.22 GB',
    );
    expect(compileExpectation('decode.seconds < 1 us').check(bought).message).toMatch(
      /^decode\.seconds is [\d,.]+ µs, expected less than 1\.00 µs$/,
    );
  });

  it('knows the names of its own world alone', () => {
    expect(refusal(() => check('decode.mbu > 0.5'))).toContain('"decode.mbu" is not a figure of a box');
    expect(compileMetricIn(boxes, 'rate / price').evaluate(box)).toBeCloseTo((40 / 3) * 3600, 9);
  });
});
