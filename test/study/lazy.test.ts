import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Estimate, type EstimateInput, estimate, range, sweep } from '../../src/index.js';

/** Estimates of a sweep that are read long after it went on. */
function held(base: EstimateInput): readonly Estimate[] {
  const estimates: Estimate[] = [];
  const hold = (one: Estimate): number => estimates.push(one);
  for (const row of sweep({ base, axes: { batch: [1, 5], promptTokens: range(100, 1900, 600) }, metrics: { hold } })) {
    expect(row.ok).toBe(true);
  }
  return estimates;
}

/** Ways into an estimate; each works out other parts of it first. */
const READS = {
  speed: ({ decode }: Estimate) => decode.tokensPerSecond,
  decode: ({ decode }: Estimate) => [decode.mbu, decode.terms, decode.operators, decode.classes, decode.power],
  prefill: ({ prefill }: Estimate) => [prefill.seconds, prefill.timeToFirstToken, prefill.operators, prefill.bound],
  request: ({ request }: Estimate) => request.latency,
  energy: ({ energy }: Estimate) => [energy.joulesPerToken, energy.watts],
  memory: ({ memory }: Estimate) => memory,
};

// A card that its power limits, one with a fixed context, a wafer with a pipeline, a machine with two memories.
const bases: readonly EstimateInput[] = [
  { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'llama.cpp', weights: 'q4_0' },
  { model: 'qwen3-0.6b', hardware: 'rk3588-npu', weights: 'int8' },
  { model: 'llama-2-7b', hardware: 'cs-3', engine: 'ideal', weights: 'f16' },
  { model: 'gpt-oss-20b', hardware: 'm2-ultra-76c', engine: 'llama.cpp', weights: 'mxfp4' },
];

describe('points that are read in any order', () => {
  it.each(bases)('say what a whole estimate says: $model on $hardware', (base) => {
    const whole = held(base).map(({ workload: { batch, promptTokens } }) => estimate({ ...base, batch, promptTokens }));
    const reads = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.constantFrom(...Object.values(READS))), {
      minLength: 4,
      maxLength: 30,
    });
    fc.assert(
      fc.property(reads, (order) => {
        const points = held(base);
        for (const [index, read] of order) {
          expect(read(points[index] as Estimate)).toEqual(read(whole[index] as Estimate));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep what they said when others are worked out on the same machine', () => {
    const [base] = bases as [EstimateInput];
    const first = estimate(base);
    const then = structuredClone(first);
    for (const batch of [2, 3, 64]) estimate({ ...base, batch, promptTokens: 700 });
    expect(first).toEqual(then);
  });
});
