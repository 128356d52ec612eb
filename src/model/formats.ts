/** What decides the arithmetic of a product: numbers that some unit multiplies, or packed ones to be unpacked first. */
export type WeightFamily = 'float' | 'fp8' | 'fp4' | 'int8' | 'quantised';

/** How one tensor is stored: blocks of `blockSize` weights along a row, with what scales them. */
export interface BlockFormat {
  readonly id: string;
  /** Bits per weight, scales and zero points included. */
  readonly bitsPerWeight: number;
  /** Weights that share a scale, 1 where each stands alone or the whole row shares one. A row is a multiple of it. */
  readonly blockSize: number;
  readonly family: WeightFamily;
  /**
   * Vector operations per weight that turn it into a multiplicand of another format; an engine that multiplies the
   * format as it is (`native`) spends none of them. Zero for floats of 16 bits and more.
   */
  readonly unpackOperations: number;
  /** The same to 8-bit integers, in operations per weight on bytes, four of which fill the lane of a float. */
  readonly byteOperations: number;
  /** Weights under one scale of any kind: a part of the block where a super-block keeps scales of its own parts. */
  readonly scaleGroup: number;
  /** Multiply format that takes these weights as they are. */
  readonly native?: 'f32' | 'f16' | 'bf16' | 'fp8' | 'fp4' | 'int8';
  readonly source: string;
}

/**
 * What a layout adds to unpacking, in vector operations per weight. A format sums the steps it has.
 *
 * `convert + field` is 10 (q4_0), counted from the Metal kernels. A super-block adds 13, which makes `q4_k` 24: fewer miss
 * the decode rates of Macs in measurements/local.csv from above, more from below. The other steps are assumed, and checked on two CPUs, where arithmetic limits the prompt: the
 * time per token of 13 GGUF types goes linearly with the sum (r = 0.93 on an M2 Max, 0.98 on a Ryzen 7950X; rows of
 * llama.cpp from ik_llama.cpp #164 in measurements/local.csv).
 */
const steps = {
  /** Integer to float, times the scale of the block, and the scale's own load shared out over the block. */
  convert: 3,
  /** A field narrower than a byte: load shared out, shift, mask, recentre. */
  field: 7,
  /** More bits of the weight in a plane of their own: load, shift, mask, or. */
  plane: 4,
  /** Minimum or zero point of the block. */
  minimum: 1,
  /** The field is an index into a table of 16 values. */
  table: 5,
  /** Scales are packed integers themselves, under a scale of 256 weights: two extractions and two products per block. */
  superBlock: 13,
  /** A look-up in memory yields 8 weights, whose signs are stored apart. */
  gridOf8: 30,
  /** A look-up yields 4 weights: twice as many of them. */
  gridOf4: 60,
} as const;

type Step = keyof typeof steps;

/**
 * The same steps where the multiplicand is an 8-bit integer, as in the dot products of CPUs: bytes stay packed, nothing is
 * converted, and the scales of blocks are applied to the sums (`rescale` of a multiply rule). An instruction counts 2, as a
 * multiply-add does. Kernels of ggml-cpu do a shift and a mask for half of the fields, a shift, a mask and an or for a plane,
 * one table instruction, and a scalar load and an insertion for each look-up. Shared out so that the steps agree with prompts
 * of 16 GGUF types on two CPUs, which arithmetic limits (ik_llama.cpp #164 in measurements/local.csv).
 */
const byteSteps: Readonly<Record<Step, number>> = {
  convert: 0,
  field: 0.5,
  plane: 3,
  minimum: 0,
  table: 1,
  superBlock: 3,
  gridOf8: 8,
  gridOf4: 13,
};

/** Weights under an inner scale of super-blocks (ggml-common.h); of all other formats the block is the group. */
const groups: Readonly<Record<string, number>> = {
  q2_k: 16,
  q3_k: 16,
  q4_k: 32,
  q5_k: 32,
  q6_k: 16,
  iq1_s: 32,
  iq1_m: 16,
  iq2_xxs: 32,
  iq2_xs: 16,
  iq2_s: 16,
  iq3_xxs: 32,
  iq3_s: 32,
  iq4_xs: 32,
};

const ggml = 'static_asserts of ggml-common.h, ggerganov/llama.cpp@c392e50 (docs/model-facts.md, section 6)';
const models = 'docs/model-facts.md, section 6';

const formats = new Map<string, BlockFormat>(
  [
    float('f32', 32),
    float('f16', 16),
    float('bf16', 16),
    { ...native('fp8', 8, 1, 'fp8', ['convert']), source: `one scale per tensor or channel; ${models}` },
    { ...native('fp8-block', 8 + 32 / 128 ** 2, 128, 'fp8', ['convert']), source: `f32 scale per 128x128; ${models}` },
    { ...native('bfp8', 8.5, 16, 'fp8', ['convert']), source: 'shared 8-bit exponent per 16 (Tenstorrent tt-metal)' },
    { ...native('int8', 8, 1, 'int8', ['convert']), source: `one scale per channel; ${models}` },
    { ...native('mxfp4', 4.25, 32, 'fp4', ['convert', 'field', 'table']), source: `17 bytes per 32; ${models}` },
    { ...native('nvfp4', 4.5, 16, 'fp4', ['convert', 'field', 'table']), source: `fp8 scale per 16; ${models}` },

    packed('q4_0', 4.5, 32, ['convert', 'field'], ggml),
    packed('q4_1', 5, 32, ['convert', 'field', 'minimum'], ggml),
    packed('q5_0', 5.5, 32, ['convert', 'field', 'plane'], ggml),
    packed('q5_1', 6, 32, ['convert', 'field', 'plane', 'minimum'], ggml),
    packed('q8_0', 8.5, 32, ['convert'], ggml),
    packed('q2_k', 2.625, 256, ['convert', 'field', 'minimum', 'superBlock'], ggml),
    packed('q3_k', 3.4375, 256, ['convert', 'field', 'plane', 'superBlock'], ggml),
    packed('q4_k', 4.5, 256, ['convert', 'field', 'minimum', 'superBlock'], ggml),
    packed('q5_k', 5.5, 256, ['convert', 'field', 'plane', 'minimum', 'superBlock'], ggml),
    packed('q6_k', 6.5625, 256, ['convert', 'field', 'plane', 'superBlock'], ggml),
    packed('iq1_s', 1.5625, 256, ['convert', 'field', 'plane', 'superBlock', 'gridOf8'], ggml),
    packed('iq1_m', 1.75, 256, ['convert', 'field', 'plane', 'superBlock', 'gridOf8'], ggml),
    packed('iq2_xxs', 2.0625, 256, ['convert', 'field', 'superBlock', 'gridOf8'], ggml),
    packed('iq2_xs', 2.3125, 256, ['convert', 'field', 'superBlock', 'gridOf8'], ggml),
    packed('iq2_s', 2.5625, 256, ['convert', 'field', 'plane', 'superBlock', 'gridOf8'], ggml),
    packed('iq3_xxs', 3.0625, 256, ['convert', 'field', 'superBlock', 'gridOf4'], ggml),
    packed('iq3_s', 3.4375, 256, ['convert', 'field', 'plane', 'superBlock', 'gridOf4'], ggml),
    packed('iq4_nl', 4.5, 32, ['convert', 'field', 'table'], ggml),
    packed('iq4_xs', 4.25, 256, ['convert', 'field', 'table', 'superBlock'], ggml),
    packed('tq1_0', 1.6875, 256, ['convert', 'field', 'plane'], ggml),
    packed('tq2_0', 2.0625, 256, ['convert', 'field'], ggml),

    packed('int4-g128', 4.15625, 128, ['convert', 'field', 'minimum'], `f16 scale and 4-bit zero per 128; ${models}`),
    packed('int4-g32', 5, 32, ['convert', 'field', 'minimum'], 'bf16 scale and zero per 32: gpt-fast; 4 + 32/32'),
    packed('int4-g32-symmetric', 4.5, 32, ['convert', 'field'], `16-bit scale per 32; ${models}`),
    packed('int4-channel', 4, 1, ['convert', 'field'], '4 bits, one scale per channel'),
    packed('int4-channel-float', 4, 1, ['convert', 'field'], 'as int4-channel, for activations that are floats'),
    packed('int4-g128-wide', 4.25, 128, ['convert', 'field', 'minimum'], 'f16 scale and f16 zero per 128'),
    packed('int2-g128', 2.140625, 128, ['convert', 'field', 'minimum'], 'f16 scale and 2-bit zero per 128'),
    packed('nf4', 4.5, 64, ['convert', 'field', 'table'], `f32 maximum per 64; ${models}`),
    packed('nf4-double', 4.127, 64, ['convert', 'field', 'table'], `8-bit maximum per 64; ${models}`),

    ...affine(64, ''),
    ...affine(32, '-g32'),
  ].map((format) => [format.id, format]),
);

/** Ids of all block formats. */
export function listFormats(): string[] {
  return [...formats.keys()];
}

/** The block format of an id; undefined if there is none. Schemes, not formats, are what a scenario names. */
export function findFormat(id: string): BlockFormat | undefined {
  return formats.get(id);
}

/** The block format of an id that this program itself names. */
export function requireFormat(id: string): BlockFormat {
  const format = formats.get(id);
  if (format === undefined) throw new Error(`no block format has the id "${id}"`);
  return format;
}

/**
 * A format of a given average, for schemes known by their average only: exl2 and the unpublished mixes of Unsloth.
 *
 * @param like the format whose unpacking it resembles
 */
export function averageFormat(id: string, bitsPerWeight: number, like: BlockFormat, source: string): BlockFormat {
  const { unpackOperations, byteOperations, scaleGroup } = like;
  return {
    id,
    bitsPerWeight,
    blockSize: 1,
    family: 'quantised',
    unpackOperations,
    byteOperations,
    scaleGroup,
    source,
  };
}

/** Bytes of so many weights in a format: `elements * bitsPerWeight / 8`. */
export function formatBytes(format: BlockFormat, elements: number): number {
  return (elements * format.bitsPerWeight) / 8;
}

function operations(parts: readonly Step[]): Pick<BlockFormat, 'unpackOperations' | 'byteOperations'> {
  const sum = (costs: Readonly<Record<Step, number>>) => parts.reduce((total, part) => total + costs[part], 0);
  return { unpackOperations: sum(steps), byteOperations: sum(byteSteps) };
}

function float(id: 'f32' | 'f16' | 'bf16', bitsPerWeight: number): BlockFormat {
  return {
    id,
    bitsPerWeight,
    blockSize: 1,
    family: 'float',
    unpackOperations: 0,
    byteOperations: 0,
    scaleGroup: 1,
    native: id,
    source: 'IEEE 754, bfloat16',
  };
}

function native(
  id: string,
  bitsPerWeight: number,
  blockSize: number,
  family: 'fp8' | 'int8' | 'fp4',
  parts: readonly Step[],
): Omit<BlockFormat, 'source'> {
  return { id, bitsPerWeight, blockSize, family, ...operations(parts), scaleGroup: blockSize, native: family };
}

function packed(id: string, bits: number, blockSize: number, parts: readonly Step[], source: string): BlockFormat {
  const scaleGroup = groups[id] ?? blockSize;
  return { id, bitsPerWeight: bits, blockSize, family: 'quantised', ...operations(parts), scaleGroup, source };
}

/** MLX: n bits with a 16-bit scale and bias per group; 3, 5 and 6 bits straddle bytes. */
function affine(group: number, suffix: string): BlockFormat[] {
  const field: readonly Step[] = ['convert', 'field', 'minimum'];
  const straddling: readonly Step[] = [...field, 'plane'];
  const steps: [number, readonly Step[]][] = [
    [2, field],
    [3, straddling],
    [4, field],
    [5, straddling],
    [6, straddling],
    [8, ['convert', 'minimum']],
  ];
  const source = `16-bit scale and bias per ${group}: mlx-lm convert.py; ${models}`;
  return steps.map(([bits, parts]) => packed(`mlx-q${bits}${suffix}`, bits + 32 / group, group, parts, source));
}
