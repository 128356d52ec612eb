/*
 * "A wafer has 21 PB/s where a GPU has 3.35 TB/s. Is it 6,000 times as fast?"
 *
 * No: one stream crosses the layers one after the other, each layer owning its share of the wafer, so that a token takes as
 * long as its way through all of them: one stream keeps one layer's share of the wafer busy at a time. Arithmetic binds, the
 * hops between layers come next, and bandwidth hardly counts. Its 44 GB hold an 8B model
 * in 16 bits; a 70B takes four wafers.
 */
import { describe, expect, it } from 'vitest';
import { DoesNotFitError, estimate, tryEstimate } from '../../src/index.js';

function run(hardware: string, batch = 1) {
  return estimate({ model: 'llama-3.1-8b', weights: 'bf16', engine: 'ideal', hardware, batch });
}

describe('A CS-3 against an H100', () => {
  it('has 6,000 times the bandwidth, and at best some hundred times the speed of one stream', () => {
    const wafer = run('cs-3');
    const gpu = run('h100-sxm-80gb');
    expect(wafer.hardware.peakBandwidth / gpu.hardware.peakBandwidth).toBeGreaterThan(6000);
    const faster = wafer.decode.tokensPerSecond.ideal / gpu.decode.tokensPerSecond.ideal;
    expect(faster).toBeGreaterThan(10);
    expect(faster).toBeLessThan(600);
  });

  it('is bound by the arithmetic of a layer on its share of the wafer, where the H100 is bound by memory', () => {
    expect(run('cs-3').decode.bound).toBe('compute');
    expect(run('cs-3').decode.mbu).toBeLessThan(0.1);
    expect(run('h100-sxm-80gb').decode.bound).toBe('memory');
  });

  it('serves eight streams in the time of one, as they follow one another through the layers', () => {
    const streams = run('cs-3', 8).decode.tokensPerSecond.expected / run('cs-3').decode.tokensPerSecond.expected;
    expect(streams).toBeCloseTo(8, 6);
  });

  it('does not hold a 70B model in 16 bits: that takes four', () => {
    const outcome = tryEstimate({ model: 'llama-3.1-70b', weights: 'bf16', engine: 'ideal', hardware: 'cs-3' });
    const error = outcome.ok ? undefined : outcome.error;
    expect(error).toBeInstanceOf(DoesNotFitError);
    expect(error).toMatchObject({ remedies: expect.arrayContaining(['4 such devices']) });
  });
});
