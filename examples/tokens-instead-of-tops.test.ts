/*
 * "Chips are sold by TOPS. Which of these twelve machines writes Llama 2 fastest?"
 *
 * Decode of one stream reads every weight once per token: token/s = bandwidth / bytes of weights, at best. Llama 2 7B in
 * q4_0 reads about 3.8 GB, so an RTX A6000 (768 GB/s) ends at 190 to 200 token/s however many operations it could do.
 * TOPS are the largest dense peak of a machine, whatever its format: what its data sheet leads with.
 *
 * By TOPS the twelve stand as listed below, from 2615 to 11. By token/s at the physical bound they stand at the places
 * 1, 2, 7, 3, 6, 12, 11, 9, 10, 4, 5, 8. The squares of the differences sum to 160, so that Spearman's rank correlation is
 * 1 - 6 x 160 / (12 x 143) = 0.44, where 1 is the same order and 0 is none. Bandwidth gives 1.
 */
import { type EstimateInput, estimate, getHardware, type Hardware, tryEstimate } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

const byTops = [
  'mi300x',
  'h100-sxm-80gb',
  'l40s',
  'rtx-4090',
  'rtx-a6000',
  'dgx-spark-gb10',
  'l4',
  'rtx-4060-ti-16gb',
  't4',
  'v100-sxm-32gb',
  'm2-ultra-76c',
  'm1-max-32c',
];

function run(hardware: string | Hardware, more: Partial<EstimateInput> = {}): EstimateInput {
  return { model: 'llama-2-7b', weights: 'q4_0', engine: 'llama.cpp', hardware, ...more };
}

function tops(id: string): number {
  const { units, computeWith } = getHardware(id);
  const peaks = units[computeWith]?.peaks ?? [];
  return Math.max(...peaks.filter(({ sparsity }) => sparsity === 'dense').map(({ rate }) => rate / 1e12));
}

function bandwidth(id: string): number {
  return estimate(run(id, { engine: 'ideal' })).hardware.peakBandwidth;
}

/** Token/s of each machine that holds the model, in the order of TOPS. */
function speeds(model: string, engine: string, phase: 'decode' | 'prefill' = 'decode'): Map<string, number> {
  const outcomes = byTops.map((id) => [id, tryEstimate(run(id, { model, engine }))] as const);
  return new Map(
    outcomes.flatMap(([id, one]) => (one.ok ? [[id, one.estimate[phase].tokensPerSecond.expected] as const] : [])),
  );
}

/** Places from 1, the largest value first. */
function places(values: readonly number[]): number[] {
  return values.map((value) => values.filter((other) => other > value).length + 1);
}

/** Spearman's rank correlation of a yardstick with token/s: `1 - 6 sum d^2 / (n (n^2 - 1))`, without ties. */
function rankCorrelation(yardstick: (id: string) => number, speed: ReadonlyMap<string, number>): number {
  const ids = [...speed.keys()];
  const expected = places(ids.map(yardstick));
  const actual = places([...speed.values()]);
  const squares = expected.reduce((sum, place, index) => sum + (place - (actual[index] ?? Number.NaN)) ** 2, 0);
  return 1 - (6 * squares) / (ids.length * (ids.length ** 2 - 1));
}

describe('Twelve machines by TOPS', () => {
  it('go from 2615 down to 11, a factor of 240', () => {
    expect(byTops.map(tops)).toEqual(byTops.map(tops).sort((a, b) => b - a));
    expect(tops('mi300x')).toBeCloseTo(2614.9, 0);
    expect(tops('m1-max-32c')).toBeCloseTo(10.6, 0);
  });

  it('stand at the places 1, 2, 7, 3, 6, 12, 11, 9, 10, 4, 5, 8 by token/s: a rank correlation of 0.44', () => {
    const speed = speeds('llama-2-7b', 'ideal');
    expect(places([...speed.values()])).toEqual([1, 2, 7, 3, 6, 12, 11, 9, 10, 4, 5, 8]);
    expect(rankCorrelation(tops, speed)).toBeCloseTo(1 - (6 * 160) / (12 * 143), 10);
  });

  it.each(['llama-2-7b', 'llama-2-13b', 'llama-2-70b'])(
    'order decode of %s worse than bandwidth does, with a real engine as well',
    (model) => {
      for (const engine of ['ideal', 'llama.cpp']) {
        const speed = speeds(model, engine);
        expect(rankCorrelation(tops, speed)).toBeLessThan(rankCorrelation(bandwidth, speed));
        expect(rankCorrelation(bandwidth, speed)).toBeGreaterThan(0.85);
      }
      expect(rankCorrelation(bandwidth, speeds(model, 'ideal'))).toBe(1);
    },
  );

  it('order prompts well, which arithmetic binds', () => {
    expect(rankCorrelation(tops, speeds('llama-2-7b', 'ideal', 'prefill'))).toBeGreaterThan(0.95);
    expect(rankCorrelation(bandwidth, speeds('llama-2-7b', 'ideal', 'prefill'))).toBeLessThan(0.6);
  });
});

describe('Machines that TOPS put the wrong way round', () => {
  it('an M2 Ultra writes faster than a DGX Spark of 18 times its TOPS', () => {
    expect(tops('dgx-spark-gb10') / tops('m2-ultra-76c')).toBeGreaterThan(18);
    expect(run('m2-ultra-76c')).toBeFasterThan(run('dgx-spark-gb10'), { by: 1.5 });
  });

  it('a V100 of 2017 writes twice as fast as an L4, a T4 and a DGX Spark, all with more TOPS', () => {
    for (const other of ['l4', 't4', 'dgx-spark-gb10']) {
      expect(tops(other)).toBeGreaterThan(2 * tops('v100-sxm-32gb'));
      expect(run('v100-sxm-32gb')).toBeFasterThan(run(other), { by: 2 });
    }
  });

  it('an RTX 4090 writes faster than an L40S, the same chip with more of its cores and slower memory', () => {
    expect(tops('l40s')).toBeGreaterThan(tops('rtx-4090'));
    expect(run('rtx-4090')).toBeFasterThan(run('l40s'));
  });

  it('an RTX 4090 has 120 times the TOPS of an M1 Max and does not hold Llama 2 70B, which the M1 Max does', () => {
    expect(tops('rtx-4090') / tops('m1-max-32c')).toBeGreaterThan(120);
    expect(tryEstimate(run('rtx-4090', { model: 'llama-2-70b' }))).not.toFit();
    expect(tryEstimate(run('m1-max-32c', { model: 'llama-2-70b' }))).toFit();
  });
});

describe('Twice the TOPS', () => {
  const a6000 = getHardware('rtx-a6000');
  const { gpu } = a6000.units;
  const { vram } = a6000.memory;
  if (gpu === undefined || vram === undefined) throw new Error('an RTX A6000 has a gpu and vram');
  const peaks = gpu.peaks.map((peak) => ({ ...peak, rate: 2 * peak.rate }));
  const twiceTheTops: Hardware = { ...a6000, id: 'a6000-of-twice-the-tops', units: { gpu: { ...gpu, peaks } } };
  const twiceTheBandwidth: Hardware = {
    ...a6000,
    id: 'a6000-of-twice-the-bandwidth',
    memory: { vram: { ...vram, bandwidth: 2 * vram.bandwidth } },
  };
  const ideal = (hardware: Hardware) => run(hardware, { engine: 'ideal' });

  it('write no faster by a thousandth, where twice the bandwidth writes twice as fast', () => {
    expect(ideal(a6000)).toBeMemoryBound();
    expect(ideal(twiceTheTops)).not.toBeFasterThan(ideal(a6000), { by: 1.001 });
    expect(ideal(twiceTheBandwidth)).toBeFasterThan(ideal(a6000), { by: 1.999 });
  });

  it('read a prompt of 2048 tokens nearly twice as fast', () => {
    const prompt = (hardware: Hardware) => ({ ...ideal(hardware), promptTokens: 2048 });
    expect(prompt(a6000)).toBeComputeBound({ phase: 'prefill' });
    expect(prompt(twiceTheTops)).toBeFasterThan(prompt(a6000), { by: 1.9, phase: 'prefill' });
  });

  it('write at most 190 token/s, the 768 GB/s over the 4.0 GB that a token reads', () => {
    const { decode, hardware } = estimate(ideal(a6000));
    const bytes = decode.weightBytes + decode.cacheBytes;
    expect(bytes / 1e9).toBeCloseTo(4.05, 1);
    expect(hardware.peakBandwidth).toBe(768e9);
    expect(decode.tokensPerSecond.ideal * bytes).toBeCloseTo(768e9, -8);
    expect(ideal(a6000)).not.toReachTokensPerSecond(200);
  });
});
