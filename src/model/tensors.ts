import { kept } from '../kept.js';
import { attentionTensors } from './attention.js';
import { compressedAttentionTensors } from './compressed-attention.js';
import { latentAttentionTensors } from './latent-attention.js';
import { outerResidualTensors, residualTensors } from './residual.js';
import { stateMixerFacts } from './state-mixers.js';
import { elements, matrix, type Tensor, vector } from './tensor.js';
import type { ChannelMixing, DenseFeedForward, FeedForward, Layer, Mixer, MixtureFeedForward, Model } from './types.js';

/** Names of the layers in the order in which a token passes them. */
export function expandPattern(model: Model): string[] {
  return model.pattern.flatMap((run) => Array.from({ length: run.repeat }, () => run.layers).flat());
}

/** One kind of layer, and how many of it a model has. */
export interface LayerCount {
  readonly layer: Layer;
  readonly count: number;
}

/** Each kind of layer of a model once. */
export const countLayers = kept((model: Model): readonly LayerCount[] => {
  const counts = new Map<string, number>();
  for (const run of model.pattern) {
    for (const name of run.layers) counts.set(name, (counts.get(name) ?? 0) + run.repeat);
  }
  return [...counts].flatMap(([name, count]) => {
    const layer = model.layers[name];
    return layer === undefined ? [] : [{ layer, count }];
  });
});

/** Tensors of one layer. */
export function layerTensors(model: Model, layer: Layer): Tensor[] {
  return [
    ...layer.mixers.flatMap((mixer) => mixerTensors(mixer, model.hidden)),
    ...layer.feedForwards.flatMap((feedForward) => feedForwardTensors(feedForward, model.hidden)),
    ...sharedTensors(model, layer),
    ...residualTensors(model, layer),
  ].filter(isPresent);
}

/** Norms of a layer and tensors that nothing describes. */
export function sharedTensors(model: Model, layer: Layer): Tensor[] {
  return [...repeat(layer.norms, norm(model)), ...extra(layer.extraElements, model.hidden)].filter(isPresent);
}

/** Tensors outside the layers: embeddings, head, their norms and biases, and what belongs to the whole model. */
export function outerTensors(model: Model): Tensor[] {
  const layers = model.pattern.reduce((sum, run) => sum + run.layers.length * run.repeat, 0);
  return [
    matrix('token-embedding', model.vocabulary, model.hidden),
    matrix('position-embedding', model.positions, model.hidden),
    matrix('per-layer-embedding', model.vocabulary, model.perLayerEmbedding * layers),
    ...(model.embeddingNorm ? [norm(model)] : []),
    ...(model.finalNorm ? [norm(model)] : []),
    ...(model.tiedEmbeddings ? [] : [matrix('head', model.vocabulary, model.hidden)]),
    vector('bias', model.headBias ? model.vocabulary : 0),
    ...outerResidualTensors(model),
    ...extra(model.extraElements, model.hidden),
  ].filter(isPresent);
}

export function mixerTensors(mixer: Mixer, hidden: number): readonly Tensor[] {
  switch (mixer.kind) {
    case 'attention':
      return attentionTensors(mixer, hidden).filter(isPresent);
    case 'latent-attention':
      return latentAttentionTensors(mixer, hidden).filter(isPresent);
    case 'compressed-attention':
      return compressedAttentionTensors(mixer, hidden);
    default:
      return stateMixerFacts(mixer, hidden).tensors.filter(isPresent);
  }
}

export function feedForwardTensors(feedForward: FeedForward, hidden: number): readonly Tensor[] {
  switch (feedForward.kind) {
    case 'dense':
      return denseTensors(feedForward, hidden).filter(isPresent);
    case 'mixture':
      return mixtureTensors(feedForward, hidden).filter(isPresent);
    case 'channel-mixing':
      return channelMixingTensors(feedForward, hidden);
  }
}

/** `n*h*f`: n is 3 for a gated feed-forward, 2 for a plain one. */
function denseTensors({ gated, width, bias }: DenseFeedForward, hidden: number): Tensor[] {
  return [
    matrix('ffn-gate', gated ? width : 0, hidden),
    matrix('ffn-up', width, hidden),
    matrix('ffn-down', hidden, width),
    vector('bias', bias ? (gated ? 2 : 1) * width + hidden : 0),
  ];
}

/** `h*E + E*n*z*m + S*n*h*m` with z the latent width, or h; the shared experts are one feed-forward of width `S*m`. */
function mixtureTensors(mixture: MixtureFeedForward, hidden: number): Tensor[] {
  const { gated, experts, width } = mixture;
  const outer = mixture.latent ?? hidden;
  const sharedWidth = mixture.shared === undefined ? 0 : mixture.shared.count * mixture.shared.width;
  return [
    matrix('router', experts, hidden),
    vector('bias', mixture.routerBias ? experts : 0),
    matrix('latent-down', mixture.latent ?? 0, hidden),
    matrix('expert-gate', gated ? width : 0, outer, experts),
    matrix('expert-up', width, outer, experts),
    matrix('expert-down', outer, width, experts),
    vector('expert-bias', mixture.expertBias ? (gated ? 2 : 1) * width + outer : 0, experts),
    matrix('latent-up', hidden, mixture.latent ?? 0),
    matrix('shared-gate', gated ? sharedWidth : 0, hidden),
    matrix('shared-up', sharedWidth, hidden),
    matrix('shared-down', hidden, sharedWidth),
    matrix('router', mixture.shared?.gate ? 1 : 0, hidden),
  ];
}

/** `2 h f + h^2 + 2 h`: key, value, the gate of the width h, and how the last token is blended in for key and gate. */
function channelMixingTensors({ width }: ChannelMixing, hidden: number): Tensor[] {
  return [
    matrix('ffn-gate', hidden, hidden),
    matrix('ffn-up', width, hidden),
    matrix('ffn-down', hidden, width),
    matrix('state-small', 2, hidden),
  ];
}

/** RMSNorm has h weights, LayerNorm as many biases beside them. */
function norm(model: Model): Tensor {
  return vector('norm', (model.norm === 'layer' ? 2 : 1) * model.hidden);
}

/**
 * Tensors that the model does not describe further.
 *
 * Assumes: from 16 times the hidden width on they are matrices, which a scheme quantises; below, norms and scales.
 */
function extra(count: number, hidden: number): Tensor[] {
  const rows = Math.floor(count / hidden);
  if (rows < 16) return [vector('extra', count)];
  return [matrix('extra', rows, hidden), vector('extra', count - rows * hidden)];
}

function repeat(count: number, tensor: Tensor): Tensor[] {
  return Array.from({ length: count }, () => tensor);
}

function isPresent(tensor: Tensor): boolean {
  return elements(tensor) > 0;
}
