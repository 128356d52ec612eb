import { describe, expect, it } from 'vitest';
import { type CountedRun, countRuns, timeCounted, timeRuns } from '../../src/estimator/pass-time.js';
import { reportPhase } from '../../src/estimator/phase-report.js';
import { runPhase } from '../../src/estimator/phase-run.js';
import { prepare } from '../../src/estimator/prepare.js';
import type { Prepared } from '../../src/estimator/prepared.js';
import { runOf, withPrompt } from '../../src/estimator/runs.js';
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

const costOf = (ready: Prepared, pass: Pass) => timeRuns(ready, [runOf(pass, 1)]);

function report(ready: Prepared, pass: Pass) {
  return reportPhase(runPhase(ready, [runOf(pass, 1)]));
}

/** A layer launches 7 products, attention, cache append, rotary, activation and 2 norms; beside them 1 norm, embedding, head, 2 of sampling. */
const LAUNCHES = 32 * 13 + 5;

describe('host work for each sequence', () => {
  it('adds to every pass, and nothing overlaps it', () => {
    const without = report(prepared(), step);
    const busy = report(prepared({}, { sequenceOverhead: 40e-6 }), step);
    for (const name of ['seconds', 'perfectOverlap', 'noOverlap'] as const) {
      expect(busy[name] - without[name]).toBeCloseTo(8 * 40e-6, 12);
    }
    expect(busy.terms.overhead - without.terms.overhead).toBeCloseTo(8 * 40e-6, 12);
  });
});

describe('launches by a host that runs ahead', () => {
  const slow = { dispatchOverhead: 1e-3, stepOverhead: 0 };

  it('bound a pass that the device would do faster', () => {
    const bound = report(prepared({}, slow), step);
    expect(bound.seconds).toBeCloseTo(LAUNCHES * 1e-3, 9);
    // What it takes beyond the kernels is overhead: arithmetic and memory take what they did
    const free = report(prepared({}, { stepOverhead: 0 }), step);
    expect(bound.terms.overhead - free.terms.overhead).toBeCloseTo(bound.seconds - free.seconds, 12);
    expect(bound.terms.memory).toBe(free.terms.memory);
    expect(bound.bound).toBe('overhead');
  });

  it('cost nothing where the device takes longer', () => {
    const quick = { dispatchOverhead: 1e-6, stepOverhead: 0 };
    expect(costOf(prepared({}, quick), step)).toEqual(costOf(prepared({}, { stepOverhead: 0 }), step));
  });

  it('are none for passes that are replayed as a graph: decode steps, or all', () => {
    const time = (graphs: 'none' | 'decode' | 'all', pass: Pass) => costOf(prepared({ graphs }, slow), pass).seconds;
    const launched = (pass: Pass) => time('none', pass);
    expect(time('decode', step)).toBeLessThan(launched(step) / 5);
    expect(time('decode', chunk)).toBe(launched(chunk));
    expect(time('all', chunk)).toBeLessThan(launched(chunk) / 5);
  });

  it('are fewer where the products of one input are one kernel', () => {
    // Queries, keys and values are one, gate and up are one, and the rotation writes the cache: four launches less a layer
    const fused = costOf(prepared({ fusion: 'projections' }, slow), step).seconds;
    expect(fused).toBeCloseTo((LAUNCHES - 4 * 32) * 1e-3, 9);
  });
});

describe('a pass that takes in prompts beside its decode steps', () => {
  const ready = prepared();
  const operatorsOf = ({ shared, own }: CountedRun) => [...shared, ...own.flat()];
  const count = (...runs: Parameters<typeof countRuns>[1]) => countRuns(ready, runs).flatMap(operatorsOf);
  const together = withPrompt(runOf(step, 1), chunk);
  const mixed = count(together);
  const sum = (operators: typeof mixed, of: 'flops' | 'weightBytes' | 'cacheElements') =>
    operators.reduce((total, { operator, work }) => total + operator.count * work[of], 0);

  it('does the FLOPs of both and moves the cache of both', () => {
    const both = count(runOf(step, 1), runOf(chunk, 1));
    for (const of of ['flops', 'cacheElements'] as const) expect(sum(mixed, of) / sum(both, of)).toBeCloseTo(1, 12);
  });

  it('reads the matrices once', () => {
    // Rows of the embedding are gathered for every token: 8192 bytes each
    const rows = (264 - 8) * 4096 * 2;
    expect(sum(mixed, 'weightBytes')).toBeCloseTo(sum(count(runOf(step, 1)), 'weightBytes') + rows, 0);
  });

  it('runs attention apart, each with its own context, and everything else together', () => {
    const attention = mixed.filter(({ operator }) => operator.kind === 'attention');
    expect(attention.map(({ work: { rows } }) => rows)).toEqual([1, 128]);
    expect(mixed).toHaveLength(count(runOf(step, 1)).length + 1);
    expect(together.rows).toEqual({ tokens: 264, sequences: 10, context: 500, sampled: 10 });
  });

  it('takes less time than both and more than either', () => {
    const { seconds } = timeCounted(ready, countRuns(ready, [together]));
    const [one, other] = [costOf(ready, step).seconds, costOf(ready, chunk).seconds];
    expect(seconds).toBeLessThan(one + other);
    expect(seconds).toBeGreaterThan(Math.max(one, other));
  });

  it('takes as long whether its work was counted before or not', () => {
    expect(timeCounted(ready, countRuns(ready, [together]))).toEqual(timeRuns(ready, [together]));
  });
});
