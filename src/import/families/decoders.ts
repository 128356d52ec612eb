import type { AttentionMixer } from '../../model/types.js';
import type { Draft } from '../draft.js';
import type { Fields } from '../fields.js';
import {
  attentionOf,
  dense,
  type Family,
  layerCount,
  layerOf,
  layersOf,
  layerTypesOf,
  outside,
  refuseFlag,
  spanOf,
} from './parts.js';

/** Llama, and what has its fields: a gated feed-forward and attention, biases where flags say so. */
export function llama(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', qkvBias: biased, outputBias: biased });
  const part = dense(f.size('intermediate_size'), true, f.flagOr('mlp_bias', false));
  return { ...outside(f, false), layers: layersOf(layerCount(f, 'num_hidden_layers'), () => layerOf(mixer, part)) };
}

/** Mistral: a window in every layer, which the file states even where there is none. */
export function mistral(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided' });
  return { ...outside(f, false), layers: windowedLayers(f, mixer, windowEverywhere(f)) };
}

/** Phi-3 and 4: fused matrices of the same shapes as Mistral's. */
export function phi3(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided' });
  return { ...outside(f, false), layers: windowedLayers(f, mixer, windowEverywhere(f)) };
}

function windowEverywhere(f: Fields): boolean {
  if (f.has('sliding_window')) return true;
  f.note('sliding_window is null or absent, which means full attention');
  return false;
}

/** Qwen2: biases of query, key and value alone; a window in the last layers where a flag says so. */
export function qwen2(f: Fields): Draft {
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: true });
  return { ...outside(f, false), layers: qwenLayers(f, mixer) };
}

/** Qwen3: norms of query and key heads. */
export function qwen3(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'head' } as const;
  return {
    ...outside(f, false),
    layers: qwenLayers(f, attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details })),
  };
}

function qwenLayers(f: Fields, mixer: AttentionMixer): Draft['layers'] {
  const part = dense(f.size('intermediate_size'));
  const count = layerCount(f, 'num_hidden_layers');
  return qwenSpans(f, count).map((span) => layerOf({ ...mixer, span }, part));
}

/** The window of Qwen serves only where a flag says so, from a layer on. */
export function qwenSpans(f: Fields, count: number): AttentionMixer['span'][] {
  const slides = f.flagOr('use_sliding_window', false) && f.has('sliding_window');
  const from = slides && !f.has('layer_types') ? f.countOr('max_window_layers', 0) : count;
  const types = layerTypesOf(f, count, (index) => (index >= from ? 'sliding_attention' : 'full_attention'));
  return types.map((type) => spanOf(f, type));
}

/** The same attention in each layer, behind a window where `everywhere` or the list of layers says so. */
function windowedLayers(f: Fields, mixer: AttentionMixer, everywhere: boolean, norms?: number): Draft['layers'] {
  const part = dense(f.size('intermediate_size'));
  const count = layerCount(f, 'num_hidden_layers');
  const types = layerTypesOf(f, count, () => (everywhere ? 'sliding_attention' : 'full_attention'));
  return types.map((type) => layerOf({ ...mixer, span: spanOf(f, type) }, part, norms));
}

export function gemma(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', qkvBias: biased, outputBias: biased });
  return { ...outside(f, true), layers: windowedLayers(f, mixer, false) };
}

/** Gemma 2: four norms; every other layer has a window, beginning with the first. */
export function gemma2(f: Fields): Draft {
  return gemmaWithWindows(f, 'none', () => 2);
}

/** Gemma 3: norms of heads; five layers with a window, then one without. */
export function gemma3(f: Fields): Draft {
  return gemmaWithWindows(f, 'head', () => f.sizeOr('sliding_window_pattern', 6));
}

function gemmaWithWindows(f: Fields, qkNorm: 'none' | 'head', period: () => number): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm };
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details });
  return { ...outside(f, true), layers: patternedLayers(f, mixer, period, 4) };
}

/** The last of every `period` layers sees everything, the others have a window. */
function patternedLayers(f: Fields, mixer: AttentionMixer, period: () => number, norms?: number): Draft['layers'] {
  const part = dense(f.size('intermediate_size'));
  const count = layerCount(f, 'num_hidden_layers');
  const every = f.has('layer_types') ? 1 : period();
  const types = layerTypesOf(f, count, (index) => ((index + 1) % every === 0 ? 'full_attention' : 'sliding_attention'));
  return types.map((type) => layerOf({ ...mixer, span: spanOf(f, type) }, part, norms));
}

/** Cohere: attention and feed-forward side by side behind one norm without biases. */
export function cohere(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const qkNorm = f.flagOr('use_qk_norm', false) ? 'full' : 'none';
  const mixer = attentionOf(f, {
    kvHeads: 'as-heads',
    headDim: 'divided',
    qkvBias: biased,
    outputBias: biased,
    qkNorm,
  });
  return { ...outside(f, true, { norm: 'layer-without-bias' }), layers: windowedLayers(f, mixer, false, 1) };
}

/** Cohere 2 (Command R7B, Command A): three layers with a window, then one without. */
export function cohere2(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', qkvBias: biased, outputBias: biased });
  const layers = patternedLayers(f, mixer, () => f.size('sliding_window_pattern'), 1);
  return { ...outside(f, true, { norm: 'layer-without-bias' }), layers };
}

/** OLMo 2 and 3: norms over all query and key heads together, norms after instead of before. */
export function olmo2(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'full' } as const;
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', ...details });
  return { ...outside(f, false), layers: windowedLayers(f, mixer, false) };
}

/** OLMo 3: three layers with a window, then one without. */
export function olmo3(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'full' } as const;
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', ...details });
  return { ...outside(f, false), layers: patternedLayers(f, mixer, () => 4) };
}

/** StableLM: LayerNorm, a gated feed-forward, biases of query, key and value where a flag says so. */
export function stablelm(f: Fields): Draft {
  refuseFlag(f, 'qk_layernorm', 'each head has a norm of its own');
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', qkvBias: f.flagOr('use_qkv_bias', false) });
  const norms = f.flagOr('use_parallel_residual', false) ? 1 : 2;
  return { ...outside(f, false, { norm: 'layer' }), layers: windowedLayers(f, mixer, false, norms) };
}

/** InternLM 2: one flag for the biases of attention. */
export function internlm2(f: Fields): Draft {
  const biased = f.flag('bias');
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: biased, outputBias: biased });
  return { ...outside(f, false), layers: windowedLayers(f, mixer, false) };
}

/** GLM-4 (`glm`), and the one of April 2025 with norms after its parts too (`glm4`). */
export function glm(norms: number): Family {
  return (f) => {
    const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', qkvBias: f.flag('attention_bias') });
    return { ...outside(f, false), layers: windowedLayers(f, mixer, false, norms) };
  };
}

/** StarCoder 2: LayerNorm, a plain feed-forward, biases everywhere, a window. */
export function starcoder2(f: Fields): Draft {
  const biased = f.flag('use_bias');
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: biased, outputBias: biased });
  const part = dense(f.size('intermediate_size'), false, biased);
  const type = windowEverywhere(f) ? 'sliding_attention' : 'full_attention';
  const layer = layerOf({ ...mixer, span: spanOf(f, type) }, part);
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layer);
  return { ...outside(f, true, { norm: 'layer' }), layers };
}

/** Nemotron-4: LayerNorm and a plain feed-forward. */
export function nemotron(f: Fields): Draft {
  const biased = f.flagOr('attention_bias', false);
  const mixer = attentionOf(f, { kvHeads: 'stated', headDim: 'divided', qkvBias: biased, outputBias: biased });
  const part = dense(f.size('intermediate_size'), false, f.flagOr('mlp_bias', false));
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layerOf(mixer, part));
  return { ...outside(f, false, { norm: 'layer' }), layers };
}

/** Phi 1 and 2: attention and feed-forward side by side, biases everywhere, also of the head. */
export function phi(f: Fields): Draft {
  refuseFlag(f, 'qk_layernorm', 'each head has a norm of its own');
  const mixer = attentionOf(f, { kvHeads: 'as-heads', headDim: 'divided', qkvBias: true, outputBias: true });
  const layer = layerOf(mixer, dense(f.size('intermediate_size'), false, true), 1);
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), () => layer);
  return { ...outside(f, false, { norm: 'layer', headBias: true }), layers };
}
