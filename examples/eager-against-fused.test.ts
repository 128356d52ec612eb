/*
 * "Normalisation and element-wise operators do a fraction of a percent of the FLOPs. Why do they take so much of the time?"
 *
 * Because an eager framework launches a kernel for each primitive operator and moves every intermediate through memory. A
 * layer of Llama 2 7B takes 45 launches so, and 13 once neighbours are fused: 7 products, attention, 2 norms, rotation,
 * cache and activation. The fused twin below is the same engine, constants and all.
 *
 * In training BERT, products were 99.80 % of the FLOPs and 61.0 % of the time (normalisation 0.17 and 25.5, element-wise 0.03
 * and 13.5). GPT-2 XL reading a prompt on an A100 is nearly as bad: 99.87 % of the FLOPs in 71 % of the kernels' time.
 * In decode the framework's own work on the host, for each step, is the larger part: fusing does not touch it.
 */
import { type Engine, type EstimateInput, estimate, getEngine, type PhaseReport } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

const eager = getEngine('hf-transformers');
const fused: Engine = {
  ...eager,
  id: 'hf-transformers-fused',
  classes: eager.classes.map((one) => ({ ...one, fusion: 'element-wise', attention: 'fused' })),
};

function run(engine: Engine, more: Partial<EstimateInput> = {}): EstimateInput {
  return { model: 'llama-2-7b', hardware: 'a100-sxm-80gb', weights: 'f16', promptTokens: 2048, engine, ...more };
}

/** What a class of operators has of all FLOPs, and of the time of all operators. */
function shares({ classes }: PhaseReport, name: string) {
  return classes.find((one) => one.class === name) ?? { flopShare: 0, timeShare: 0 };
}

/** Of normalisation and element-wise operators together. */
function smallOperators(phase: PhaseReport) {
  const [norm, pointwise] = [shares(phase, 'normalisation'), shares(phase, 'element-wise')];
  return { flopShare: norm.flopShare + pointwise.flopShare, timeShare: norm.timeShare + pointwise.timeShare };
}

/** Kernels of a pass, from the overhead that they add up to. */
function launches(input: EstimateInput): number {
  const { decode, engine } = estimate(input);
  return (decode.terms.overhead - engine.constants.stepOverhead) / engine.constants.kernelOverhead;
}

describe('An eager framework on an A100', () => {
  it('does less than 0.1 % of the FLOPs in normalisation and element-wise operators', () => {
    for (const phase of ['prefill', 'decode'] as const) {
      expect(smallOperators(estimate(run(eager))[phase]).flopShare).toBeLessThan(0.001);
    }
  });

  it('spends a tenth of a prompt on them, and three tenths of the kernels of a decode step', () => {
    const { prefill, decode } = estimate(run(eager));
    expect(smallOperators(prefill).timeShare).toBeGreaterThan(0.1);
    expect(smallOperators(decode).timeShare).toBeGreaterThan(0.3);
  });

  it('spends on 99.87 % of the FLOPs of GPT-2 XL 71 % of the time, where BERT took 61', () => {
    const { prefill } = estimate(run(eager, { model: 'gpt2-xl', promptTokens: 512 }));
    const { flopShare, timeShare } = shares(prefill, 'contraction');
    expect(flopShare).toBeCloseTo(0.9987, 4);
    expect(timeShare).toBeGreaterThan(0.66);
    expect(timeShare).toBeLessThan(0.76);
  });

  it('spends a larger share on them on an H100, whose products take less time', () => {
    const timeShare = (hardware: string) => smallOperators(estimate(run(eager, { hardware })).prefill).timeShare;
    expect(timeShare('h100-sxm-80gb')).toBeGreaterThan(1.3 * timeShare('a100-sxm-80gb'));
  });

  it('launches 45 kernels for each of 32 layers and 12 more, where 13 and 5 would do', () => {
    expect(launches(run(eager))).toBeCloseTo(32 * 45 + 12, 6);
    expect(launches(run(fused))).toBeCloseTo(32 * 13 + 5, 6);
  });

  it('is bound by its host in decode, by the step itself once fused too', () => {
    expect(run(eager)).toBeBoundBy('overhead');
    expect(run(fused)).toBeBoundBy('overhead');
    const { decode, engine } = estimate(run(fused));
    expect(engine.constants.stepOverhead).toBeGreaterThan(decode.seconds / 2);
  });
});

describe('Fusing its operators', () => {
  it('halves their share of the time, or more', () => {
    for (const phase of ['prefill', 'decode'] as const) {
      const share = (engine: Engine) => smallOperators(estimate(run(engine))[phase]).timeShare;
      expect(share(fused)).toBeLessThan(share(eager) / 2);
    }
  });

  it('moves less than half the bytes of a prompt, and the same of a decode step', () => {
    const [before, after] = [estimate(run(eager)), estimate(run(fused))];
    expect(before.prefill.bytes / after.prefill.bytes).toBeGreaterThan(2);
    expect(before.decode.bytes / after.decode.bytes).toBeLessThan(1.05);
    expect(before.prefill.flops / after.prefill.flops).toBeCloseTo(1, 3);
  });

  it('keeps the scores of attention on chip: 2048^2 in each of 32 heads and layers, 2 bytes each, moved 4 times', () => {
    const bytes = (engine: Engine) =>
      estimate(run(engine)).prefill.operators.find(({ name }) => name === 'attention')?.bytes ?? Number.NaN;
    expect((bytes(eager) - bytes(fused)) / (32 * 32 * 2048 ** 2 * 2 * 4)).toBeCloseTo(1, 3);
  });

  it('makes decode and a prompt a fifth faster, or more', () => {
    expect(run(fused)).toBeFasterThan(run(eager), { by: 1.2 });
    expect(run(fused)).toBeFasterThan(run(eager), { by: 1.2, phase: 'prefill' });
  });

  it('saves the energy of waiting', () => {
    expect(run(fused)).toUseLessEnergyThan(0.9 * estimate(run(eager)).energy.joulesPerToken);
  });

  it('matters less to decode of a batch of 64, which shares each launch', () => {
    const many = { batch: 64, promptTokens: 512 };
    const gain = (more: Partial<EstimateInput>) => {
      const speed = (engine: Engine) => estimate(run(engine, more)).decode.tokensPerSecond.expected;
      return speed(fused) / speed(eager);
    };
    expect(gain(many)).toBeLessThan(gain({ promptTokens: 512 }));
  });
});
