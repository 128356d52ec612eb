import { InvalidScenarioError } from '../errors.js';
import { entryOf, mapBeside } from '../kept.js';
import type { Bytes } from '../quantities.js';
import { attentionCache } from './attention.js';
import { compressedAttentionCache, compressedAttentionState } from './compressed-attention.js';
import { latentAttentionCache } from './latent-attention.js';
import { stateMixerFacts } from './state-mixers.js';
import { countLayers } from './tensors.js';
import type { FeedForward, Mixer, Model } from './types.js';

/** How keys and values are kept. */
export interface KvFormat {
  readonly id: string;
  /** Bits per element, scales included. */
  readonly bitsPerElement: number;
  readonly source: string;
}

/** A recurrent state is kept in 32 bits whatever the cache's format (`mamba_ssm_dtype: float32` of the configurations). */
export const STATE_BYTES = 4;
/** Past inputs that a convolution still needs are activations, kept in 16 bits. */
const INPUT_BYTES = 2;

const ggml = 'ggml-common.h, ggerganov/llama.cpp@c392e50 (docs/model-facts.md, section 6)';

const formats: readonly KvFormat[] = [
  { id: 'f16', bitsPerElement: 16, source: 'IEEE 754' },
  { id: 'bf16', bitsPerElement: 16, source: 'bfloat16' },
  { id: 'f32', bitsPerElement: 32, source: 'IEEE 754' },
  { id: 'fp8', bitsPerElement: 8, source: 'one scale per tensor' },
  { id: 'int8', bitsPerElement: 8, source: 'one scale per tensor or channel' },
  { id: 'q8_0', bitsPerElement: 8.5, source: ggml },
  { id: 'q4_0', bitsPerElement: 4.5, source: ggml },
];

/** Other names of cache formats, as of weight formats. */
const ALIASES: Readonly<Record<string, string>> = { fp16: 'f16', fp32: 'f32' };

/** Ids of the formats that a cache can have. */
export function listKvFormats(): string[] {
  return formats.map((format) => format.id);
}

/** The cache format of an id. Throws for an unknown one. */
export function getKvFormat(id: string): KvFormat {
  const name = id.toLowerCase();
  const format = formats.find((known) => known.id === (ALIASES[name] ?? name));
  if (format !== undefined) return format;
  const remedy = `it is one of ${listKvFormats().join(', ')}`;
  throw new InvalidScenarioError('kvCache', id, `no cache format has the id "${id}"`, remedy);
}

/** Elements that a mixer keeps in the cache's format for a context of so many tokens; none where a state serves. */
export function cachedElements(mixer: Mixer, context: number): number {
  switch (mixer.kind) {
    case 'attention':
      return attentionCache(mixer, context);
    case 'latent-attention':
      return latentAttentionCache(mixer, context);
    case 'compressed-attention':
      return compressedAttentionCache(mixer, context);
    default:
      return 0;
  }
}

function grows(mixer: Mixer): boolean {
  return cachedElements(mixer, Number.MAX_SAFE_INTEGER) > 0;
}

/**
 * Bytes of a mixer's state per sequence, constant in the context: the recurrent state in 32 bits and the past inputs
 * that it still needs in 16.
 *
 * Source: docs/model-facts.md, section 4.
 */
export function stateBytes(mixer: Mixer, hidden: number): Bytes {
  switch (mixer.kind) {
    case 'attention':
    case 'latent-attention':
      return 0;
    case 'compressed-attention':
      return STATE_BYTES * compressedAttentionState(mixer);
    default: {
      const { stateElements, inputElements } = stateMixerFacts(mixer, hidden);
      return STATE_BYTES * stateElements + INPUT_BYTES * inputElements;
    }
  }
}

/** Bytes that a feed-forward part keeps per sequence: its last input, where it blends that in. */
function feedForwardStateBytes(part: FeedForward, hidden: number): Bytes {
  switch (part.kind) {
    case 'dense':
    case 'mixture':
      return 0;
    case 'channel-mixing':
      return INPUT_BYTES * hidden;
  }
}

/**
 * Bytes that one sequence of `context` tokens holds: cached elements times the bits of the format, the states of
 * the mixers, and what the feed-forward parts keep.
 *
 * @example cacheBytes(getModel('llama-2-7b'), getKvFormat('f16'), 1) // => 524_288
 */
export function cacheBytes(model: Model, format: KvFormat, context: number): Bytes {
  return cacheOf(model, format)(context);
}

const caches = mapBeside<Model, number, (context: number) => Bytes>();

/** The same as a function of the context, with all that does not grow worked out once. */
export function cacheOf(model: Model, { bitsPerElement }: KvFormat): (context: number) => Bytes {
  return entryOf(caches(model), bitsPerElement, () => {
    const growing: { readonly mixer: Mixer; readonly bytesPerElement: number }[] = [];
    let constant = 0;
    for (const { layer, count } of countLayers(model)) {
      for (const mixer of layer.mixers) {
        constant += count * stateBytes(mixer, model.hidden);
        if (grows(mixer)) growing.push({ mixer, bytesPerElement: (count * bitsPerElement) / 8 });
      }
      for (const part of layer.feedForwards) constant += count * feedForwardStateBytes(part, model.hidden);
    }
    return (context) => {
      let bytes = constant;
      for (const { mixer, bytesPerElement } of growing) bytes += cachedElements(mixer, context) * bytesPerElement;
      return bytes;
    };
  });
}
