import type {
  AttentionMixer,
  CompressedAttentionMixer,
  FeedForward,
  LatentAttentionMixer,
  Layer,
  Mixer,
  Model,
} from '../../src/model/types.js';

/** FLOPs written out from the dimensions alone, apart from the tensors and operators of `src`. docs/model-facts.md, section 2 */

/** New tokens of each of so many sequences, behind so many cached ones. */
export interface Step {
  readonly sequences: number;
  readonly fresh: number;
  readonly context: number;
}

/** Names of the layers in order. */
function layersOf(model: Model): Layer[] {
  const names = model.pattern.flatMap((run) => Array.from({ length: run.repeat }, () => run.layers).flat());
  return names.map((name) => {
    const layer = model.layers[name];
    if (!layer) throw new Error(`${model.id} does not describe ${name}`);
    return layer;
  });
}

/** Matrix elements that a token is multiplied with, embeddings, head and the latent's up-projections left out. */
export function activeLinearParameters(model: Model): number {
  const { hidden } = model;
  const layers = layersOf(model).reduce(
    (sum, { mixers, feedForwards, extraElements }) =>
      sum +
      mixers.reduce((part, mixer) => part + mixerLinear(mixer, hidden), 0) +
      feedForwards.reduce((part, feedForward) => part + feedForwardLinear(feedForward, hidden), 0) +
      undescribedMatrices(extraElements, hidden),
    0,
  );
  return layers + undescribedMatrices(model.extraElements, hidden) + residualLinear(model);
}

/** Weights of hyper-connections from all streams, twice per layer, and once before the head. */
function residualLinear({ residual, hidden, ...model }: Model): number {
  if (residual.kind !== 'hyper-connections') return 0;
  const n = residual.streams;
  const layers = layersOf({ residual, hidden, ...model }).length;
  return (layers * 2 * (2 + n) * n + n) * n * hidden;
}

/** Tensors that nothing describes count as matrices from 16 rows on. */
function undescribedMatrices(elements: number, hidden: number): number {
  return elements >= 16 * hidden ? elements - (elements % hidden) : 0;
}

function mixerLinear(mixer: Mixer, h: number): number {
  switch (mixer.kind) {
    case 'attention': {
      const { heads, kvHeads, headDim, valueDim, outputGate, keyValue } = mixer;
      const keys = keyValue === 'shared' ? 0 : kvHeads * headDim;
      const values = keyValue === 'own' ? kvHeads * valueDim : 0;
      const own = heads * headDim + keys + values + (outputGate ? heads * valueDim : 0) + heads * valueDim;
      return h * own + indexLinear(mixer, h, h, 0);
    }
    case 'latent-attention': {
      const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim, outputGate } = mixer;
      const queries = heads * (nopeDim + ropeDim);
      const asked = queryRank === undefined ? h * queries : h * queryRank + queryRank * queries;
      const index = indexLinear(mixer, h, queryRank ?? h, 1);
      const gates = outputGate ? 2 : 1;
      return asked + h * (kvRank + ropeDim) + gates * heads * valueDim * h + index;
    }
    case 'compressed-attention':
      return compressedLinear(mixer, h);
    case 'mamba1':
      return 3 * h * mixer.inner + mixer.inner * (2 * mixer.dtRank + 2 * mixer.state);
    case 'mamba2':
      return h * (3 * mixer.inner + 2 * mixer.groups * mixer.state + mixer.heads);
    case 'gated-deltanet': {
      const [keys, values] = [mixer.keyHeads * mixer.keyDim, mixer.valueHeads * mixer.valueDim];
      return h * (2 * keys + 3 * values + 2 * mixer.valueHeads);
    }
    case 'kda': {
      const width = mixer.heads * mixer.headDim;
      const gate = mixer.gateRank === undefined ? h * width : mixer.gateRank * (h + width);
      return h * (4 * width + mixer.heads) + gate + mixer.decayRank * (h + width);
    }
    case 'lightning':
      return 5 * h * mixer.heads * mixer.headDim;
    case 'rwkv4':
      return 4 * h * mixer.width;
  }
}

/** Queries by their rank, the one key, outputs by their groups, and what compresses keys and index keys. */
function compressedLinear(mixer: CompressedAttentionMixer, h: number): number {
  const { heads, headDim, queryRank, outputGroups, outputRank, compression } = mixer;
  const queries = queryRank * (h + heads * headDim);
  const outputs = outputRank * (heads * headDim + outputGroups * h);
  const own = queries + h * headDim + outputs;
  if (compression.kind === 'none') return own;
  if (compression.kind === 'heavy') return own + 2 * h * headDim;
  const { indexHeads, indexDim } = compression;
  return own + 4 * h * (headDim + indexDim) + indexHeads * (indexDim * queryRank + h);
}

/** Index queries, one key, and the weights of the heads where there are any. */
function indexLinear({ span }: Pick<AttentionMixer, 'span'>, h: number, queryInput: number, weights: number): number {
  if (span.kind !== 'selected') return 0;
  return span.indexHeads * (span.indexDim * queryInput + weights * h) + h * span.indexDim;
}

function feedForwardLinear(feedForward: FeedForward, h: number): number {
  if (feedForward.kind === 'channel-mixing') return h * h + 2 * h * feedForward.width;
  const matrices = feedForward.gated ? 3 : 2;
  if (feedForward.kind === 'dense') return matrices * h * feedForward.width;
  const { experts, active, width, shared, latent } = feedForward;
  const routed = active * matrices * (latent ?? h) * width + 2 * h * (latent ?? 0);
  const always = shared ? shared.count * matrices * h * shared.width + (shared.gate ? h : 0) : 0;
  return h * experts + routed + always;
}

/** Scores and values of all softmax layers, the latent's up-projections with them. */
export function attentionFlops(model: Model, step: Step): number {
  return layersOf(model)
    .flatMap(({ mixers }) => mixers)
    .reduce((sum, mixer) => {
      if (mixer.kind === 'attention') return sum + softmaxFlops(mixer, step);
      if (mixer.kind === 'compressed-attention') return sum + compressedFlops(mixer, step);
      return mixer.kind === 'latent-attention' ? sum + latentFlops(mixer, step) : sum;
    }, 0);
}

function softmaxFlops(mixer: AttentionMixer, step: Step): number {
  const pairs = countPairs(mixer.span, step);
  return 2 * step.sequences * pairs * mixer.heads * (mixer.headDim + mixer.valueDim) + indexFlops(mixer, step);
}

/** Scores and values over the window and the entries seen; index heads score all entries. */
function compressedFlops({ heads, headDim, window, compression }: CompressedAttentionMixer, step: Step): number {
  let [seen, scored] = [0, 0];
  for (let position = step.context + 1; position <= step.context + step.fresh; position++) {
    const entries = compression.kind === 'none' ? 0 : Math.floor(position / compression.ratio);
    seen +=
      Math.min(position, window) + (compression.kind === 'sparse' ? Math.min(entries, compression.size) : entries);
    scored += compression.kind === 'sparse' ? entries * compression.indexHeads * compression.indexDim : 0;
  }
  return 2 * step.sequences * (2 * seen * heads * headDim + scored);
}

/** Index heads score all that was cached. */
function indexFlops({ span }: Pick<AttentionMixer, 'span'>, step: Step): number {
  if (span.kind !== 'selected') return 0;
  return 2 * step.sequences * countPairs({ kind: 'full' }, step) * span.indexHeads * span.indexDim;
}

/** The cheaper of the two forms (docs/model-facts.md, section 3). */
function latentFlops(mixer: LatentAttentionMixer, step: Step): number {
  const { heads, kvRank, nopeDim, ropeDim, valueDim } = mixer;
  const pairs = step.sequences * countPairs(mixer.span, step);
  const allPairs = step.sequences * countPairs({ kind: 'full' }, step);
  const tokens = step.sequences * step.fresh;
  const visible = step.sequences * (step.context + step.fresh);
  const absorbed = 2 * pairs * heads * (2 * kvRank + ropeDim) + 2 * tokens * heads * kvRank * (nopeDim + valueDim);
  const expanded =
    2 * allPairs * heads * (nopeDim + ropeDim + valueDim) + 2 * visible * kvRank * heads * (nopeDim + valueDim);
  return Math.min(absorbed, expanded) + indexFlops(mixer, step);
}

/** Query-key pairs of one sequence, counted query by query. */
export function countPairs(span: AttentionMixer['span'], { fresh, context }: Step): number {
  let pairs = 0;
  for (let position = context + 1; position <= context + fresh; position++) {
    if (span.kind === 'full') pairs += position;
    else if (span.kind === 'bidirectional') pairs += context + fresh;
    else if (span.kind !== 'chunked') pairs += Math.min(position, span.size);
    else pairs += ((position - 1) % span.size) + 1;
  }
  return pairs;
}
