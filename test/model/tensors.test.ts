import { describe, expect, it } from 'vitest';
import { elements, reading, type Tensor } from '../../src/model/tensor.js';
import { expandPattern, layerTensors, outerTensors } from '../../src/model/tensors.js';
import { attention, dense, gemma3, gptOssSmall, layer, llama2, llama3, network, uniform } from './networks.js';

function byRole(tensors: readonly Tensor[], role: Tensor['role']): Tensor[] {
  return tensors.filter((tensor) => tensor.role === role);
}

function only(model: typeof llama2, name: string) {
  const found = model.layers[name];
  if (found === undefined) throw new Error(`no layer ${name}`);
  return layerTensors(model, found);
}

describe('the tensor inventory', () => {
  it('has rows for outputs and columns for inputs', () => {
    const tensors = only(llama3, 'block');
    expect(byRole(tensors, 'attention-key')).toEqual([{ role: 'attention-key', rows: 1024, columns: 4096, copies: 1 }]);
    expect(byRole(tensors, 'ffn-down')).toEqual([{ role: 'ffn-down', rows: 4096, columns: 14336, copies: 1 }]);
  });

  it('counts experts as copies of one matrix', () => {
    expect(byRole(only(gptOssSmall, 'full'), 'expert-down')).toEqual([
      { role: 'expert-down', rows: 2880, columns: 2880, copies: 32 },
    ]);
  });

  it('has no head where the embedding is tied', () => {
    expect(byRole(outerTensors(gemma3), 'head')).toEqual([]);
    expect(byRole(outerTensors(llama3), 'head')).toHaveLength(1);
  });

  it('has keys and values only where a layer has its own', () => {
    const shared = layer([attention(8, 1, 256, { qkNorm: 'head', keyValue: 'shared' })], [dense(6144)]);
    const model = network({ vocabulary: 100, hidden: 1536, ...uniform(shared, 1) });
    const tensors = only(model, 'block');
    expect([...byRole(tensors, 'attention-key'), ...byRole(tensors, 'attention-value')]).toEqual([]);
    // the norm of the queries stays, that of the keys goes with them (Gemma 4 E2B, model-specs/)
    expect(byRole(tensors, 'norm').map(elements)).toEqual([256, 1536, 1536]);
  });

  it('has biases beside the weights of a LayerNorm, unless it is without', () => {
    const widths = (norm: 'rms' | 'layer' | 'layer-without-bias') =>
      byRole(outerTensors(network({ ...llama2, norm })), 'norm').map(elements);
    expect([widths('rms'), widths('layer'), widths('layer-without-bias')]).toEqual([[4096], [8192], [4096]]);
  });

  it('takes small extras for vectors and large ones for matrices', () => {
    const extras = (extraElements: number) =>
      byRole(outerTensors(network({ ...llama2, extraElements })), 'extra').map(({ rows, columns }) => [rows, columns]);
    expect(extras(0)).toEqual([]);
    expect(extras(3 * 4096)).toEqual([[1, 3 * 4096]]);
    expect(extras(100 * 4096 + 5)).toEqual([
      [100, 4096],
      [1, 5],
    ]);
  });

  it('has a row of the per-layer table for every token and layer', () => {
    const model = network({ ...llama2, perLayerEmbedding: 256 });
    expect(byRole(outerTensors(model), 'per-layer-embedding')).toEqual([
      { role: 'per-layer-embedding', rows: 32000, columns: 32 * 256, copies: 1 },
    ]);
  });
});

describe('the pattern', () => {
  it('repeats its runs in order', () => {
    const names = expandPattern(gptOssSmall);
    expect(names).toHaveLength(24);
    expect(names.slice(0, 3)).toEqual(['sliding', 'full', 'sliding']);
  });
});

describe('a step', () => {
  it('gathers embeddings, streams a tied one as the head, and routes experts', () => {
    expect(reading('token-embedding', false)).toBe('gathered');
    expect(reading('token-embedding', true)).toBe('streamed');
    expect(reading('per-layer-embedding', true)).toBe('gathered');
    expect(reading('expert-up', false)).toBe('routed');
    expect(reading('shared-up', false)).toBe('streamed');
  });
});
