import { describe, expect, it } from 'vitest';
import { measureOperator, type Work } from '../../src/model/measure.js';
import type { Fusion, PlannedOperator } from '../../src/model/operators.js';
import type { Pass } from '../../src/model/pass.js';
import { planOperators } from '../../src/model/plan.js';
import { getScheme } from '../../src/model/schemes.js';
import type { Model } from '../../src/model/types.js';
import * as networks from './networks.js';

const f16 = getScheme('f16');

function find(model: Model, name: string, kind?: string): PlannedOperator {
  const found = planOperators(model, f16).find((one) => one.name === name && (kind === undefined || one.kind === kind));
  if (!found) throw new Error(`${model.id} has no operator ${name}`);
  return found;
}

function work(model: Model, name: string, pass: Pass, fusion: Fusion = 'element-wise'): Work {
  return measureOperator(find(model, name), pass, fusion);
}

/** One token for each of so many sequences behind a context. */
function decode(context: number, sequences = 1): Pass {
  return { tokens: sequences, sequences, context, sampled: sequences };
}

function prompt(tokens: number, sequences = 1): Pass {
  return { tokens: tokens * sequences, sequences, context: 0, sampled: sequences };
}

describe('a product', () => {
  it('takes 2 M N K FLOPs and reads its matrix once', () => {
    const up = work(networks.llama2, 'ffn-up', prompt(100));
    expect(up.flops).toBe(2 * 100 * 11008 * 4096);
    expect(up.weightBytes).toBe(2 * 11008 * 4096);
    expect(up.activations).toBe(100 * (11008 + 4096));
    expect([up.rows, up.matrices, up.launches]).toEqual([100, 1, 1]);
  });

  it('with the head works on sampled positions only', () => {
    const head = work(networks.llama2, 'head', { tokens: 1024, sequences: 2, context: 0, sampled: 2 });
    expect(head.flops).toBe(2 * 2 * 32000 * 4096);
    expect(head.rows).toBe(2);
  });

  it('of a mixture reads the experts that the step touches, and multiplies with those that each token uses', () => {
    // Mixtral: 8 experts of which 2, with p_i = 2 / (2.71786 i); four tokens touch the sum of 1 - (1 - p_i)^4
    const up = work(networks.mixtral, 'expert-up', decode(0, 4));
    expect(up.matrices).toBeCloseTo(4.6251, 4);
    expect(up.weightBytes).toBe(up.matrices * 2 * 14336 * 4096);
    expect(up.flops).toBe(2 * 4 * 2 * 14336 * 4096);
    expect(up.rows).toBeCloseTo(8 / up.matrices, 12);
  });
});

describe('attention', () => {
  it('of a prompt is half of the square', () => {
    const { flops } = work(networks.llama2, 'attention', prompt(1000));
    expect(flops / (4 * 1000 ** 2 * 32 * 128)).toBeCloseTo(0.5, 2);
    expect(flops).toBe(2 * ((1000 * 1001) / 2) * 32 * 256);
  });

  it('saves bytes and no FLOPs by sharing key heads', () => {
    // Llama 2 7B and Llama 3 8B: 32 heads of 128, with 32 and 8 key heads
    const [many, few] = [networks.llama2, networks.llama3].map((model) => work(model, 'attention', decode(4095)));
    expect(few?.flops).toBe(many?.flops);
    expect(many?.cacheElements).toBe(4 * (few?.cacheElements ?? 0));
    expect([many?.rows, few?.rows]).toEqual([1, 4]);
  });

  it('reads the cache of every sequence and writes the new tokens', () => {
    // 8 key heads of 128 + 128, for 3 sequences: 1001 visible and 1 new
    expect(work(networks.llama3, 'attention', decode(1000, 3)).cacheElements).toBe(8 * 256 * 3 * 1002);
  });

  it('takes in queries and gives out values for each new token', () => {
    expect(work(networks.llama3, 'attention', decode(1000, 3)).activations).toBe(3 * 32 * (128 + 128));
    expect(work(networks.deepseekV3, 'latent-attention', decode(1000)).activations).toBe(128 * (128 + 64 + 128));
  });

  it('reads at most a window', () => {
    const [near, far] = [10_000, 100_000].map((context) => work(networks.gemma3, 'sliding-attention', decode(context)));
    expect(near).toEqual(far);
    expect(near?.cacheElements).toBe(16 * 256 * (1024 + 1));
  });

  it('in chunks reads the tokens of its own chunk', () => {
    const { cacheElements } = work(networks.llama4Scout, 'chunked-attention', decode(8192 + 9));
    expect(cacheElements).toBe(8 * 256 * (10 + 1));
  });

  it('writes no keys where an earlier layer has them', () => {
    const shared = networks.network({
      ...networks.llama3,
      ...networks.uniform(networks.layer([networks.attention(8, 2, 64, { keyValue: 'shared' })], []), 1),
    });
    expect(work(shared, 'attention', decode(99)).cacheElements).toBe(2 * 128 * 100);
  });
});

describe('latent attention', () => {
  it('of DeepSeek-V3 takes 2 x 128 x 1088 FLOPs per cached token in a step', () => {
    // docs/model-facts.md, section 3
    const [near, far] = [1000, 2000].map((context) => work(networks.deepseekV3, 'latent-attention', decode(context)));
    expect((far?.flops ?? 0) - (near?.flops ?? 0)).toBe(1000 * 2 * 128 * 1088);
  });

  it('of DeepSeek-V3 reads 576 elements per cached token, a 71st of its expanded keys and values', () => {
    const [near, far] = [1000, 2000].map((context) => work(networks.deepseekV3, 'latent-attention', decode(context)));
    const perToken = ((far?.cacheElements ?? 0) - (near?.cacheElements ?? 0)) / 1000;
    expect(perToken).toBe(576);
    expect((128 * (192 + 128)) / perToken).toBeCloseTo(71.1, 1);
  });

  it('expands a prompt, which is cheaper there: 2 x 128 x 320 FLOPs per pair', () => {
    const tokens = 2000;
    const { flops } = work(networks.deepseekV3, 'latent-attention', prompt(tokens));
    const pairs = (tokens * (tokens + 1)) / 2;
    expect(flops).toBe(2 * pairs * 128 * 320 + 2 * tokens * 512 * 128 * 256);
  });

  it('reads both up-projections in either form', () => {
    const bytes = 2 * 128 * 512 * (128 + 128);
    for (const pass of [decode(1000), prompt(2000)]) {
      expect(work(networks.deepseekV3, 'latent-attention', pass).weightBytes).toBe(bytes);
    }
  });
});

describe('a selection', () => {
  it('bounds what attention computes and reads in a step, and its index grows with the context', () => {
    const [near, far] = [4000, 100_000].map((context) => ({
      attention: work(networks.deepseekV32, 'latent-attention', decode(context)),
      index: work(networks.deepseekV32, 'index-scores', decode(context)),
    }));
    expect(near?.attention).toEqual(far?.attention);
    expect(far?.attention.cacheElements).toBe(576 * (2048 + 1));
    expect(far?.index.flops).toBe(2 * 100_001 * 64 * 128);
    expect(far?.index.cacheElements).toBe(128 * (100_001 + 1));
  });

  it('costs nothing but the index while there is no more than is selected', () => {
    const [sparse, full] = [networks.deepseekV32, networks.deepseekV3].map((model) =>
      work(model, 'latent-attention', decode(2047)),
    );
    expect(sparse).toEqual(full);
  });

  it('leaves a short prompt in the expanded form, in which all pairs are computed', () => {
    const [sparse, full] = [networks.deepseekV32, networks.deepseekV3].map((model) =>
      work(model, 'latent-attention', prompt(4000)),
    );
    expect(sparse).toEqual(full);
    const long = work(networks.deepseekV32, 'latent-attention', prompt(100_000));
    const pairs = (2048 * 2049) / 2 + (100_000 - 2048) * 2048;
    expect(long.flops).toBe(2 * pairs * 128 * 1088 + 2 * 100_000 * 128 * 512 * 256);
  });

  it('writes its scores and reads them back', () => {
    const index = work(networks.minimaxM3, 'index-scores', decode(9999));
    expect(index.activations).toBe(4 * 128 + 4 * 10_000);
  });
});

describe('compressed attention', () => {
  const scores = (name: string, index: number, context: number) => {
    const plan = planOperators(networks.deepseekV4Flash, f16).filter((operator) => operator.name === name);
    return measureOperator(plan[index] ?? find(networks.llama2, name), decode(context), 'element-wise');
  };

  it('reads a window alone, all entries, or those selected, each one vector of keys that are the values', () => {
    const [windowed, sparse, heavy] = [0, 1, 2].map((index) => scores('compressed-attention', index, 99_999));
    expect(windowed?.flops).toBe(4 * 64 * 512 * 128);
    expect(windowed?.cacheElements).toBe(512 * (128 + 1));
    expect(sparse?.flops).toBe(4 * 64 * 512 * (128 + 512));
    expect(sparse?.cacheElements).toBe(512 * (128 + 512 + 1 + 1 / 4));
    expect(heavy?.flops).toBe(4 * 64 * 512 * (128 + 781));
    expect(heavy?.cacheElements).toBe(512 * (128 + 781 + 1 + 1 / 128));
  });

  it('scores every entry to select some', () => {
    const index = scores('index-scores', 0, 99_999);
    expect(index.flops).toBe(2 * 64 * 128 * 25_000);
    expect(index.cacheElements).toBe(128 * (25_000 + 1 / 4));
  });
});

describe('a recurrent mixer', () => {
  it('takes the same work at any context, and reads and writes its state', () => {
    const [near, far] = [10, 100_000].map((context) => work(networks.mamba, 'mamba1', decode(context, 2)));
    expect(near).toEqual(far);
    // 5120 x 16 elements in 32 bits, read and written, for two sequences
    expect(near?.stateBytes).toBe(2 * 2 * 4 * 5120 * 16);
    expect(near?.flops).toBe(2 * 9 * 5120 * 16);
    expect(near?.cacheElements).toBe(0);
  });

  it('counts 6 operations per state element in Mamba-2, 7 in gated DeltaNet and KDA, and 4 in lightning attention', () => {
    // docs/model-facts.md, section 3
    expect(work(networks.nemotronNano, 'mamba2', decode(0)).flops).toBe(6 * 10240 * 128);
    expect(work(networks.qwen3Next, 'gated-deltanet', decode(0)).flops).toBe(7 * 32 * 128 * 128);
    expect(work(networks.kimiK3, 'kda', decode(0)).flops).toBe(7 * 96 * 128 * 128);
    expect(work(networks.minimaxM1, 'lightning', decode(0)).flops).toBe(4 * 64 * 128 ** 2);
  });

  it('counts 23 operations per channel in the time mixing of RWKV-4, at any context', () => {
    const [near, far] = [0, 100_000].map((context) => work(networks.rwkv4, 'rwkv4', decode(context)));
    expect(near).toEqual(far);
    expect(near?.flops).toBe(23 * 4096);
    expect(near?.stateBytes).toBe(2 * 4 * 3 * 4096);
  });

  it('passes its state once per sequence through a prompt', () => {
    const state = work(networks.mamba, 'mamba1', prompt(500, 2)).stateBytes;
    expect(state).toBe(work(networks.mamba, 'mamba1', decode(0, 2)).stateBytes);
  });
});

describe('element-wise work', () => {
  it('takes more kernels and moves more when it is not fused', () => {
    const pass = decode(100);
    const [eager, fused] = [work(networks.llama2, 'norm', pass, 'none'), work(networks.llama2, 'norm', pass)];
    expect([eager.launches, fused.launches]).toEqual([8, 1]);
    expect([eager.activations, fused.activations]).toEqual([11 * 4096, 2 * 4096]);
    expect(eager.flops).toBe(fused.flops);
  });

  it('takes a kernel for every function where functions are what is fused', () => {
    // normalised, then weighed: two elements each; a gated activation and its product; a residual of its own
    const pass = decode(100);
    const separate = (name: string) => work(networks.llama2, name, pass, 'functions');
    expect([separate('norm').launches, separate('norm').activations]).toEqual([2, 4 * 4096]);
    expect([separate('activation').launches, separate('activation').activations]).toEqual([2, 5 * 11008]);
    expect([separate('residual').launches, separate('residual').activations]).toEqual([1, 3 * 4096]);
    expect(separate('ffn-up').launches).toBe(1);
  });

  it('runs the products of one input as one kernel where projections are merged', () => {
    const launches = (model: Model, name: string) => work(model, name, decode(100), 'projections').launches;
    expect(
      ['attention-query', 'attention-key', 'attention-value'].map((name) => launches(networks.llama2, name)),
    ).toEqual([1, 0, 0]);
    expect(['ffn-gate', 'ffn-up', 'ffn-down'].map((name) => launches(networks.llama2, name))).toEqual([1, 0, 1]);
    expect(['expert-gate', 'expert-up'].map((name) => launches(networks.mixtral, name))).toEqual([1, 0]);
    // The latent of the keys is projected from the input of the queries' latent
    expect(['latent-query-down', 'latent-kv-down'].map((name) => launches(networks.deepseekV3, name))).toEqual([1, 0]);
  });

  it('leaves alone what no other product shares its input with', () => {
    const launches = (model: Model, name: string) => work(model, name, decode(100), 'projections').launches;
    // A plain feed-forward has no gate; RWKV's gate of another width has an input of its own
    expect(launches(networks.gpt3, 'ffn-up')).toBe(1);
    expect(launches(networks.rwkv4, 'ffn-up')).toBe(1);
    expect(launches(networks.deepseekV2Lite, 'latent-kv-down')).toBe(1);
  });

  it('writes the cache with the rotation, and picks experts in two kernels, where projections are merged', () => {
    const merged = (model: Model, name: string) => work(model, name, decode(100), 'projections');
    const fused = work(networks.llama2, 'cache-append', decode(100));
    expect(merged(networks.llama2, 'cache-append')).toMatchObject({ launches: 0, activations: fused.activations / 2 });
    expect(merged(networks.mixtral, 'routing').launches).toBe(2);
    expect(merged(networks.llama2, 'ffn-up').flops).toBe(work(networks.llama2, 'ffn-up', decode(100)).flops);
  });

  it('gathers a row of the embedding per token', () => {
    expect(work(networks.llama2, 'token-embedding', prompt(7)).weightBytes).toBe(7 * 4096 * 2);
  });

  it('samples from logits of sampled positions only', () => {
    const sampling = work(networks.llama2, 'sampling', prompt(512));
    expect(sampling.activations).toBe(2 * 32000);
  });
});

describe('a whole pass', () => {
  it('takes about two FLOPs per parameter and token', () => {
    // Llama 2 7B: 6.607e9 without the embedding; attention over 100 tokens and norms add less than 1 %
    const flops = planOperators(networks.llama2, f16).reduce(
      (sum, operator) => sum + operator.count * measureOperator(operator, decode(100), 'element-wise').flops,
      0,
    );
    expect(flops / (2 * 6_607_343_616)).toBeCloseTo(1, 1);
    expect(flops).toBeGreaterThan(2 * 6_607_343_616);
  });
});
