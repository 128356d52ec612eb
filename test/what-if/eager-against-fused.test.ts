/*
 * "Normalisation and element-wise operators do a fraction of a percent of the FLOPs. Why do they take so much of the time?"
 *
 * Because an eager framework launches a kernel for each primitive and moves every intermediate through memory. The twin
 * below is the same engine, constants and all, with element-wise operators and attention fused.
 */
import { describe, expect, it } from 'vitest';
import { type Engine, estimate, getEngine, type PhaseReport } from '../../src/index.js';

const eager = getEngine('hf-transformers');
const fused: Engine = {
  ...eager,
  id: 'hf-transformers-fused',
  classes: eager.classes.map((one) => ({ ...one, fusion: 'element-wise', attention: 'fused' })),
};

function run(engine: Engine) {
  return estimate({ model: 'llama-2-7b', hardware: 'a100-sxm-80gb', weights: 'f16', promptTokens: 2048, engine });
}

function smallOperators({ classes }: PhaseReport) {
  const small = classes.filter((one) => one.class === 'normalisation' || one.class === 'element-wise');
  return {
    flopShare: small.reduce((sum, { flopShare }) => sum + flopShare, 0),
    timeShare: small.reduce((sum, { timeShare }) => sum + timeShare, 0),
  };
}

describe('An eager framework on an A100', () => {
  it('does less than 0.1 % of the FLOPs in normalisation and element-wise operators', () => {
    expect(smallOperators(run(eager).prefill).flopShare).toBeLessThan(0.001);
    expect(smallOperators(run(eager).decode).flopShare).toBeLessThan(0.001);
  });

  it('spends a tenth of a prompt on them, and three tenths of the kernels of a decode step', () => {
    expect(smallOperators(run(eager).prefill).timeShare).toBeGreaterThan(0.1);
    expect(smallOperators(run(eager).decode).timeShare).toBeGreaterThan(0.3);
  });

  it('would spend less than half of that share if they were fused', () => {
    for (const phase of ['prefill', 'decode'] as const) {
      const share = (engine: Engine) => smallOperators(run(engine)[phase]).timeShare;
      expect(share(fused)).toBeLessThan(share(eager) / 2);
    }
  });

  it('moves more than half again the bytes of a fused prompt through memory', () => {
    expect(run(eager).prefill.bytes / run(fused).prefill.bytes).toBeGreaterThan(1.5);
  });

  it('decodes slower for it, although a decode step moves hardly more bytes', () => {
    expect(run(eager).decode.bytes / run(fused).decode.bytes).toBeLessThan(1.05);
    // The host's work for a step, which is the larger part of it, is the same for both.
    expect(run(fused).decode.tokensPerSecond.expected / run(eager).decode.tokensPerSecond.expected).toBeGreaterThan(
      1.2,
    );
  });
});
