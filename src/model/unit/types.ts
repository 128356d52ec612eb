import { kept } from '../../kept.js';
import type { Model } from '../types.js';

/** Where an operator works: at every so many pixels of the image in both directions, or on so many tokens. */
export type Place =
  /** One row for each square of `at` x `at` pixels; `each` of them where a pixel has several, as samples along a ray. */
  { readonly at: number; readonly each?: number } | { readonly tokens: number };

/** Filters of `kernel` x `kernel` inputs; its rows are output pixels, `at` is where its input lies. */
export interface Convolution {
  readonly kind: 'convolution';
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly at: number;
  readonly bias: boolean;
  /** Batch normalisation of the output, and ReLU after it. */
  readonly batchNorm: boolean;
  readonly relu: boolean;
}

/** The same matrix for every row. */
export type Linear = Place & {
  readonly kind: 'linear';
  readonly input: number;
  readonly output: number;
  readonly bias: boolean;
};

/** Layer normalisation, or that of groups of channels: a weight and a bias for each channel. */
export type Normalisation = Place & {
  readonly kind: 'norm';
  readonly norm: 'layer' | 'group';
  readonly width: number;
};

export type Activation = Place & {
  readonly kind: 'activation';
  readonly function: 'relu' | 'silu' | 'gelu';
  readonly width: number;
};

/** Sine and cosine of every input at each of so many frequencies, beside the input itself (NeRF, section 5.1). */
export type PositionalEncoding = Place & {
  readonly kind: 'positional-encoding';
  readonly input: number;
  readonly frequencies: number;
};

/** The largest of `kernel` x `kernel` inputs, or the mean of all. */
export type Pool =
  | {
      readonly kind: 'max-pool';
      readonly width: number;
      readonly kernel: number;
      readonly stride: number;
      readonly at: number;
    }
  | { readonly kind: 'mean-pool'; readonly width: number; readonly at: number };

/** Every pixel four times, then a convolution of 3 x 3; `at` is where the output lies. */
export interface Upsampling {
  readonly kind: 'upsampling';
  readonly width: number;
  readonly at: number;
}

/** Two convolutions of 3 x 3, each behind a group norm and SiLU, around which the input is added (latent diffusion). */
export interface ResidualBlock {
  readonly kind: 'residual-block';
  readonly input: number;
  readonly output: number;
  readonly at: number;
  /** Width of the embedding of the step that is added between the two; absent: none is. */
  readonly embedding?: number;
}

/** A residual block of three convolutions: 1 x 1, 3 x 3 with the stride, 1 x 1 (ResNet); a fourth beside where shapes change. */
export interface Bottleneck {
  readonly kind: 'bottleneck';
  readonly input: number;
  readonly width: number;
  readonly output: number;
  readonly stride: number;
  readonly at: number;
}

/** Attention of all pixels to each other behind a group norm (the decoder of latent diffusion). */
export interface PixelAttention {
  readonly kind: 'pixel-attention';
  readonly width: number;
  readonly heads: number;
  readonly at: number;
}

/**
 * Transformer over pixels: group norm, projection, `depth` times self-attention, attention to a context and a gated
 * feed-forward of four times the width, projection (latent diffusion's SpatialTransformer).
 */
export interface PixelTransformer {
  readonly kind: 'pixel-transformer';
  readonly width: number;
  readonly heads: number;
  readonly depth: number;
  readonly at: number;
  readonly context: { readonly tokens: number; readonly width: number };
}

/** A transformer over text: embeddings of tokens and positions, layers, a last norm (CLIP). */
export interface TextTransformer {
  readonly kind: 'text-transformer';
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly tokens: number;
  readonly vocabulary: number;
  /** Each token sees those before it alone. */
  readonly causal: boolean;
  /** Width that one token's output is projected to; absent: it is not. */
  readonly projection?: number;
}

export type Block =
  | Convolution
  | Linear
  | Normalisation
  | Activation
  | PositionalEncoding
  | Pool
  | Upsampling
  | ResidualBlock
  | Bottleneck
  | PixelAttention
  | PixelTransformer
  | TextTransformer;

/** A part of a network that runs as a whole: blocks in turn. */
export interface Stage {
  readonly name: string;
  /** Once for a unit of output, or in each step. */
  readonly runs: 'once' | 'each-step';
  /** Evaluations of one run, as one batch: with guidance a prompt and its opposite. */
  readonly evaluations: number;
  /** Most rows that one pass takes; absent: all at once. */
  readonly rowsPerPass?: number;
  readonly blocks: readonly { readonly block: Block; readonly repeat: number }[];
  /** Published parameter count. */
  readonly published?: number;
}

/** What one run of a network that generates no tokens gives. */
export type OutputUnit = 'image' | 'frame' | 'sample' | 'sequence';

/** A network that gives images, frames or samples, in dimensions only. */
export interface UnitNetwork {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  readonly released?: string;
  readonly unit: OutputUnit;
  /** Pixels of an image when nobody says, and what both directions must divide by. Absent where there is no image. */
  readonly size?: { readonly width: number; readonly height: number; readonly multiple: number };
  /** Steps of a diffusion when nobody says; absent where there are none. */
  readonly steps?: number;
  /** Weight format of the release. */
  readonly nativeFormat: string;
  readonly stages: readonly Stage[];
  /** Published parameter count of all stages, and why it differs from what the dimensions give. */
  readonly published: { readonly total?: number; readonly difference?: string };
  readonly rumoured: boolean;
}

/** Any network of the catalogue. */
export type Network = Model | UnitNetwork;

/** What a network does: tokens one after another; one pass over an input; one output in many steps. */
export type WorkloadKind = 'generate' | 'encode' | 'denoise';

/** Whether a network is one of stages. */
export function isUnitNetwork(network: Network): network is UnitNetwork {
  return 'stages' in network;
}

/** What a network does, as its dimensions tell: one with steps denoises, one that sees tokens behind a query encodes. */
export function kindOf(network: Network): WorkloadKind {
  if (isUnitNetwork(network)) return network.steps === undefined ? 'encode' : 'denoise';
  return encodes(network) ? 'encode' : 'generate';
}

const encodes = kept(({ layers }: Model): boolean =>
  Object.values(layers).some(({ mixers }) =>
    mixers.some((mixer) => mixer.kind === 'attention' && mixer.span.kind === 'bidirectional'),
  ),
);
