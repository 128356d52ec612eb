import { attentionOperators } from './attention.js';
import { compressedAttentionOperators } from './compressed-attention.js';
import { latentAttentionOperators } from './latent-attention.js';
import type { PlannedOperator, PointwiseOperator, ProductOperator, ScanOperator } from './operators.js';
import { activation, channelMixing, NOTHING, norm, pointwise, routing } from './pointwise-operators.js';
import { bytesOf, type FormatOf, product, productOperators } from './product-operators.js';
import { residualOperators } from './residual.js';
import { stateMixerFacts } from './state-mixers.js';
import { elements, type Tensor } from './tensor.js';
import { feedForwardTensors, mixerTensors, sharedTensors } from './tensors.js';
import type { FeedForward, Layer, Mixer, MixtureFeedForward, Model, StateMixer } from './types.js';

export function layerOperators(model: Model, layer: Layer, formatOf: FormatOf): PlannedOperator[] {
  const { hidden } = model;
  const shared = sharedTensors(model, layer);
  return [
    ...layer.mixers.flatMap((mixer) => mixerOperators(mixer, mixerTensors(mixer, hidden), formatOf, hidden)),
    ...layer.feedForwards.flatMap((part) =>
      feedForwardOperators(part, feedForwardTensors(part, hidden), formatOf, hidden),
    ),
    ...normOperators(model, shared, formatOf, 'tokens'),
    ...extraOperators(shared, formatOf),
    ...residualOperators(model, layer, formatOf),
  ];
}

function mixerOperators(
  mixer: Mixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  hidden: number,
): PlannedOperator[] {
  const products = productOperators(tensors, formatOf);
  const biases = biasOperators(tensors, formatOf);
  switch (mixer.kind) {
    case 'attention':
      return [...products, ...biases, ...attentionOperators(mixer, tensors, formatOf)];
    case 'latent-attention':
      return [...products, ...biases, ...latentAttentionOperators(mixer, tensors, formatOf)];
    case 'compressed-attention':
      return [...products, ...biases, ...compressedAttentionOperators(mixer, tensors, formatOf)];
    default:
      return [...products, ...biases, ...scanOperators(mixer, tensors, formatOf, hidden)];
  }
}

function scanOperators(
  mixer: StateMixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  hidden: number,
): PlannedOperator[] {
  const { width, eager, fused, flopsPerToken, stateElements } = stateMixerFacts(mixer, hidden);
  const scan: ScanOperator = {
    kind: 'scan',
    name: mixer.kind,
    class: 'scan',
    count: 1,
    eager,
    fused,
    flopsPerToken,
    stateElements,
    weightBytes: bytesOf(tensors, ['state-small'], formatOf),
  };
  const normBytes = bytesOf(tensors, ['norm'], formatOf);
  return normBytes > 0 ? [scan, norm('state-norm', width, 'rms', normBytes)] : [scan];
}

function feedForwardOperators(
  feedForward: FeedForward,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  hidden: number,
): PlannedOperator[] {
  switch (feedForward.kind) {
    case 'dense': {
      const { width, gated } = feedForward;
      const products = productOperators(tensors, formatOf);
      return [...products, ...biasOperators(tensors, formatOf), activation(width, gated)];
    }
    case 'mixture':
      return mixtureOperators(feedForward, tensors, formatOf);
    case 'channel-mixing': {
      const blendBytes = bytesOf(tensors, ['state-small'], formatOf);
      return [...productOperators(tensors, formatOf), channelMixing(hidden, feedForward.width, blendBytes)];
    }
  }
}

function mixtureOperators(
  mixture: MixtureFeedForward,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const { active, width, gated, shared } = mixture;
  const expertBiases = tensors.filter((tensor) => tensor.role === 'expert-bias');
  return [
    ...productOperators(tensors, formatOf, active),
    // An expert's bias is added after its product: a matrix with one column, read where the expert is.
    ...expertBiases.map((tensor) => expertBias(product(tensor, formatOf(tensor), 'tokens', active))),
    ...biasOperators(tensors, formatOf),
    activation(active * width + (shared ? shared.count * shared.width : 0), gated),
    routing(mixture.experts),
  ];
}

function expertBias(operator: ProductOperator): ProductOperator {
  return { ...operator, class: 'element-wise', fused: NOTHING };
}

/** Biases and sinks are added by the operator beside them, in its own launch. */
export function biasOperators(
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  rows: 'tokens' | 'sampled' = 'tokens',
): PointwiseOperator[] {
  const vectors = tensors.filter(({ role }) => role === 'bias' || role === 'sink');
  if (vectors.length === 0) return [];
  const flops = vectors.reduce((sum, tensor) => sum + elements(tensor), 0);
  const bytes = bytesOf(vectors, ['bias', 'sink'], formatOf);
  return [{ ...pointwise('bias', 'element-wise', NOTHING, NOTHING, flops, bytes), rows }];
}

export function normOperators(
  model: Model,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  rows: 'tokens' | 'sampled',
): PointwiseOperator[] {
  return tensors
    .filter((tensor) => tensor.role === 'norm')
    .map((tensor) => ({
      ...norm(
        'norm',
        model.hidden,
        model.norm === 'rms' ? 'rms' : 'layer',
        (elements(tensor) * formatOf(tensor).bitsPerWeight) / 8,
      ),
      rows,
    }));
}

/** Tensors that the model does not describe: matrices are multiplied, vectors read. */
export function extraOperators(tensors: readonly Tensor[], formatOf: FormatOf): PlannedOperator[] {
  return tensors
    .filter((tensor) => tensor.role === 'extra')
    .map((tensor) =>
      tensor.rows > 1
        ? product(tensor, formatOf(tensor), 'tokens')
        : pointwise('extra', 'element-wise', NOTHING, NOTHING, 0, bytesOf([tensor], ['extra'], formatOf)),
    );
}
