import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/import/config.js';
import { configs } from './configs.js';

const formatOf = (id: string, change: object) =>
  readConfig(JSON.stringify({ ...configs[id], ...change }), 'config.json').nativeFormat;
const group = (weights: object, more: object = {}) => ({
  quantization_config: { quant_method: 'compressed-tensors', config_groups: { group_0: { weights } }, ...more },
});

describe('the weight format of a config.json', () => {
  it.each([
    ['bf16', { torch_dtype: 'bfloat16' }],
    ['f16', { torch_dtype: undefined, dtype: 'float16' }],
    ['gptq', { quantization_config: { quant_method: 'gptq', bits: 4, group_size: 128, desc_act: false, sym: true } }],
    [
      'awq',
      { quantization_config: { quant_method: 'awq', bits: 4, group_size: 128, version: 'gemm', zero_point: true } },
    ],
    ['fp8', { quantization_config: { quant_method: 'fp8', activation_scheme: 'static' } }],
    ['fp8-block', { quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128] } }],
    ['nf4', { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true, bnb_4bit_quant_type: 'nf4' } }],
    [
      'nf4-double',
      {
        quantization_config: {
          quant_method: 'bitsandbytes',
          load_in_4bit: true,
          bnb_4bit_quant_type: 'nf4',
          bnb_4bit_use_double_quant: true,
        },
      },
    ],
    ['nvfp4', { quantization_config: { quant_method: 'modelopt', quant_algo: 'NVFP4' } }],
    ['exl2-4.25bpw', { quantization_config: { quant_method: 'exl2', bits: 4.25, head_bits: 6 } }],
    ['mlx-q4', { quantization: { group_size: 64, bits: 4 }, quantization_config: { group_size: 64, bits: 4 } }],
    ['mlx-q8-g32', { quantization: { group_size: 32, bits: 8 } }],
    ['int4', group({ num_bits: 4, type: 'int', group_size: 128, strategy: 'group' })],
    ['int8', group({ num_bits: 8, type: 'int', group_size: null, strategy: 'channel' })],
    ['fp8', group({ num_bits: 8, type: 'float', strategy: 'tensor' })],
    ['nvfp4', group({ num_bits: 4, type: 'float', group_size: 16, strategy: 'tensor_group' })],
  ])('is %s for %j', (format, change) => {
    expect(formatOf('llama-2-7b', change)).toBe(format);
  });

  it('is that of the experts where they alone are quantised', () => {
    const experts = group(
      { num_bits: 4, type: 'int', group_size: 32, strategy: 'group' },
      { ignore: ['re:.*self_attn.*', 're:.*shared_experts.*', 'lm_head'] },
    );
    expect(formatOf('deepseek-v3', experts)).toBe('int4-moe');
  });

  it('is 32 bits where the file does not say, with a note', () => {
    const { nativeFormat, notes } = readConfig(JSON.stringify(configs.gpt2), 'config.json');
    expect(nativeFormat).toBe('f32');
    expect(notes).toContain('torch_dtype is absent, which means float32 to transformers');
  });
});
