import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/types.js';
import { type Case, caseOf } from '../../src/evidence/case.js';
import type { Metric } from '../../src/evidence/measurement.js';
import { errorOf, predictCase } from '../../src/evidence/predict.js';
import { type Estimate, estimate } from '../../src/index.js';
import { engineClasses, machines, workloads } from '../laws/catalogue.js';
import { engine, engineClass, machine, unit } from '../laws/hand-made.js';
import {
  accepted,
  catalogue,
  DECODE,
  FIRST_TOKEN,
  measurement,
  onWorkshop,
  PREFILL,
  refusal,
  type Test,
  TOTAL,
  withValue,
  workshop,
} from './samples.js';

function found(more: Test = {}): Case {
  return accepted(caseOf(measurement(more), catalogue));
}

/** What the test would have measured if the estimate were the truth. */
function fromEstimate({ decode, prefill, request }: Estimate, { metric, batch = 1, inputTokens, outputTokens }: Test) {
  const tokens = Number(batch) * ((inputTokens ?? 0) + (outputTokens ?? 0));
  const metrics: Partial<Record<Metric, number>> = {
    decode_tok_s: decode.tokensPerSecond.expected,
    prefill_tok_s: prefill.tokensPerSecond.expected,
    ttft_ms: 1e3 * prefill.timeToFirstToken.expected,
    total_tok_s: tokens / request.latency.expected,
  };
  return metrics[metric ?? 'decode_tok_s'] ?? Number.NaN;
}

describe('a measurement', () => {
  it('is predicted where machine, model and engine are known and the model fits', () => {
    expect(refusal({})).toBeUndefined();
  });

  it.each<[string, Test]>([
    ['machine', { hardware: 'rtx-0000' }],
    ['model', { model: 'llama-0-8b' }],
    ['engine', { engine: 'vendor' }],
  ])('of an unknown %s is refused', (_, more) => {
    expect(refusal(more)).toBe('unknown-id');
  });

  it('whose weights the memory does not hold is refused', () => {
    expect(refusal({ weights: 'f16' })).toBe('does-not-fit');
    expect(refusal({ weights: 'f16', hardware: 'rtx-3090' })).toBeUndefined();
  });

  it('whose cache the memory does not hold beside the weights is refused', () => {
    // 131072 bytes per token and sequence: 4.3 GB at 64 times 512 tokens, and 8 GB in all
    expect(refusal({ batch: 8 })).toBeUndefined();
    expect(refusal({ batch: 64 })).toBe('does-not-fit');
  });

  it.each<[string, Test, string]>([
    ['the weight format', { engine: 'vllm', hardware: 'h100-sxm-80gb' }, 'unknown-id'],
    ['the cache format', { kvCache: 'fp8' }, 'missing-fact(kvCache)'],
    ['a format that nobody knows', { weights: 'w0' }, 'unknown-id'],
    [
      'the machine',
      { engine: 'mlx', weights: 'f16', hardware: 'h100-sxm-80gb', backend: undefined },
      'missing-fact(engine)',
    ],
    ['the back end', { backend: 'xla' }, 'missing-fact(backend)'],
  ])('is refused where the engine cannot serve %s', (_, more, reason) => {
    expect(refusal(more)).toBe(reason);
  });

  it('on a machine without a known peak is refused', () => {
    const specs = workshop(engine(), [machine({ unit: unit({ peaks: [] }) })]);
    const more = { hardware: 'hand-made', engine: 'hand-made', weights: 'f16', backend: undefined };
    expect(refusal(more, specs)).toBe('missing-fact(units.gpu.peaks)');
  });

  it('is served by the class of its back end and month', () => {
    const classOf = (more: Test): string => found(more).workload.engineClass.id;
    expect(classOf({ date: '2023-12' })).toBe('cuda-2023');
    expect(classOf({ date: '2024-05' })).toBe('cuda-2024');
    expect(classOf({ date: '2025-12' })).toBe('cuda');
    expect(classOf({ date: undefined })).toBe('cuda');
    expect(classOf({ date: '2026-02', backend: 'vulkan' })).toBe('vulkan-coopmat2');
    expect(classOf({ date: '2026-02', backend: 'vulkan', hardware: 'rx-7900-xtx' })).toBe('vulkan');
  });

  it('is served with the chunk and the attention that it states', () => {
    const { engineClass: stated } = found({ chunk: 2048, flashAttention: true }).workload;
    expect(stated).toMatchObject({ id: 'cuda-2024', chunk: 2048, attention: 'fused' });
    const { engineClass: usual } = found({ flashAttention: undefined }).workload;
    expect(usual).toMatchObject({ id: 'cuda-2024', chunk: 512, attention: 'materialised' });
  });
});

describe('cases that are held out together', () => {
  const llama3 = found({ model: 'llama-3-8b' });

  it('are those of one device', () => {
    expect(llama3.device).toBe('rtx-3070');
    expect(found({ model: 'llama-3.1-8b', metric: 'prefill_tok_s' }).device).toBe(llama3.device);
    expect(found({ hardware: 'rtx-3080-ti' }).device).not.toBe(llama3.device);
  });

  it('are those of one network, whatever its name', () => {
    expect(found({ model: 'llama-3.1-8b' }).shape).toBe(llama3.shape);
    expect(found({ model: 'llama-2-7b' }).shape).not.toBe(llama3.shape);
    expect(found({ model: 'qwen3-8b' }).shape).not.toBe(llama3.shape);
  });
});

describe('cases that score together', () => {
  const usual = found();

  it('differ in lengths, batch, month and the name of the network alone', () => {
    const alike: Test[] = [
      { inputTokens: 4096 },
      { outputTokens: 1024 },
      { batch: 4 },
      { date: '2023-12' },
      { flashAttention: true },
      { model: 'llama-3.1-8b' },
      { value: 1 },
    ];
    for (const more of alike) expect(found(more).group).toBe(usual.group);
  });

  it.each<[string, Test]>([
    ['device', { hardware: 'rtx-3080-ti' }],
    ['network', { model: 'llama-2-7b' }],
    ['format', { weights: 'q8_0', hardware: 'rtx-3070', model: 'llama-2-7b' }],
    ['back end', { backend: 'vulkan', date: '2025-12' }],
    ['metric', { metric: 'prefill_tok_s' }],
  ])('have one %s', (_, more) => {
    expect(found(more).group).not.toBe(usual.group);
  });
});

describe('the prediction of a case', () => {
  const metrics = fc.constantFrom(DECODE, PREFILL, TOTAL, FIRST_TOKEN).map(({ metric }) => metric);

  it('is the estimate of the same scenario, for any machine, engine and metric', () => {
    fc.assert(
      fc.property(machines, engineClasses, workloads, metrics, (hardware, used, workload, metric) => {
        const { model, weights, batch, promptTokens, outputTokens } = workload;
        const served: Engine = engine(used);
        const test = { metric, batch, weights, inputTokens: promptTokens, outputTokens } as Test;
        const specs = workshop(served, [hardware]);
        const predicted = predictCase(
          onWorkshop(specs, { ...test, hardware: hardware.id, model: model.id }),
          used.constants,
        );
        const expected = fromEstimate(estimate({ ...workload, hardware, engine: served }), test);
        expect(predicted / expected).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, Test]>([
    ['decode on a GPU', { ...DECODE, batch: 4, cachedTokens: 256 }],
    ['prefill on a GPU', { ...PREFILL, inputTokens: 2048, chunk: 1024, flashAttention: true, cachedTokens: 512 }],
    ['decode on CPU threads', { ...DECODE, hardware: 'ryzen-9-7950x', backend: 'cpu', threads: 4 }],
    ['prefill on a Mac', { ...PREFILL, hardware: 'm2-ultra-76c', backend: 'metal', date: '2026-01' }],
    [
      'a static batch on a server',
      {
        ...TOTAL,
        hardware: 'a100-sxm-80gb',
        engine: 'vllm',
        weights: 'f16',
        flashAttention: undefined,
        kvCache: 'fp8',
      },
    ],
  ])('is the estimate of %s in the catalogue', (_, test) => {
    const one = found(test);
    const { hardware, model, engine: used, weights, inputTokens, outputTokens, date, options } = one.measurement;
    const { cachedTokens, threads, chunk, backend, flashAttention } = options;
    const estimated = estimate({
      hardware,
      model,
      engine: used,
      weights,
      kvCache: test.kvCache ?? 'f16',
      batch: one.batch,
      promptTokens: inputTokens,
      outputTokens,
      cachedTokens,
      ...(threads === undefined ? {} : { threads }),
      ...(chunk === undefined ? {} : { chunk }),
      ...(backend === undefined ? {} : { backend }),
      ...(date === undefined ? {} : { engineDate: date }),
      ...(flashAttention === undefined ? {} : { flashAttention }),
    });
    const { constants } = one.workload.engineClass;
    expect(predictCase(one, constants) / fromEstimate(estimated, test)).toBeCloseTo(1, 9);
  });

  it('follows the constants, not those that its engine came with', () => {
    const specs = workshop(engine(), [machine()]);
    const one = onWorkshop(specs, { ...PREFILL, hardware: 'hand-made', model: 'llama-2-7b' });
    const { constants } = one.workload.engineClass;
    const seconds = (used: typeof constants): number => 512 / predictCase(one, used);
    const later = { ...constants, requestOverhead: constants.requestOverhead + 1 };
    expect(seconds(later) - seconds(constants)).toBeCloseTo(1, 9);
  });

  it('follows the exponent of overlap: summed terms take longest', () => {
    const specs = workshop(engine(engineClass({ overlap: 4 })), [machine()]);
    const one = onWorkshop(specs, { ...DECODE, hardware: 'hand-made', model: 'llama-2-7b' });
    const { constants } = one.workload.engineClass;
    expect(predictCase(one, constants)).toBe(predictCase(one, constants, 4));
    expect(predictCase(one, constants, 1)).toBeLessThan(predictCase(one, constants));
    expect(predictCase(one, constants, 'infinity')).toBeGreaterThan(predictCase(one, constants));
  });

  it('of a decode is that of the step in its middle where time goes with the bytes that are read', () => {
    // The cache grows from 0 to 256 tokens over 257 steps: 128 in the mean.
    const perfect = { memoryEfficiency: 1, kernelOverhead: 0, stepOverhead: 0 };
    const specs = workshop(engine(engineClass({ overlap: 'infinity' }, perfect)), [machine()]);
    const at = (inputTokens: number, outputTokens: number): number => {
      const more = { ...DECODE, inputTokens, outputTokens, hardware: 'hand-made', model: 'llama-2-7b' };
      const one = onWorkshop(specs, more);
      return predictCase(one, one.workload.engineClass.constants);
    };
    expect(at(0, 257) / at(128, 1)).toBeCloseTo(1, 9);
    expect(at(0, 1)).toBeGreaterThan(at(128, 1));
  });
});

describe('the error of a prediction', () => {
  it('is positive where the model is too fast, for rates and for times', () => {
    const rate = withValue(found(DECODE), 100);
    expect(errorOf(rate, 110)).toBeCloseTo(Math.log(1.1), 12);
    const time = withValue(found(FIRST_TOKEN), 100);
    expect(errorOf(time, 90)).toBeCloseTo(Math.log(100 / 90), 12);
    expect(errorOf(time, 100)).toBeCloseTo(0, 12);
  });
});
