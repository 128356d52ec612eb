import { InvalidScenarioError } from '../errors.js';
import { nearest } from '../nearest.js';
import { averageFormat, type BlockFormat, findFormat, formatBytes, requireFormat } from './formats.js';
import { ggufFormat, ggufPlaces, listGgufMixes, smallBlockFallback } from './gguf-mixes.js';
import { elements, type Tensor, type TensorRole } from './tensor.js';
import { expandPattern, layerTensors, outerTensors } from './tensors.js';
import type { Model } from './types.js';

/** Where a tensor stands: recipes differ by layer and by facts of the model. */
export interface TensorPlace {
  /** Number of the layer, from 0; any for tensors outside the layers. */
  readonly layer: number;
  readonly layers: number;
  readonly model: Model;
  readonly tensor: Tensor;
}

/** Which format each tensor of a model is stored in. */
export interface WeightScheme {
  readonly id: string;
  readonly name: string;
  readonly family: 'float' | 'fp8' | 'fp4' | 'int8' | 'int4' | 'gguf' | 'mlx' | 'exl2';
  /**
   * True where the sizes are those of real files: floats, and GGUF types for dense networks of the llama layout. False
   * where the publisher's choice of tensors varies, or where only an average is known.
   */
  readonly exact: boolean;
  /** Scheme whose measurements speak for this one too. Default: this one. */
  readonly measuredAs?: string;
  readonly source: string;
  formatOf(role: TensorRole, place: TensorPlace): BlockFormat;
}

/** Bytes of a tensor under a scheme. */
export function tensorBytes(scheme: WeightScheme, place: TensorPlace): number {
  return formatBytes(scheme.formatOf(place.tensor.role, place), elements(place.tensor));
}

/**
 * Bytes of all weights of a model under a scheme: `sum over tensors of elements * bitsPerWeight / 8`.
 *
 * A file is larger by its header alone (a few MB of tokens and names).
 *
 * @example weightBytes(getModel('llama-2-7b'), getScheme('q4_k_m')) / 2 ** 30 // => 3.80
 */
export function weightBytes(model: Model, scheme: WeightScheme): number {
  return placeTensors(model).reduce((sum, place) => sum + tensorBytes(scheme, place), 0);
}

/** Every tensor of a model with its place, layers in order, the outer ones last. */
export function placeTensors(model: Model): TensorPlace[] {
  const names = expandPattern(model);
  const layers = names.length;
  const inside = names.flatMap((name, layer) => {
    const kind = model.layers[name];
    return kind === undefined ? [] : layerTensors(model, kind).map((tensor) => ({ layer, layers, model, tensor }));
  });
  return [...inside, ...outerTensors(model).map((tensor) => ({ layer: 0, layers, model, tensor }))];
}

/** A scheme as it is given, or the one of an id. Throws for an unknown one. */
export function schemeOf(weights: string | WeightScheme): WeightScheme {
  return typeof weights === 'string' ? getScheme(weights) : weights;
}

/** The scheme of an id or alias; `exl2-4.0bpw` and the like take any average. Throws for an unknown one. */
export function getScheme(id: string): WeightScheme {
  const scheme = findScheme(id);
  if (scheme !== undefined) return scheme;
  const near = nearest(id, listSchemes(), 3);
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined;
  throw new InvalidScenarioError('weights', id, `no weight format has the id "${id}"`, remedy);
}

/** The scheme of an id or alias; undefined if there is none. */
export function findScheme(id: string): WeightScheme | undefined {
  const name = id.toLowerCase();
  return schemes.get(aliases[name] ?? name) ?? exl2(name);
}

/** Ids of all schemes, without aliases and without the exl2 averages. */
export function listSchemes(): string[] {
  return [...schemes.keys()];
}

/** Other names of schemes. */
const aliases: Readonly<Record<string, string>> = {
  fp32: 'f32',
  fp16: 'f16',
  w8a8: 'int8',
  'int8-cw': 'int8-channel',
  'gptq-int4': 'gptq',
  'awq-int4': 'awq',
  w4: 'int4',
  w4a16: 'int4',
  'w4a16-int4': 'int4',
  'w4a16-g128': 'int4',
  'w4a16-awq': 'awq',
  'w4a16-gptq': 'gptq',
  w2: 'int2',
  'w4a16-q4f16_1': 'q4f16_1',
  q2_k_m: 'q2_k',
  q3_k: 'q3_k_m',
  q4_k: 'q4_k_m',
  q5_k: 'q5_k_m',
};

/** Parts of a network that schemes treat alike. */
type Part = 'matrix' | 'expert' | 'head' | 'embedding' | 'small';

/** Formats by part; a part without one is stored as `rest`. */
interface Recipe extends Pick<WeightScheme, 'name' | 'family' | 'source'> {
  readonly matrix?: string;
  /** Matrices of routed experts, where they differ from the others. */
  readonly expert?: string;
  readonly expertDown?: string;
  readonly head?: string;
  readonly embedding?: string;
  readonly rest: string;
  /** Norms, biases, routers and other small tensors, where they differ from `rest`. */
  readonly small?: string;
}

const facts = 'docs/model-facts.md, section 6';
const readme = 'measurements/README.md, "Local inference", section 2';

const recipes: Readonly<Record<string, Recipe>> = {
  // Only the linear layers of the blocks; embeddings, head, norms and routers stay at 16 bits.
  fp8: { name: 'fp8', family: 'fp8', matrix: 'fp8', rest: 'bf16', source: facts },
  'fp8-block': { name: 'fp8, blocks of 128x128', family: 'fp8', matrix: 'fp8-block', rest: 'bf16', source: facts },
  nvfp4: { name: 'NVFP4', family: 'fp4', matrix: 'nvfp4', rest: 'bf16', source: facts },
  awq: { name: 'AWQ, groups of 128', family: 'int4', matrix: 'int4-g128', rest: 'f16', source: facts },
  gptq: { name: 'GPTQ, groups of 128', family: 'int4', matrix: 'int4-g128', rest: 'f16', source: facts },
  int4: { name: 'int4, groups of 128', family: 'int4', matrix: 'int4-g128', rest: 'f16', source: facts },
  int2: { name: 'int2, groups of 128', family: 'int4', matrix: 'int2-g128', rest: 'f16', source: 'int4 with 2 bits' },
  nf4: { name: 'bitsandbytes NF4', family: 'int4', matrix: 'nf4', rest: 'bf16', source: facts },
  'nf4-double': { name: 'NF4, double', family: 'int4', matrix: 'nf4-double', rest: 'bf16', source: facts },
  // Only the routed experts: the releases of gpt-oss and Kimi, and GGUF files of the former.
  'mxfp4-moe': { name: 'MXFP4 experts', family: 'fp4', expert: 'mxfp4', rest: 'bf16', source: facts },
  'mxfp4-moe-fp8': {
    name: 'MXFP4 experts, fp8 in blocks of 128x128',
    family: 'fp4',
    expert: 'mxfp4',
    matrix: 'fp8-block',
    rest: 'bf16',
    source: 'expert_dtype fp4 and the fp8 blocks of the release of DeepSeek-V4 (docs/model-facts.md, section 6)',
  },
  'int4-moe': { name: 'int4 experts', family: 'int4', expert: 'int4-g32-symmetric', rest: 'bf16', source: facts },
  'mxfp4+f16': { name: 'GGUF MXFP4, f16', family: 'gguf', expert: 'mxfp4', rest: 'f16', small: 'f32', source: readme },
  mxfp4: { name: 'GGUF MXFP4', family: 'gguf', ...everything('q8_0', 'f32'), expert: 'mxfp4', source: readme },
  // Every linear layer and the head, not the embedding.
  int8: {
    name: 'int8 per channel',
    family: 'int8',
    matrix: 'int8',
    head: 'int8',
    rest: 'bf16',
    source: 'gpt-fast prints 69.50 GB per token of Llama 3.1 70B: all but the embedding at 8 bits (local.csv)',
  },
  'int4-g32': {
    name: 'gpt-fast int4, groups of 32',
    family: 'int4',
    matrix: 'int4-g32',
    head: 'int4-g32',
    rest: 'bf16',
    source: readme,
  },
  bfp8: {
    name: 'block floating point, 8 bits',
    family: 'fp8',
    matrix: 'bfp8',
    head: 'bfp8',
    rest: 'bf16',
    source: 'demos of tt-metal mix it with 4 bits by tensor: an upper estimate',
  },
  // Everything of two dimensions.
  'int8-channel': { name: 'int8, embeddings too', family: 'int8', ...everything('int8', 'f16'), source: 'OpenVINO' },
  'int4-per-channel': {
    name: 'int4',
    family: 'int4',
    ...everything('int4-channel', 'f16'),
    source: 'LiteRT-LM README',
  },
  // Every linear layer and the head; what compilers of NPUs write. Embeddings are looked up by the CPU, in 16 bits.
  'int4-channel-w4-head': {
    name: 'int4 per channel, head too',
    family: 'int4',
    matrix: 'int4-channel',
    head: 'int4-channel',
    rest: 'f16',
    source:
      'memory of w4a16 less that of w8a8 in rknn-llm benchmark.md: half a byte for each weight of blocks and head',
  },
  'int4-g128-w4-head': {
    name: 'int4, groups of 128, head too',
    family: 'int4',
    matrix: 'int4-g128-wide',
    head: 'int4-g128-wide',
    rest: 'f16',
    source:
      'memory of w4a16_g128 less that of w4a16 in rknn-llm benchmark.md: 0.28 to 0.36 bits a weight in large models',
  },
  'int4-channel-w8-head': {
    name: 'int4 per channel, int8 head',
    family: 'int4',
    matrix: 'int4-channel',
    head: 'int8',
    rest: 'f16',
    source: 'quic/ai-hub-models _shared/llm/model.py: param_type int4, _set_lm_head_to_8b',
  },
  'int4-channel-float': {
    name: 'int4 per channel under f16 activations, int8 head',
    family: 'int4',
    matrix: 'int4-channel-float',
    head: 'int8',
    rest: 'f16',
    source: 'quic/ai-hub-models _shared/llm/model.py: Precision.w4 sets all activations to float16',
  },
  'int4-mixed': {
    name: 'int4, int8 head and embedding',
    family: 'int4',
    ...everything('int8', 'f16'),
    matrix: 'int4-g128',
    source: 'OpenVINO INT4-MIXED; its share of int8 layers is not published',
  },
  q4f16_1: { name: 'MLC q4f16_1', family: 'int4', ...everything('int4-g32-symmetric', 'f16'), source: 'mlc-llm' },
};

const mlx = [2, 3, 4, 5, 6, 8].flatMap((bits) =>
  [64, 32].map((group) => {
    const id = group === 64 ? `mlx-q${bits}` : `mlx-q${bits}-g${group}`;
    const name = `MLX ${bits} bits, groups of ${group}`;
    return byRecipe(id, { name, family: 'mlx', ...everything(id, 'f16'), source: facts });
  }),
);

/** Averages of printed sizes: the geometric mean of `GiB * 2^33 / parameters` over the files in README.md. */
const unsloth = [
  average('ud-q2_k_xl', 2.95, 'q2_k', 'assumed: between the blocks of Q2_K and ud-q3_k_s'),
  average('ud-q3_k_s', 3.275, 'q3_k', 'MiniMax-M2.7'),
  average('ud-q3_k_xl', 3.544, 'q3_k', 'Qwen3-235B-A22B'),
  average('ud-q4_k_m', 4.84, 'q4_k', 'assumed: as Q4_K_M of Llama 2 7B'),
  average('ud-q4_k_xl', 5.085, 'q4_k', '11 models, 4.60 to 5.78'),
  average('ud-q5_k_xl', 6.022, 'q5_k', 'Qwen3.5-122B-A10B'),
  average('ud-q6_k_xl', 7.015, 'q6_k', 'Hunyuan-A13B'),
  average('ud-q8_k_xl', 9.393, 'q8_0', '6 models, 8.83 to 10.47'),
];

const schemes: ReadonlyMap<string, WeightScheme> = new Map(
  [
    plain('f32'),
    plain('f16'),
    plain('bf16'),
    ...Object.entries(recipes).map(([id, recipe]) => byRecipe(id, recipe)),
    ...ds4Schemes(),
    ...listGgufMixes().map(gguf),
    ...mlx,
    ...unsloth,
  ].map((scheme) => [scheme.id, scheme] as const),
);

type Parts = Omit<Recipe, 'name' | 'family' | 'source'>;

function everything(format: string, rest: string): Parts {
  return { matrix: format, head: format, embedding: format, rest };
}

/** One format for everything. */
function plain(id: 'f32' | 'f16' | 'bf16'): WeightScheme {
  const format = requireFormat(id);
  return { id, name: id, family: 'float', exact: true, source: format.source, formatOf: () => format };
}

function byRecipe(id: string, recipe: Recipe): WeightScheme {
  const { name, family, source } = recipe;
  const format = (part: string | undefined) => requireFormat(part ?? recipe.rest);
  const parts: Record<Part | 'expert-down', BlockFormat> = {
    matrix: format(recipe.matrix),
    expert: format(recipe.expert ?? recipe.matrix),
    'expert-down': format(recipe.expertDown ?? recipe.expert ?? recipe.matrix),
    head: format(recipe.head),
    embedding: format(recipe.embedding),
    small: format(recipe.small),
  };
  const formatOf = (role: TensorRole, { model, tensor }: TensorPlace): BlockFormat => {
    const chosen = role === 'expert-down' ? parts['expert-down'] : parts[partOf(role, tensor, model)];
    return fitted(chosen, tensor.columns);
  };
  return { id, name, family, exact: false, source, formatOf };
}

/** Experts of 2 or 4 bits in a network of 8, and 4 bits in the last six layers only. */
function ds4Schemes(): WeightScheme[] {
  const rest = { family: 'gguf', matrix: 'q8_0', head: 'q8_0', rest: 'f16', small: 'f32' } as const;
  const source = 'READMEs of antirez/deepseek-v4-gguf and schlaflos/DeepSeek-V4-Flash-0731-antirez-ds4-GGUF';
  const low = byRecipe('ds4-q2', { ...rest, name: 'ds4 q2', expert: 'iq2_xxs', expertDown: 'q2_k', source });
  const high = byRecipe('ds4-q4', { ...rest, name: 'ds4 q4', expert: 'q4_k', source });
  const formatOf = (role: TensorRole, place: TensorPlace): BlockFormat =>
    (place.layer >= place.layers - 6 ? high : low).formatOf(role, place);
  return [low, { ...low, id: 'ds4-q2-q4', name: 'ds4 q2, last six layers q4', formatOf }, high];
}

/** A GGUF type by its recipe; what is not quantised is f32. */
function gguf(id: string): WeightScheme {
  const vectors = requireFormat('f32');
  const blockSize = (format: string) => requireFormat(format).blockSize;
  const formatOf = (role: TensorRole, { layer, model, tensor }: TensorPlace): BlockFormat => {
    if (partOf(role, tensor, model) === 'small') return vectors;
    const place = ggufPlaces(model)[layer];
    const format = place && ggufFormat(id, { role, columns: tensor.columns }, place, blockSize);
    return format === undefined ? vectors : fitted(requireFormat(format), tensor.columns);
  };
  const source = 'src/llama-quant.cpp of llama.cpp@c392e50; measurements/README.md, "Local inference", section 2';
  return { id, name: `GGUF ${id.toUpperCase()}`, family: 'gguf', exact: true, source, formatOf };
}

/** A mix that is known by the average of whole files: every matrix gets it. */
function average(id: string, bits: number, like: string, files: string): WeightScheme {
  const source = `average of printed sizes (measurements/README.md): ${files}`;
  const format = averageFormat(id, bits, requireFormat(like), source);
  const vectors = requireFormat('f32');
  const formatOf = (role: TensorRole, { model, tensor }: TensorPlace): BlockFormat =>
    partOf(role, tensor, model) === 'small' ? vectors : format;
  return { id, name: `Unsloth ${id.slice(3).toUpperCase()}`, family: 'gguf', exact: false, source, formatOf };
}

/** `exl2-4.0bpw`: the average of the blocks' matrices; the head has 6 bits, ExLlamaV2's default, embeddings 16. */
function exl2(id: string): WeightScheme | undefined {
  const bits = Number(/^exl2-(\d+(?:\.\d+)?)bpw$/.exec(id)?.[1] ?? Number.NaN);
  if (!(bits >= 2 && bits <= 8)) return undefined;
  const source = 'the average is the name; head of 6 bits: default of exllamav2 convert.py';
  const like = requireFormat('mlx-q5'); // fields that straddle bytes, scale and zero per group
  const blocks = averageFormat(id, bits, like, source);
  const head = averageFormat('exl2-6.0bpw', 6, like, source);
  const rest = requireFormat('f16');
  const formatOf = (role: TensorRole, { model, tensor }: TensorPlace): BlockFormat => {
    const part = partOf(role, tensor, model);
    if (part === 'head') return head;
    return part === 'matrix' || part === 'expert' ? blocks : rest;
  };
  return { id, name: `ExLlamaV2 ${bits} bits per weight`, family: 'exl2', exact: false, source, formatOf };
}

/** A tied embedding is stored as the head that it is. */
function partOf(role: TensorRole, tensor: Tensor, model: Model): Part {
  switch (role) {
    case 'head':
      return 'head';
    case 'token-embedding':
    case 'per-layer-embedding':
      return model.tiedEmbeddings ? 'head' : 'embedding';
    case 'expert-gate':
    case 'expert-up':
    case 'expert-down':
      return 'expert';
    case 'position-embedding':
    case 'expert-bias':
    case 'router':
    case 'state-small':
    case 'norm':
    case 'compressor-small':
    case 'residual-mix':
    case 'residual-small':
    case 'index-norm':
    case 'index-weight':
    case 'bias':
    case 'sink':
      return 'small';
    case 'extra':
      return tensor.rows === 1 ? 'small' : 'matrix';
    default:
      return 'matrix';
  }
}

/** The format itself where rows divide into its blocks, otherwise what takes its place. */
function fitted(format: BlockFormat, columns: number): BlockFormat {
  if (format.family !== 'quantised' || columns % format.blockSize === 0) return format;
  const fallback = findFormat(smallBlockFallback[format.id] ?? '');
  if (fallback === undefined) return format;
  return columns % fallback.blockSize === 0 ? fallback : requireFormat('f16');
}
