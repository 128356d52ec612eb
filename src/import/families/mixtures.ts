import type { FeedForward, LatentAttentionMixer, Mixer, MixtureFeedForward } from '../../model/types.js';
import type { Draft } from '../draft.js';
import type { Fields } from '../fields.js';
import { qwenSpans } from './decoders.js';
import {
  attention,
  attentionOf,
  dense,
  dividedWidth,
  layerCount,
  layerOf,
  layersOf,
  layerTypesOf,
  mixture,
  outside,
  spanOf,
} from './parts.js';

/** Mixtral: experts in every layer. */
export function mixtral(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided' });
  const span = spanOf(f, f.has('sliding_window') ? 'sliding_attention' : 'full_attention');
  return everywhere(f, { ...mixer, span }, localExperts(f));
}

/** Phi-3.5-MoE: LayerNorm, biases of attention and head. */
export function phimoe(f: Fields): Draft {
  const biased = f.flag('attention_bias');
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: biased, outputBias: biased });
  // The published window is the context itself.
  const context = f.size('max_position_embeddings');
  const windowed = (f.sizeIfGiven('sliding_window') ?? context) < context;
  const span = spanOf(f, windowed ? 'sliding_attention' : 'full_attention');
  const draft = everywhere(f, { ...mixer, span }, localExperts(f));
  return { ...draft, norm: 'layer', headBias: f.flag('lm_head_bias') };
}

/** Granite 3 with experts. */
export function granitemoe(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', qkvBias: biased, outputBias: biased });
  return everywhere(f, mixer, localExperts(f));
}

function localExperts(f: Fields): MixtureFeedForward {
  return mixture(f, {
    experts: f.size('num_local_experts'),
    active: f.size('num_experts_per_tok'),
    width: f.size('intermediate_size'),
  });
}

function everywhere(f: Fields, mixer: Mixer, part: FeedForward): Draft {
  return { ...outside(f, false), layers: layersOf(layerCount(f, 'num_hidden_layers'), () => layerOf(mixer, part)) };
}

/** gpt-oss: windows in every other layer, sinks, biases everywhere. */
export function gptOss(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', true);
  const details = { qkvBias: biased, outputBias: biased, sinks: true };
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details });
  const part = mixture(f, {
    experts: f.size('num_local_experts', 'num_experts'),
    active: f.size('num_experts_per_tok', 'experts_per_token'),
    width: f.size('intermediate_size'),
    expertBias: true,
    routerBias: true,
  });
  const count = layerCount(f, 'num_hidden_layers');
  const types = layerTypesOf(f, count, (index) => (index % 2 === 0 ? 'sliding_attention' : 'full_attention'));
  return { ...outside(f, false), layers: types.map((type) => layerOf({ ...mixer, span: spanOf(f, type) }, part)) };
}

/** Qwen1.5 and 2 with experts, of which some are shared behind a gate. */
export function qwen2Moe(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: true });
  return qwenMixture(f, mixer, qwenExperts(f, true));
}

/** Qwen3 with experts. */
export function qwen3Moe(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'head' } as const;
  return qwenMixture(f, attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details }), qwenExperts(f, false));
}

function qwenMixture(f: Fields, mixer: Extract<Mixer, { kind: 'attention' }>, experts: MixtureFeedForward): Draft {
  const count = layerCount(f, 'num_hidden_layers');
  const parts = qwenParts(f, count, experts);
  const layers = qwenSpans(f, count).map((span, index) => layerOf({ ...mixer, span }, parts[index]));
  return { ...outside(f, false), layers };
}

/** The experts of Qwen, and the expert that every token goes to where there is one. */
export function qwenExperts(f: Fields, withShared: boolean): MixtureFeedForward {
  const facts = {
    experts: f.size('num_experts'),
    active: f.size('num_experts_per_tok'),
    width: f.size('moe_intermediate_size'),
  };
  if (!withShared) return mixture(f, facts);
  return mixture(f, { ...facts, shared: { count: 1, width: f.size('shared_expert_intermediate_size'), gate: true } });
}

/** Experts in every so many layers, but not in those that the file excepts. */
export function qwenParts(f: Fields, count: number, experts: FeedForward): FeedForward[] {
  const excepted = new Set(f.numbersIfGiven('mlp_only_layers') ?? []);
  const step = f.sizeOr('decoder_sparse_step', 1);
  return Array.from({ length: count }, (_, index) => {
    const sparse = !excepted.has(index) && (index + 1) % step === 0;
    return sparse ? experts : dense(f.size('intermediate_size'));
  });
}

/** DeepSeek-V1 MoE: plain attention; the first layers are dense. */
export function deepseek(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: biased, outputBias: biased });
  return routedAfterDense(f, mixer, false);
}

/** DeepSeek-V2: latent attention. */
export function deepseekV2(f: Fields): Draft {
  return routedAfterDense(f, latentAttention(f, false), f.textIfGiven('topk_method') === 'noaux_tc');
}

/** DeepSeek-V3, Kimi K2, GLM-4.7-Flash: latent attention, a bias per expert in the router. */
export function deepseekV3(f: Fields): Draft {
  return routedAfterDense(f, latentAttention(f, false), true);
}

/** DeepSeek-V3.2 and GLM-5: an indexer picks the tokens that latent attention sees. */
export function deepseekV32(f: Fields): Draft {
  return routedAfterDense(f, latentAttention(f, true), true);
}

function latentAttention(f: Fields, selects: boolean): LatentAttentionMixer {
  const queryRank = f.sizeIfGiven('q_lora_rank');
  return {
    kind: 'latent-attention',
    heads: f.size('num_attention_heads'),
    ...(queryRank === undefined ? {} : { queryRank }),
    kvRank: f.size('kv_lora_rank'),
    nopeDim: f.size('qk_nope_head_dim'),
    ropeDim: f.size('qk_rope_head_dim'),
    valueDim: f.size('v_head_dim'),
    span: selects
      ? {
          kind: 'selected',
          size: f.size('index_topk'),
          indexHeads: f.size('index_n_heads'),
          indexDim: f.size('index_head_dim'),
        }
      : { kind: 'full' },
    outputGate: false,
  };
}

/** GLM-4.5: the same arrangement around plain attention. */
export function glm4Moe(f: Fields): Draft {
  const qkNorm = f.flagOr('use_qk_norm', false) ? 'head' : 'none';
  const details = { qkvBias: f.flag('attention_bias'), qkNorm } as const;
  return routedAfterDense(f, attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details }), true);
}

/** dots.llm1: the same with norms of query and key heads. */
export function dots1(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'head' } as const;
  return routedAfterDense(f, attentionOf(f, { kvHeads: 'stated', headDim: 'divided', ...details }), true);
}

/** Dense layers first, then experts in every layer, some of them shared. Blocks that predict further tokens are left out. */
function routedAfterDense(f: Fields, mixer: Mixer, routerBias: boolean): Draft {
  const count = layerCount(f, 'num_hidden_layers');
  const first = f.countOr('first_k_dense_replace', 0);
  const step = f.sizeOr('moe_layer_freq', 1);
  const width = f.size('moe_intermediate_size');
  const sharedCount = f.has('n_shared_experts') ? f.countOr('n_shared_experts', 0) : 0;
  const experts = mixture(f, {
    experts: f.size('n_routed_experts'),
    active: f.size('num_experts_per_tok'),
    width,
    routerBias,
    ...(sharedCount === 0 ? {} : { shared: { count: sharedCount, width, gate: false } }),
  });
  if (f.has('num_nextn_predict_layers')) f.note('without the blocks that predict further tokens');
  const layers = layersOf(count, (index) =>
    layerOf(mixer, index >= first && index % step === 0 ? experts : dense(f.size('intermediate_size'))),
  );
  return { ...outside(f, false), layers };
}

/** MiniMax-M2: norms over all heads, a bias per expert in the router. */
export function minimaxM2(f: Fields): Draft {
  const kind = f.textIfGiven('qk_norm_type') ?? 'per_layer';
  if (kind !== 'per_layer') f.refuse('qk_norm_type', `"${kind}" is not understood`, 'known is "per_layer"');
  const qkNorm = f.flag('use_qk_norm') ? 'full' : 'none';
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', qkNorm });
  const part = { ...localExperts(f), routerBias: f.flag('use_routing_bias') };
  return everywhere(f, mixer, part);
}

/** Llama 4: chunks in three layers of four; experts in every so many, with a shared one. */
export function llama4(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', qkvBias: biased, outputBias: biased });
  const count = layerCount(f, 'num_hidden_layers');
  const width = f.size('intermediate_size');
  const experts = mixture(f, {
    experts: f.size('num_local_experts'),
    active: f.size('num_experts_per_tok'),
    width,
    shared: { count: 1, width, gate: false },
  });
  const rope = f.numbersIfGiven('no_rope_layers') ?? [];
  const types = layerTypesOf(f, count, (index) => {
    // The list says 1 for layers with rotary positions, which are those that see a chunk.
    const chunked = rope.length === 0 ? (index + 1) % f.size('no_rope_layer_interval') !== 0 : rope[index] === 1;
    return chunked ? 'chunked_attention' : 'full_attention';
  });
  const listed = f.numbersIfGiven('moe_layers');
  const step = listed === undefined ? f.size('interleave_moe_layer_step') : 1;
  const sparse = new Set(listed ?? []);
  const layers = types.map((type, index) => {
    const routed = listed === undefined ? (index + 1) % step === 0 : sparse.has(index);
    return layerOf({ ...mixer, span: spanOf(f, type) }, routed ? experts : dense(f.size('intermediate_size_mlp')));
  });
  return { ...outside(f, false), layers };
}

/** DBRX: LayerNorm without biases; fields of attention and experts in objects of their own. */
export function dbrx(f: Fields): Draft {
  const heads = f.child('attn_config') ?? f.refuse('attn_config', 'is missing', 'it states kv_n_heads');
  const experts = f.child('ffn_config') ?? f.refuse('ffn_config', 'is missing', 'it states the experts');
  const mixer = attention(f.size('n_heads'), heads.size('kv_n_heads'), dividedWidth(f, 'd_model', 'n_heads'));
  const part = mixture(f, {
    experts: experts.size('moe_num_experts'),
    active: experts.size('moe_top_k'),
    width: experts.size('ffn_hidden_size'),
  });
  return {
    hidden: f.size('d_model'),
    vocabulary: f.size('vocab_size'),
    context: f.size('max_seq_len'),
    tiedEmbeddings: f.flagOr('tie_word_embeddings', false),
    headBias: false,
    norm: 'layer-without-bias',
    finalNorm: true,
    embeddingNorm: false,
    positions: 0,
    extraElements: 0,
    layers: layersOf(layerCount(f, 'n_layers'), () => layerOf(mixer, part)),
  };
}
