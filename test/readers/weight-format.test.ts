import { describe, expect, it } from 'vitest';
import { splitFileName, splitModelType } from '../../src/readers/weight-format.js';

describe('the format in the name that llama.cpp prints', () => {
  it.each([
    ['llama 7B Q4_0', 'llama 7B', 'q4_0'],
    ['LLaMA 7B mostly Q8_0', 'LLaMA 7B', 'q8_0'],
    ['llama 7B all F32', 'llama 7B', 'f32'],
    ['llama 8B Q4_K - Medium', 'llama 8B', 'q4_k_m'],
    ['llama 8B Q3_K - Large', 'llama 8B', 'q3_k_l'],
    ['llama 8B Q2_K - Medium', 'llama 8B', 'q2_k'],
    ['llama 8B Q2_K - Small', 'llama 8B', 'q2_k_s'],
    ['llama 8B Q6_K', 'llama 8B', 'q6_k'],
    ['llama 8B IQ2_XXS - 2.0625 bpw', 'llama 8B', 'iq2_xxs'],
    ['llama 8B IQ3_S mix - 3.66 bpw', 'llama 8B', 'iq3_m'],
    ['llama 8B IQ4_NL - 4.5 bpw', 'llama 8B', 'iq4_nl'],
    ['bitnet 2B TQ1_0 - 1.69 bpw ternary', 'bitnet 2B', 'tq1_0'],
    ['gpt-oss 20B MXFP4 MoE', 'gpt-oss 20B', 'mxfp4'],
    ['qwen3moe 30B.A3B Q4_K - Medium (guessed)', 'qwen3moe 30B.A3B', 'q4_k_m'],
  ])('%s', (type, name, format) => {
    expect(splitModelType(type)).toEqual({ name, format });
  });

  it('is not invented', () => {
    expect(splitModelType('llama 7B unknown, may not work')).toEqual({ name: 'llama 7B unknown, may not work' });
  });
});

describe('the format in the name of a file', () => {
  it.each([
    ['models/llama-2-7b.Q4_0.gguf', 'llama-2-7b', 'q4_0'],
    ['C:\\models\\Qwen3-8B-UD-Q4_K_XL.gguf', 'Qwen3-8B', 'ud-q4_k_xl'],
    ['gpt-oss-120b-mxfp4-00001-of-00003.gguf', 'gpt-oss-120b', 'mxfp4'],
    ['ggml-model-fp16.gguf', 'ggml-model', 'f16'],
  ])('%s', (path, name, format) => {
    expect(splitFileName(path)).toEqual({ name, format });
  });

  it('may be missing', () => {
    expect(splitFileName('meta-llama/Llama-3.1-8B')).toEqual({ name: 'Llama-3.1-8B' });
  });
});
