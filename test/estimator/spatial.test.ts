import { describe, expect, it } from 'vitest';
import type { Hardware } from '../../src/hardware/types.js';
import { estimate, getHardware, getModel } from '../../src/index.js';
import { expandPattern } from '../../src/model/tensors.js';
import { level, machine, peak, unit } from '../laws/hand-made.js';

const model = getModel('llama-3.1-8b');
const LAYERS = 32;

/** A wafer: 1 PFLOP/s, 10 PB/s of SRAM, and 100 hops of 1 ns per layer. */
function wafer(hopLatency = 1e-9, bandwidth = 10e15, rate = 1e15): Hardware {
  return machine({
    unit: unit({ peaks: [peak(rate, { path: 'vector', format: 'f16' })] }),
    memory: [level({ name: 'sram', technology: 'sram', bandwidth, capacity: 44e9 })],
    more: { execution: { kind: 'spatial', hopLatency, hopsPerLayer: 100 } },
  });
}

function run(hardware: Hardware, batch = 1, promptTokens = 512) {
  return estimate({ model, hardware, engine: 'ideal', weights: 'f16', batch, promptTokens, outputTokens: 2 });
}

describe('a spatial machine', () => {
  it('gives each of its layers a share: one stream crosses them in turn', () => {
    // A layer has a 32nd of the machine, so that one token takes 32 times as long as on all of it, and the hops.
    const { execution: _, ...facts } = wafer();
    const temporal = run({ ...facts, execution: { kind: 'temporal' } }).decode.seconds;
    expect(run(wafer()).decode.seconds).toBeCloseTo(LAYERS * temporal + LAYERS * 100e-9, 12);
  });

  it('never beats the latency of its hops', () => {
    const hops = LAYERS * 100 * 1e-9;
    for (const batch of [1, 8, 100]) {
      const endless = run(wafer(1e-9, 1e30, 1e30), batch);
      expect(endless.decode.timePerOutputToken.ideal).toBeGreaterThanOrEqual(hops);
      expect(endless.prefill.timeToFirstToken.ideal).toBeGreaterThanOrEqual(hops);
    }
    expect(run(wafer(1e-9, 1e30, 1e30)).decode.seconds / hops).toBeCloseTo(1, 9);
  });

  it('gains throughput from every further stream up to its number of layers', () => {
    const rates = [1, 2, 4, 8, 16, 32].map((batch) => run(wafer(), batch).decode.tokensPerSecond.expected);
    for (const [index, rate] of rates.entries())
      if (index > 0) expect(rate).toBeGreaterThan(1.2 * (rates[index - 1] ?? 0));
  });

  it('never gives more than a full pipeline does: a token for every layer time', () => {
    const one = run(wafer()).decode.seconds;
    for (const batch of [1, 32, 64, 300]) {
      expect(run(wafer(), batch).decode.tokensPerSecond.ideal).toBeLessThanOrEqual((LAYERS / one) * (1 + 1e-9));
    }
  });

  it('takes a prompt in a pipeline: far sooner than token by token', () => {
    const short = run(wafer(), 1, 1).prefill.seconds;
    const long = run(wafer(), 1, 1024).prefill.seconds;
    // T1 (1 + 1023 / 32), a longer context and logits for the last position alone aside
    expect(long / short).toBeGreaterThan(0.9 * (1 + 1023 / LAYERS));
    expect(long / short).toBeLessThan(1.1 * (1 + 1023 / LAYERS));
  });

  it('is bound by its hops where they take longest, by memory or arithmetic where those do', () => {
    const decodeBound = (...rates: Parameters<typeof wafer>) => run(wafer(...rates)).decode.bound;
    expect(decodeBound(1e-6, 10e15, 1e17)).toBe('overhead');
    expect(decodeBound(1e-12, 1e15, 1e17)).toBe('memory');
    expect(decodeBound(1e-12, 10e15, 1e15)).toBe('compute');
  });
});

describe('Llama 3.1 8B on a CS-3', () => {
  const hardware = getHardware('cs-3');
  const { decode, memory } = run(hardware);

  it('fits its SRAM in 16 bits', () => {
    expect(memory.weightBytes / 1e9).toBeCloseTo(16.06, 2);
    expect(memory.freeBytes).toBeGreaterThan(0);
    expect(expandPattern(model)).toHaveLength(LAYERS);
  });

  it('is bound by the term that takes longest', () => {
    const { compute, overhead, memory: moving } = decode.terms;
    const longest = Math.max(compute, overhead, moving);
    expect(decode.bound).toBe(longest === compute ? 'compute' : longest === overhead ? 'overhead' : 'memory');
  });

  it('never beats its hops', () => {
    if (hardware.execution.kind !== 'spatial') throw new Error('a wafer is spatial');
    const hops = LAYERS * hardware.execution.hopsPerLayer * hardware.execution.hopLatency;
    expect(decode.tokensPerSecondPerSequence.ideal).toBeLessThan(1 / hops);
  });

  it('is decoded from SRAM far sooner than from the memory of a GPU', () => {
    // Founding questions 15 and 20
    const gpu = estimate({
      model,
      hardware: 'h100-sxm-80gb',
      engine: 'ideal',
      weights: 'f16',
      promptTokens: 512,
      outputTokens: 2,
    });
    expect(decode.tokensPerSecondPerSequence.expected).toBeGreaterThan(10 * gpu.decode.tokensPerSecond.expected);
  });
});
