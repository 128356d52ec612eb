/*
 * "Llama 2 on an M2 Max runs at about 50 token/s through Metal and at about 5 on its CPU. Why?"
 *
 * Both read the same memory. The CPU clusters draw 204 GB/s of its 400 GB/s, so decode can differ twofold; what is
 * more than that is arithmetic, which decides the prompt. Today's kernels use all cores: 5 token/s is what one gives.
 */
import { describe, expect, it } from 'vitest';
import { type EstimateInput, estimate } from '../../src/index.js';

function run(hardware: string, more: Partial<EstimateInput> = {}) {
  return estimate({ model: 'llama-2-7b', weights: 'q4_0', engine: 'llama.cpp', hardware, ...more });
}

describe('Llama 2 7B in 4 bits on an M2 Max', () => {
  it('can decode twice as fast on the GPU as on the CPU, as bandwidth goes', () => {
    const ideal = (hardware: string) => run(hardware).decode.tokensPerSecond.ideal;
    expect(ideal('m2-max-38c') / ideal('m2-max-cpu')).toBeCloseTo(400 / 204, 1);
  });

  it('decodes under llama.cpp at a two-digit rate on the GPU, and several times slower on the CPU', () => {
    const speed = (hardware: string) => run(hardware).decode.tokensPerSecond.expected;
    expect(speed('m2-max-38c')).toBeGreaterThan(40);
    expect(speed('m2-max-38c')).toBeLessThan(99);
    expect(speed('m2-max-38c') / speed('m2-max-cpu')).toBeGreaterThan(2);
    expect(speed('m2-max-38c') / speed('m2-max-cpu')).toBeLessThan(10);
  });

  it('reads its prompt on the CPU slower still, for want of arithmetic', () => {
    const ratio = (phase: 'decode' | 'prefill') =>
      run('m2-max-38c')[phase].tokensPerSecond.expected / run('m2-max-cpu')[phase].tokensPerSecond.expected;
    expect(ratio('prefill')).toBeGreaterThan(ratio('decode'));
    expect(run('m2-max-cpu').prefill.bound).not.toBe('memory');
  });

  it('is limited by arithmetic, and not by memory, on a single core', () => {
    const { decode } = run('m2-max-cpu', { threads: 1 });
    expect(decode.bound).not.toBe('memory');
    expect(decode.tokensPerSecond.expected).toBeLessThan(run('m2-max-cpu').decode.tokensPerSecond.expected / 2);
  });
});
