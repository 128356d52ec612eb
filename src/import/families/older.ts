import type { Draft } from '../draft.js';
import type { Fields } from '../fields.js';
import {
  attention,
  attentionOf,
  dense,
  dividedWidth,
  layerCount,
  layerOf,
  layersOf,
  outside,
  refuseFlag,
} from './parts.js';

/** GPT-2: learned positions, LayerNorm, biases everywhere. */
export function gpt2(f: Fields): Draft {
  const { positions, ...draft } = openAiShape(f);
  const heads = f.size('n_head');
  const mixer = attention(heads, heads, dividedWidth(f, 'n_embd', 'n_head'), { qkvBias: true, outputBias: true });
  return { ...draft, positions, tiedEmbeddings: f.flagOr('tie_word_embeddings', true), layers: openAiLayers(f, mixer) };
}

/** StarCoder 1: GPT-2 with one key head. */
export function gptBigcode(f: Fields): Draft {
  const { positions, ...draft } = openAiShape(f);
  const heads = f.size('n_head');
  const kvHeads = f.flag('multi_query') ? 1 : heads;
  const mixer = attention(heads, kvHeads, dividedWidth(f, 'n_embd', 'n_head'), { qkvBias: true, outputBias: true });
  return { ...draft, positions, tiedEmbeddings: f.flagOr('tie_word_embeddings', true), layers: openAiLayers(f, mixer) };
}

/** GPT-J: rotary positions, attention and feed-forward side by side, a head with biases. */
export function gptj(f: Fields): Draft {
  const heads = f.size('n_head');
  const mixer = attention(heads, heads, dividedWidth(f, 'n_embd', 'n_head'));
  const tiedEmbeddings = f.flagOr('tie_word_embeddings', false);
  return { ...openAiShape(f), positions: 0, headBias: true, tiedEmbeddings, layers: openAiLayers(f, mixer, 1) };
}

function openAiShape(f: Fields): Omit<Draft, 'layers' | 'tiedEmbeddings'> {
  const positions = f.size('n_positions', 'n_ctx');
  return {
    hidden: f.size('n_embd'),
    vocabulary: f.size('vocab_size'),
    context: positions,
    positions,
    headBias: false,
    norm: 'layer',
    finalNorm: true,
    embeddingNorm: false,
    extraElements: 0,
  };
}

function openAiLayers(f: Fields, mixer: ReturnType<typeof attention>, norms = 2): Draft['layers'] {
  const width = f.sizeOr('n_inner', 4 * f.size('n_embd'));
  return layersOf(layerCount(f, 'n_layer'), () => layerOf(mixer, dense(width, false, true), norms));
}

/** GPT-NeoX and Pythia. */
export function gptNeox(f: Fields): Draft {
  const heads = f.size('num_attention_heads');
  const biased = f.flagOr('attention_bias', true);
  const width = dividedWidth(f, 'hidden_size', 'num_attention_heads');
  const mixer = attention(heads, heads, width, { qkvBias: biased, outputBias: biased });
  const layer = layerOf(mixer, dense(f.size('intermediate_size'), false, true));
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layer);
  return { ...outside(f, false, { norm: 'layer' }), layers };
}

/** Falcon 1: one key head, or groups of them in the newer arrangement. */
export function falcon(f: Fields): Draft {
  const heads = f.size('num_attention_heads', 'n_head');
  const isNew = f.flagOr('new_decoder_architecture', false);
  const kvHeads = isNew ? f.size('num_kv_heads', 'n_head_kv') : f.flag('multi_query') ? 1 : heads;
  const biased = f.flag('bias');
  const headDim = dividedWidth(f, 'hidden_size', f.has('num_attention_heads') ? 'num_attention_heads' : 'n_head');
  const mixer = attention(heads, kvHeads, headDim, { qkvBias: biased, outputBias: biased });
  const part = dense(f.sizeOr('ffn_hidden_size', 4 * f.size('hidden_size')), false, biased);
  const parallel = isNew || f.flag('parallel_attn');
  const norms = isNew ? f.sizeOr('num_ln_in_parallel_attn', 2) : parallel ? 1 : 2;
  const layers = layersOf(layerCount(f, 'num_hidden_layers', 'n_layer'), () => layerOf(mixer, part, norms));
  return { ...outside(f, true, { norm: 'layer' }), layers };
}

/** BLOOM: a norm behind the embedding, biases everywhere. */
export function bloom(f: Fields): Draft {
  const [hiddenName, headsName] = [
    f.has('hidden_size') ? 'hidden_size' : 'n_embed',
    f.has('n_head') ? 'n_head' : 'num_attention_heads',
  ];
  const hidden = f.size(hiddenName);
  const heads = f.size(headsName);
  const biases = { qkvBias: true, outputBias: true };
  const mixer = attention(heads, heads, dividedWidth(f, hiddenName, headsName), biases);
  const context = f.sizeIfGiven('seq_length');
  return {
    hidden,
    vocabulary: f.size('vocab_size'),
    ...(context === undefined ? {} : { context }),
    tiedEmbeddings: f.flagOr('tie_word_embeddings', true),
    headBias: false,
    norm: 'layer',
    finalNorm: true,
    embeddingNorm: true,
    positions: 0,
    extraElements: 0,
    layers: layersOf(layerCount(f, 'n_layer', 'num_hidden_layers'), () =>
      layerOf(mixer, dense(4 * hidden, false, true)),
    ),
  };
}

/** OPT: learned positions, of which the first two are never used. */
export function opt(f: Fields): Draft {
  const hidden = f.size('hidden_size');
  if ((f.sizeIfGiven('word_embed_proj_dim') ?? hidden) !== hidden) {
    f.refuse('word_embed_proj_dim', 'is not hidden_size: the embedding is projected', 'such a model is not described');
  }
  if (!f.flagOr('do_layer_norm_before', true)) {
    f.refuse(
      'do_layer_norm_before',
      'false is not understood: norms come after the parts',
      'such a model is not described',
    );
  }
  const biased = f.flagOr('enable_bias', true);
  const heads = f.size('num_attention_heads');
  const width = dividedWidth(f, 'hidden_size', 'num_attention_heads');
  const mixer = attention(heads, heads, width, { qkvBias: biased, outputBias: biased });
  const layer = layerOf(mixer, dense(f.size('ffn_dim'), false, biased));
  const positions = f.size('max_position_embeddings') + 2;
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layer);
  return { ...outside(f, true, { norm: 'layer', positions }), layers };
}

/** MPT: ALiBi or learned positions, with all biases or none. */
export function mpt(f: Fields): Draft {
  const details = f.child('attn_config') ?? f.refuse('attn_config', 'is missing', 'it states alibi');
  refuseFlag(details, 'qk_ln', 'queries and keys have a norm');
  const heads = f.size('n_heads');
  const biased = !f.flag('no_bias');
  const kvHeads = details.sizeIfGiven('kv_n_heads') ?? heads;
  const mixer = attention(heads, kvHeads, dividedWidth(f, 'd_model', 'n_heads'), {
    qkvBias: biased,
    outputBias: biased,
  });
  const hidden = f.size('d_model');
  const context = f.size('max_seq_len');
  const learned = f.flagOr('learned_pos_emb', true) && !details.flag('alibi');
  const part = dense(f.number('expansion_ratio') * hidden, false, biased);
  return {
    hidden,
    vocabulary: f.size('vocab_size'),
    context,
    tiedEmbeddings: f.flagOr('tie_word_embeddings', true),
    headBias: false,
    norm: biased ? 'layer' : 'layer-without-bias',
    finalNorm: true,
    embeddingNorm: false,
    positions: learned ? context : 0,
    extraElements: 0,
    layers: layersOf(layerCount(f, 'n_layers'), () => layerOf(mixer, part)),
  };
}

/** Baichuan: as many key heads as heads, no bias. */
export function baichuan(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided' });
  const layer = layerOf(mixer, dense(f.size('intermediate_size')));
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layer);
  const context = f.sizeIfGiven('model_max_length', 'max_position_embeddings');
  return { ...outside(f, false, context === undefined ? {} : { context }), layers };
}

/** ChatGLM 2 and 3, GLM-4 in its first form. */
export function chatglm(f: Fields): Draft {
  if (!f.flag('rmsnorm')) f.refuse('rmsnorm', 'false is not understood', 'such a model is not described');
  refuseFlag(f, 'add_bias_linear', 'projections have biases');
  const heads = f.size('num_attention_heads');
  const kvHeads = f.flag('multi_query_attention') ? f.size('multi_query_group_num') : heads;
  const mixer = attention(heads, kvHeads, f.size('kv_channels'), { qkvBias: f.flag('add_qkv_bias') });
  const layer = layerOf(mixer, dense(f.size('ffn_hidden_size')));
  return {
    hidden: f.size('hidden_size'),
    vocabulary: f.size('padded_vocab_size'),
    context: f.size('seq_length'),
    tiedEmbeddings: f.flagOr('tie_word_embeddings', false),
    headBias: false,
    norm: 'rms',
    finalNorm: true,
    embeddingNorm: false,
    positions: 0,
    extraElements: 0,
    layers: layersOf(layerCount(f, 'num_layers'), () => layer),
  };
}
