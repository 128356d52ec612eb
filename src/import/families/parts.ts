import type {
  AttentionMixer,
  DenseFeedForward,
  FeedForward,
  Layer,
  Mixer,
  MixtureFeedForward,
  Span,
} from '../../model/types.js';
import type { Draft } from '../draft.js';
import { type Fields, MOST_LAYERS } from '../fields.js';

/** What a configuration of one family says. */
export type Family = (fields: Fields) => Draft;

/** Number of layers, within reason. */
export function layerCount(f: Fields, ...names: readonly string[]): number {
  const count = f.size(...names);
  if (count <= MOST_LAYERS) return count;
  const name = names.find((candidate) => f.has(candidate)) ?? '';
  return f.refuse(name, `${count} layers are more than any network has`, `write at most ${MOST_LAYERS}`);
}

/** One layer per number. */
export function layersOf(count: number, layer: (index: number) => Layer): Layer[] {
  return Array.from({ length: count }, (_, index) => layer(index));
}

/** A layer with a norm before each of its parts, or so many. */
export function layerOf(mixer: Mixer | undefined, feedForward: FeedForward | undefined, norms?: number): Layer {
  const mixers = mixer === undefined ? [] : [mixer];
  const feedForwards = feedForward === undefined ? [] : [feedForward];
  return { mixers, feedForwards, norms: norms ?? mixers.length + feedForwards.length, extraElements: 0 };
}

type Details = Partial<Omit<AttentionMixer, 'kind' | 'heads' | 'kvHeads' | 'headDim'>>;

/** Softmax attention of given dimensions; values are as wide as keys unless told otherwise. */
export function attention(heads: number, kvHeads: number, headDim: number, details: Details = {}): AttentionMixer {
  return {
    kind: 'attention',
    heads,
    kvHeads,
    headDim,
    valueDim: headDim,
    span: { kind: 'full' },
    qkvBias: false,
    outputBias: false,
    qkNorm: 'none',
    outputGate: false,
    sinks: false,
    keyValue: 'own',
    ...details,
  };
}

/** What `attentionOf` asks of a family. */
interface AttentionForm extends Details {
  /** Absent `num_key_value_heads`: as many as heads, or an error. */
  readonly kvHeads: 'as-heads' | 'stated';
  /** Absent `head_dim`: the hidden width over the heads, or an error. */
  readonly headDim: 'divided' | 'stated';
}

/** Attention by the usual names of its fields. */
export function attentionOf(f: Fields, { kvHeads, headDim, ...details }: AttentionForm): AttentionMixer {
  const heads = f.size('num_attention_heads');
  const groups = kvHeads === 'stated' ? f.size('num_key_value_heads') : f.sizeOr('num_key_value_heads', heads);
  if (heads % groups !== 0) {
    f.refuse('num_key_value_heads', `${groups} does not divide the ${heads} heads`, 'several heads share one key head');
  }
  const stated = headDim === 'stated' ? f.size('head_dim') : f.sizeIfGiven('head_dim');
  return attention(heads, groups, stated ?? dividedWidth(f, 'hidden_size', 'num_attention_heads'), details);
}

/** `hidden / heads`, which must be a whole number. */
export function dividedWidth(f: Fields, hidden: string, heads: string): number {
  const width = f.size(hidden) / f.size(heads);
  if (Number.isInteger(width)) return width;
  return f.refuse(heads, `does not divide ${hidden}, and no head_dim is stated`, 'state the width of a head');
}

/** A feed-forward with three matrices, or two. */
export function dense(width: number, gated = true, bias = false): DenseFeedForward {
  return { kind: 'dense', gated, width, bias };
}

type MixtureFacts = Pick<MixtureFeedForward, 'experts' | 'active' | 'width'> & Partial<MixtureFeedForward>;

/** A gated mixture of experts, unless told otherwise. */
export function mixture(f: Fields, facts: MixtureFacts): MixtureFeedForward {
  const { shared, latent, ...rest } = facts;
  if (rest.active > rest.experts) {
    f.refuse(
      'num_experts_per_tok',
      `${rest.active} is more than the ${rest.experts} experts`,
      'a token goes to some of them',
    );
  }
  return {
    kind: 'mixture',
    gated: true,
    expertBias: false,
    routerBias: false,
    ...rest,
    ...(shared === undefined ? {} : { shared }),
    ...(latent === undefined ? {} : { latent }),
  };
}

/** What stands outside the layers, by the usual names. */
export function outside(f: Fields, tied: boolean, more: Partial<Draft> = {}): Omit<Draft, 'layers'> {
  const context = f.sizeIfGiven('max_position_embeddings');
  return {
    hidden: f.size('hidden_size'),
    vocabulary: f.size('vocab_size'),
    ...(context === undefined ? {} : { context }),
    tiedEmbeddings: f.flagOr('tie_word_embeddings', tied),
    headBias: false,
    norm: 'rms',
    finalNorm: true,
    embeddingNorm: false,
    positions: 0,
    extraElements: 0,
    ...more,
  };
}

/** Words of `layer_types`, and the kinds of span and mixer that they mean. */
const layerTypes = ['full_attention', 'sliding_attention', 'chunked_attention', 'linear_attention'] as const;
export type LayerType = (typeof layerTypes)[number];

/** The type of each layer as the file lists them, or as the rule of its family says. */
export function layerTypesOf(f: Fields, count: number, rule: (index: number) => LayerType): readonly LayerType[] {
  const listed = f.textsIfGiven('layer_types');
  if (listed === undefined) return Array.from({ length: count }, (_, index) => rule(index));
  if (listed.length !== count) {
    f.refuse(
      'layer_types',
      `has ${listed.length} entries, and there are ${count} layers`,
      'name the type of each layer',
    );
  }
  return listed.map((word) => {
    const known = layerTypes.find((type) => type === word);
    return known ?? f.refuse('layer_types', `"${word}" is not understood`, `known are ${layerTypes.join(', ')}`);
  });
}

/** The span of a layer of a type. */
export function spanOf(f: Fields, type: LayerType): Span {
  switch (type) {
    case 'full_attention':
      return { kind: 'full' };
    case 'sliding_attention':
      return { kind: 'sliding', size: f.size('sliding_window') };
    case 'chunked_attention':
      return { kind: 'chunked', size: f.size('attention_chunk_size') };
    case 'linear_attention':
      return f.refuse(
        'layer_types',
        `"${type}" is not understood in the type ${f.type}`,
        'it has attention in each layer',
      );
  }
}

/** Refuses a flag that would change the network in a way that is not described. */
export function refuseFlag(f: Fields, name: string, whenTrue: string): void {
  if (f.has(name) && f.flag(name))
    f.refuse(name, `true is not understood: ${whenTrue}`, 'write the spec by hand (docs/spec-format.md)');
}
