import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/estimator/runs.js';
import { metricOf } from '../../src/evidence/predict.js';
import { steadyRuns } from '../../src/evidence/serving-steps.js';
import { engine, engineClass, level, machine } from '../laws/hand-made.js';
import { onWorkshop, refusal, type Test, workshop } from './samples.js';

const weight = (runs: readonly Run[]) =>
  runs.flatMap(({ passes }) => passes).reduce((total, pass) => total + pass.weight, 0);
const isMixed = ({ rows }: Run) => rows.tokens > rows.sequences;

describe('a server in steady state', () => {
  it('takes in whole prompts with a few of its steps where they are seldom', () => {
    // 4 prompts of 100 tokens in 50 steps: 8 tokens a step, a prompt in every 12.5th
    const { step, prompt } = steadyRuns({
      batch: 4,
      cachedTokens: 0,
      inputTokens: 100,
      outputTokens: 50,
      chunk: 512,
    });
    expect(weight(step)).toBeCloseTo(1, 12);
    expect(weight(step.filter(isMixed))).toBeCloseTo(0.08, 12);
    for (const { rows } of step.filter(isMixed)) expect(rows).toMatchObject({ tokens: 104, sequences: 5, sampled: 5 });
    expect(weight(prompt)).toBeCloseTo(1, 12);
  });

  it('makes more passes of fewer decodes where prompts fill them', () => {
    // 100 prompts of 1000 tokens in 100 steps: 1000 a step, 412 beside 100 decodes in a pass of 512
    const { step, prompt } = steadyRuns({
      batch: 100,
      cachedTokens: 0,
      inputTokens: 1000,
      outputTokens: 100,
      chunk: 512,
    });
    const passes = 1000 / 412;
    expect(step.every(isMixed)).toBe(true);
    expect(weight(step)).toBeCloseTo(passes, 9);
    for (const { rows } of step) expect(rows.tokens).toBeCloseTo(100 / passes + 412, 9);
    expect(weight(prompt)).toBeCloseTo(passes, 9);
  });

  it('takes in every prompt token and decodes every sequence once a step', () => {
    const loads = fc.record({
      batch: fc.integer({ min: 1, max: 400 }),
      cachedTokens: fc.integer({ min: 0, max: 1000 }),
      inputTokens: fc.integer({ min: 1, max: 8000 }),
      outputTokens: fc.integer({ min: 1, max: 2000 }),
      chunk: fc.integer({ min: 512, max: 8192 }),
    });
    fc.assert(
      fc.property(loads, (load) => {
        const { step } = steadyRuns(load);
        const tokens = load.batch * (1 + load.inputTokens / load.outputTokens);
        const taken = step.reduce((total, run) => total + run.rows.tokens * weight([run]), 0);
        expect(taken / tokens).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });
});

const serving: Test = { phase: 'serving', metric: 'ttft_ms', batch: 5, inputTokens: 100, outputTokens: 50 };

/** 10 ms for a step and 20 ms for a prompt. */
const COSTS = { step: 0.01, prompt: 0.02, stepJoules: 0, promptJoules: 0 };

describe('what is measured under load', () => {
  const specs = workshop(engine(), [machine()]);
  const served = onWorkshop(specs, { ...serving, hardware: 'hand-made', model: 'llama-2-7b' });
  const metric = (more: Partial<typeof served.measurement>, waiting = 0) =>
    metricOf({ ...served, waiting, measurement: { ...served.measurement, ...more } }, COSTS);

  it('counts N steps for a request, with its prompts in them', () => {
    expect(metric({ metric: 'tpot_ms' })).toBeCloseTo(10, 9);
    expect(metric({ metric: 'output_tok_s' })).toBeCloseTo(5 / 0.01, 9);
    expect(metric({ metric: 'total_tok_s' })).toBeCloseTo((5 * 150) / 0.5, 9);
    expect(metric({ metric: 'latency_s' })).toBeCloseTo(0.5, 9);
  });

  it('waits for the first token half a step and its own prompt, and in the first burst for half of the others', () => {
    // One in ten requests waits for two more prompts: 5 + 20 + 40 / 10
    expect(metric({})).toBeCloseTo(29, 9);
  });

  it('waits for a place where there are more requests than places', () => {
    // As many again as are served: a whole request longer, 25 + 500
    expect(metric({}, 1)).toBeCloseTo(29 + 525, 9);
    expect(metric({ metric: 'latency_s' }, 1)).toBeCloseTo(1, 9);
  });
});

describe('requests beyond what memory holds', () => {
  // Llama 2 7B in 16 bits: 13.48 GB, and 524,288 B a token; 20 GB hold 6.5 GB of cache, 12,000 tokens
  const small = machine({ memory: [level({ capacity: 20e9 })] });
  const many: Test = {
    phase: 'request',
    metric: 'total_tok_s',
    batch: 64,
    inputTokens: 500,
    outputTokens: 500,
    hardware: 'hand-made',
    model: 'llama-2-7b',
  };

  it('take turns where the scheduler lets the next in when one ends', () => {
    const found = onWorkshop(workshop(engine(engineClass({ scheduler: 'continuous' })), [small]), many);
    expect(found.batch).toBeGreaterThan(12);
    expect(found.batch).toBeLessThan(18);
    expect(found.waiting).toBeCloseTo(64 / found.batch - 1, 12);
  });

  it('take turns on any server', () => {
    const found = onWorkshop(workshop(engine(), [small]), { ...many, phase: 'serving' });
    expect(found.waiting).toBeGreaterThan(2);
  });

  it('do not fit where a batch starts together', () => {
    const more = { ...many, engine: 'hand-made', weights: 'f16', backend: undefined, flashAttention: undefined };
    expect(refusal({ ...more, date: undefined }, workshop(engine(), [small]))).toBe('does-not-fit');
  });
});
