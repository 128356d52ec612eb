import type { Variation } from '../variation.js';

/** How a layer mixes tokens. Dimensions are counts of elements. */
export type Mixer = AttentionMixer | LatentAttentionMixer | CompressedAttentionMixer | StateMixer;

/**
 * Tokens that a query sees: all before it; those behind it too, as encoders do; the last `size`; those of its own chunk of
 * `size`; or a selection.
 */
export type Span =
  | { readonly kind: 'full' }
  | { readonly kind: 'bidirectional' }
  | { readonly kind: 'sliding' | 'chunked'; readonly size: number }
  | Selected;

/** The `size` tokens that an indexer, small heads which score the whole context, picks for each query. */
export interface Selected {
  readonly kind: 'selected';
  readonly size: number;
  readonly indexHeads: number;
  readonly indexDim: number;
}

/** Softmax attention: MHA, GQA, MQA, full or windowed. */
export interface AttentionMixer {
  readonly kind: 'attention';
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of a query or key head. */
  readonly headDim: number;
  /** Width of a value head. */
  readonly valueDim: number;
  readonly span: Span;
  readonly qkvBias: boolean;
  readonly outputBias: boolean;
  /** Normalisation of queries and keys: none, one weight vector of a head's width each, or of the full width. */
  readonly qkNorm: 'none' | 'head' | 'full';
  /** A gate of the output's width, computed from the input (Qwen3-Next). */
  readonly outputGate: boolean;
  /** One learned logit per head (gpt-oss). */
  readonly sinks: boolean;
  /** Own keys and values; keys that serve as values too; or the cache of an earlier layer (no k and v matrices). */
  readonly keyValue: 'own' | 'keys-only' | 'shared';
}

/** Multi-head latent attention (DeepSeek): one compressed latent per token is cached. */
export interface LatentAttentionMixer {
  readonly kind: 'latent-attention';
  readonly heads: number;
  /** Rank of the query's compression; absent: queries are projected directly. */
  readonly queryRank?: number;
  readonly kvRank: number;
  readonly nopeDim: number;
  readonly ropeDim: number;
  readonly valueDim: number;
  readonly span: { readonly kind: 'full' } | Selected;
  /** A gate of the output's width, computed from the input (Kimi K3). */
  readonly outputGate: boolean;
}

/** One head of keys that are the values too, for the last tokens and for entries that each stand for many (DeepSeek-V4). */
export interface CompressedAttentionMixer {
  readonly kind: 'compressed-attention';
  readonly heads: number;
  /** Width of a head, and of what is cached. */
  readonly headDim: number;
  readonly ropeDim: number;
  /** Rank of the query's compression. */
  readonly queryRank: number;
  /** Groups of heads whose outputs are first projected to `outputRank` each. */
  readonly outputGroups: number;
  readonly outputRank: number;
  /** Last tokens that are seen one by one. */
  readonly window: number;
  readonly compression: Compression;
}

/**
 * What is seen beyond the window: nothing; an entry for every `ratio` tokens; or a selection of such entries, each of
 * which blends `2 ratio` tokens.
 */
export type Compression =
  | { readonly kind: 'none' }
  | { readonly kind: 'heavy'; readonly ratio: number }
  | ({ readonly kind: 'sparse'; readonly ratio: number } & Pick<Selected, 'size' | 'indexHeads' | 'indexDim'>);

/** Mixers with a state of constant size instead of a cache that grows. */
export type StateMixer =
  | {
      readonly kind: 'mamba1';
      readonly inner: number;
      readonly state: number;
      readonly conv: number;
      readonly dtRank: number;
      /** Norms of dt, B and C inside the mixer (Jamba). */
      readonly innerNorms: boolean;
    }
  | {
      readonly kind: 'mamba2';
      readonly inner: number;
      readonly state: number;
      readonly conv: number;
      readonly heads: number;
      readonly groups: number;
      readonly gatedNorm: boolean;
    }
  | {
      readonly kind: 'gated-deltanet';
      readonly keyHeads: number;
      readonly valueHeads: number;
      readonly keyDim: number;
      readonly valueDim: number;
      readonly conv: number;
    }
  /** Kimi delta attention: gated DeltaNet whose state decays by key channel. */
  | {
      readonly kind: 'kda';
      readonly heads: number;
      readonly headDim: number;
      readonly conv: number;
      /** Rank through which the decays are computed. */
      readonly decayRank: number;
      /** Rank of the output gate; absent: one matrix. */
      readonly gateRank?: number;
    }
  | { readonly kind: 'lightning'; readonly heads: number; readonly headDim: number }
  /** Time mixing of RWKV-4: an average of the past per channel, whose weights decay. */
  | { readonly kind: 'rwkv4'; readonly width: number };

export type FeedForward = DenseFeedForward | MixtureFeedForward | ChannelMixing;

export interface DenseFeedForward {
  readonly kind: 'dense';
  /** Gated ones (SwiGLU, GeGLU) have three matrices, plain ones two. */
  readonly gated: boolean;
  readonly width: number;
  readonly bias: boolean;
}

/** Channel mixing of RWKV: a plain feed-forward on a blend of this token and the last one, behind a gate from the same. */
export interface ChannelMixing {
  readonly kind: 'channel-mixing';
  readonly width: number;
}

/** Mixture of experts: every token goes to `active` of `experts`, and to all shared ones. */
export interface MixtureFeedForward {
  readonly kind: 'mixture';
  readonly gated: boolean;
  readonly experts: number;
  readonly active: number;
  readonly width: number;
  readonly expertBias: boolean;
  /** One bias per expert in the router. */
  readonly routerBias: boolean;
  readonly shared?: { readonly count: number; readonly width: number; readonly gate: boolean };
  /** Experts work in a narrower space, behind two projections that all of them share. */
  readonly latent?: number;
}

/** One layer: its mixers run side by side, then its feed-forward parts do. */
export interface Layer {
  readonly mixers: readonly Mixer[];
  readonly feedForwards: readonly FeedForward[];
  /** Normalisations of the hidden width in the layer. */
  readonly norms: number;
  /** Small tensors of the layer that no operator of ours describes, in elements (scales, extra norms). */
  readonly extraElements: number;
}

/** How the output of a part of a layer joins what runs past it. */
export type Residual =
  | { readonly kind: 'addition' }
  /** Streams side by side: a part reads a mixture of them and is added to another (DeepSeek-V4). */
  | { readonly kind: 'hyper-connections'; readonly streams: number; readonly iterations: number }
  /** A part reads a softmax mixture of the sums after every so many layers (Kimi K3). */
  | { readonly kind: 'attention'; readonly every: number };

/** A network in dimensions only: operators, parameters, KV cache and state are derived. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  readonly released?: string;
  /** Longest context it was made for, in tokens; absent when nothing bounds it. */
  readonly context?: number;
  readonly vocabulary: number;
  readonly hidden: number;
  readonly tiedEmbeddings: boolean;
  readonly headBias: boolean;
  /** LayerNorm has biases beside its weights, unless it says otherwise. */
  readonly norm: 'rms' | 'layer' | 'layer-without-bias';
  readonly finalNorm: boolean;
  readonly embeddingNorm: boolean;
  readonly residual: Residual;
  /** Rows of a learned position table, zero without one. */
  readonly positions: number;
  /** Rows gathered per layer from a table of their own (Gemma 3n, 4): width per layer, zero without. */
  readonly perLayerEmbedding: number;
  /** Weight format of the release, a scheme of `model/formats`. */
  readonly nativeFormat: string;
  readonly layers: Readonly<Record<string, Layer>>;
  /** Order of the layers, in runs. */
  readonly pattern: readonly { readonly layers: readonly string[]; readonly repeat: number }[];
  /** Tensors of the whole model that no operator describes, in elements. */
  readonly extraElements: number;
  /** Published parameter counts, with the explanation of a difference from the derived ones. */
  readonly published: { readonly total?: number; readonly active?: number; readonly difference?: string };
  readonly rumoured: boolean;
  /** Figures that somebody changed; absent where all are those of the spec. */
  readonly varied?: readonly Variation[];
}
