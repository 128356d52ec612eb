import type { TestFile, TestTensor, TestValue } from './gguf-writer.js';

/** The type of a tensor by the rest of its name and its block; what has one dimension is f32. */
export type TypeOf = (stem: string, block: number) => string;

const tensor = (name: string, dims: readonly number[], type: string): TestTensor => ({
  name,
  dims,
  type: dims.length === 1 ? 'f32' : type,
});

/** A file put together of blocks: stems with dimensions. */
function fileOf(
  architecture: string,
  values: Readonly<Record<string, TestValue>>,
  outer: Readonly<Record<string, readonly number[]>>,
  blocks: readonly Readonly<Record<string, readonly number[]>>[],
  typeOf: TypeOf,
): TestFile {
  const named = Object.entries(values).map(([key, value]) => [
    key.includes('.') && key.startsWith('general') ? key : `${architecture}.${key}`,
    value,
  ]);
  return {
    values: {
      'general.architecture': architecture,
      ...Object.fromEntries(named),
      [`${architecture}.block_count`]: blocks.length,
      'tokenizer.ggml.tokens': ['<s>', 'a', 'b'],
      'tokenizer.ggml.scores': [0, 0, 0],
    },
    tensors: [
      ...Object.entries(outer).map(([name, dims]) => tensor(name, dims, typeOf(name, -1))),
      ...blocks.flatMap((block, index) =>
        Object.entries(block).map(([stem, dims]) => tensor(`blk.${index}.${stem}`, dims, typeOf(stem, index))),
      ),
    ],
  };
}

/** Llama 2 7B, or another one of its kind. */
export function llamaFile(
  typeOf: TypeOf = () => 'q4_0',
  {
    hidden = 4096,
    width = 11008,
    layers = 32,
    heads = 32,
    kvHeads = 32,
    vocabulary = 32000,
    context = 4096,
    more = {} as Readonly<Record<string, TestValue>>,
  } = {},
): TestFile {
  const keys = (hidden / heads) * kvHeads;
  const block = {
    'attn_norm.weight': [hidden],
    'attn_q.weight': [hidden, hidden],
    'attn_k.weight': [hidden, keys],
    'attn_v.weight': [hidden, keys],
    'attn_output.weight': [hidden, hidden],
    'ffn_norm.weight': [hidden],
    'ffn_gate.weight': [hidden, width],
    'ffn_up.weight': [hidden, width],
    'ffn_down.weight': [width, hidden],
  };
  return fileOf(
    'llama',
    {
      'general.name': 'LLaMA v2',
      context_length: context,
      embedding_length: hidden,
      feed_forward_length: width,
      'attention.head_count': heads,
      'attention.head_count_kv': kvHeads,
      'attention.layer_norm_rms_epsilon': 1e-5,
      ...more,
    },
    {
      'token_embd.weight': [hidden, vocabulary],
      'output_norm.weight': [hidden],
      'output.weight': [hidden, vocabulary],
    },
    Array.from({ length: layers }, () => block),
    typeOf,
  );
}

/** gpt-oss 20B: experts in MXFP4, windows, sinks, biases. */
export function gptOssFile(): TestFile {
  const block = {
    'attn_norm.weight': [2880],
    'attn_q.weight': [2880, 4096],
    'attn_q.bias': [4096],
    'attn_k.weight': [2880, 512],
    'attn_k.bias': [512],
    'attn_v.weight': [2880, 512],
    'attn_v.bias': [512],
    'attn_output.weight': [4096, 2880],
    'attn_output.bias': [2880],
    'attn_sinks.weight': [64],
    'post_attention_norm.weight': [2880],
    'ffn_gate_inp.weight': [2880, 32],
    'ffn_gate_inp.bias': [32],
    'ffn_gate_exps.weight': [2880, 2880, 32],
    'ffn_gate_exps.bias': [2880, 32],
    'ffn_up_exps.weight': [2880, 2880, 32],
    'ffn_up_exps.bias': [2880, 32],
    'ffn_down_exps.weight': [2880, 2880, 32],
    'ffn_down_exps.bias': [2880, 32],
  };
  return fileOf(
    'gpt-oss',
    {
      context_length: 131072,
      embedding_length: 2880,
      feed_forward_length: 2880,
      expert_feed_forward_length: 2880,
      'attention.head_count': 64,
      'attention.head_count_kv': 8,
      'attention.key_length': 64,
      'attention.value_length': 64,
      'attention.layer_norm_rms_epsilon': 1e-5,
      'attention.sliding_window': 128,
      expert_count: 32,
      expert_used_count: 4,
      'general.file_type': 38,
    },
    { 'token_embd.weight': [2880, 201088], 'output_norm.weight': [2880], 'output.weight': [2880, 201088] },
    Array.from({ length: 24 }, () => block),
    (stem) => (/_exps\.weight/.test(stem) ? 'mxfp4' : /_exps\.bias|gate_inp/.test(stem) ? 'f32' : 'q8_0'),
  );
}

/** Gemma 3 1B: a tied embedding, windows in five layers of six, norms of heads. */
export function gemma3File(): TestFile {
  const block = {
    'attn_norm.weight': [1152],
    'attn_q.weight': [1152, 1024],
    'attn_q_norm.weight': [256],
    'attn_k.weight': [1152, 256],
    'attn_k_norm.weight': [256],
    'attn_v.weight': [1152, 256],
    'attn_output.weight': [1024, 1152],
    'post_attention_norm.weight': [1152],
    'ffn_norm.weight': [1152],
    'ffn_gate.weight': [1152, 6912],
    'ffn_up.weight': [1152, 6912],
    'ffn_down.weight': [6912, 1152],
    'post_ffw_norm.weight': [1152],
  };
  return fileOf(
    'gemma3',
    {
      context_length: 32768,
      embedding_length: 1152,
      feed_forward_length: 6912,
      'attention.head_count': 4,
      'attention.head_count_kv': 1,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'attention.layer_norm_rms_epsilon': 1e-6,
      'attention.sliding_window': 512,
      'general.file_type': 1,
    },
    { 'token_embd.weight': [1152, 262144], 'output_norm.weight': [1152] },
    Array.from({ length: 26 }, () => block),
    () => 'f16',
  );
}

/** DeepSeek-V2-Lite: latent attention, dense first, shared experts side by side in one tensor. */
export function deepseek2File(): TestFile {
  const attention = {
    'attn_norm.weight': [2048],
    'attn_q.weight': [2048, 16 * 192],
    'attn_kv_a_mqa.weight': [2048, 576],
    'attn_kv_a_norm.weight': [512],
    'attn_kv_b.weight': [512, 16 * 256],
    'attn_output.weight': [2048, 2048],
    'ffn_norm.weight': [2048],
  };
  const dense = {
    ...attention,
    'ffn_gate.weight': [2048, 10944],
    'ffn_up.weight': [2048, 10944],
    'ffn_down.weight': [10944, 2048],
  };
  const experts = {
    ...attention,
    'ffn_gate_inp.weight': [2048, 64],
    'ffn_gate_exps.weight': [2048, 1408, 64],
    'ffn_up_exps.weight': [2048, 1408, 64],
    'ffn_down_exps.weight': [1408, 2048, 64],
    'ffn_gate_shexp.weight': [2048, 2816],
    'ffn_up_shexp.weight': [2048, 2816],
    'ffn_down_shexp.weight': [2816, 2048],
  };
  return fileOf(
    'deepseek2',
    {
      context_length: 163840,
      embedding_length: 2048,
      feed_forward_length: 10944,
      leading_dense_block_count: 1,
      'attention.head_count': 16,
      'attention.head_count_kv': 16,
      'attention.kv_lora_rank': 512,
      'attention.key_length': 192,
      'attention.value_length': 128,
      'attention.layer_norm_rms_epsilon': 1e-6,
      'rope.dimension_count': 64,
      expert_count: 64,
      expert_used_count: 6,
      expert_shared_count: 2,
      expert_feed_forward_length: 1408,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [2048, 102400], 'output_norm.weight': [2048], 'output.weight': [2048, 102400] },
    [dense, ...Array.from({ length: 26 }, () => experts)],
    (stem) => (stem === 'ffn_gate_inp.weight' ? 'f32' : 'bf16'),
  );
}

/** Qwen3-Next 80B: gated DeltaNet and attention with a gate, as llama.cpp stores them. */
export function qwen3NextFile(): TestFile {
  const experts = {
    'attn_norm.weight': [2048],
    'post_attention_norm.weight': [2048],
    'ffn_gate_inp.weight': [2048, 512],
    'ffn_gate_exps.weight': [2048, 512, 512],
    'ffn_up_exps.weight': [2048, 512, 512],
    'ffn_down_exps.weight': [512, 2048, 512],
    'ffn_gate_inp_shexp.weight': [2048],
    'ffn_gate_shexp.weight': [2048, 512],
    'ffn_up_shexp.weight': [2048, 512],
    'ffn_down_shexp.weight': [512, 2048],
  };
  const linear = {
    ...experts,
    'attn_qkv.weight': [2048, 8192],
    'attn_gate.weight': [2048, 4096],
    'ssm_ba.weight': [2048, 64],
    'ssm_conv1d.weight': [4, 8192],
    'ssm_dt.bias': [32],
    ssm_a: [32],
    'ssm_norm.weight': [128],
    'ssm_out.weight': [4096, 2048],
  };
  const full = {
    ...experts,
    'attn_q.weight': [2048, 8192],
    'attn_q_norm.weight': [256],
    'attn_k.weight': [2048, 512],
    'attn_k_norm.weight': [256],
    'attn_v.weight': [2048, 512],
    'attn_output.weight': [4096, 2048],
  };
  return fileOf(
    'qwen3next',
    {
      context_length: 262144,
      embedding_length: 2048,
      feed_forward_length: 5120,
      'attention.head_count': 16,
      'attention.head_count_kv': 2,
      'attention.key_length': 256,
      'attention.value_length': 256,
      'attention.layer_norm_rms_epsilon': 1e-6,
      expert_count: 512,
      expert_used_count: 10,
      expert_feed_forward_length: 512,
      expert_shared_feed_forward_length: 512,
      'ssm.conv_kernel': 4,
      'ssm.state_size': 128,
      'ssm.group_count': 16,
      'ssm.time_step_rank': 32,
      'ssm.inner_size': 4096,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [2048, 151936], 'output_norm.weight': [2048], 'output.weight': [2048, 151936] },
    Array.from({ length: 48 }, (_, index) => ((index + 1) % 4 === 0 ? full : linear)),
    (stem) => (/gate_inp|conv1d/.test(stem) ? 'f32' : 'bf16'),
  );
}

/** Nemotron-H 8B: one part per block, dimensions in lists. */
export function nemotronHFile(): TestFile {
  const pattern = [...'M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-'];
  const parts: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
    M: {
      'attn_norm.weight': [4096],
      'ssm_in.weight': [4096, 18560],
      'ssm_conv1d.weight': [4, 10240],
      'ssm_conv1d.bias': [10240],
      'ssm_dt.bias': [128],
      ssm_a: [1, 128],
      ssm_d: [1, 128],
      'ssm_norm.weight': [1024, 8],
      'ssm_out.weight': [8192, 4096],
    },
    '*': {
      'attn_norm.weight': [4096],
      'attn_q.weight': [4096, 4096],
      'attn_k.weight': [4096, 1024],
      'attn_v.weight': [4096, 1024],
      'attn_output.weight': [4096, 4096],
    },
    '-': { 'attn_norm.weight': [4096], 'ffn_up.weight': [4096, 21504], 'ffn_down.weight': [21504, 4096] },
  };
  return fileOf(
    'nemotron_h',
    {
      context_length: 8192,
      embedding_length: 4096,
      feed_forward_length: pattern.map((letter) => (letter === '-' ? 21504 : 0)),
      'attention.head_count': 32,
      'attention.head_count_kv': pattern.map((letter) => (letter === '*' ? 8 : 0)),
      'attention.key_length': 128,
      'attention.value_length': 128,
      'attention.layer_norm_rms_epsilon': 1e-5,
      'ssm.conv_kernel': 4,
      'ssm.state_size': 128,
      'ssm.group_count': 8,
      'ssm.time_step_rank': 128,
      'ssm.inner_size': 8192,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [4096, 131072], 'output_norm.weight': [4096], 'output.weight': [4096, 131072] },
    pattern.map((letter) => parts[letter] ?? {}),
    (stem) => (/^ssm_(?:conv1d|a|d|norm)/.test(stem) ? 'f32' : 'bf16'),
  );
}

/** Phi-3 mini: queries, keys and values in one tensor, gate and way up in another. */
export function phi3File(): TestFile {
  const block = {
    'attn_norm.weight': [3072],
    'attn_qkv.weight': [3072, 9216],
    'attn_output.weight': [3072, 3072],
    'ffn_norm.weight': [3072],
    'ffn_up.weight': [3072, 16384],
    'ffn_down.weight': [8192, 3072],
  };
  return fileOf(
    'phi3',
    {
      context_length: 4096,
      embedding_length: 3072,
      feed_forward_length: 8192,
      'attention.head_count': 32,
      'attention.head_count_kv': 32,
      'attention.layer_norm_rms_epsilon': 1e-5,
      'attention.sliding_window': 2047,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [3072, 32064], 'output_norm.weight': [3072], 'output.weight': [3072, 32064] },
    Array.from({ length: 32 }, () => block),
    () => 'bf16',
  );
}

/** GPT-2 small: biases everywhere, learned positions. */
export function gpt2File(): TestFile {
  const block = {
    'attn_norm.weight': [768],
    'attn_norm.bias': [768],
    'attn_qkv.weight': [768, 2304],
    'attn_qkv.bias': [2304],
    'attn_output.weight': [768, 768],
    'attn_output.bias': [768],
    'ffn_norm.weight': [768],
    'ffn_norm.bias': [768],
    'ffn_up.weight': [768, 3072],
    'ffn_up.bias': [3072],
    'ffn_down.weight': [3072, 768],
    'ffn_down.bias': [768],
  };
  return fileOf(
    'gpt2',
    {
      context_length: 1024,
      embedding_length: 768,
      feed_forward_length: 3072,
      'attention.head_count': 12,
      'attention.layer_norm_epsilon': 1e-5,
      'general.file_type': 0,
    },
    {
      'token_embd.weight': [768, 50257],
      'position_embd.weight': [768, 1024],
      'output_norm.weight': [768],
      'output_norm.bias': [768],
    },
    Array.from({ length: 12 }, () => block),
    () => 'f32',
  );
}

/** Mixtral 8x7B as it was stored at first: each expert in tensors of its own. */
export function mixtralFile(): TestFile {
  const block = {
    'attn_norm.weight': [4096],
    'attn_q.weight': [4096, 4096],
    'attn_k.weight': [4096, 1024],
    'attn_v.weight': [4096, 1024],
    'attn_output.weight': [4096, 4096],
    'ffn_norm.weight': [4096],
    'ffn_gate_inp.weight': [4096, 8],
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, expert) => [
        [`ffn_gate.${expert}.weight`, [4096, 14336]],
        [`ffn_up.${expert}.weight`, [4096, 14336]],
        [`ffn_down.${expert}.weight`, [14336, 4096]],
      ]).flat(),
    ),
  };
  return fileOf(
    'llama',
    {
      context_length: 32768,
      embedding_length: 4096,
      feed_forward_length: 14336,
      'attention.head_count': 32,
      'attention.head_count_kv': 8,
      'attention.layer_norm_rms_epsilon': 1e-5,
      expert_count: 8,
      expert_used_count: 2,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [4096, 32000], 'output_norm.weight': [4096], 'output.weight': [4096, 32000] },
    Array.from({ length: 32 }, () => block),
    (stem) => (stem.endsWith('gate_inp.weight') ? 'f32' : 'bf16'),
  );
}

/** Jamba: state spaces with inner norms, attention in one block of eight, experts in every other. */
export function jambaFile(): TestFile {
  const norms = { 'attn_norm.weight': [4096], 'ffn_norm.weight': [4096] };
  const state = {
    'ssm_in.weight': [4096, 16384],
    'ssm_conv1d.weight': [4, 8192],
    'ssm_conv1d.bias': [8192],
    'ssm_x.weight': [8192, 288],
    'ssm_dt.weight': [256, 8192],
    'ssm_dt.bias': [8192],
    'ssm_dt_norm.weight': [256],
    'ssm_b_norm.weight': [16],
    'ssm_c_norm.weight': [16],
    ssm_a: [16, 8192],
    ssm_d: [8192],
    'ssm_out.weight': [8192, 4096],
  };
  const attention = {
    'attn_q.weight': [4096, 4096],
    'attn_k.weight': [4096, 1024],
    'attn_v.weight': [4096, 1024],
    'attn_output.weight': [4096, 4096],
  };
  const dense = { 'ffn_gate.weight': [4096, 14336], 'ffn_up.weight': [4096, 14336], 'ffn_down.weight': [14336, 4096] };
  const experts = {
    'ffn_gate_inp.weight': [4096, 16],
    'ffn_gate_exps.weight': [4096, 14336, 16],
    'ffn_up_exps.weight': [4096, 14336, 16],
    'ffn_down_exps.weight': [14336, 4096, 16],
  };
  return fileOf(
    'jamba',
    {
      context_length: 262144,
      embedding_length: 4096,
      feed_forward_length: 14336,
      'attention.head_count': 32,
      'attention.head_count_kv': Array.from({ length: 32 }, (_, index) => (index % 8 === 4 ? 8 : 0)),
      'attention.layer_norm_rms_epsilon': 1e-6,
      'ssm.conv_kernel': 4,
      'ssm.inner_size': 8192,
      'ssm.state_size': 16,
      'ssm.time_step_rank': 256,
      expert_count: 16,
      expert_used_count: 2,
      'general.file_type': 32,
    },
    { 'token_embd.weight': [4096, 65536], 'output_norm.weight': [4096], 'output.weight': [4096, 65536] },
    Array.from({ length: 32 }, (_, index) => ({
      ...norms,
      ...(index % 8 === 4 ? attention : state),
      ...(index % 2 === 1 ? experts : dense),
    })),
    (stem) => (/^ssm_(?:conv1d|a|d)$|conv1d|gate_inp/.test(stem) ? 'f32' : 'bf16'),
  );
}

/** Command R: one norm without biases, a tied embedding. */
export function commandRFile(): TestFile {
  const block = {
    'attn_norm.weight': [8192],
    'attn_q.weight': [8192, 8192],
    'attn_k.weight': [8192, 8192],
    'attn_v.weight': [8192, 8192],
    'attn_output.weight': [8192, 8192],
    'ffn_gate.weight': [8192, 22528],
    'ffn_up.weight': [8192, 22528],
    'ffn_down.weight': [22528, 8192],
  };
  return fileOf(
    'command-r',
    {
      context_length: 131072,
      embedding_length: 8192,
      feed_forward_length: 22528,
      'attention.head_count': 64,
      'attention.head_count_kv': 64,
      'attention.layer_norm_epsilon': 1e-5,
      'general.file_type': 1,
    },
    { 'token_embd.weight': [8192, 256000], 'output_norm.weight': [8192] },
    Array.from({ length: 40 }, () => block),
    () => 'f16',
  );
}

/** DeepSeek-V3 as llama.cpp stores it since it multiplies in the latent space. */
export function deepseek3File(): TestFile {
  const attention = {
    'attn_norm.weight': [7168],
    'attn_q_a.weight': [7168, 1536],
    'attn_q_a_norm.weight': [1536],
    'attn_q_b.weight': [1536, 128 * 192],
    'attn_kv_a_mqa.weight': [7168, 576],
    'attn_kv_a_norm.weight': [512],
    'attn_k_b.weight': [128, 512, 128],
    'attn_v_b.weight': [512, 128, 128],
    'attn_output.weight': [16384, 7168],
    'ffn_norm.weight': [7168],
  };
  const dense = {
    ...attention,
    'ffn_gate.weight': [7168, 18432],
    'ffn_up.weight': [7168, 18432],
    'ffn_down.weight': [18432, 7168],
  };
  const experts = {
    ...attention,
    'ffn_gate_inp.weight': [7168, 256],
    'exp_probs_b.bias': [256],
    'ffn_gate_exps.weight': [7168, 2048, 256],
    'ffn_up_exps.weight': [7168, 2048, 256],
    'ffn_down_exps.weight': [2048, 7168, 256],
    'ffn_gate_shexp.weight': [7168, 2048],
    'ffn_up_shexp.weight': [7168, 2048],
    'ffn_down_shexp.weight': [2048, 7168],
  };
  return fileOf(
    'deepseek2',
    {
      context_length: 163840,
      embedding_length: 7168,
      feed_forward_length: 18432,
      'attention.head_count': 128,
      'attention.head_count_kv': 1,
      'attention.q_lora_rank': 1536,
      'attention.kv_lora_rank': 512,
      'attention.key_length': 576,
      'attention.value_length': 512,
      'attention.key_length_mla': 192,
      'attention.value_length_mla': 128,
      'attention.layer_norm_rms_epsilon': 1e-6,
      'rope.dimension_count': 64,
      expert_count: 256,
      expert_used_count: 8,
      expert_shared_count: 1,
      'general.file_type': 7,
    },
    { 'token_embd.weight': [7168, 129280], 'output_norm.weight': [7168], 'output.weight': [7168, 129280] },
    [dense, dense, dense, ...Array.from({ length: 58 }, () => experts)],
    (stem) => (stem.startsWith('ffn_gate_inp') ? 'f32' : 'q8_0'),
  );
}
