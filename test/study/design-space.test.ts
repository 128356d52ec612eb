import { describe, expect, it } from 'vitest';
import {
  type DesignInput,
  designSpace,
  type EstimateInput,
  estimate,
  getHardware,
  type Hardware,
  sramArea,
  vary,
} from '../../src/index.js';

const h100 = getHardware('h100-sxm-80gb');
const RATE = 'decode.tokensPerSecond';
const decode = { model: 'llama-2-7b', engine: 'ideal', promptTokens: 16, outputTokens: 16 } as const;

const bandwidthOf = ({ memory }: Hardware): number => memory.hbm?.bandwidth ?? 0;
/** How many times the peaks of an H100. */
const computeOf = ({ units }: Hardware): number =>
  (units.gpu?.peaks[0]?.rate ?? 0) / (h100.units.gpu?.peaks[0]?.rate ?? 1);

/** A made-up price: 1 per GB/s, and `compute` for the peaks of an H100. */
const price = (atMost: number, compute: number) => ({
  name: 'price',
  of: (hardware: Hardware) => bandwidthOf(hardware) / 1e9 + compute * computeOf(hardware),
  atMost,
});

type Input = DesignInput<Omit<EstimateInput, 'hardware'>>;

const inputOf = (batch: number, atMost: number, free: Input['free'], compute = 10_000): Input => ({
  free,
  workloads: [{ ...decode, batch }],
  objective: RATE,
  constraints: [price(atMost, compute)],
});

describe('bandwidth against compute under a budget', () => {
  it('spends all on bandwidth while memory binds', () => {
    // Peaks down to half of an H100's leave batch 1 memory bound: the optimum is 5000 for those, 3000 GB/s for the rest.
    const free: Input['free'] = { 'memory.hbm.bandwidth': ['0.5 TB/s', '20 TB/s'], 'units.gpu.peaks': ['0.5x', '4x'] };
    const { best } = designSpace('h100-sxm-80gb', inputOf(1, 8000, free));
    expect(best[0]?.figures['units.gpu.peaks']).toBeCloseTo(0.5, 2);
    expect((best[0]?.figures['memory.hbm.bandwidth'] ?? 0) / 1e12).toBeCloseTo(3, 1);
    expect(best[0]?.binds).toEqual(['price']);
    expect(best[0]?.atEnd).toEqual(['units.gpu.peaks']);
  });

  it.each([1, 64, 512])('is as good as the best of a fine walk along the budget at a batch of %i', (batch) => {
    const free: Input['free'] = { 'memory.hbm.bandwidth': ['0.1 TB/s', '20 TB/s'], 'units.gpu.peaks': ['0.01x', '4x'] };
    const roomy = vary(h100, { 'memory.hbm.capacity': '400 GB' });
    const { best } = designSpace(roomy, inputOf(batch, 8000, free));
    const walk = Array.from({ length: 300 }, (_, index) => {
      const compute = 0.01 * 79 ** (index / 300);
      const bandwidth = (8000 - 10_000 * compute) * 1e9;
      const hardware = vary(roomy, { 'units.gpu.peaks': `${compute}x`, 'memory.hbm.bandwidth': bandwidth });
      return estimate({ ...decode, batch, hardware }).decode.tokensPerSecond.expected;
    });
    expect((best[0]?.objective ?? 0) / Math.max(...walk)).toBeGreaterThan(0.995);
    expect((best[0]?.objective ?? 0) / Math.max(...walk)).toBeLessThan(1.01);
  });

  it('keeps the budget, and is never worse with more of it', () => {
    const free: Input['free'] = { 'memory.hbm.bandwidth': ['0.1 TB/s', '20 TB/s'], 'units.gpu.peaks': ['0.01x', '4x'] };
    const rates = [1000, 2000, 4000, 8000].map((budget) => {
      const { best, front } = designSpace('h100-sxm-80gb', { ...inputOf(128, budget, free), points: 200 });
      for (const { takes } of [...best, ...front]) expect(takes.price).toBeLessThanOrEqual(budget);
      return best[0]?.objective ?? 0;
    });
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(new Set(rates).size).toBe(4);
  });

  it('has a front on which more of the budget gives more', () => {
    const free: Input['free'] = { 'memory.hbm.bandwidth': ['0.5 TB/s', '20 TB/s'], 'units.gpu.peaks': ['0.1x', '4x'] };
    const input = { ...inputOf(64, 8000, free), points: 200 };
    const { best, front, tried, allowed, refused } = designSpace('h100-sxm-80gb', input);
    expect(front.length).toBeGreaterThan(5);
    front.slice(1).forEach(({ takes, objective }, index) => {
      expect(takes.price).toBeGreaterThan(front[index]?.takes.price ?? 0);
      expect(objective).toBeGreaterThan(front[index]?.objective ?? 0);
    });
    expect(front.at(-1)?.objective).toBe(best[0]?.objective);
    expect(tried).toBeGreaterThanOrEqual(196);
    expect(allowed).toBeLessThan(tried);
    expect(refused).toBe(0);
    expect(designSpace('h100-sxm-80gb', input)).toEqual({ best, front, tried, allowed, refused });
  });
});

it('keeps constraints of the estimate, and says which bind', () => {
  const { best } = designSpace('h100-sxm-80gb', {
    free: { 'memory.hbm.bandwidth': ['0.5 TB/s', '20 TB/s'] },
    workloads: [decode],
    objective: RATE,
    constraints: [
      { name: 'price', of: (hardware) => bandwidthOf(hardware) / 1e9, atMost: 15_000 },
      { name: 'watts', of: (_, { decode: { power } }) => power.watts, atMost: 400 },
    ],
  });
  expect(best[0]?.takes.watts).toBeLessThanOrEqual(400);
  expect(best[0]?.takes.watts).toBeGreaterThan(396);
  expect(best[0]?.binds).toEqual(['watts']);
});

it('takes the geometric mean of several workloads, and smaller time where less is better', () => {
  const workloads = [decode, { ...decode, batch: 64 }];
  const { best } = designSpace('h100-sxm-80gb', {
    free: { 'units.gpu.count': [66, 264] },
    workloads,
    objective: 'request.latency',
    better: 'less',
    constraints: [{ name: 'cores', of: ({ units }) => units.gpu?.count ?? 0, atMost: 200 }],
    points: 10,
  });
  expect(best[0]?.figures).toEqual({ 'units.gpu.count': 200 });
  const hardware = vary(h100, { 'units.gpu.count': 200 });
  const [one = 0, two = 0] = workloads.map((workload) => estimate({ ...workload, hardware }).request.latency.expected);
  expect(best[0]?.objective).toBeCloseTo(Math.sqrt(one * two), 9);
});

it('asks whether less or more of a time is better, and takes more of a rate', () => {
  const asked = { free: { 'units.gpu.count': [66, 132] }, workloads: [decode], points: 2 } as const;
  const bestOf = (input: Partial<Input>) => designSpace(h100, { ...asked, objective: RATE, ...input }).best[0];
  const objective = 'prefill.timeToFirstToken';
  expect(() => bestOf({ objective })).toThrow('nothing says whether more or less of "prefill.timeToFirstToken"');
  expect(() => bestOf({ objective: 'energy.joulesPerToken' })).toThrow("write better: 'less' for the least");
  expect(bestOf({ objective, better: 'less' })?.figures).toEqual({ 'units.gpu.count': 132 });
  expect(bestOf({ objective, better: 'more' })?.figures).toEqual({ 'units.gpu.count': 66 });
  expect(bestOf({})).toEqual(bestOf({ better: 'more' }));
});

it('counts designs that a workload does not fit on, and has none where nothing is allowed', () => {
  const input: Input = {
    free: { 'memory.hbm.capacity': ['4 GB', '64 GB'] },
    workloads: [decode],
    objective: RATE,
    constraints: [{ name: 'size', of: ({ memory }) => memory.hbm?.capacity ?? 0, atMost: 1 }],
    points: 9,
  };
  const found = designSpace('h100-sxm-80gb', input);
  expect(found).toMatchObject({ best: [], front: [], allowed: 0, tried: 9 });
  // 13.5 GB: of 4, 5.7, 8, 11.3, 16 ... GB the first four are too small.
  expect(found.refused).toBe(4);
});

it.each<[Partial<Input>, string]>([
  [{ free: {} }, 'no figure is free'],
  [{ workloads: [] }, 'no workload is named'],
  [{ points: 0 }, '0 is not a whole number'],
  [{ free: { 'memory.hmb.bandwidth': [1e12, 2e12] } }, 'did you mean "memory.hbm.bandwidth"'],
  [{ free: { 'memory.hbm.technology': [1, 2] } }, 'it takes words'],
  [{ objective: 'decode.fast' }, 'an estimate has no figure'],
  [{ objective: () => -1 }, 'has to be a number above 0'],
  [{ constraints: [{ name: 'odd', of: () => Number.NaN, atMost: 1 }] }, '"odd" gives NaN'],
  [{ workloads: [{ ...decode, model: 'llama-3.1-405b' }] }, 'short'],
  [{ workloads: [{ ...decode, bach: 4 } as never] }, 'did you mean "batch"'],
  [{ workloads: undefined as never }, 'undefined is not a list of workloads'],
  [{ free: { 'memory.hbm.bandwidth': '1 TB/s' as never } }, '"1 TB/s" is not the two ends of a range'],
  [{ objective: undefined as never }, 'no objective is named'],
  [{ constraints: [{ name: 'area', of: () => 1 } as never] }, 'the constraint "area" has no number atMost'],
  [{ constraints: [{ name: 'area', atMost: 1 } as never] }, 'the constraint "area" has no function'],
  [{ beter: 'less' } as never, 'did you mean "better"'],
  [{ better: 'fewer' as never }, 'better: "fewer" is neither "more" nor "less"'],
])('refuses %j', (change, message) => {
  const input = inputOf(1, 8000, { 'memory.hbm.bandwidth': ['1 TB/s', '2 TB/s'] });
  expect(() => designSpace('h100-sxm-80gb', { ...input, points: 4, ...change })).toThrow(message);
});

describe('the area of SRAM', () => {
  it('is that of the cell and what goes with it', () => {
    // A cell of 0.021 square micrometres for each of 8 bits is the least: arrays take about 1.4 times as much.
    const cells = (megabytes: number) => megabytes * 1e6 * 8 * 0.021e-12;
    expect(sramArea(200e6, 5e-9)).toBeGreaterThan(cells(200));
    expect(sramArea(200e6, 5e-9)).toBeLessThan(2 * cells(200));
    expect(sramArea(1, 2e-9)).toBeLessThan(sramArea(1, 3e-9));
  });

  it('is not known of every process', () => {
    expect(() => sramArea(1, 7e-9)).toThrow('no published density is known here');
  });
});
