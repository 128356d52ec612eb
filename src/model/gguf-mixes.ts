import { kept } from '../kept.js';
import type { TensorRole } from './tensor.js';
import { expandPattern } from './tensors.js';
import type { Model } from './types.js';

/** What the recipes of llama.cpp ask of a layer and its model. */
export interface GgufPlace {
  /** Layers of the model. */
  readonly layers: number;
  /** How many layers before this one have a value matrix of attention, and how many there are in all. */
  readonly valueIndex: number;
  readonly valueLayers: number;
  /** How many layers before this one have a feed-forward part; in mixtures the number of the layer. */
  readonly downIndex: number;
  /** Query heads per key-value head. */
  readonly queriesPerKey: number;
  /** Experts of the mixture layers, 1 without. */
  readonly experts: number;
  readonly tiedEmbeddings: boolean;
}

/** When a tensor departs from the base format of its mix. */
type Condition =
  /** In every layer. */
  | 'always'
  /** In the first and the last eighth of the layers and in every third one between. */
  | 'more'
  /** In the middle six eighths of the layers. */
  | 'middle'
  /** At least four query heads share keys and values. */
  | 'grouped'
  /** The same, or at least four experts. */
  | 'grouped-or-mixture'
  /** Eight experts. */
  | 'eight-experts'
  /** Eight experts, in the layers of `more`. */
  | 'eight-experts-more'
  /** In the first layers, so many or such a fraction of them. */
  | { readonly first: number }
  | { readonly firstFraction: number };

/** The first rule that holds gives the format. */
type Rules = readonly (readonly [Condition, string])[];

/** Recipe of a GGUF type: formats by tensor where they are not the base format. */
interface GgufMix {
  readonly base: string;
  readonly head?: string;
  readonly embedding?: string;
  readonly query?: Rules;
  readonly key?: Rules;
  readonly value?: Rules;
  readonly output?: Rules;
  readonly up?: Rules;
  readonly down?: Rules;
  /** The types below 3 bits keep their own rules for big attention and eight experts. */
  readonly ownRules?: true;
}

const moreBits: Rules = [['more', 'q6_k']];
const eightExpertsOutput: Rules = [['eight-experts', 'q5_k']];

/** Types of 1 and 2 bits: `raised` is what their sensitive tensors get. */
function smallMix(base: string, raised: 'q2_k' | 'iq3_s', output: Rules): GgufMix {
  return {
    base,
    head: 'q5_k',
    embedding: raised,
    key: [['eight-experts', 'q4_k']],
    value: [
      ['grouped-or-mixture', 'q4_k'],
      ['always', raised],
    ],
    output: [...eightExpertsOutput, ...output],
    down: [[{ firstFraction: 1 / 8 }, raised]],
    ownRules: true,
  };
}

/**
 * Recipes of `llama-quantize`, by type. An importance matrix is assumed where the type is made with one in practice
 * (i-quants, Q2_K_S), and not for the others: Q4_0 of Llama 3 8B is 4.33 GiB here and 4.35 GiB with one.
 *
 * Source: facts read in `src/llama-quant.cpp` of ggml-org/llama.cpp at c392e50 and 007dbbf
 * (`llama_tensor_get_type_impl`); measurements/README.md, "Local inference", section 2.
 */
const mixes: Readonly<Record<string, GgufMix>> = {
  q4_0: { base: 'q4_0' },
  q4_1: { base: 'q4_1' },
  q5_0: { base: 'q5_0' },
  q5_1: { base: 'q5_1' },
  q8_0: { base: 'q8_0', head: 'q8_0' },
  q2_k: {
    base: 'q2_k',
    value: [
      ['grouped', 'q4_k'],
      ['always', 'q3_k'],
    ],
    output: [...eightExpertsOutput, ['always', 'q3_k']],
    down: [['always', 'q3_k']],
  },
  q2_k_s: { base: 'q2_k', value: [['grouped', 'q4_k']], down: [[{ firstFraction: 1 / 8 }, 'q4_k']] },
  q3_k_s: { base: 'q3_k', output: eightExpertsOutput },
  q3_k_m: {
    base: 'q3_k',
    value: [
      [{ first: 2 }, 'q5_k'],
      ['always', 'q4_k'],
    ],
    output: [...eightExpertsOutput, ['always', 'q4_k']],
    down: [
      [{ firstFraction: 1 / 16 }, 'q5_k'],
      ['always', 'q4_k'],
    ],
  },
  q3_k_l: {
    base: 'q3_k',
    value: [['always', 'q5_k']],
    output: [
      ['eight-experts', 'q3_k'],
      ['always', 'q5_k'],
    ],
    down: [['always', 'q5_k']],
  },
  q4_k_s: {
    base: 'q4_k',
    value: [[{ first: 4 }, 'q5_k']],
    output: eightExpertsOutput,
    down: [[{ firstFraction: 1 / 8 }, 'q5_k']],
  },
  q4_k_m: { base: 'q4_k', value: moreBits, output: eightExpertsOutput, down: moreBits },
  q5_k_s: { base: 'q5_k' },
  q5_k_m: { base: 'q5_k', value: moreBits, down: moreBits },
  q6_k: { base: 'q6_k' },
  iq1_s: smallMix('iq1_s', 'q2_k', [['always', 'iq2_xxs']]),
  iq1_m: smallMix('iq1_m', 'q2_k', [['always', 'iq2_xxs']]),
  iq2_xxs: smallMix('iq2_xxs', 'q2_k', []),
  iq2_xs: smallMix('iq2_xs', 'q2_k', []),
  iq2_s: smallMix('iq2_xs', 'iq3_s', [['always', 'iq3_s']]),
  iq2_m: smallMix('iq2_s', 'iq3_s', [['always', 'iq3_s']]),
  iq3_xxs: {
    base: 'iq3_xxs',
    head: 'q5_k',
    embedding: 'iq3_s',
    query: [['always', 'iq2_s']],
    key: [['always', 'iq2_s']],
    value: [['grouped', 'q4_k']],
    output: [...eightExpertsOutput, ['always', 'iq3_s']],
  },
  iq3_xs: {
    base: 'iq3_s',
    query: [['always', 'iq3_xxs']],
    key: [['always', 'iq3_xxs']],
    value: [['grouped', 'q4_k']],
    output: eightExpertsOutput,
    up: [['middle', 'iq3_xxs']],
  },
  iq3_s: { base: 'iq3_s', value: [['grouped', 'q4_k']], output: eightExpertsOutput },
  iq3_m: {
    base: 'iq3_s',
    value: [['always', 'q4_k']],
    output: [...eightExpertsOutput, ['always', 'q4_k']],
    down: [
      [{ firstFraction: 1 / 8 }, 'q4_k'],
      ['eight-experts-more', 'q4_k'],
    ],
  },
  iq4_nl: { base: 'iq4_nl', value: [['grouped', 'q5_k']], output: eightExpertsOutput },
  iq4_xs: { base: 'iq4_xs', value: [['grouped', 'q5_k']], output: eightExpertsOutput },
  tq1_0: { base: 'tq1_0', embedding: 'q4_k' },
  tq2_0: { base: 'tq2_0', embedding: 'q4_k' },
};

/** Ids of the GGUF types whose recipe is known. */
export function listGgufMixes(): string[] {
  return Object.keys(mixes);
}

/**
 * Format of a matrix in a GGUF file of the given type, before rows that do not divide into blocks are provided for.
 *
 * @param blockSize of a format
 */
export function ggufFormat(
  type: string,
  { role, columns }: { readonly role: TensorRole; readonly columns: number },
  place: GgufPlace,
  blockSize: (format: string) => number,
): string | undefined {
  const mix = mixes[type];
  if (mix === undefined) return undefined;
  const asHead = columns % blockSize(mix.base) === 0 ? (mix.head ?? 'q6_k') : 'q8_0';
  switch (role) {
    case 'head':
      return asHead;
    case 'token-embedding':
    case 'per-layer-embedding':
      return place.tiedEmbeddings ? asHead : (mix.embedding ?? mix.base);
    case 'attention-query':
      return choose(mix.query, mix.base, place, place.valueIndex, place.valueLayers);
    case 'attention-key':
      if (place.experts === 8 && mix.ownRules === undefined) return 'q8_0';
      return choose(mix.key, mix.base, place, place.valueIndex, place.valueLayers);
    case 'attention-value':
      return valueFormat(mix, place);
    case 'attention-output':
      return choose(mix.output, mix.base, place, place.valueIndex, place.valueLayers);
    case 'ffn-gate':
    case 'ffn-up':
    case 'expert-gate':
    case 'expert-up':
    case 'shared-gate':
    case 'shared-up':
      return choose(mix.up, mix.base, place, place.downIndex, place.layers);
    case 'ffn-down':
    case 'expert-down':
    case 'shared-down':
      return choose(mix.down, mix.base, place, place.downIndex, place.layers);
    default:
      return mix.base;
  }
}

/**
 * Formats of rows that do not divide into blocks of 256 (hidden width 2880, say): the next larger of blocks of 32.
 *
 * Source: `tensor_type_fallback` of src/llama-quant.cpp.
 */
export const smallBlockFallback: Readonly<Record<string, string>> = {
  q2_k: 'q4_0',
  q3_k: 'q4_0',
  tq1_0: 'q4_0',
  tq2_0: 'q4_0',
  q4_k: 'q5_0',
  q5_k: 'q5_1',
  q6_k: 'q8_0',
  iq1_s: 'iq4_nl',
  iq1_m: 'iq4_nl',
  iq2_xxs: 'iq4_nl',
  iq2_xs: 'iq4_nl',
  iq2_s: 'iq4_nl',
  iq3_xxs: 'iq4_nl',
  iq3_s: 'iq4_nl',
  iq4_xs: 'iq4_nl',
};

/** Values are small where many heads share them, and sensitive: 80 layers of that raise Q3_K and Q4_K to Q5_K. */
function valueFormat(mix: GgufMix, place: GgufPlace): string {
  const chosen = choose(mix.value, mix.base, place, place.valueIndex, place.valueLayers);
  if (mix.ownRules) return chosen;
  if (place.experts === 8) return 'q8_0';
  const isBig = place.layers === 80 && place.queriesPerKey > 1;
  return isBig && (chosen === 'q3_k' || chosen === 'q4_k') ? 'q5_k' : chosen;
}

function choose(rules: Rules | undefined, base: string, place: GgufPlace, index: number, count: number): string {
  return rules?.find(([condition]) => holds(condition, place, index, count))?.[1] ?? base;
}

function holds(condition: Condition, place: GgufPlace, index: number, count: number): boolean {
  if (typeof condition === 'object') {
    const first = 'first' in condition ? condition.first : Math.floor(count * condition.firstFraction);
    return index < first;
  }
  switch (condition) {
    case 'always':
      return true;
    case 'more':
      return isMore(index, count);
    case 'middle':
      return index >= Math.floor(count / 8) && index < Math.floor((7 * count) / 8);
    case 'grouped':
      return place.queriesPerKey >= 4;
    case 'grouped-or-mixture':
      return place.queriesPerKey >= 4 || place.experts >= 4;
    case 'eight-experts':
      return place.experts === 8;
    case 'eight-experts-more':
      return place.experts === 8 && isMore(index, count);
  }
}

function isMore(index: number, count: number): boolean {
  const eighth = Math.floor(count / 8);
  return index < eighth || index >= Math.floor((7 * count) / 8) || (index - eighth) % 3 === 2;
}

/** What the recipes ask of each layer, in order. Kept, because it is asked once per tensor. */
export const ggufPlaces = kept((model: Model): readonly GgufPlace[] => {
  const layers = expandPattern(model).map((name) => model.layers[name]);
  const attention = layers.flatMap((layer) => layer?.mixers.filter((mixer) => mixer.kind === 'attention') ?? []);
  const experts = layers
    .flatMap((layer) => layer?.feedForwards ?? [])
    .reduce((most, part) => Math.max(most, part.kind === 'mixture' ? part.experts : 1), 1);
  const hasValues = layers.map(
    (layer) => layer?.mixers.some((mixer) => mixer.kind === 'attention' && mixer.keyValue === 'own') === true,
  );
  const hasDown = layers.map((layer) => layer !== undefined && layer.feedForwards.length > 0);
  const first = attention[0];
  return layers.map((_, index) => ({
    layers: layers.length,
    valueIndex: count(hasValues.slice(0, index)),
    valueLayers: count(hasValues),
    downIndex: experts > 1 ? index : count(hasDown.slice(0, index)),
    queriesPerKey: first === undefined ? 1 : first.heads / first.kvHeads,
    experts,
    tiedEmbeddings: model.tiedEmbeddings,
  }));
});

function count(flags: readonly boolean[]): number {
  return flags.filter(Boolean).length;
}
