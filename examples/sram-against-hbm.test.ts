/*
 * "A wafer has 21 PB/s of SRAM where a GPU has 3.35 TB/s of HBM. Is it 6,000 times as fast?"
 *
 * No. One stream crosses the layers in turn, and each layer owns its share of the wafer, so that a token takes as long as
 * its way through all of them. With reads that quick, arithmetic binds, and the hops between layers come next. What remains
 * is a factor of about a hundred for one stream, at a hundred and sixty times the price of a byte, if a wafer costs 2.5 million
 * USD, as is rumoured (no price is published): 44 GB for that against 86 GB for 30,000 USD. Capacity is what SRAM lacks: 8B in 16 bits (16 GB) fit one wafer or 75 LPUs of 230 MB.
 *
 * Machines that keep weights in DRAM are as fast as that DRAM, whatever is beside it: 15 GB per token over 1.6 TB/s are 106
 * token/s. And a few hundred MB of SRAM in front of HBM hold a few hundred MB of the 15 GB.
 */
import { type EstimateInput, estimate, getHardware, type Hardware, tryEstimate, vary } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

function run(hardware: string | Hardware, more: Partial<EstimateInput> = {}): EstimateInput {
  return { model: 'llama-3.1-8b', weights: 'bf16', engine: 'ideal', hardware, ...more };
}

/** Of 135 million parameters: 135 MB in 8 bits, small enough for the SRAM of one chip. */
const small = { model: 'smollm2-135m', weights: 'int8' };

describe('Where the weights are decides the speed of one stream of Llama 3.1 8B', () => {
  it.each([
    // HBM; HBM in front of DDR, a dataflow machine; GDDR, cores of several kinds; LPDDR, a scratchpad in each core
    ['h100-sxm-80gb', 3.35e12, 222],
    ['sn40l', 1.6e12, 106],
    ['blackhole-p150', 512e9, 34],
    ['et-soc-1', 137e9, 9],
  ])('on %s, %d B/s over 15.1 GB make %d token/s', (hardware, bandwidth, tokensPerSecond) => {
    const { decode } = estimate(run(hardware));
    expect(run(hardware)).toBeMemoryBound();
    expect((decode.weightBytes + decode.cacheBytes) / 1e9).toBeCloseTo(15.1, 1);
    expect(decode.tokensPerSecond.ideal / (bandwidth / 15.1e9)).toBeCloseTo(1, 2);
    expect(Math.round(decode.tokensPerSecond.ideal)).toBe(tokensPerSecond);
  });

  it('on Corsair is that of its LPDDR: 2 GB of SRAM at 150 TB/s hold an eighth of it, and it is slower than HBM', () => {
    const [sram, lpddr] = estimate(run('corsair')).memory.levels;
    expect((sram?.weightBytes ?? 0) / 16.06e9).toBeCloseTo(1.8 / 16.06, 3);
    expect((lpddr?.weightBytes ?? 0) / 1e9).toBeCloseTo(14.3, 1);
    expect(run('h100-sxm-80gb')).toBeFasterThan(run('corsair'), { by: 7 });
  });

  it('on Corsair is that of its SRAM for a model of 1.1 billion in 8 bits, which it holds: 40 times an H100', () => {
    const tiny = { model: 'tinyllama-1.1b', weights: 'int8' };
    expect(run('corsair', tiny)).toBeFasterThan(run('h100-sxm-80gb', tiny), { by: 40 });
    expect(run('corsair', tiny)).toBeMemoryBound();
  });

  it('on an SN40L falls to that of its DDR for 70B, half of which HBM does not hold', () => {
    expect(run('sn40l', { model: 'llama-3.1-70b' })).toFit();
    expect(run('sn40l', { model: 'llama-3.1-70b' })).not.toReachTokensPerSecond(2);
    expect(run('h100-sxm-80gb', { model: 'llama-3.1-70b' })).not.toFit();
  });
});

describe('A wafer, a CS-3, against an H100', () => {
  it('has 6,000 times the bandwidth, and at best about a hundred times the speed of one stream', () => {
    const peak = (id: string) => estimate(run(id)).hardware.peakBandwidth;
    expect(peak('cs-3') / peak('h100-sxm-80gb')).toBeCloseTo(21e15 / 3.35e12, 0);
    expect(run('cs-3')).toBeFasterThan(run('h100-sxm-80gb'), { by: 50 });
    expect(run('cs-3')).not.toBeFasterThan(run('h100-sxm-80gb'), { by: 200 });
  });

  it('is bound by the arithmetic of a layer on its share, the H100 by memory', () => {
    expect(run('cs-3')).toBeComputeBound();
    expect(estimate(run('cs-3')).decode.mbu).toBeLessThan(0.1);
    expect(run('h100-sxm-80gb')).toBeMemoryBound();
    expect(estimate(run('h100-sxm-80gb')).decode.mbu).toBeGreaterThan(0.99);
  });

  it('is bound by the hops between its layers when the model is small', () => {
    expect(run('cs-3', small)).toBeBoundBy('overhead');
  });

  it('serves eight streams in the time of one, as they follow one another through the layers', () => {
    expect(run('cs-3', { batch: 8 })).toBeFasterThan(run('cs-3'), { by: 7.99 });
  });

  it('holds 8B in 16 bits alone, and 70B on four', () => {
    expect(run('cs-3')).toFit();
    const outcome = tryEstimate(run('cs-3', { model: 'llama-3.1-70b' }));
    expect(outcome).not.toFit();
    expect(outcome).toMatchObject({ error: { remedies: expect.arrayContaining(['4 such devices']) } });
  });

  it('costs 160 times as much per byte, and about as much per token/s of one stream, at the rumoured price', () => {
    const rumoured = vary(getHardware('cs-3'), { 'price.purchase': '2500000 USD' });
    const price = (id: string) => (id === 'cs-3' ? rumoured : getHardware(id)).price.purchase ?? Number.NaN;
    const usdPerGigabyte = (id: string) => (price(id) / estimate(run(id)).memory.capacityBytes) * 1e9;
    expect(usdPerGigabyte('cs-3')).toBeCloseTo(2.5e6 / 44, 0);
    expect(usdPerGigabyte('h100-sxm-80gb')).toBeCloseTo(30_000 / 85.9, 0);
    expect(usdPerGigabyte('cs-3') / usdPerGigabyte('h100-sxm-80gb')).toBeCloseTo(163, 0);
    const usdPerSpeed = (id: string) => price(id) / estimate(run(id)).decode.tokensPerSecond.ideal;
    expect(usdPerSpeed('cs-3') / usdPerSpeed('h100-sxm-80gb')).toBeGreaterThan(0.5);
    expect(usdPerSpeed('cs-3') / usdPerSpeed('h100-sxm-80gb')).toBeLessThan(1.5);
  });

  it('spends an eightieth of the energy on moving bytes: 1 pJ per byte of SRAM, 80 of HBM and the way from it', () => {
    const picojoules = (id: string) => {
      const { decode } = estimate(run(id));
      return (decode.power.joules.memory / decode.bytes) * 1e12;
    };
    expect(picojoules('cs-3')).toBeCloseTo(1, 1);
    expect(picojoules('h100-sxm-80gb') / picojoules('cs-3')).toBeGreaterThan(75);
    expect(picojoules('h100-sxm-80gb') / picojoules('cs-3')).toBeLessThan(85);
    expect(run('cs-3')).toUseLessEnergyThan(estimate(run('h100-sxm-80gb')).energy.joulesPerToken);
  });
});

describe('An LPU with 230 MB', () => {
  it('holds no 8B model: that takes 75 of them', () => {
    const outcome = tryEstimate(run('groq-lpu'));
    expect(outcome).not.toFit();
    expect(outcome).toMatchObject({ error: { remedies: expect.arrayContaining(['75 such devices']) } });
  });

  it('is bound by the share of its memory that a layer has, one stream using one layer at a time', () => {
    expect(run('groq-lpu', small)).toFit();
    expect(run('groq-lpu', small)).toBeMemoryBound();
    expect(estimate(run('groq-lpu', small)).decode.mbu).toBeLessThan(1 / 30);
  });
});

describe('An H100 with 200 MB of SRAM at 20 TB/s for weights', () => {
  const today = getHardware('h100-sxm-80gb');
  const sram = {
    name: 'sram',
    technology: 'sram',
    capacity: 200e6,
    bandwidth: 20e12,
    holds: 'weights',
    managed: 'software',
    arrangement: 'partitioned',
    usable: 1,
    streams: 'concurrent',
  } as const;
  const withSram: Hardware = { ...today, id: 'h100-with-sram', memory: { sram, ...today.memory } };
  const gain = (more: Partial<EstimateInput>) => {
    const ideal = (hardware: Hardware) => estimate(run(hardware, more)).decode.tokensPerSecond.ideal;
    return ideal(withSram) / ideal(today);
  };

  it('holds 1.2 % of an 8B model, and gains that much', () => {
    expect(gain({})).toBeCloseTo(1 + 200e6 / 16.06e9, 3);
    expect(run(withSram)).not.toBeFasterThan(run(today), { by: 1.02 });
  });

  it('gains a fifth for a model of 1.1 GB', () => {
    const { weightBytes } = estimate(run(today, { model: 'tinyllama-1.1b', weights: 'int8' })).memory;
    expect(gain({ model: 'tinyllama-1.1b', weights: 'int8' })).toBeCloseTo(1 / (1 - 200e6 / weightBytes), 2);
  });

  it('gains all of 20 / 3.35 = 6 times for a model that it holds wholly', () => {
    expect(estimate(run(withSram, small)).memory.levels[0]).toMatchObject({
      name: 'sram',
      weightBytes: expect.closeTo(134.55e6, -5),
    });
    expect(gain(small)).toBeCloseTo(20 / 3.35, 1);
    expect(run(withSram, small)).toBeFasterThan(run(today, small), { by: 5.9 });
  });

  it('gains hardly anything for that model under vLLM, which takes longer to launch it than to read it', () => {
    expect(run(withSram, { ...small, engine: 'vllm' })).toBeBoundBy('overhead');
    expect(run(withSram, { ...small, engine: 'vllm' })).not.toBeFasterThan(run(today, { ...small, engine: 'vllm' }), {
      by: 1.1,
    });
  });
});
