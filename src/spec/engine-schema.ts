import { z } from 'zod';
import { date, identity, name, quantity, sourceKind, sources, strict } from './figure.js';
import { accumulateFormat, computePath, hardwareKind, memoryTechnology, multiplyFormat } from './hardware-schema.js';
import { inTwoLines } from './words.js';

const era = strict({ from: date.optional(), until: date.optional() });

const rows = z
  .tuple([z.int().positive(), z.int().positive()])
  .refine(([first, last]) => first <= last, { error: inTwoLines('ends before it begins', 'write [least, most]') })
  .describe('Rows of activations, both ends included');

const arithmetic = {
  rows,
  path: computePath,
  multiply: multiplyFormat.describe('Format of the operands'),
  accumulate: accumulateFormat.describe('Format of the sum'),
};

const multiplyRule = strict({
  weights: z
    .array(z.enum(['float', 'fp8', 'fp4', 'int8', 'quantised']))
    .min(1)
    .describe('How the weights are kept'),
  formats: z.array(name).min(1).optional().describe('Block formats of the family; default: all'),
  features: z.array(name).min(1).optional().describe('Features that the unit must have'),
  products: z
    .enum(['dense', 'routed'])
    .optional()
    .describe("Only matrices that every token uses, or only those of a mixture's experts; default: both"),
  era: era.optional().describe('First and last month of this kernel, within the era of the class'),
  ...arithmetic,
  unpacking: z.enum(['none', 'inline', 'beside', 'materialised']).default('none'),
  'unpack-to': z
    .enum(['floats', 'bytes'])
    .default('floats')
    .describe('What weights are unpacked to: multiplicands in floats, or integers of 8 bits'),
  'unpack-width': z.number().positive().default(1).describe('Weights that one vector operation unpacks'),
  'unpack-rows': z
    .int()
    .positive()
    .optional()
    .describe('Rows that one unpacking serves; default: those of the tile, else 1'),
  rescale: strict({
    per: z.enum(['block', 'group']).describe('Of whole blocks, or of each group of weights with a scale of its own'),
    operations: z.number().positive().describe('Vector operations over all partial sums, for one row'),
  })
    .optional()
    .describe('Bringing integer sums to scale; absent: costs nothing'),
  tile: z
    .tuple([z.int().positive(), z.int().positive()])
    .optional()
    .describe('Output block of the kernel, rows by columns'),
  'launches-per-matrix': z
    .int()
    .positive()
    .optional()
    .describe("Kernels for each expert's matrix, where none serves all of a mixture; default: one for all"),
  loads: z
    .literal('per-tile')
    .optional()
    .describe('The kernel waits for the operands of each tile: they all count against load-bytes-per-clock'),
  'load-bytes-per-clock': quantity('capacity').optional().describe('Per core; default: that of the class'),
  blocks: strict({
    rows: z.int().positive().describe('Most rows of outputs in a block'),
    columns: z.int().positive().describe('Columns of outputs in a block'),
    granule: z.int().positive().describe('Narrower blocks of rows come in multiples of it'),
    'bytes-per-clock': z.number().positive().describe('Per core, while it loads and the arithmetic waits'),
  })
    .optional()
    .describe('Of kernels that load, wait and multiply block by block; absent: loads are hidden'),
  experts: z
    .literal('uneven')
    .optional()
    .describe(
      'Tiles of a mixture are counted with the rows that routing deals to each expert; default: with their mean',
    ),
  kernels: z.int().positive().default(1).describe('Kernels that one product takes, conversions included'),
  converted: z
    .tuple([z.number().nonnegative(), z.number().nonnegative()])
    .optional()
    .describe('Bytes per element of inputs and of outputs that kernels of their own convert'),
});

const attentionRule = strict({
  ...arithmetic,
  attention: z.enum(['fused', 'materialised']).optional().describe('Only for attention of this kind'),
  efficiency: quantity('fraction').optional().describe('Of the peak; default: attention-efficiency'),
  heads: z.literal('grouped').optional().describe('Only where several query heads share a key head'),
  'head-width': z
    .tuple([z.int().positive(), z.int().positive()])
    .optional()
    .describe('Only for heads of such widths, both ends included'),
  era: era.optional().describe('First and last month of this kernel, within the era of the class'),
  tile: z.int().positive().optional().describe('Rows that the kernel works on at once; fewer leave the rest idle'),
  'read-rows': z.int().positive().optional().describe('Rows of queries that one reading of keys and values serves'),
});

const bounds = (dimension: Parameters<typeof quantity>[0]) =>
  z
    .tuple([quantity(dimension, { allowZero: true }), quantity(dimension, { allowZero: true })])
    .refine(([least, most]) => least <= most, { error: inTwoLines('ends before it begins', 'write [least, most]') })
    .optional()
    .describe('Range within which a fit may move it; absent: it is fixed');

function constant(dimension: Parameters<typeof quantity>[0]) {
  return strict({
    value: quantity(dimension, { allowZero: true }),
    bounds: bounds(dimension),
    source: z.string({
      error: ({ input }) => (input === undefined ? 'is missing\nevery figure names its source' : undefined),
    }),
    kind: sourceKind.optional(),
    note: z.string().optional(),
  });
}

const constants = strict({
  'memory-efficiency': constant('fraction').describe('Of the peak bandwidth'),
  'cache-efficiency': constant('fraction')
    .optional()
    .describe('Of the peak bandwidth, where attention reads keys and values; absent: as long streams'),
  'activation-efficiency': constant('fraction')
    .optional()
    .describe('Of the peak bandwidth, for activations between operators; absent: as long streams'),
  'load-bytes-per-clock': constant('capacity').optional().describe('Per core; absent: no such limit is known'),
  'matrix-efficiency': constant('fraction').describe('Of the dense matrix peak'),
  'vector-efficiency': constant('fraction').describe('Of the vector peak'),
  'attention-efficiency': constant('fraction').describe('Of the peak that the attention rule names'),
  'kernel-overhead': constant('time').describe('Launch and synchronisation of one kernel'),
  'core-overhead': constant('time').optional().describe('What each core in use adds to that; absent: nothing'),
  'step-overhead': constant('time').describe('Scheduler, sampling and host work of one pass'),
  'request-overhead': constant('time').describe('Fixed cost of a request'),
  'dispatch-overhead': constant('time')
    .optional()
    .describe('Launch of one kernel by the host, which runs ahead of the device; absent: no such limit is known'),
  'sequence-overhead': constant('time').optional().describe('Host work for each sequence of a pass; absent: none'),
});

const constantKeys = [
  'memory-efficiency',
  'cache-efficiency',
  'activation-efficiency',
  'load-bytes-per-clock',
  'matrix-efficiency',
  'vector-efficiency',
  'attention-efficiency',
  'kernel-overhead',
  'core-overhead',
  'step-overhead',
  'request-overhead',
  'dispatch-overhead',
  'sequence-overhead',
] as const;

const residual = strict({
  low: z.number(),
  high: z.number(),
  basis: z.string().min(1),
  formats: z.array(z.string()).optional().describe('Weight formats among its rows'),
});

const engineClass = strict({
  extends: z.string().optional().describe('Class of this file that this one changes'),
  backend: name.describe('Programming interface: cuda, rocm, metal, vulkan, sycl, cpu'),
  when: strict({
    kinds: z.array(hardwareKind).optional(),
    technologies: z.array(memoryTechnology).optional(),
    features: z.array(name).optional(),
    matrix: z.boolean().optional(),
  })
    .default({})
    .describe('Facts of the machine that the class asks for'),
  era: era.default({}).describe('First and last month of its kernels'),
  source: z.string().describe('Key of the source of what is not a constant'),
  fusion: z.enum(['none', 'functions', 'element-wise', 'projections']),
  attention: z.enum(['fused', 'materialised']),
  'cache-reads': z
    .enum(['key-heads', 'query-heads'])
    .default('key-heads')
    .describe('What reads a cached key and value: a key head once for all its queries, or each query head for itself'),
  'score-moves': z
    .number()
    .positive()
    .optional()
    .describe('Times that a materialised score is written or read, in activation width; default: 4'),
  'attention-rules': z.array(attentionRule).min(1),
  chunk: z.int().positive().describe('Most prompt tokens in one pass'),
  'fixed-context': z
    .int()
    .positive()
    .optional()
    .describe('Tokens that graphs are compiled for: every pass reads and masks so many'),
  scheduler: z
    .enum(['static', 'continuous'])
    .default('static')
    .describe('A static batch starts together; a continuous one takes in the next request when one ends'),
  'most-sequences': z.int().positive().default(256).describe('Most sequences served at once'),
  graphs: z.enum(['none', 'decode', 'all']).default('none').describe('Passes that are replayed as a graph'),
  threads: z.int().positive().optional().describe('Threads that it starts when nobody says; default: one per core'),
  'activation-bytes': z.number().nonnegative().describe('Bytes of one activation between operators'),
  overlap: z
    .literal([1, 2, 4, 8, 'infinity'])
    .describe('Exponent of the p-norm that joins the terms: 1, 2, 4, 8 or infinity'),
  choice: z.enum(['first', 'fastest']).default('first'),
  'power-limit': z.enum(['tdp', 'none']).default('tdp'),
  multiply: z.array(multiplyRule).min(1),
  fits: z
    .array(z.enum(constantKeys))
    .default([])
    .describe('Constants fitted on the rows of this class; the others are those of the class that it extends'),
  constants,
  residuals: strict({
    decode: residual.optional(),
    prefill: residual.optional(),
    serving: residual.optional(),
    energy: residual.optional(),
  }).default({}),
});

/** A software stack in YAML. */
export const engineSchema = strict({
  ...identity,
  vendor: z.string().min(1),
  sources,
  'usual-for': z
    .array(strict({ backend: name, technologies: z.array(memoryTechnology).optional(), rank: z.int().positive() }))
    .default([])
    .describe('Interfaces for which this is the usual choice; rank 1 is the first choice'),
  runs: strict({ kinds: z.array(z.enum(['generate', 'encode', 'denoise'])).min(1), source: z.string() })
    .optional()
    .describe('Kinds of work that it does; default: it generates tokens'),
  'weight-families': z.array(name).min(1),
  'kv-formats': z.array(name).min(1),
  'usual-kv': z
    .array(strict({ families: z.array(name).min(1), format: name }))
    .default([])
    .describe('Cache format by family of weights, when nobody names one; default: f16'),
  'weight-schemes': z
    .record(name, strict({ scheme: name, cache: name.optional() }))
    .optional()
    .describe('Names that mean something of their own to this engine: the scheme, and the cache format beside it'),
  classes: z.record(name, engineClass),
}).describe('A software stack');

export type EngineSpec = z.output<typeof engineSchema>;
export type EngineClassSpec = EngineSpec['classes'][string];
