import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate, Prediction } from '../../src/estimator/types.js';
import { estimate, listHardware, tryEstimate } from '../../src/index.js';
import { engineClasses, MODELS, tieredMachines, workloads } from './catalogue.js';
import { engine } from './hand-made.js';

const ONE = 1 + 1e-9;

function expectRate({ low, expected, high, ideal }: Prediction): void {
  expect(low).toBeGreaterThan(0);
  expect(expected).toBeGreaterThanOrEqual(low / ONE);
  expect(high).toBeGreaterThanOrEqual(expected / ONE);
  expect(ideal).toBeGreaterThanOrEqual(high / ONE);
}

function expectTime({ low, expected, high, ideal }: Prediction): void {
  expect(ideal).toBeGreaterThan(0);
  expect(low).toBeGreaterThanOrEqual(ideal / ONE);
  expect(expected).toBeGreaterThanOrEqual(low / ONE);
  expect(high).toBeGreaterThanOrEqual(expected / ONE);
}

function expectOrdered({ decode, prefill, request }: Estimate): void {
  expectRate(decode.tokensPerSecond);
  expectRate(decode.tokensPerSecondPerSequence);
  expectRate(prefill.tokensPerSecond);
  expectRate(request.outputTokensPerSecond);
  expectTime(decode.timePerOutputToken);
  expectTime(prefill.timeToFirstToken);
  expectTime(request.latency);
}

/** Paths of numbers that are not finite, and of anything that is not data. */
function strange(value: unknown, path = 'estimate'): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} = ${value}`];
  if (typeof value === 'string' || typeof value === 'boolean') return [];
  if (typeof value !== 'object' || value === null) return [`${path} is ${String(value)}`];
  return Object.entries(value).flatMap(([key, part]) => strange(part, `${path}.${key}`));
}

describe('an estimate for any machine and engine', () => {
  it('has its rates in the order low, expected, high, ideal, and its times in the other', () => {
    fc.assert(
      fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
        expectOrdered(estimate({ ...workload, hardware, engine: engine(used) }));
      }),
    );
  });

  it('needs no clamp: no engine is faster than the physical bound', () => {
    fc.assert(
      fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
        const { decode, prefill } = estimate({ ...workload, hardware, engine: engine(used) });
        expect(decode.seconds).toBeGreaterThanOrEqual(decode.timePerOutputToken.ideal / ONE);
        expect(prefill.seconds).toBeGreaterThanOrEqual(prefill.timeToFirstToken.ideal / ONE);
      }),
    );
  });

  it('adds up: tokens, latency, energy', () => {
    fc.assert(
      fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
        const { decode, prefill, request, energy } = estimate({ ...workload, hardware, engine: engine(used) });
        const { batch, outputTokens, promptTokens } = workload;
        expect(decode.tokensPerSecond.expected / (batch * decode.tokensPerSecondPerSequence.expected)).toBeCloseTo(
          1,
          9,
        );
        expect(decode.timePerOutputToken.expected * decode.tokensPerSecondPerSequence.expected).toBeCloseTo(1, 9);
        const latency = prefill.timeToFirstToken.expected + (outputTokens - 1) * decode.timePerOutputToken.expected;
        expect(request.latency.expected / latency).toBeCloseTo(1, 9);
        const joules = energy.joulesPerPromptToken * promptTokens + (outputTokens - 1) * energy.joulesPerDecodedToken;
        expect(energy.joulesPerToken * outputTokens).toBeCloseTo(joules, 6);
      }),
    );
  });

  it('is plain data with finite numbers', () => {
    fc.assert(
      fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
        const result = estimate({ ...workload, hardware, engine: engine(used) });
        expect(strange(result)).toEqual([]);
        expect(structuredClone(result)).toEqual(result);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      }),
      { numRuns: 30 },
    );
  });
});

describe('an estimate for a machine and engine of the catalogue', () => {
  const hardware = listHardware();
  const scenarios = fc.record({
    hardware: fc.constantFrom(...hardware),
    model: fc.constantFrom(...MODELS),
    weights: fc.constantFrom(undefined, 'f16', 'q4_k_m', 'fp8', 'awq'),
    batch: fc.constantFrom(1, 4, 64),
    promptTokens: fc.constantFrom(1, 128, 900),
  });

  it('is ordered, finite and plain too, or fails with an error of our own', () => {
    fc.assert(
      fc.property(scenarios, ({ weights, ...scenario }) => {
        const outcome = tryEstimate({ ...scenario, outputTokens: 64, ...(weights === undefined ? {} : { weights }) });
        if (!outcome.ok) return;
        expectOrdered(outcome.estimate);
        expect(strange(outcome.estimate)).toEqual([]);
        expect(structuredClone(outcome.estimate)).toEqual(outcome.estimate);
      }),
      { numRuns: 300 },
    );
  });

  it('is there for every machine', () => {
    // 130 M parameters in 8 bits fit all but the smallest SRAM.
    for (const machine of hardware) {
      const outcome = tryEstimate({ model: 'smollm2-135m', hardware: machine, engine: 'ideal', weights: 'q8_0' });
      if (outcome.ok) expectOrdered(outcome.estimate);
      else expect([machine.id, outcome.error.name]).toEqual([machine.id, 'MissingFactError']);
    }
  });
});
