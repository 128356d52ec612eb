import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EstimateInput,
  estimate,
  getHardware,
  type Solution,
  type SolveOptions,
  solve,
  tryEstimate,
  vary,
} from '../../src/index.js';

const ideal = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'ideal' } as const;
const RATE = 'decode.tokensPerSecond';
const BANDWIDTH = 'hardware.memory.hbm.bandwidth';

function found(solution: Solution): Extract<Solution, { ok: true }> {
  if (!solution.ok) throw new Error(solution.sentence);
  return solution;
}

function rateAt(bandwidth: number): number {
  const hardware = vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.bandwidth': bandwidth });
  return estimate({ ...ideal, hardware }).decode.tokensPerSecond.expected;
}

describe('a bandwidth', () => {
  it('is the least that reaches a rate: a little less does not', () => {
    fc.assert(
      fc.property(fc.double({ min: 20, max: 3000, noNaN: true }), (atLeast) => {
        const { value, metric, monotone } = found(solve(ideal, { field: BANDWIDTH, metric: RATE, atLeast }));
        expect(monotone).toBe(true);
        expect(metric).toBeGreaterThanOrEqual(atLeast);
        expect(rateAt(Number(value))).toBe(metric);
        expect(rateAt(Number(value) * (1 - 1e-6))).toBeLessThan(atLeast);
      }),
      { numRuns: 15 },
    );
  });

  it('doubles with the rate where memory binds', () => {
    const bandwidth = (atLeast: number) =>
      Number(found(solve(ideal, { field: BANDWIDTH, metric: RATE, atLeast })).value);
    expect(bandwidth(400) / bandwidth(200)).toBeCloseTo(2, 3);
  });

  it('comes with the whole estimate', () => {
    const { estimate: whole, metric } = found(solve(ideal, { field: BANDWIDTH, metric: RATE, target: 500 }));
    expect(whole.decode.tokensPerSecond.expected).toBe(metric);
    expect(metric).toBeCloseTo(500, 4);
    expect(structuredClone(whole)).toEqual(whole);
  });

  it('is answered with the best and with what binds where none is enough', () => {
    const solution = solve(
      { model: 'llama-3.1-8b', hardware: 'rtx-4090', weights: 'q4_k_m' },
      { field: 'hardware.memory.vram.bandwidth', metric: RATE, atLeast: 1000, to: '8 TB/s' },
    );
    expect(solution).toMatchObject({ ok: false, reason: 'never', best: { value: 8e12, text: '8 TB/s' } });
    expect(solution.sentence).toMatch(
      /^no value of .* at least 1,000 token\/s: even 8 TB\/s gives [\d.]+ token\/s, where decode is bound by \w+$/,
    );
  });

  it('is not needed where every one does', () => {
    const solution = solve(ideal, { field: BANDWIDTH, metric: RATE, atLeast: 10, from: '1 TB/s', to: '2x' });
    expect(solution).toMatchObject({ ok: false, reason: 'always', best: { value: 1e12 } });
    expect(solution.sentence).toContain('already 1 TB/s gives');
  });
});

describe('whole numbers', () => {
  const pace = (batch: number): number => estimate({ ...ideal, batch }).decode.timePerOutputToken.expected;

  it('are exact: the largest batch within a time, and the next is beyond', () => {
    const options = { field: 'batch', metric: 'decode.timePerOutputToken', atMost: 0.01 };
    const { value } = found(solve(ideal, options));
    expect(Number.isInteger(value)).toBe(true);
    expect(pace(Number(value))).toBeLessThanOrEqual(0.01);
    expect(pace(Number(value) + 1)).toBeGreaterThan(0.01);
  });

  it('are exact: the smallest batch with a rate, and one less is too slow', () => {
    const options = { field: 'batch', metric: RATE, atLeast: 5000 };
    const { value, metric } = found(solve(ideal, options));
    expect(metric).toBeGreaterThanOrEqual(5000);
    expect(estimate({ ...ideal, batch: Number(value) - 1 }).decode.tokensPerSecond.expected).toBeLessThan(5000);
  });

  it('end where memory does, and say so', () => {
    const solution = found(solve(ideal, { field: 'batch', metric: 'decode.timePerOutputToken', atMost: 10 }));
    expect(solution.value).toBe(estimate(ideal).memory.largestBatch);
    expect(solution.sentence).toContain('beyond, it does not run: llama-2-7b needs');
    expect(tryEstimate({ ...ideal, batch: Number(solution.value) + 1 }).ok).toBe(false);
  });

  it('are so of a machine too', () => {
    const options = { field: 'hardware.units.gpu.count', metric: 'prefill.timeToFirstToken', atMost: 0.005 };
    const { value } = found(solve(ideal, options));
    const time = (count: number) =>
      estimate({ ...ideal, hardware: vary(getHardware('h100-sxm-80gb'), { 'units.gpu.count': count }) }).prefill
        .timeToFirstToken.expected;
    expect(time(Number(value))).toBeLessThanOrEqual(0.005);
    expect(time(Number(value) - 1)).toBeGreaterThan(0.005);
  });
});

describe('a list', () => {
  const weights = ['f16', 'q8_0', 'q4_0', 'iq2_xxs'];
  const bytes = 'memory.weightBytes';

  it('is gone through in its order', () => {
    const asked = { ...ideal, engine: 'llama.cpp' };
    const sizes = weights.map((format) => estimate({ ...asked, weights: format }).memory.weightBytes);
    const [, second = 0, third = 0] = sizes;
    const least = found(solve(asked, { field: 'weights', values: weights, metric: bytes, atMost: third }));
    expect(least.value).toBe('q4_0');
    const most = found(solve(asked, { field: 'weights', values: weights, metric: bytes, atLeast: second }));
    expect(most.value).toBe('q8_0');
    expect(most.sentence).toContain('weights q8_0 is the last with memory.weightBytes of at least');
  });

  it('of machines takes objects as well as ids', () => {
    const values = ['rtx-3060-12gb', getHardware('rtx-4090'), 'h100-sxm-80gb'];
    const solution = found(solve(ideal, { field: 'hardware', values, metric: RATE, atLeast: 200 }));
    expect(solution.text).toBe('h100-sxm-80gb');
  });

  it('that goes up and down is said to', () => {
    const values = ['h100-sxm-80gb', 'rtx-4090', 'h200-sxm-141gb'];
    const solution = solve({ ...ideal, weights: 'fp8' }, { field: 'hardware', values, metric: RATE, atMost: 200 });
    expect(solution).toMatchObject({ ok: true, value: 'rtx-4090', monotone: false });
    expect(solution.sentence).toContain('goes up and down over these values');
  });
});

it('never gives a silent answer for a metric that goes up and down', () => {
  const hill = (at: number) => (e: { readonly workload: { readonly batch: number } }) =>
    Math.exp(-(Math.log(e.workload.batch / at) ** 2) * 40);
  // The peak stands between two points of the scan, which steps by a third here.
  const options = { field: 'batch', metric: hill(41), atLeast: 0.999, to: 200 } satisfies SolveOptions;
  const solution = found(solve(ideal, options));
  expect(solution).toMatchObject({ ok: true, value: 41, monotone: false });
  expect(solution.sentence).toContain('goes up and down');
});

it('finds what a price may be', () => {
  const metric = 'cost.usdPerMillionOutputTokens';
  const now = estimate(ideal).cost?.usdPerMillionOutputTokens ?? 0;
  const { value } = found(solve(ideal, { field: 'hardware.price.rental', metric, atMost: now / 2 }));
  expect(Number(value) / (getHardware('h100-sxm-80gb').price.rental ?? 0)).toBeCloseTo(0.5, 6);
  const bought = { ...ideal, hardware: 'm2-ultra-76c' } as const;
  const solution = solve(bought, { field: 'price.utilisation', metric, atMost: 5, from: 0.01 });
  expect(found(solution).estimate.cost?.usdPerMillionOutputTokens).toBeCloseTo(5, 6);
});

it('takes multiples where a path is of several formats', () => {
  const options = { field: 'hardware.units.gpu.peaks', metric: 'prefill.timeToFirstToken', atMost: 0.005 };
  const { value, text } = found(solve(ideal, options));
  const hardware = vary(getHardware('h100-sxm-80gb'), { 'units.gpu.peaks': `${value}x` });
  expect(estimate({ ...ideal, hardware }).prefill.timeToFirstToken.expected).toBeLessThanOrEqual(0.005);
  expect(text).toMatch(/^[\d.]+x$/);
});

it('counts from 0 where nothing may be', () => {
  const metric = 'memory.cacheBytes';
  const least = estimate(ideal).memory.cacheBytes;
  const one = found(solve(ideal, { field: 'cachedTokens', metric, atLeast: least + 1, to: 1000 }));
  expect(one.value).toBe(1);
  const none = solve(ideal, { field: 'cachedTokens', metric, atMost: least - 1, to: 0 });
  expect(none).toMatchObject({ ok: false, reason: 'never', best: { value: 0 }, tried: 1 });
});

it('finds the memory that a model needs', () => {
  const field = 'hardware.memory.hbm.capacity';
  const { value } = found(solve({ ...ideal, model: 'llama-2-70b' }, { field, metric: RATE, atLeast: 1 }));
  const fits = (capacity: number) => {
    const hardware = vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.capacity': capacity });
    return tryEstimate({ ...ideal, model: 'llama-2-70b', hardware }).ok;
  };
  expect(fits(Number(value))).toBe(true);
  expect(fits(Number(value) * (1 - 1e-6))).toBe(false);
});

describe('an answer in words', () => {
  const asked: EstimateInput = { model: 'llama-3.1-8b', hardware: 'rtx-4090', weights: 'q4_k_m' };
  const vram = (path: string, text: string) =>
    tryEstimate({ ...asked, hardware: vary(getHardware('rtx-4090'), { [`memory.vram.${path}`]: text }) });
  const rate = (outcome: ReturnType<typeof vram>) =>
    outcome.ok ? outcome.estimate.decode.tokensPerSecond.expected : 0;

  it.each([33, 50, 77, 100, 161.2, 250, 340])(
    'reaches the target when it is given in its turn: %d token/s',
    (atLeast) => {
      const { text } = found(solve(asked, { field: 'hardware.memory.vram.bandwidth', metric: RATE, atLeast }));
      expect(text).toMatch(/^[\d.]{1,8} [GT]B\/s$/);
      expect(rate(vram('bandwidth', text))).toBeGreaterThanOrEqual(atLeast);
    },
  );

  it.each(['llama-3.1-8b', 'llama-2-7b', 'qwen3-0.6b', 'llama-2-13b'])('is a memory into which %s fits', (model) => {
    for (const weights of ['q8_0', 'q4_0', 'q4_k_m', 'f16']) {
      const question = { ...asked, model, weights };
      const field = 'hardware.memory.vram.capacity';
      const { text } = found(solve(question, { field, metric: RATE, atLeast: 1 }));
      const hardware = vary(getHardware('rtx-4090'), { 'memory.vram.capacity': text });
      expect(tryEstimate({ ...question, hardware }).ok, `${weights} in ${text}`).toBe(true);
    }
  });

  it('is rounded down where more is too much', () => {
    const options = { field: 'hardware.memory.vram.bandwidth', metric: RATE, atMost: 77 };
    const { text, value } = found(solve(asked, options));
    expect(rate(vram('bandwidth', text))).toBeLessThanOrEqual(77);
    expect(Number.parseFloat(text) * 1e9).toBeGreaterThan(Number(value) * (1 - 1e-5));
  });

  it('has no commas, which nothing reads', () => {
    const bought: EstimateInput = { ...asked, hardware: 'm2-ultra-76c' };
    const metric = 'cost.usdPerMillionOutputTokens';
    const now = estimate(bought).cost?.usdPerMillionOutputTokens ?? 0;
    const purchase = found(solve(bought, { field: 'hardware.price.purchase', metric, atMost: now * 2 }));
    expect(purchase.text).toMatch(/^\d{4,5}(\.\d+)? USD$/);
    const prompt = { field: 'promptTokens', metric: 'prefill.timeToFirstToken', atLeast: 0.03 };
    expect(found(solve(ideal, prompt)).text).toMatch(/^\d{4}$/);
    const part = found(solve(bought, { field: 'price.utilisation', metric, atMost: now * 3 }));
    expect(part.text).toMatch(/^0\.\d{6,7}$/);
    const price = { utilisation: Number(part.text) };
    expect(estimate({ ...bought, price }).cost?.usdPerMillionOutputTokens).toBeLessThanOrEqual(now * 3);
  });
});

describe('a question that cannot be', () => {
  it.each<[Partial<SolveOptions>, string]>([
    [{ field: 'devices' }, 'devices: only one device can be estimated so far'],
    [{ field: 'weights' }, 'name them in their order'],
    [{ field: 'hardware.memory.hbm.technology' }, 'name them in their order'],
    [{ field: 'bathc' }, 'did you mean "batch"'],
    [{ field: 'hardware.memory.hmb.bandwidth' }, 'did you mean "memory.hbm.bandwidth"'],
    [{ metric: 'decode.bound' }, 'is no number'],
    [{ metric: 'decode.speed' }, 'an estimate has no figure'],
    [{ atMost: 5 }, '2 targets are given'],
    [{ from: '38 Tb/s' }, 'in bits'],
    [{ from: '4 TB/s', to: '2 TB/s' }, 'the range goes down, from 4 TB/s to 2 TB/s; write the lesser end first'],
    [{ from: '300 TB/s' }, 'the range goes down, from 300 TB/s to 214.4 TB/s'],
    [{ field: 'price.lifeYears', from: -1, to: 2 }, 'no positive number goes from -1 to 2'],
    [{ field: 'batch', from: -4, to: 10 }, 'batch: -4 is below 1, the least that it can be'],
    [{ field: 'batch', from: 1.2, to: 1.8 }, 'no whole number goes from 1.2 to 1.8'],
    [{ field: 'batch', from: 'few' }, '"few" is not a number'],
    [{ field: 'cachedTokens', from: 5, to: 1 }, 'the range goes down, from 5 to 1'],
    [{ field: 'weights', values: [] }, 'there is no value to try'],
    [{ field: 'weights', values: ['f16', 'q8_x', 'q4_0'] }, 'no weight format has the id "q8_x"; did you mean q8_0'],
    [{ field: 'hardware', values: ['h100-sxm-80gb', 'rtx-409'] }, 'no hardware has the id "rtx-409"; did you mean'],
    [{ field: 'engine', values: ['ideal', 'llama.ccp'] }, 'did you mean "llama.cpp"'],
    [{ field: BANDWIDTH, values: ['4 TB/s', '5'] }, '"5" has no unit'],
    [{ field: 'engineDate', values: ['2024-05', '2024-13'] }, '"2024-13" is no month'],
    [{ atLeast: Number.NaN }, 'NaN is not a number'],
    [{ field: undefined as never }, 'field: no field is named'],
    [{ metric: undefined as never }, 'metric: no metric is named'],
    [{ atLest: 5 } as never, 'did you mean "atLeast"?'],
    [{ field: 'batch', values: [1, null as never] }, 'batch: value 2 of the axis is null'],
  ])('%j is refused', (change, message) => {
    expect(() => solve(ideal, { field: BANDWIDTH, metric: RATE, atLeast: 100, ...change })).toThrow(message);
  });

  it('has the fields of a scenario', () => {
    const misspelt = { ...ideal, bach: 4 };
    expect(() => solve(misspelt, { field: 'batch', metric: RATE, atLeast: 1 })).toThrow('did you mean "batch"?');
  });

  it('is told where no value runs', () => {
    const asked: EstimateInput = { model: 'llama-3.1-405b', hardware: 'rtx-4090' };
    expect(() => solve(asked, { field: 'batch', metric: RATE, atLeast: 1 })).toThrow('short');
  });
});
