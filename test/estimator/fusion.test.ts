import { describe, expect, it } from 'vitest';
import type { PhaseReport } from '../../src/estimator/types.js';
import { estimate } from '../../src/index.js';
import { cacheLevel, engine, engineClass, level, machine, peak, unit } from '../laws/hand-made.js';

/** About a V100: 125 TFLOP/s of tensor cores, 15.7 of vectors, 900 GB/s, 6 MB of cache. */
const v100 = machine({
  unit: unit({ count: 80, peaks: [peak(125e12), peak(15.7e12, { path: 'vector', format: 'f32' })] }),
  memory: [cacheLevel({ capacity: 6e6, bandwidth: 2.5e12 }), level({ bandwidth: 900e9, capacity: 16e9 })],
});

/** The same constants on both sides: what differs is the list of operators alone. */
const fused = engineClass({ chunk: 4096, powerLimit: 'none' }, { kernelOverhead: 5e-6 });
const eager = { ...fused, fusion: 'none', attention: 'materialised' } as const;

/** GPT-2 medium has the encoder of BERT-large: 24 layers of 1024, 16 heads, a feed-forward of 4096. */
function run(used: typeof fused, model = 'gpt2-medium', batch = 8) {
  const input = { model, hardware: v100, weights: 'f16', batch, promptTokens: 512, outputTokens: 16 };
  return estimate({ ...input, engine: engine(used) });
}

function share(phase: PhaseReport, of: 'flopShare' | 'timeShare'): number {
  const small = phase.classes.filter((one) => one.class === 'normalisation' || one.class === 'element-wise');
  return small.reduce((sum, one) => sum + one[of], 0);
}

const runs = { eager: run(eager), fused: run(fused) };

describe('an engine that fuses nothing', () => {
  it('moves more bytes for the same work', () => {
    expect(runs.eager.prefill.flops).toBe(runs.fused.prefill.flops);
    expect(runs.eager.prefill.bytes).toBeGreaterThan(1.5 * runs.fused.prefill.bytes);
    expect(runs.eager.prefill.weightBytes).toBe(runs.fused.prefill.weightBytes);
  });

  it('launches more kernels', () => {
    // Overheads differ by launches alone.
    const launches = (phase: PhaseReport) => (phase.terms.overhead - fused.constants.stepOverhead) / 5e-6;
    expect(launches(runs.eager.decode)).toBeGreaterThan(1.5 * launches(runs.fused.decode));
    // Fused, a layer of GPT-2 takes 12: 6 products, attention, cache, activation, 2 norms and the rotary
    expect(launches(runs.fused.decode) / 24).toBeGreaterThan(10);
    expect(launches(runs.fused.decode) / 24).toBeLessThan(14);
  });

  it('takes longer, for steps and prompts', () => {
    expect(runs.eager.decode.seconds).toBeGreaterThan(runs.fused.decode.seconds);
    expect(runs.eager.prefill.seconds).toBeGreaterThan(runs.fused.prefill.seconds);
  });

  it('is slower still with RMSNorm and rotary positions written out of primitives', () => {
    const slowdown = (model: string) => run(eager, model, 1).decode.seconds / run(fused, model, 1).decode.seconds;
    expect(slowdown('tinyllama-1.1b')).toBeGreaterThan(slowdown('gpt2-medium'));
  });
});

describe('normalisation and element-wise operators', () => {
  // Founding question 10; Ivanov et al., arXiv 2007.00072, table 1: 0.2 % of FLOPs and 39 % of the time in training
  // BERT-large, softmax, dropout and the backward pass included, none of which stand in these two classes here.
  it('have less than 1 % of the FLOPs', () => {
    for (const { prefill, decode } of Object.values(runs)) {
      expect(share(prefill, 'flopShare')).toBeLessThan(0.01);
      expect(share(decode, 'flopShare')).toBeLessThan(0.01);
    }
  });

  it('take a much larger share of the time when nothing is fused', () => {
    const { prefill } = runs.eager;
    expect(share(prefill, 'timeShare')).toBeGreaterThan(0.08);
    expect(share(prefill, 'timeShare')).toBeGreaterThan(20 * share(prefill, 'flopShare'));
  });

  it('take less of it when they are', () => {
    expect(share(runs.fused.prefill, 'timeShare')).toBeLessThan(share(runs.eager.prefill, 'timeShare'));
    expect(share(runs.fused.decode, 'timeShare')).toBeLessThan(share(runs.eager.decode, 'timeShare'));
  });
});
