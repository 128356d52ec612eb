import type { BlockFormat } from './formats.js';
import type { WeightScheme } from './schemes.js';
import { elements, expandPattern, layerTensors, outerTensors, type Tensor, type TensorRole } from './tensors.js';
import type { AttentionMixer, FeedForward, LatentAttentionMixer, Layer, Mixer, Model, StateMixer } from './types.js';

/** Groups in which operators are reported: who does the FLOPs and who takes the time. */
export type OperatorClass = 'contraction' | 'normalisation' | 'element-wise' | 'scan' | 'gather' | 'sampling';

/** Kernels and activation elements that an operator takes when an engine runs it alone, or fused with its neighbours. */
export interface Footprint {
  readonly launches: number;
  /** Elements read and written per token. */
  readonly elements: number;
}

interface Planned {
  readonly name: string;
  readonly class: OperatorClass;
  /** How many such operators one pass runs. */
  readonly count: number;
  readonly eager: Footprint;
  readonly fused: Footprint;
}

/** Activations times a weight matrix: rows x `inner` by `inner` x `outer`. */
export interface ProductOperator extends Planned {
  readonly kind: 'product';
  readonly outer: number;
  readonly inner: number;
  readonly format: BlockFormat;
  /** A mixture's matrices: every token uses `active` of `experts`. */
  readonly routed?: { readonly experts: number; readonly active: number };
  /** The head works on sampled positions only. */
  readonly rows: 'tokens' | 'sampled';
}

/** Scores and values of softmax attention. */
export interface AttentionOperator extends Planned {
  readonly kind: 'attention';
  readonly mixer: AttentionMixer;
}

/** Scores, values and the latent's up-projection of multi-head latent attention. */
export interface LatentAttentionOperator extends Planned {
  readonly kind: 'latent-attention';
  readonly mixer: LatentAttentionMixer;
  readonly format: BlockFormat;
}

/** Recurrence of a state-space or linear-attention mixer. */
export interface ScanOperator extends Planned {
  readonly kind: 'scan';
  readonly mixer: StateMixer;
  readonly weightBytes: number;
}

/** Work on each element of an activation: norms, rotary embedding, activation functions, residuals. */
export interface PointwiseOperator extends Planned {
  readonly kind: 'pointwise';
  readonly flopsPerToken: number;
  readonly weightBytes: number;
  readonly rows: 'tokens' | 'sampled';
}

/** Rows of a table, one per token: read where they are needed, never streamed whole. */
export interface GatherOperator extends Planned {
  readonly kind: 'gather';
  readonly bytesPerToken: number;
}

export type PlannedOperator =
  | ProductOperator
  | AttentionOperator
  | LatentAttentionOperator
  | ScanOperator
  | PointwiseOperator
  | GatherOperator;

const NOTHING: Footprint = { launches: 0, elements: 0 };

/**
 * Every operator of one pass over the model, equal ones merged.
 * What each costs for a number of tokens and a context is `measureOperator`'s answer.
 */
export function planOperators(model: Model, scheme: WeightScheme): readonly PlannedOperator[] {
  const order = expandPattern(model);
  const merged = new Map<string, PlannedOperator>();
  const add = (operator: PlannedOperator): void => {
    const key = mergeKey(operator);
    const known = merged.get(key);
    merged.set(key, known ? { ...known, count: known.count + operator.count } : operator);
  };
  order.forEach((name, index) => {
    const layer = layerOf(model, name);
    const formatOf = (tensor: Tensor): BlockFormat =>
      scheme.formatOf(tensor.role, { layer: index, layers: order.length, model, tensor });
    for (const operator of layerOperators(model, layer, formatOf)) add(operator);
  });
  for (const operator of outerOperators(model, scheme, order.length)) add(operator);
  return [...merged.values()];
}

function layerOf(model: Model, name: string): Layer {
  const layer = model.layers[name];
  if (!layer) throw new Error(`${model.id}: the pattern names a layer "${name}" that is not described`);
  return layer;
}

/** Equal operators differ in nothing but their count. */
function mergeKey(operator: PlannedOperator): string {
  const format = 'format' in operator ? operator.format.id : '';
  return JSON.stringify({ ...operator, count: 0, format });
}

type FormatOf = (tensor: Tensor) => BlockFormat;

function layerOperators(model: Model, layer: Layer, formatOf: FormatOf): PlannedOperator[] {
  const alone = { ...layer, mixers: [], feedForwards: [], norms: 0, extraElements: 0 };
  const operators: PlannedOperator[] = [];
  for (const mixer of layer.mixers) {
    const tensors = layerTensors(model, { ...alone, mixers: [mixer] });
    operators.push(...mixerOperators(mixer, tensors, formatOf));
  }
  for (const feedForward of layer.feedForwards) {
    const tensors = layerTensors(model, { ...alone, feedForwards: [feedForward] });
    operators.push(...feedForwardOperators(feedForward, tensors, formatOf));
  }
  const shared = layerTensors(model, { ...layer, mixers: [], feedForwards: [] });
  const residuals = layer.mixers.length + layer.feedForwards.length;
  return [
    ...operators,
    ...normOperators(model, shared, formatOf, 'tokens'),
    ...extraOperators(shared, formatOf),
    residual(model.hidden, residuals),
  ];
}

/** Roles whose tensor is multiplied with a row of activations per token. */
const PRODUCTS: ReadonlySet<TensorRole> = new Set<TensorRole>([
  'attention-query',
  'attention-key',
  'attention-value',
  'attention-output',
  'attention-gate',
  'latent-query-down',
  'latent-query-up',
  'latent-kv-down',
  'ffn-gate',
  'ffn-up',
  'ffn-down',
  'expert-gate',
  'expert-up',
  'expert-down',
  'shared-gate',
  'shared-up',
  'shared-down',
  'router',
  'latent-down',
  'latent-up',
  'state-in',
  'state-out',
  'state-projection',
]);

function productOperators(tensors: readonly Tensor[], formatOf: FormatOf, active?: number): ProductOperator[] {
  return tensors
    .filter((tensor) => PRODUCTS.has(tensor.role))
    .map((tensor) => product(tensor, formatOf(tensor), 'tokens', active));
}

function product(tensor: Tensor, format: BlockFormat, rows: 'tokens' | 'sampled', active = 1): ProductOperator {
  const footprint = { launches: 1, elements: 0 };
  return {
    kind: 'product',
    name: tensor.role,
    class: 'contraction',
    count: 1,
    eager: footprint,
    fused: footprint,
    outer: tensor.rows,
    inner: tensor.columns,
    format,
    rows,
    ...(tensor.copies > 1 ? { routed: { experts: tensor.copies, active } } : {}),
  };
}

/** Bytes of the small tensors of some roles, which are read with the operator that uses them. */
function bytesOf(tensors: readonly Tensor[], roles: readonly TensorRole[], formatOf: FormatOf): number {
  return tensors
    .filter((tensor) => roles.includes(tensor.role))
    .reduce((sum, tensor) => sum + (elements(tensor) * formatOf(tensor).bitsPerWeight) / 8, 0);
}

function mixerOperators(mixer: Mixer, tensors: readonly Tensor[], formatOf: FormatOf): PlannedOperator[] {
  const products = productOperators(tensors, formatOf);
  const biases = biasOperators(tensors, formatOf);
  switch (mixer.kind) {
    case 'attention':
      return [...products, ...biases, ...attentionOperators(mixer, tensors, formatOf)];
    case 'latent-attention':
      return [...products, ...biases, ...latentOperators(mixer, tensors, formatOf)];
    default:
      return [...products, ...biases, ...scanOperators(mixer, tensors, formatOf)];
  }
}

function attentionOperators(mixer: AttentionMixer, tensors: readonly Tensor[], formatOf: FormatOf): PlannedOperator[] {
  const queryKey = (mixer.heads + mixer.kvHeads) * mixer.headDim;
  const attention: AttentionOperator = {
    kind: 'attention',
    name: mixer.span.kind === 'full' ? 'attention' : `${mixer.span.kind}-attention`,
    class: 'contraction',
    count: 1,
    eager: { launches: 6, elements: 0 },
    fused: { launches: 1, elements: 0 },
    mixer,
  };
  const normBytes = bytesOf(tensors, ['norm'], formatOf);
  const norms = mixer.qkNorm === 'none' ? [] : [norm('query-key-norm', queryKey, 'rms', normBytes, 2)];
  return [attention, ...norms, rotary(queryKey), cacheAppend(mixer.kvHeads * (mixer.headDim + mixer.valueDim))];
}

function latentOperators(
  mixer: LatentAttentionMixer,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const keyUp = tensors.find((tensor) => tensor.role === 'latent-key-up');
  if (!keyUp) throw new Error('latent attention without its key projection');
  const attention: LatentAttentionOperator = {
    kind: 'latent-attention',
    name: 'latent-attention',
    class: 'contraction',
    count: 1,
    eager: { launches: 8, elements: 0 },
    fused: { launches: 3, elements: 0 },
    mixer,
    format: formatOf(keyUp),
  };
  const ranks = (mixer.queryRank ?? 0) + mixer.kvRank;
  return [
    attention,
    norm('latent-norm', ranks, 'rms', bytesOf(tensors, ['norm'], formatOf), mixer.queryRank ? 2 : 1),
    rotary((mixer.heads + 1) * mixer.ropeDim),
    cacheAppend(mixer.kvRank + mixer.ropeDim),
  ];
}

function scanOperators(mixer: StateMixer, tensors: readonly Tensor[], formatOf: FormatOf): PlannedOperator[] {
  const width = scanWidth(mixer);
  const scan: ScanOperator = {
    kind: 'scan',
    name: mixer.kind,
    class: 'scan',
    count: 1,
    eager: { launches: 2 * scanKernels(mixer), elements: 12 * width },
    fused: { launches: scanKernels(mixer), elements: 4 * width },
    mixer,
    weightBytes: bytesOf(tensors, ['state-small'], formatOf),
  };
  const normBytes = bytesOf(tensors, ['norm'], formatOf);
  return normBytes > 0 ? [scan, norm('state-norm', width, 'rms', normBytes)] : [scan];
}

/**
 * Kernels around a recurrence when each is one: convolution and its activation, the parts split off, step sizes and
 * decays (softplus, exponential, product), normalised keys and queries, the recurrence itself, skip and gate.
 */
function scanKernels(mixer: StateMixer): number {
  switch (mixer.kind) {
    case 'mamba1':
    case 'mamba2':
      return 8;
    case 'gated-deltanet':
      return 12;
    case 'lightning':
      return 6;
  }
}

/** Elements that the recurrence reads and writes per token. */
function scanWidth(mixer: StateMixer): number {
  switch (mixer.kind) {
    case 'mamba1':
    case 'mamba2':
      return mixer.inner;
    case 'gated-deltanet':
      return mixer.valueHeads * mixer.valueDim;
    case 'lightning':
      return mixer.heads * mixer.headDim;
  }
}

function feedForwardOperators(
  feedForward: FeedForward,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
): PlannedOperator[] {
  const biases = biasOperators(tensors, formatOf);
  if (feedForward.kind === 'dense') {
    const { width, gated } = feedForward;
    return [...productOperators(tensors, formatOf), ...biases, activation(width, gated)];
  }
  const { active, width, gated, shared } = feedForward;
  const expertBiases = tensors.filter((tensor) => tensor.role === 'expert-bias');
  return [
    ...productOperators(tensors, formatOf, active),
    // An expert's bias is added after its product: a matrix with one column, read where the expert is.
    ...expertBiases.map((tensor) => expertBias(product(tensor, formatOf(tensor), 'tokens', active))),
    ...biases,
    activation(active * width + (shared ? shared.count * shared.width : 0), gated),
    routing(feedForward.experts),
  ];
}

function expertBias(operator: ProductOperator): ProductOperator {
  return { ...operator, class: 'element-wise', fused: NOTHING };
}

/** Biases and sinks are added by the operator beside them, in its own launch. */
function biasOperators(
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

function normOperators(
  model: Model,
  tensors: readonly Tensor[],
  formatOf: FormatOf,
  rows: 'tokens' | 'sampled',
): PointwiseOperator[] {
  return tensors
    .filter((tensor) => tensor.role === 'norm')
    .map((tensor) => ({
      ...norm('norm', model.hidden, model.norm, (elements(tensor) * formatOf(tensor).bitsPerWeight) / 8),
      rows,
    }));
}

/** Tensors that the model does not describe: matrices are multiplied, vectors read. */
function extraOperators(tensors: readonly Tensor[], formatOf: FormatOf): PlannedOperator[] {
  return tensors
    .filter((tensor) => tensor.role === 'extra')
    .map((tensor) =>
      tensor.rows > 1
        ? product(tensor, formatOf(tensor), 'tokens')
        : pointwise('extra', 'element-wise', NOTHING, NOTHING, 0, bytesOf([tensor], ['extra'], formatOf)),
    );
}

function outerOperators(model: Model, scheme: WeightScheme, layers: number): PlannedOperator[] {
  const formatOf: FormatOf = (tensor) => scheme.formatOf(tensor.role, { layer: 0, layers, model, tensor });
  const tensors = outerTensors(model);
  const embedding = tensors.find((tensor) => tensor.role === 'token-embedding');
  const head = tensors.find((tensor) => tensor.role === 'head') ?? embedding;
  if (!embedding || !head) throw new Error(`${model.id}: a vocabulary is needed`);
  const norms = normOperators(model, tensors, formatOf, 'tokens');
  return [
    ...tensors.filter((tensor) => tensor.role.endsWith('-embedding')).map((tensor) => gather(tensor, formatOf(tensor))),
    ...norms,
    ...extraOperators(tensors, formatOf),
    product({ ...head, role: 'head' }, formatOf(head), 'sampled'),
    ...biasOperators(tensors, formatOf, 'sampled'),
    sampling(model.vocabulary),
  ];
}

function gather(tensor: Tensor, format: BlockFormat): GatherOperator {
  const footprint = { launches: 1, elements: tensor.columns };
  return {
    kind: 'gather',
    name: tensor.role,
    class: 'gather',
    count: 1,
    eager: footprint,
    fused: footprint,
    bytesPerToken: (tensor.columns * format.bitsPerWeight) / 8,
  };
}

function pointwise(
  name: string,
  operatorClass: OperatorClass,
  eager: Footprint,
  fused: Footprint,
  flopsPerToken: number,
  weightBytes = 0,
): PointwiseOperator {
  return {
    kind: 'pointwise',
    name,
    class: operatorClass,
    count: 1,
    eager,
    fused,
    flopsPerToken,
    weightBytes,
    rows: 'tokens',
  };
}

/**
 * Normalisation of `width` elements. Written out of framework primitives an RMSNorm takes 8 kernels (widen, square,
 * mean, add, root, scale, narrow, weigh) that move 11 elements per element; LayerNorm has a kernel of its own.
 */
function norm(name: string, width: number, kind: 'rms' | 'layer', weightBytes: number, parts = 1): PointwiseOperator {
  const fused = { launches: parts, elements: 2 * width };
  const eager = kind === 'rms' ? { launches: 8 * parts, elements: 11 * width } : fused;
  return pointwise(name, 'normalisation', eager, fused, (kind === 'rms' ? 4 : 7) * width, weightBytes);
}

/** Rotary position embedding: two rotations of five primitives each when unfused. */
function rotary(width: number): PointwiseOperator {
  return pointwise(
    'rotary',
    'element-wise',
    { launches: 10, elements: 12 * width },
    { launches: 1, elements: 2 * width },
    3 * width,
  );
}

/** New keys and values written behind the cached ones. */
function cacheAppend(width: number): PointwiseOperator {
  return pointwise(
    'cache-append',
    'element-wise',
    { launches: 2, elements: 2 * width },
    { launches: 1, elements: 2 * width },
    0,
  );
}

/** Activation function, and for gated feed-forwards the product with the gate. */
function activation(width: number, gated: boolean): PointwiseOperator {
  return pointwise(
    'activation',
    'element-wise',
    gated ? { launches: 2, elements: 5 * width } : { launches: 1, elements: 2 * width },
    { launches: 1, elements: gated ? 3 * width : 2 * width },
    gated ? 6 * width : 5 * width,
  );
}

/** Additions to the residual stream; fused engines make them part of the next norm. */
function residual(hidden: number, count: number): PointwiseOperator {
  const eager = { launches: 1, elements: 3 * hidden };
  return { ...pointwise('residual', 'element-wise', eager, { launches: 0, elements: hidden }, hidden), count };
}

/** Softmax over the experts, the best picked, their weights gathered and normalised, results weighed and summed. */
function routing(experts: number): PointwiseOperator {
  return pointwise(
    'routing',
    'element-wise',
    { launches: 12, elements: 8 * experts },
    { launches: 6, elements: 4 * experts },
    5 * experts,
  );
}

/** Softmax over the vocabulary and the choice of a token. */
function sampling(vocabulary: number): PointwiseOperator {
  const footprint = { launches: 2, elements: 2 * vocabulary };
  return { ...pointwise('sampling', 'sampling', footprint, footprint, 5 * vocabulary), rows: 'sampled' };
}
