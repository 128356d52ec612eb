import { findScheme } from '../model/schemes.js';
import type { Fields } from './fields.js';

const floats: Readonly<Record<string, string>> = {
  float32: 'f32',
  float16: 'f16',
  bfloat16: 'bf16',
};

/** The weight scheme of a release: what `quantization_config` says, or the type of its floats. */
export function weightFormat(f: Fields): string {
  const stated = f.child('quantization_config');
  if (stated !== undefined) return quantised(f, stated);
  const mlx = f.child('quantization');
  if (mlx !== undefined) return mlxFormat(mlx);
  const name = f.has('torch_dtype') ? 'torch_dtype' : 'dtype';
  const type = f.textIfGiven(name)?.replace(/^torch\./, '');
  if (type === undefined) {
    f.note('torch_dtype is absent, which means float32 to transformers');
    return 'f32';
  }
  const format = floats[type];
  return format ?? f.refuse(name, `"${type}" is not understood`, `known are ${Object.keys(floats).join(', ')}`);
}

const MLX_METHODS = ['affine', undefined];

function mlxFormat(q: Fields): string {
  const bits = q.size('bits');
  const group = q.size('group_size');
  const mode = q.textIfGiven('mode');
  const id = group === 64 ? `mlx-q${bits}` : `mlx-q${bits}-g${group}`;
  if (!MLX_METHODS.includes(mode)) return q.refuse('mode', `"${mode}" is not understood`, 'known is "affine"');
  return known(q, 'bits', id, `${bits} bits in groups of ${group}`);
}

/** An id that the schemes have, or a refusal of what it was made of. */
function known(q: Fields, field: string, id: string, what: string): string {
  if (findScheme(id) !== undefined) return id;
  return q.refuse(field, `no weight format is known for ${what}`, 'see "roofcast list formats"');
}

function quantised(f: Fields, q: Fields): string {
  // MLX writes its own fields under both names.
  if (!q.has('quant_method') && q.has('group_size') && q.has('bits')) return mlxFormat(q);
  const method = q.text('quant_method');
  switch (method) {
    case 'gptq':
    case 'awq':
      return groupsOf(q, method, q.size('bits', 'w_bit'), groupSize(q, 'group_size'));
    case 'fp8':
      return q.has('weight_block_size') ? blocksOf(q) : 'fp8';
    case 'fbgemm_fp8':
      return 'fp8';
    case 'mxfp4':
      return 'mxfp4-moe';
    case 'exl2':
      return known(q, 'bits', `exl2-${q.number('bits')}bpw`, `exl2 of ${q.number('bits')} bits`);
    case 'bitsandbytes':
      return bitsAndBytes(q);
    case 'modelopt':
      return modelOpt(q);
    case 'compressed-tensors':
      return compressedTensors(f, q);
  }
  return q.refuse('quant_method', `"${method}" is not understood`, `known are ${METHODS}`);
}

const METHODS = 'gptq, awq, fp8, fbgemm_fp8, mxfp4, exl2, bitsandbytes, modelopt, compressed-tensors';

function groupSize(q: Fields, name: string): number {
  const size = q.number(name);
  return size > 0
    ? size
    : q.refuse(name, `${size} means one group per row, for which no weight format is known`, 'known are groups of 128');
}

function groupsOf(q: Fields, id: 'gptq' | 'awq', bits: number, group: number): string {
  if (bits !== 4) return q.refuse('bits', `no weight format is known for ${id} of ${bits} bits`, 'known are 4 bits');
  if (group !== 128)
    return q.refuse('group_size', `no weight format is known for groups of ${group}`, 'known are groups of 128');
  return id;
}

function blocksOf(q: Fields): string {
  const block = q.numbersIfGiven('weight_block_size') ?? [];
  if (block.length === 2 && block.every((side) => side === 128)) return 'fp8-block';
  return q.refuse(
    'weight_block_size',
    `no weight format is known for blocks of ${block.join(' x ')}`,
    'known are 128 x 128',
  );
}

function bitsAndBytes(q: Fields): string {
  if (!q.flagOr('load_in_4bit', false)) {
    return q.refuse('load_in_4bit', 'is not true, and no weight format is known for 8 bits', 'known is NF4');
  }
  const type = q.text('bnb_4bit_quant_type');
  if (type !== 'nf4') return q.refuse('bnb_4bit_quant_type', `"${type}" is not understood`, 'known is "nf4"');
  return q.flagOr('bnb_4bit_use_double_quant', false) ? 'nf4-double' : 'nf4';
}

function modelOpt(q: Fields): string {
  const algorithm = q.text('quant_algo');
  switch (algorithm) {
    case 'FP8':
      return 'fp8';
    case 'NVFP4':
      return 'nvfp4';
    case 'FP8_PB_WO':
      return 'fp8-block';
  }
  return q.refuse('quant_algo', `"${algorithm}" is not understood`, 'known are FP8, FP8_PB_WO and NVFP4');
}

function compressedTensors(f: Fields, q: Fields): string {
  const groups = q.child('config_groups') ?? q.refuse('config_groups', 'is missing', 'it states the weights');
  const group = groups.child('group_0') ?? groups.refuse('group_0', 'is missing', 'it states the weights');
  if (groups.has('group_1'))
    groups.refuse('group_1', 'several groups are not understood', 'known is one group for all');
  const weights = group.child('weights') ?? group.refuse('weights', 'is missing', 'it states num_bits and type');
  const bits = weights.size('num_bits');
  const type = weights.text('type');
  const size = weights.sizeIfGiven('group_size');
  if (type === 'float' && bits === 8) return weights.textIfGiven('strategy') === 'block' ? 'fp8-block' : 'fp8';
  if (type === 'float' && bits === 4 && size === 16) return 'nvfp4';
  if (type === 'int' && bits === 8 && size === undefined) return 'int8';
  if (type === 'int' && bits === 4 && size === 128) return 'int4';
  // Groups of 32 are known where experts alone are quantised: attention and shared experts stay as they are.
  const leftOut = (q.textsIfGiven('ignore') ?? []).join(' ');
  if (type === 'int' && bits === 4 && size === 32 && /attn/.test(leftOut) && f.has('n_routed_experts'))
    return 'int4-moe';
  const groupsOfSize = size === undefined ? '' : ` in groups of ${size}`;
  return weights.refuse(
    'num_bits',
    `no weight format is known for ${type} of ${bits} bits${groupsOfSize}`,
    'see "roofcast list formats"',
  );
}
