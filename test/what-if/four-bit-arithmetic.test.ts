/*
 * "Is 4-bit arithmetic faster?"
 *
 * On today's machines it is slower than 16-bit: packed weights are unpacked first, on the same ALUs. It is done to read and
 * hold fewer bytes, which decode gains from. A chip that multiplied 4 bits as they are would gain on prompts too.
 */
import { describe, expect, it } from 'vitest';
import { estimate, getHardware, type Hardware } from '../../src/index.js';

function onM2Ultra(weights: string) {
  return estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', engine: 'llama.cpp', weights });
}

const h100 = getHardware('h100-sxm-80gb');
const gpu = h100.units.gpu;
if (gpu === undefined) throw new Error('the H100 computes with its gpu');
/** An H100 whose tensor cores multiply 4-bit floats, at twice the rate of 8-bit ones. */
const h100WithFp4: Hardware = {
  ...h100,
  id: 'h100-with-fp4',
  units: {
    gpu: {
      ...gpu,
      peaks: [
        ...gpu.peaks,
        { path: 'matrix', format: 'fp4', accumulate: 'f32', rate: 2 * 1978.9e12, sparsity: 'dense' },
      ],
    },
  },
};

function ideal(hardware: Hardware, weights: string) {
  return estimate({ model: 'llama-2-7b', hardware, weights, engine: 'ideal', promptTokens: 2048 });
}

describe('4-bit weights', () => {
  it('read a prompt slower than 16-bit weights on an M2 Ultra, and more so the more there is to unpack', () => {
    const speeds = ['f16', 'q4_0', 'q4_k_m'].map((weights) => onM2Ultra(weights).prefill.tokensPerSecond.expected);
    expect(speeds).toEqual([...speeds].sort((a, b) => b - a));
    expect(onM2Ultra('f16').prefill.terms.dequantisation).toBe(0);
    expect(onM2Ultra('q4_0').prefill.terms.dequantisation).toBeGreaterThan(0);
  });

  it('decode faster, because they are a bit more than a quarter of the bytes', () => {
    const bytes = onM2Ultra('q4_0').memory.weightBytes / onM2Ultra('f16').memory.weightBytes;
    expect(bytes).toBeCloseTo(4.54 / 16, 2);
    const faster = onM2Ultra('q4_0').decode.tokensPerSecond.expected / onM2Ultra('f16').decode.tokensPerSecond.expected;
    expect(faster).toBeGreaterThan(1.5);
    expect(faster).toBeLessThan(1 / bytes);
  });

  it('would read a prompt nearly twice as fast if an H100 multiplied them as they are, and decode no faster', () => {
    const gain = (phase: 'decode' | 'prefill') =>
      ideal(h100WithFp4, 'nvfp4')[phase].tokensPerSecond.ideal / ideal(h100, 'nvfp4')[phase].tokensPerSecond.ideal;
    expect(gain('prefill')).toBeGreaterThan(1.5);
    expect(gain('prefill')).toBeLessThan(2);
    expect(gain('decode')).toBeCloseTo(1, 2);
  });
});
