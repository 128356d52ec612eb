import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRun, prefillRuns, type Run, scaleRun, withPrompt } from '../../src/estimator/runs.js';
import { attendedPairs, type Pass } from '../../src/model/pass.js';

interface WeightedPass {
  readonly pass: Pass;
  readonly weight: number;
}

/** Every part of every pass, with its weight; all of them go through the products with the rows of their run. */
function passesOf(...runs: readonly Run[]): WeightedPass[] {
  return runs.flatMap(({ rows, passes }) =>
    passes.flatMap(({ weight, parts }) => {
      expect(parts.reduce((tokens, part) => tokens + part.tokens, 0)).toBe(rows.tokens);
      return parts.map((pass) => ({ pass, weight }));
    }),
  );
}

const decodePasses = (...asked: Parameters<typeof decodeRun>) => passesOf(decodeRun(...asked));
const prefillPasses = (...asked: Parameters<typeof prefillRuns>) => passesOf(...prefillRuns(...asked));

function sum(passes: readonly WeightedPass[], of: (one: WeightedPass) => number): number {
  return passes.reduce((total, one) => total + one.weight * of(one), 0);
}

const full = { kind: 'full' } as const;

describe('the steps of a request', () => {
  it('are one mean step behind the mean context', () => {
    // Contexts 512 to 639
    const passes = decodePasses(4, 512, 128);
    expect(sum(passes, () => 1)).toBeCloseTo(1, 12);
    expect(sum(passes, ({ pass }) => pass.context)).toBeCloseTo(575.5, 9);
    for (const { pass } of passes) expect(pass).toMatchObject({ tokens: 4, sequences: 4, sampled: 4 });
  });

  it('of a single token have its very context', () => {
    for (const { pass } of decodePasses(1, 77, 1)) expect(pass.context).toBe(77);
  });
});

describe('the passes of a prompt', () => {
  it('are one where it fits a chunk', () => {
    expect(prefillPasses(1, 300, 40, 512)).toEqual([
      { pass: { tokens: 300, sequences: 1, context: 40, sampled: 1 }, weight: 1 },
    ]);
  });

  it('are shared by short prompts', () => {
    // Four of 128 tokens fill a chunk of 512: six take one and a half
    expect(prefillPasses(6, 128, 0, 512)).toEqual([
      { pass: { tokens: 512, sequences: 4, context: 0, sampled: 4 }, weight: 1.5 },
    ]);
  });

  it('are ceil(N / chunk), each behind the ones before', () => {
    const passes = prefillPasses(1, 1100, 10, 512);
    expect(passes.map(({ pass, weight }) => [pass.tokens, pass.context, weight])).toEqual([
      [512, 10, 1],
      [512, 522, 1],
      [76, 1034, 1],
    ]);
  });

  it('hold every token once, and every query-key pair, however many they are', () => {
    const sizes = fc.record({
      sequences: fc.integer({ min: 1, max: 20 }),
      tokens: fc.integer({ min: 1, max: 20_000 }),
      context: fc.integer({ min: 0, max: 5000 }),
      chunk: fc.integer({ min: 16, max: 4096 }),
    });
    fc.assert(
      fc.property(sizes, ({ sequences, tokens, context, chunk }) => {
        const passes = prefillPasses(sequences, tokens, context, chunk);
        expect(sum(passes, ({ pass }) => pass.tokens) / (sequences * tokens)).toBeCloseTo(1, 9);
        const pairs = sequences * attendedPairs(full, { tokens, sequences: 1, context, sampled: 1 });
        const counted = sum(passes, ({ pass }) => pass.sequences * attendedPairs(full, pass));
        expect(counted / pairs).toBeCloseTo(1, 9);
        const count = Math.ceil(tokens / chunk) * sequences;
        if (tokens > chunk) expect(sum(passes, () => 1)).toBeCloseTo(count, 6);
      }),
    );
  });
});

describe('a prompt beside decode steps', () => {
  const prompt = { tokens: 100, sequences: 1, context: 0, sampled: 1 };
  const mixed = withPrompt(decodeRun(8, 512, 128), prompt);

  it('shares the products of the pass', () => {
    expect(mixed.rows).toMatchObject({ tokens: 108, sequences: 9, sampled: 9 });
  });

  it('has attention of its own', () => {
    for (const { parts } of mixed.passes) expect(parts.map(({ tokens }) => tokens)).toEqual([8, 100]);
  });
});

it('a run so many times has its passes so many times', () => {
  const passes = passesOf(scaleRun(decodeRun(4, 512, 128), 3));
  expect(sum(passes, () => 1)).toBeCloseTo(3, 12);
});
