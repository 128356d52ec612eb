import { describe, expect, it } from 'vitest';
import { estimate, getHardware, vary } from '../../src/index.js';
import { changed, result, study } from './studies.js';

const workload = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'ideal', weights: 'f16' };

describe('a study', () => {
  const found = result(study);
  const caseOf = (variant: string, batch: number) =>
    found.cases.find((one) => one.variant === variant && one.at.batch === batch);
  const valuesOf = (variant: string, batch: number) => {
    const one = caseOf(variant, batch);
    if (!one?.ok) throw new Error(`${variant} has no estimate`);
    return one;
  };

  it('estimates every variant at every point, the baseline first', () => {
    expect(found.cases.map(({ variant, at }) => [variant, at.batch])).toEqual([
      ['baseline', 1],
      ['faster', 1],
      ['small', 1],
      ['baseline', 8],
      ['faster', 8],
      ['small', 8],
    ]);
    expect(found.passed).toBe(true);
  });

  it('gives to the last bit what estimate() gives', () => {
    const base = estimate({ ...workload, batch: 8 });
    expect(valuesOf('baseline', 8).values.rate).toBe(base.decode.tokensPerSecond.expected);
    expect(valuesOf('baseline', 8).values.tpot).toBe(base.decode.timePerOutputToken.expected / 1e-3);
    const hardware = vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.bandwidth': '2x' });
    expect(valuesOf('faster', 1).values.rate).toBe(estimate({ ...workload, hardware }).decode.tokensPerSecond.expected);
    const small = estimate({ ...workload, kvCache: 'q8_0', outputTokens: 64, batch: 8 });
    expect(valuesOf('small', 8).values.rate).toBe(small.decode.tokensPerSecond.expected);
  });

  it('gives the ratios to the baseline at the same point', () => {
    const [base, faster] = [valuesOf('baseline', 8), valuesOf('faster', 8)];
    expect(faster.ratios.rate).toBe((faster.values.rate ?? 0) / (base.values.rate ?? 0));
    expect(base.ratios).toEqual({ rate: 1, tpot: 1 });
  });

  it('asks an expectation that names its variants once at each point, others of the variants and points it is for', () => {
    const [between, own] = found.expectations;
    expect(between?.checks.map(({ variant, at }) => [variant, at.batch])).toEqual([
      [undefined, 1],
      [undefined, 8],
    ]);
    expect(own?.checks.map(({ variant, at }) => [variant, at.batch])).toEqual([
      ['baseline', 8],
      ['faster', 8],
    ]);
    expect(own).toMatchObject({ ok: true, because: 'it is large', place: 'study.yaml:20:15' });
  });

  it('fails where an expectation does not hold, and says at which case and by what numbers', () => {
    const failed = result(changed('rate > 100,', 'rate < 3000,'));
    expect(failed.passed).toBe(false);
    const checks = failed.expectations[1]?.checks.filter(({ ok }) => !ok);
    expect(checks?.map(({ variant }) => variant)).toEqual(['faster']);
    expect(checks?.[0]?.message).toMatch(/^rate is 3,\d{3} token\/s, expected less than 3,000 token\/s$/);
  });

  it('has usual metrics where none are stated', () => {
    const { metrics, cases } = result('name: plain\nbaseline: { model: llama-2-7b, hardware: h100-sxm-80gb }\n');
    expect(metrics.map(({ name, unit }) => [name, unit])).toEqual([
      ['rate', 'token/s'],
      ['tpot', 'ms/token'],
      ['ttft', 's'],
      ['perToken', 'J/token'],
      ['price', 'USD/Mtoken'],
    ]);
    const [only] = cases;
    expect(only?.ok && Object.keys(only.values)).toHaveLength(5);
  });
});

describe('axes of a study', () => {
  const values = (axis: string) =>
    result(changed('batch: [1, 8]', axis).replace(/ {2}- \{ expect.*\n/, '')).axes[0]?.values;

  it.each<[axis: string, values: readonly (string | number)[]]>([
    ['batch: { from: 1, to: 64, count: 7, spacing: log }', [1, 2, 4, 8, 16, 32, 64]],
    ['batch: { from: 1, to: 10, count: 4 }', [1, 4, 7, 10]],
    ['batch: { from: 1, to: 2, count: 9, spacing: log }', [1, 2]],
    ['prompt-tokens: { from: 100, to: 400, step: 150 }', [100, 250, 400]],
    ['hardware.power.tdp: { from: 400 W, to: 700 W, count: 3 }', ['400 W', '550 W', '700 W']],
    [
      'hardware.memory.l2.bandwidth: { from: 1 TB/s, to: 4 TB/s, count: 4, spacing: log }',
      ['1 TB/s', '1.5874 TB/s', '2.51984 TB/s', '4 TB/s'],
    ],
    ['backend: [any]', ['any']],
  ])('%s', (axis, wanted) => {
    expect(values(axis)).toEqual(wanted);
  });

  it('go through all their combinations', () => {
    const { cases } = result(changed('batch: [1, 8]', 'batch: [1, 8]\n  prompt-tokens: [10, 20, 30]'));
    expect(cases).toHaveLength(3 * 2 * 3);
    expect(new Set(cases.map(({ variant, at }) => JSON.stringify([variant, at]))).size).toBe(18);
  });
});

describe('cases without an estimate', () => {
  const large = `name: large
baseline: { model: llama-2-70b, hardware: h100-sxm-80gb, weights: f16 }
variants:
  quarter: { set: { weights: q4_0, engine: llama.cpp } }
metrics: { rate: decode.tokensPerSecond }
expectations:
  - not baseline.fits and quarter.fits
`;

  it('are findings, which an expectation can be about', () => {
    const { cases, passed } = result(large);
    expect(cases.map(({ ok }) => ok)).toEqual([false, true]);
    expect(passed).toBe(true);
    const [, quarter] = cases;
    expect(quarter?.ok && quarter.ratios).toEqual({});
  });

  it('fail an expectation about their figures, with the reason', () => {
    const { expectations } = result(`${large}  - rate > 1\n`);
    expect(expectations[1]?.checks).toMatchObject([
      { variant: 'baseline', ok: false, message: expect.stringContaining('llama-2-70b needs') },
      { variant: 'quarter', ok: true },
    ]);
  });

  it('fail the study when they are all that there is', () => {
    expect(result(large.replace(/variants:(.|\n)*/, '')).passed).toBe(false);
  });

  it('leave out a metric that has no value, with the reason', () => {
    const text = changed(
      'rate: decode.tokensPerSecond',
      'rate: decode.tokensPerSecond\n  bad: 1 / (decode.mbu - decode.mbu)',
    );
    const [first] = result(text).cases;
    expect(first?.ok && first.missing).toEqual({
      bad: '"(decode.mbu - decode.mbu)" is zero; divide by what is not zero',
    });
    expect(first?.ok && first.values).not.toHaveProperty('bad');
  });
});
