import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModel } from '../../src/import/load.js';
import { estimate, getModel, totalParameters } from '../../src/index.js';
import { getScheme, weightBytes } from '../../src/model/schemes.js';
import type { TensorRole } from '../../src/model/tensor.js';
import { dimensions } from './dimensions.js';
import * as files from './gguf-files.js';
import { ggufHeader, type TestFile, tensorBytes } from './gguf-writer.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-gguf-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, file: TestFile): string {
  const target = path.join(folder, name);
  writeFileSync(target, ggufHeader(file));
  return target;
}

const bytesOf = ({ tensors }: TestFile) => tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);

const networks: readonly [id: string, file: TestFile, difference?: object][] = [
  ['llama-2-7b', files.llamaFile(() => 'f16', { more: { 'general.file_type': 1 } })],
  ['gpt-oss-20b', files.gptOssFile(), { nativeFormat: 'mxfp4' }],
  ['gemma-3-1b', files.gemma3File(), { nativeFormat: 'f16' }],
  ['deepseek-v2-lite', files.deepseek2File()],
  ['qwen3-next-80b-a3b', files.qwen3NextFile()],
  ['nemotron-h-8b', files.nemotronHFile()],
  ['phi-3-mini', files.phi3File()],
  ['gpt2', files.gpt2File()],
  ['mixtral-8x7b', files.mixtralFile()],
  ['jamba-v0.1', files.jambaFile()],
  ['command-r', files.commandRFile()],
  ['deepseek-v3', files.deepseek3File(), { nativeFormat: 'q8_0' }],
];

describe('the header of a GGUF file', () => {
  it.each(networks)('of %s gives the network of the catalogue', (id, file, difference = {}) => {
    const { model } = importModel(write(`${id}.gguf`, file));
    expect(dimensions(model)).toEqual({ ...dimensions(getModel(id)), ...difference });
  });

  it.each(networks)('of %s gives weight bytes equal to those of its tensors', (id, file) => {
    const { model, weights } = importModel(write(`${id}.gguf`, file));
    expect(weights && weightBytes(model, weights)).toBe(bytesOf(file));
    const elements = file.tensors.reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1), 0);
    expect(totalParameters(model)).toBe(elements);
  });

  it('keeps a mix of types apart by layer and by tensor', () => {
    const recipe = getScheme('q4_k_m');
    const model = getModel('llama-2-7b');
    const roles: Readonly<Record<string, TensorRole>> = {
      'attn_v.weight': 'attention-value',
      'ffn_down.weight': 'ffn-down',
      'output.weight': 'head',
    };
    const file = files.llamaFile((stem, layer) => {
      const role = roles[stem] ?? 'attention-query';
      const tensor = { role, rows: 4096, columns: stem === 'ffn_down.weight' ? 11008 : 4096, copies: 1 };
      return recipe.formatOf(role, { layer: Math.max(layer, 0), layers: 32, model, tensor }).id;
    });
    const imported = importModel(write('llama-2-7b.Q4_K_M.gguf', file));
    if (imported.weights === undefined) throw new Error('no scheme');
    expect(weightBytes(imported.model, imported.weights)).toBe(bytesOf(file));
    // 3.80 GiB as llama-bench prints it.
    expect(weightBytes(imported.model, imported.weights)).toBe(weightBytes(model, recipe));
    const hardware = 'rtx-4090';
    const own = estimate({ model: imported.model, weights: imported.weights, hardware });
    const named = estimate({ model, weights: 'q4_k_m', hardware });
    expect(own.memory.weightBytes).toBe(bytesOf(file));
    expect(own.decode.seconds).toBeCloseTo(named.decode.seconds, 12);
    expect(own.workload.weights).toBe('llama-2-7b.Q4_K_M.gguf');
  });

  it('gives weights that serve no other model', () => {
    const { weights } = importModel(write('llama.gguf', files.llamaFile()));
    if (weights === undefined) throw new Error('no scheme');
    expect(() => estimate({ model: 'mixtral-8x7b', weights, hardware: 'h200-sxm-141gb' })).toThrow(
      'weights: llama.gguf has no tensor of the role router in layer 0; give the weights of a file with the model of the same file',
    );
  });

  it('shares the bits of matrices of one role in different types', () => {
    const file = files.qwen3NextFile();
    const tensors = file.tensors.map((tensor) =>
      /attn_gate/.test(tensor.name)
        ? { ...tensor, type: 'q8_0' }
        : /output_norm/.test(tensor.name)
          ? { ...tensor, type: 'f16' }
          : tensor,
    );
    const { model, weights } = importModel(write('mixed.gguf', { ...file, tensors }));
    expect(weights && weightBytes(model, weights)).toBeCloseTo(bytesOf({ ...file, tensors }), 3);
  });

  it('counts tensors that nothing describes among the small ones', () => {
    const file = files.llamaFile();
    const tensors = [...file.tensors, { name: 'rope_freqs.weight', dims: [64], type: 'f32' }];
    const { model, weights } = importModel(write('rope.gguf', { ...file, tensors }));
    expect(model.extraElements).toBe(64);
    expect(weights && weightBytes(model, weights)).toBe(bytesOf({ ...file, tensors }));
  });

  it('leaves out blocks that predict further tokens, and says so', () => {
    const file = files.llamaFile(() => 'q8_0', { layers: 3, more: { nextn_predict_layers: 1 } });
    const { model, notes } = importModel(write('mtp.gguf', file));
    expect(model.pattern).toEqual([{ layers: ['block'], repeat: 2 }]);
    expect(notes).toContain('without the blocks that predict further tokens, which the file has');
  });

  it('stands in several files, any of which may be given', () => {
    const file = files.llamaFile();
    const half = Math.floor(file.tensors.length / 2);
    const count = { 'split.count': 2, 'split.tensors.count': file.tensors.length };
    const first = write('big-00001-of-00002.gguf', {
      values: { ...file.values, ...count },
      tensors: file.tensors.slice(0, half),
    });
    const second = write('big-00002-of-00002.gguf', {
      values: { ...count, 'split.no': 1 },
      tensors: file.tensors.slice(half),
    });
    for (const given of [first, second]) {
      const { model, weights } = importModel(given);
      expect(model.id).toBe('big');
      expect(weights && weightBytes(model, weights)).toBe(bytesOf(file));
    }
    rmSync(second);
    expect(() => importModel(first)).toThrow(
      `${first}: is one of 2 files of a model, and big-00002-of-00002.gguf is not beside it; load all files of the model into one folder`,
    );
  });
});
