/*
 * "From A100 to H100 the FLOPs grew six times and the bandwidth 1.65 times. What does my model gain?"
 *
 * Six times holds for 8-bit arithmetic against 16-bit (1979 / 312 TFLOP/s); in equal formats it is 3.2 times. Decode of
 * one stream gains what bandwidth gained, and no more; a prompt gains what arithmetic gained.
 */
import { describe, expect, it } from 'vitest';
import { type Estimate, type EstimateInput, estimate, getHardware } from '../../src/index.js';

type Workload = Omit<EstimateInput, 'hardware' | 'model'>;

/** How many times as much of a quantity the H100 gives. */
function gain(quantity: (estimate: Estimate) => number, workload: Workload): number {
  const on = (hardware: string) =>
    quantity(estimate({ model: 'llama-2-7b', hardware, promptTokens: 2048, ...workload }));
  return on('h100-sxm-80gb') / on('a100-sxm-80gb');
}

function peak(id: string, format: string): number {
  const { units, computeWith } = getHardware(id);
  const peaks = units[computeWith]?.peaks ?? [];
  return Math.max(...peaks.filter((one) => one.format === format && one.sparsity === 'dense').map(({ rate }) => rate));
}

const decode = ({ decode: { tokensPerSecond } }: Estimate) => tokensPerSecond.expected;
const prefill = ({ prefill: { tokensPerSecond } }: Estimate) => tokensPerSecond.expected;
const bandwidth = ({ hardware }: Estimate) => hardware.peakBandwidth;

describe('From A100 to H100', () => {
  it('peaks grew 6.3 times if 8 bits count as progress over 16, else 3.2 times; bandwidth grew 1.64 times', () => {
    expect(peak('h100-sxm-80gb', 'fp8') / peak('a100-sxm-80gb', 'f16')).toBeCloseTo(6.34, 1);
    expect(peak('h100-sxm-80gb', 'f16') / peak('a100-sxm-80gb', 'f16')).toBeCloseTo(3.17, 1);
    expect(gain(bandwidth, { engine: 'ideal' })).toBeCloseTo(1.64, 1);
  });

  it('decode gains at best what bandwidth gained', () => {
    for (const weights of ['f16', 'fp8']) {
      expect(gain(decode, { engine: 'ideal', weights })).toBeCloseTo(gain(bandwidth, { engine: 'ideal' }), 2);
    }
  });

  it('a prompt gains at best what the arithmetic of its format gained', () => {
    expect(gain(prefill, { engine: 'ideal', weights: 'f16' })).toBeCloseTo(3.17, 1);
    expect(gain(prefill, { engine: 'ideal', weights: 'fp8' })).toBeGreaterThan(5);
    expect(gain(prefill, { engine: 'ideal', weights: 'fp8' })).toBeLessThan(6.4);
  });

  it('llama.cpp passes on more of the gain to prompts than to decode', () => {
    const workload = { engine: 'llama.cpp', weights: 'f16' };
    expect(gain(decode, workload)).toBeGreaterThan(1.2);
    expect(gain(decode, workload)).toBeLessThan(2.2);
    expect(gain(prefill, workload)).toBeGreaterThan(1.2 * gain(decode, workload));
  });
});
