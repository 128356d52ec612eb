import { describe, expect, it } from 'vitest';
import { measurePass, type PassTime, passTime } from '../../src/estimator/pass-time.js';
import { countMixedPass, timeCounted } from '../../src/estimator/phases.js';
import { prepare } from '../../src/estimator/prepare.js';
import { resolveScenario } from '../../src/estimator/scenario.js';
import { getModel } from '../../src/index.js';
import type { Pass } from '../../src/model/pass.js';
import { engine, engineClass, machine } from '../laws/hand-made.js';

/** Llama 2 7B on a hand-made machine, under an engine class with some fields and constants changed. */
function prepared(...changes: Parameters<typeof engineClass>) {
  const workload = { weights: 'f16', kvCache: 'f16', batch: 1, promptTokens: 64, outputTokens: 64, cachedTokens: 0 };
  const used = engine(engineClass(...changes));
  return prepare(resolveScenario({ ...workload, hardware: machine(), model: getModel('llama-2-7b'), engine: used }));
}

const step: Pass = { tokens: 8, sequences: 8, context: 500, sampled: 8 };
const chunk: Pass = { tokens: 256, sequences: 2, context: 0, sampled: 2 };

/** A layer launches 7 products, attention, cache append, rotary, activation and 2 norms; beside them 1 norm, embedding, head, 2 of sampling. */
const LAUNCHES = 32 * 13 + 5;

describe('host work for each sequence', () => {
  it('adds to every pass, and nothing overlaps it', () => {
    const without = passTime(prepared(), step);
    const busy = passTime(prepared({}, { sequenceOverhead: 40e-6 }), step);
    for (const name of ['seconds', 'perfectOverlap', 'noOverlap'] as const) {
      expect(busy[name] - without[name]).toBeCloseTo(8 * 40e-6, 12);
    }
    expect(busy.terms.overhead - without.terms.overhead).toBeCloseTo(8 * 40e-6, 12);
  });
});

describe('launches by a host that runs ahead', () => {
  const slow = { dispatchOverhead: 1e-3, stepOverhead: 0 };
  const seconds = (time: PassTime) => time.seconds;

  it('bound a pass that the device would do faster', () => {
    const bound = passTime(prepared({}, slow), step);
    expect(seconds(bound)).toBeCloseTo(LAUNCHES * 1e-3, 9);
    // What it takes beyond the kernels is overhead: arithmetic and memory take what they did
    const free = passTime(prepared({}, { stepOverhead: 0 }), step);
    expect(bound.terms.overhead - free.terms.overhead).toBeCloseTo(bound.seconds - free.seconds, 12);
    expect(bound.terms.memory).toBe(free.terms.memory);
  });

  it('cost nothing where the device takes longer', () => {
    const quick = { dispatchOverhead: 1e-6, stepOverhead: 0 };
    expect(passTime(prepared({}, quick), step)).toEqual(passTime(prepared({}, { stepOverhead: 0 }), step));
  });

  it('are none for passes that are replayed as a graph: decode steps, or all', () => {
    const time = (graphs: 'none' | 'decode' | 'all', pass: Pass) => seconds(passTime(prepared({ graphs }, slow), pass));
    const launched = (pass: Pass) => time('none', pass);
    expect(time('decode', step)).toBeLessThan(launched(step) / 5);
    expect(time('decode', chunk)).toBe(launched(chunk));
    expect(time('all', chunk)).toBeLessThan(launched(chunk) / 5);
  });

  it('are fewer where the products of one input are one kernel', () => {
    // Queries, keys and values are one, gate and up are one, and the rotation writes the cache: four launches less a layer
    const fused = seconds(passTime(prepared({ fusion: 'projections' }, slow), step));
    expect(fused).toBeCloseTo((LAUNCHES - 4 * 32) * 1e-3, 9);
  });
});

describe('a pass that takes in prompts beside its decode steps', () => {
  const ready = prepared();
  const work = (pass: Pass) => measurePass(ready, pass);
  const mixed = countMixedPass(ready, step, chunk);
  const sum = (operators: typeof mixed.operators, of: 'flops' | 'weightBytes' | 'cacheElements') =>
    operators.reduce((total, { operator, work: done }) => total + operator.count * done[of], 0);

  it('does the FLOPs of both and moves the cache of both', () => {
    for (const of of ['flops', 'cacheElements'] as const) {
      const both = sum(work(step), of) + sum(work(chunk), of);
      expect(sum(mixed.operators, of) / both).toBeCloseTo(1, 12);
    }
  });

  it('reads the matrices once', () => {
    // Rows of the embedding are gathered for every token: 8192 bytes each
    const rows = (264 - 8) * 4096 * 2;
    expect(sum(mixed.operators, 'weightBytes')).toBeCloseTo(sum(work(step), 'weightBytes') + rows, 0);
  });

  it('runs attention apart, each with its own context, and everything else together', () => {
    const attention = mixed.operators.filter(({ operator }) => operator.kind === 'attention');
    expect(attention.map(({ work: { rows } }) => rows)).toEqual([1, 128]);
    expect(mixed.operators).toHaveLength(ready.plan.length + 1);
    expect(mixed.pass).toEqual({ tokens: 264, sequences: 10, context: 500, sampled: 10 });
  });

  it('takes less time than both and more than either', () => {
    const { seconds } = timeCounted(ready, { ...mixed, weight: 1 });
    const [one, other] = [passTime(ready, step).seconds, passTime(ready, chunk).seconds];
    expect(seconds).toBeLessThan(one + other);
    expect(seconds).toBeGreaterThan(Math.max(one, other));
  });

  it('names the place of each operator in the plan', () => {
    for (const { operator, place } of mixed.operators) expect(ready.plan[place]).toBe(operator);
  });
});
