import { describe, expect, it } from 'vitest';
import { type Elasticity, estimate, getHardware, type Sensitivity, sensitivity, vary } from '../../src/index.js';

const ideal = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'ideal' } as const;
const RATE = 'decode.tokensPerSecond';

/** The elasticity to a figure; 0 for one that changes nothing. */
function to(figure: string, { metrics: [metric] }: Sensitivity): Pick<Elasticity, 'elasticity' | 'less' | 'more'> {
  return metric?.figures.find((one) => one.figure === figure) ?? { elasticity: 0 };
}

describe('the elasticity of the decode rate on the physical bound', () => {
  const found = sensitivity(ideal, { metric: RATE });

  it('is 1 to the bandwidth and 0 to compute at batch 1', () => {
    expect(to('hardware.memory.hbm.bandwidth', found).elasticity).toBeCloseTo(1, 3);
    expect(to('hardware.units.gpu.peaks.matrix.f16.f32', found).elasticity).toBeCloseTo(0, 3);
    expect(to('hardware.units.gpu.count', found).elasticity).toBeCloseTo(0, 3);
    expect(to('hardware.memory.hbm.capacity', found).elasticity).toBe(0);
  });

  it.each([1, 64, 512])(
    'sums to 1 over the bandwidth and the clock at a batch of %i: time is only these two',
    (batch) => {
      const asked = { ...ideal, batch, promptTokens: 16, outputTokens: 16 };
      const answers = sensitivity(asked, { metric: RATE });
      const sum =
        to('hardware.memory.hbm.bandwidth', answers).elasticity + to('hardware.units.gpu.clock', answers).elasticity;
      expect(sum).toBeCloseTo(1, 3);
    },
  );

  it('is minus 1 to the layers, but for the head and the embeddings', () => {
    // 32 layers of 202.4 M weights against a head of 131.1 M: 6.476 of 6.607 billion.
    expect(to('model.pattern.0.repeat', found).elasticity).toBeCloseTo(-6.476 / 6.607, 2);
  });

  it('ranks figures by size, and counts those that change nothing', () => {
    const [metric] = found.metrics;
    const sizes = metric?.figures.map(({ elasticity, less = 0, more = 0 }) =>
      Math.max(...[elasticity, less, more].map(Math.abs)),
    );
    expect(sizes?.length).toBeGreaterThan(5);
    for (const [index, size] of sizes?.entries() ?? [])
      expect(size).toBeLessThanOrEqual((sizes?.[index - 1] ?? 9) + 1e-5);
    expect((metric?.figures.length ?? 0) + (metric?.without ?? 0)).toBe(found.tried);
  });

  it('is the same twice', () => {
    expect(sensitivity(ideal, { metric: RATE })).toEqual(found);
  });

  it('has one side where a fraction is at 1', () => {
    const memory = to('engine.classes.ideal.constants.memory-efficiency', found);
    expect(memory.more).toBeUndefined();
    expect(memory.less).toBeCloseTo(1, 3);
  });
});

it('names a figure once, and not also the groups that it is of', () => {
  const names = sensitivity(ideal, { metric: 'prefill.timeToFirstToken' }).metrics[0]?.figures.map((one) => one.figure);
  expect(names).toContain('hardware.units.gpu.peaks.matrix.f16.f32');
  expect(names).not.toContain('hardware.units.gpu.peaks');
  expect(names).not.toContain('hardware.units.gpu.peaks.matrix.f16');
  expect(names?.filter((name) => name.startsWith('engine.constants'))).toEqual([]);
});

it('agrees with a difference of two estimates', () => {
  const asked = { model: 'llama-3.1-8b', hardware: 'rtx-4090', weights: 'q4_k_m', batch: 16 } as const;
  const rate = (factor: number) => {
    const hardware = vary(getHardware('rtx-4090'), { 'memory.vram.bandwidth': `${factor}x` });
    return estimate({ ...asked, hardware }).decode.tokensPerSecond.expected;
  };
  const slope = Math.log(rate(1.001) / rate(0.999)) / Math.log(1.001 / 0.999);
  expect(slope).toBeGreaterThan(0.1);
  expect(to('hardware.memory.vram.bandwidth', sensitivity(asked, { metric: RATE })).elasticity).toBeCloseTo(slope, 3);
});

it('is 1 of the cost to the rent', () => {
  const found = sensitivity(ideal, { metric: 'cost.usdPerMillionOutputTokens' });
  expect(to('hardware.price.rental', found).elasticity).toBeCloseTo(1, 6);
  expect(to('hardware.price.purchase', found).elasticity).toBe(0);
});

it('tells a kink by its two sides', () => {
  // Three equal peaks: of one that is less, another takes the work; one that is more takes it all.
  const found = sensitivity(ideal, { metric: 'prefill.timeToFirstToken' });
  const peak = found.metrics[0]?.figures.find(({ figure }) => figure.endsWith('peaks.matrix.f16.f32'));
  expect(peak).toMatchObject({ kink: true });
  expect(peak?.less).toBeCloseTo(0, 3);
  expect(peak?.more).toBeLessThan(-0.9);
});

it('says where less does not run any more', () => {
  const { totalBytes } = estimate(ideal).memory;
  const hardware = vary(getHardware('h100-sxm-80gb'), {
    'memory.hbm.usable': 1,
    'memory.hbm.capacity': Math.ceil(totalBytes * 1.001),
  });
  const { edges } = sensitivity({ ...ideal, hardware }, { metric: RATE });
  expect(edges).toContainEqual({
    figure: 'hardware.memory.hbm.capacity',
    side: 'less',
    reason: expect.stringContaining('short'),
  });
});

it('answers for several metrics at once, and for functions', () => {
  const found = sensitivity(ideal, { metrics: { rate: RATE, pace: (e) => e.decode.timePerOutputToken.expected } });
  expect(found.metrics.map(({ metric }) => metric)).toEqual(['rate', 'pace']);
  const [rate, pace] = found.metrics.map(({ figures }) => figures[1]?.elasticity ?? 0);
  expect(rate).toBeCloseTo(-(pace ?? 0), 6);
});

it('leaves out the cost of a machine without a price, unless it was asked for', () => {
  const hardware = { ...getHardware('h100-sxm-80gb'), price: {} };
  expect(sensitivity({ ...ideal, hardware }).metrics.map(({ metric }) => metric)).not.toContain(
    'cost.usdPerMillionOutputTokens',
  );
  const metric = 'cost.usdPerMillionOutputTokens';
  for (const options of [{ metric }, { metrics: [metric] }]) {
    expect(() => sensitivity({ ...ideal, hardware }, options)).toThrow(`this run has no "${metric}"`);
  }
});

it.each([
  [{ metric: 'decode.bound' }, '"decode.bound" is no number'],
  [{ metric: 'decode.tokensPerSec' }, 'did you mean "decode.tokensPerSecond"'],
  [{ metrics: ['workload.cachedTokens'] }, '"workload.cachedTokens" is 0, which no percent changes'],
])('refuses %j', (options, message) => {
  expect(() => sensitivity(ideal, options)).toThrow(message);
});

it('throws as estimate does where the run itself cannot be', () => {
  expect(() => sensitivity({ model: 'llama-3.1-405b', hardware: 'rtx-4090' })).toThrow('short');
});

it('refuses misspelt fields of its scenario and of its own', () => {
  const misspelt = { ...ideal, bach: 4 };
  expect(() => sensitivity(misspelt)).toThrow('did you mean "batch"?');
  expect(() => sensitivity(ideal, { metrc: RATE } as never)).toThrow('did you mean "metric"?');
});
