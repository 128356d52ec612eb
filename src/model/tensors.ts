import type {
  AttentionMixer,
  DenseFeedForward,
  FeedForward,
  LatentAttentionMixer,
  Layer,
  Mixer,
  MixtureFeedForward,
  Model,
  StateMixer,
} from './types.js';

/** What a tensor is for. A weight scheme and an operator both find their tensors by it. */
export type TensorRole =
  | 'token-embedding'
  | 'position-embedding'
  | 'per-layer-embedding'
  | 'head'
  | 'attention-query'
  | 'attention-key'
  | 'attention-value'
  | 'attention-output'
  | 'attention-gate'
  | 'latent-query-down'
  | 'latent-query-up'
  | 'latent-kv-down'
  | 'latent-key-up'
  | 'latent-value-up'
  | 'ffn-gate'
  | 'ffn-up'
  | 'ffn-down'
  | 'expert-gate'
  | 'expert-up'
  | 'expert-down'
  | 'expert-bias'
  | 'shared-gate'
  | 'shared-up'
  | 'shared-down'
  | 'router'
  | 'latent-down'
  | 'latent-up'
  | 'state-in'
  | 'state-out'
  | 'state-projection'
  | 'state-small'
  | 'norm'
  | 'bias'
  | 'sink'
  | 'extra';

/** One matrix, or `copies` equal ones; a vector is a matrix of one row. */
export interface Tensor {
  readonly role: TensorRole;
  /** Outputs. */
  readonly rows: number;
  /** Inputs: the row length, along which formats form their blocks. */
  readonly columns: number;
  /** Experts of a mixture, otherwise 1. */
  readonly copies: number;
}

/**
 * How a step reads a tensor: `streamed` once as a whole, `gathered` by a row per token, or `routed`, those copies that
 * some token of the step is sent to.
 */
export type Reading = 'streamed' | 'gathered' | 'routed';

/**
 * How a step reads tensors of this role.
 *
 * A tied token embedding is streamed: it is the head of the model as well, and the rows gathered from it come on top.
 */
export function reading(role: TensorRole, tiedEmbeddings: boolean): Reading {
  switch (role) {
    case 'token-embedding':
      return tiedEmbeddings ? 'streamed' : 'gathered';
    case 'position-embedding':
    case 'per-layer-embedding':
      return 'gathered';
    case 'expert-gate':
    case 'expert-up':
    case 'expert-down':
    case 'expert-bias':
      return 'routed';
    default:
      return 'streamed';
  }
}

/** Elements of a tensor, all copies together: `rows * columns * copies`. */
export function elements(tensor: Tensor): number {
  return tensor.rows * tensor.columns * tensor.copies;
}

/** Names of the layers in the order in which a token passes them. */
export function expandPattern(model: Model): string[] {
  return model.pattern.flatMap((run) => Array.from({ length: run.repeat }, () => run.layers).flat());
}

/** One kind of layer, and how many of it a model has. */
export interface LayerCount {
  readonly layer: Layer;
  readonly count: number;
}

const countsByModel = new WeakMap<Model, readonly LayerCount[]>();

/** Each kind of layer of a model once. Models do not change, so the answer is kept. */
export function countLayers(model: Model): readonly LayerCount[] {
  const known = countsByModel.get(model);
  if (known !== undefined) return known;
  const counted = findCounts(model);
  countsByModel.set(model, counted);
  return counted;
}

function findCounts(model: Model): readonly LayerCount[] {
  const counts = new Map<string, number>();
  for (const run of model.pattern) {
    for (const name of run.layers) counts.set(name, (counts.get(name) ?? 0) + run.repeat);
  }
  return [...counts].flatMap(([name, count]) => {
    const layer = model.layers[name];
    return layer === undefined ? [] : [{ layer, count }];
  });
}

/** Tensors of one layer. */
export function layerTensors(model: Model, layer: Layer): Tensor[] {
  return [
    ...layer.mixers.flatMap((mixer) => mixerTensors(mixer, model.hidden)),
    ...layer.feedForwards.flatMap((feedForward) => feedForwardTensors(feedForward, model.hidden)),
    ...repeat(layer.norms, norm(model)),
    ...extra(layer.extraElements, model.hidden),
  ].filter(isPresent);
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
    ...extra(model.extraElements, model.hidden),
  ].filter(isPresent);
}

function mixerTensors(mixer: Mixer, hidden: number): Tensor[] {
  switch (mixer.kind) {
    case 'attention':
      return attentionTensors(mixer, hidden);
    case 'latent-attention':
      return latentAttentionTensors(mixer, hidden);
    default:
      return stateTensors(mixer, hidden);
  }
}

/** `h*H*d + h*G*d + h*G*dv + H*dv*h` with what goes beside them; shared caches have no k and v, `keys-only` no v. */
function attentionTensors(mixer: AttentionMixer, hidden: number): Tensor[] {
  const queries = mixer.heads * mixer.headDim;
  const keys = mixer.keyValue === 'shared' ? 0 : mixer.kvHeads * mixer.headDim;
  const values = mixer.keyValue === 'own' ? mixer.kvHeads * mixer.valueDim : 0;
  const outputs = mixer.heads * mixer.valueDim;
  const headNorms = mixer.keyValue === 'shared' ? 1 : 2;
  return [
    matrix('attention-query', queries, hidden),
    matrix('attention-key', keys, hidden),
    matrix('attention-value', values, hidden),
    matrix('attention-gate', mixer.outputGate ? outputs : 0, hidden),
    matrix('attention-output', hidden, outputs),
    vector('bias', mixer.qkvBias ? queries + keys + values : 0),
    vector('bias', mixer.outputBias ? hidden : 0),
    vector('norm', { none: 0, head: headNorms * mixer.headDim, full: queries + keys }[mixer.qkNorm]),
    vector('sink', mixer.sinks ? mixer.heads : 0),
  ];
}

/** `h*q + q + q*H*(dn+dr) + h*(r+dr) + r + r*H*(dn+dv) + H*dv*h`, or `h*H*(dn+dr)` for the queries without a rank. */
function latentAttentionTensors(mixer: LatentAttentionMixer, hidden: number): Tensor[] {
  const queryRank = mixer.queryRank ?? 0;
  return [
    matrix('latent-query-down', queryRank, hidden),
    vector('norm', queryRank),
    matrix('latent-query-up', mixer.heads * (mixer.nopeDim + mixer.ropeDim), queryRank === 0 ? hidden : queryRank),
    matrix('latent-kv-down', mixer.kvRank + mixer.ropeDim, hidden),
    vector('norm', mixer.kvRank),
    matrix('latent-key-up', mixer.heads * mixer.nopeDim, mixer.kvRank),
    matrix('latent-value-up', mixer.heads * mixer.valueDim, mixer.kvRank),
    matrix('attention-output', hidden, mixer.heads * mixer.valueDim),
  ];
}

/** The recurrent mixers; convolutions, step sizes and decays are `state-small`. */
function stateTensors(mixer: StateMixer, hidden: number): Tensor[] {
  switch (mixer.kind) {
    case 'mamba1': {
      const { inner, state, conv, dtRank } = mixer;
      return [
        matrix('state-in', 2 * inner, hidden),
        matrix('state-small', inner, conv),
        vector('bias', inner),
        matrix('state-projection', dtRank + 2 * state, inner),
        matrix('state-projection', inner, dtRank),
        vector('bias', inner),
        matrix('state-small', inner, state), // A
        vector('state-small', inner), // D
        vector('norm', mixer.innerNorms ? dtRank + 2 * state : 0),
        matrix('state-out', hidden, inner),
      ];
    }
    case 'mamba2': {
      const { inner, heads } = mixer;
      const channels = inner + 2 * mixer.groups * mixer.state;
      return [
        matrix('state-in', inner + channels + heads, hidden),
        matrix('state-small', channels, mixer.conv),
        vector('bias', channels),
        vector('state-small', 3 * heads), // A, D, bias of dt
        vector('norm', mixer.gatedNorm ? inner : 0),
        matrix('state-out', hidden, inner),
      ];
    }
    case 'gated-deltanet': {
      const keys = mixer.keyHeads * mixer.keyDim;
      const values = mixer.valueHeads * mixer.valueDim;
      return [
        matrix('state-in', 2 * keys + 2 * values, hidden),
        matrix('state-projection', 2 * mixer.valueHeads, hidden), // beta and alpha
        matrix('state-small', 2 * keys + values, mixer.conv),
        vector('state-small', 2 * mixer.valueHeads),
        vector('norm', mixer.valueDim),
        matrix('state-out', hidden, values),
      ];
    }
    case 'lightning': {
      const width = mixer.heads * mixer.headDim;
      return [
        matrix('state-in', 4 * width, hidden), // q, k, v and the gate
        vector('norm', width),
        matrix('state-out', hidden, width),
      ];
    }
  }
}

function feedForwardTensors(feedForward: FeedForward, hidden: number): Tensor[] {
  switch (feedForward.kind) {
    case 'dense':
      return denseTensors(feedForward, hidden);
    case 'mixture':
      return mixtureTensors(feedForward, hidden);
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

function matrix(role: TensorRole, rows: number, columns: number, copies = 1): Tensor {
  return { role, rows, columns, copies };
}

function vector(role: TensorRole, length: number, copies = 1): Tensor {
  return { role, rows: 1, columns: length, copies };
}

function repeat(count: number, tensor: Tensor): Tensor[] {
  return Array.from({ length: count }, () => tensor);
}

function isPresent(tensor: Tensor): boolean {
  return elements(tensor) > 0;
}
