import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/catalog/models.js';
import { measureOperator } from '../../src/model/measure.js';
import type { GatherOperator, PlannedOperator } from '../../src/model/operators.js';
import type { Pass } from '../../src/model/pass.js';
import { planOperators } from '../../src/model/plan.js';
import { getScheme, weightBytes } from '../../src/model/schemes.js';
import type { Model } from '../../src/model/types.js';
import { activeLinearParameters, attentionFlops, type Step } from './closed-form.js';
import * as networks from './networks.js';

const f16 = getScheme('f16');

/** So many tokens that every expert is touched: `1 - (1 - k/E)^T` is 1 to the last bit. */
const ALL_EXPERTS: Pass = { tokens: 1e7, sequences: 1, context: 0, sampled: 1 };

function sumWork(plan: readonly PlannedOperator[], pass: Pass, of: 'weightBytes' | 'flops'): number {
  return plan.reduce((sum, operator) => sum + operator.count * measureOperator(operator, pass, 'element-wise')[of], 0);
}

/** Bytes of the whole table that rows are gathered from. A tied one is streamed as the head, so it counts there. */
function tableBytes(model: Model, operator: GatherOperator): number {
  if (operator.name === 'token-embedding' && model.tiedEmbeddings) return 0;
  return (
    operator.count *
    operator.bytesPerToken *
    (operator.name === 'position-embedding' ? model.positions : model.vocabulary)
  );
}

const plansInF16 = new Map<Model, readonly PlannedOperator[]>();

/** Each model is planned once per format. */
function planOf(model: Model, scheme: string): readonly PlannedOperator[] {
  if (scheme !== 'f16') return planOperators(model, getScheme(scheme));
  const known = plansInF16.get(model) ?? planOperators(model, f16);
  plansInF16.set(model, known);
  return known;
}

function inventory(model: Model, scheme: string): number {
  const plan = planOf(model, scheme);
  const gathered = plan.filter((operator) => operator.kind === 'gather');
  const streamed = plan.filter((operator) => operator.kind !== 'gather');
  const tables = gathered.reduce((sum, operator) => sum + tableBytes(model, operator), 0);
  return sumWork(streamed, ALL_EXPERTS, 'weightBytes') + tables;
}

const catalogue = listModels().map((model): [string, Model] => [model.id, model]);

describe.each(catalogue)('the operators of %s', (_id, model) => {
  it('read every tensor once, in f16, q4_k_m and the format of the release', () => {
    for (const scheme of new Set(['f16', 'q4_k_m', model.nativeFormat])) {
      expect(inventory(model, scheme) / weightBytes(model, getScheme(scheme)), scheme).toBeCloseTo(1, 9);
    }
  });

  it('multiply as often as the closed form says', () => {
    const plan = planOf(model, 'f16').filter((operator) => operator.class === 'contraction');
    const linear = activeLinearParameters(model);
    const steps: Step[] = [
      { sequences: 1, fresh: 1, context: 0 },
      { sequences: 3, fresh: 1, context: 9000 },
      { sequences: 2, fresh: 700, context: 100 },
    ];
    for (const step of steps) {
      const tokens = step.sequences * step.fresh;
      const pass = { tokens, sequences: step.sequences, context: step.context, sampled: step.sequences };
      const head = 2 * step.sequences * model.vocabulary * model.hidden;
      const closed = 2 * tokens * linear + head + attentionFlops(model, step);
      expect(sumWork(plan, pass, 'flops') / closed).toBeCloseTo(1, 12);
    }
  });
});

describe('the operators of a network', () => {
  it('are each there once, with a count', () => {
    const plan = planOperators(networks.llama2, f16);
    const counts = Object.fromEntries(plan.map(({ name, count }) => [name, count]));
    expect(counts).toEqual({
      'attention-query': 32,
      'attention-key': 32,
      'attention-value': 32,
      'attention-output': 32,
      attention: 32,
      rotary: 32,
      'cache-append': 32,
      'ffn-gate': 32,
      'ffn-up': 32,
      'ffn-down': 32,
      activation: 32,
      norm: 65, // two per layer and the last
      residual: 64,
      'token-embedding': 1,
      head: 1,
      sampling: 1,
    });
  });

  it('run a LayerNorm in one kernel, an RMSNorm in eight when it is written out', () => {
    const launches = (norm: 'rms' | 'layer' | 'layer-without-bias') =>
      planOperators({ ...networks.llama2, norm }, f16).find(({ name }) => name === 'norm')?.eager.launches;
    expect([launches('rms'), launches('layer'), launches('layer-without-bias')]).toEqual([8, 1, 1]);
  });

  it('stream a tied embedding once, as the head, and gather a row of it per token', () => {
    const tied = planOperators(networks.gemma3, f16);
    const table = 262144 * 5376 * 2;
    const pass = { tokens: 4, sequences: 4, context: 10, sampled: 4 };
    const bytes = (name: string) =>
      sumWork(
        tied.filter((operator) => operator.name === name),
        pass,
        'weightBytes',
      );
    expect(bytes('head')).toBe(table);
    expect(bytes('token-embedding')).toBe(4 * 5376 * 2);
  });

  it('split where a recipe stores equal tensors in two formats', () => {
    // Q4_K_M keeps half of the value and down projections at 6 bits: two operators, 32 instances together
    const downs = planOperators(networks.llama2, getScheme('q4_k_m')).filter(({ name }) => name === 'ffn-down');
    expect(downs.map((operator) => ('format' in operator ? operator.format.id : '')).sort()).toEqual(['q4_k', 'q6_k']);
    expect(downs.map(({ count }) => count)).toEqual([16, 16]);
  });

  it('add each bias once per token', () => {
    const biases = planOperators(networks.gpt3, f16).filter(({ name }) => name === 'bias');
    // per layer: q, k, v and output 4 h; feed-forward 4 h + h; h = 12288, 96 layers
    expect(sumWork(biases, { tokens: 1, sequences: 1, context: 0, sampled: 1 }, 'flops')).toBe(96 * 9 * 12288);
    expect(planOperators(networks.llama2, f16).some(({ name }) => name === 'bias')).toBe(false);
  });

  it('put no bias of an expert among the contractions', () => {
    const names = planOperators(networks.gptOssSmall, f16)
      .filter((operator) => operator.class === 'contraction')
      .map(({ name }) => name);
    expect(names).not.toContain('expert-bias');
    expect(names).toContain('expert-up');
  });

  it('never launch or move more when fused', () => {
    for (const [, model] of catalogue) {
      for (const { eager, fused } of planOf(model, 'f16')) {
        expect(fused.launches).toBeLessThanOrEqual(eager.launches);
        if (eager.elements > 0) expect(fused.elements).toBeLessThanOrEqual(eager.elements);
      }
    }
  });

  it('need every layer of the pattern described', () => {
    const broken = { ...networks.llama2, pattern: [{ layers: ['unheard-of'], repeat: 1 }] };
    expect(() => planOperators(broken, f16)).toThrow('test-model: the pattern names a layer "unheard-of"');
  });
});
