import { describe, expect, it } from 'vitest';
import { measureOperator } from '../../src/model/measure.js';
import { planOperators } from '../../src/model/plan.js';
import { getScheme } from '../../src/model/schemes.js';
import { elements } from '../../src/model/tensor.js';
import type { Model } from '../../src/model/types.js';
import * as networks from './networks.js';

const step = { tokens: 1, sequences: 1, context: 100, sampled: 1 };

function operatorsOf(model: Model, name: string) {
  return planOperators(model, getScheme('f16')).filter((operator) => operator.name === name);
}

describe('hyper-connections', () => {
  it('mix four streams of 4096 by 24 weights before and after each part, and by 4 before the head', () => {
    // docs.nvidia.com/nemo/automodel, deepseek_v4.model: hc_attn_fn [24, 4 * dim], hc_ffn_fn the same
    const mixes = operatorsOf(networks.deepseekV4Flash, 'residual-mix');
    const sizes = mixes.map((operator) => (operator.kind === 'product' ? [operator.outer, operator.inner] : []));
    expect(sizes).toEqual([
      [24, 4 * 4096],
      [4, 4 * 4096],
    ]);
    expect(mixes.map(({ count }) => count)).toEqual([86, 1]);
  });

  it('read all streams twice and write them once', () => {
    const [each] = operatorsOf(networks.deepseekV4Flash, 'hyper-connection');
    expect(each?.fused.elements).toBe((3 * 4 + 2) * 4096);
  });
});

describe('attention over the residual', () => {
  it('reads the sums kept so far: 5.4 on average over 93 layers that keep every twelfth', () => {
    const [each] = operatorsOf(networks.kimiK3, 'residual-attention');
    // layers 0 to 11 read 2, 12 to 23 read 3, ..., 84 to 92 read 9
    const sums = (12 * (2 + 3 + 4 + 5 + 6 + 7 + 8) + 9 * 9) / 93;
    expect(each && measureOperator(each, step, 'element-wise').flops).toBeCloseTo(6 * sums * 7168, 6);
  });

  it('has a norm and a query for each part of a layer and for the head', () => {
    const bytes = operatorsOf(networks.kimiK3, 'residual-attention').reduce(
      (sum, operator) => sum + operator.count * measureOperator(operator, step, 'element-wise').weightBytes,
      0,
    );
    const vector = { role: 'residual-small', rows: 1, columns: 2 * 7168, copies: 1 } as const;
    expect(bytes).toBe(2 * (2 * 93 + 1) * elements(vector));
  });
});

describe('a plain residual', () => {
  it('is one addition per part', () => {
    expect(operatorsOf(networks.llama2, 'residual').map(({ count }) => count)).toEqual([64]);
  });
});
