import { z } from 'zod';
import { date, figureWith, identity, name, sources, strict } from './figure.js';

const size = z.int().positive();
const flag = z.boolean().default(false);
const repeat = size.default(1).describe('So many of them in turn');
const at = size.describe('Pixels of the image, in both directions, for each position of the input');

const place = {
  at: size.optional().describe('A row for each square of so many pixels'),
  each: size.optional().describe('Rows for each such square, as samples along a ray; default: 1'),
  tokens: size.optional().describe('So many rows, whatever the image'),
};

const block = z.discriminatedUnion('kind', [
  strict({
    kind: z.literal('convolution'),
    input: size,
    output: size,
    kernel: size,
    stride: size.default(1),
    at,
    bias: z.boolean().default(true),
    'batch-norm': flag,
    relu: flag,
    repeat,
  }),
  strict({ kind: z.literal('linear'), input: size, output: size, bias: z.boolean().default(true), ...place, repeat }),
  strict({ kind: z.literal('norm'), norm: z.enum(['layer', 'group']), width: size, ...place, repeat }),
  strict({
    kind: z.literal('activation'),
    function: z.enum(['relu', 'silu', 'gelu']),
    width: size,
    ...place,
    repeat,
  }),
  strict({ kind: z.literal('positional-encoding'), input: size, frequencies: size, ...place, repeat }).describe(
    'Sines and cosines of the inputs beside them',
  ),
  strict({ kind: z.literal('max-pool'), width: size, kernel: size, stride: size, at, repeat }),
  strict({ kind: z.literal('mean-pool'), width: size, at, repeat }).describe('The mean of all positions'),
  strict({
    kind: z.literal('upsampling'),
    width: size,
    at: size.describe('Pixels of the image for each position of the output'),
    repeat,
  }).describe('Twice the width and height, then a convolution of 3 x 3'),
  strict({
    kind: z.literal('residual-block'),
    input: size,
    output: size,
    at,
    embedding: size.optional().describe("Width of the step's embedding; absent: none is added"),
    repeat,
  }).describe('Two convolutions of 3 x 3 behind group norms'),
  strict({
    kind: z.literal('bottleneck'),
    input: size,
    width: size,
    output: size,
    stride: size.default(1),
    at,
    repeat,
  }).describe('Three convolutions with batch norms, as in ResNet-50'),
  strict({ kind: z.literal('pixel-attention'), width: size, heads: size, at, repeat }),
  strict({
    kind: z.literal('pixel-transformer'),
    width: size,
    heads: size,
    depth: size.default(1),
    at,
    context: strict({ tokens: size, width: size }),
    repeat,
  }).describe('Self-attention, attention to a context and a gated feed-forward, `depth` times'),
  strict({
    kind: z.literal('text-transformer'),
    layers: size,
    width: size,
    heads: size,
    'feed-forward': size,
    tokens: size,
    vocabulary: size,
    causal: flag,
    projection: size.optional().describe("Width that one token's output is projected to"),
    repeat,
  }),
]);

const published = figureWith('count', {
  difference: z.string().optional().describe('Why it differs from the count that follows from the dimensions'),
});

const stage = strict({
  name,
  runs: z.enum(['once', 'each-step']).default('once').describe('For a unit of output'),
  evaluations: size.default(1).describe('Evaluations of a run, as one batch: 2 with guidance'),
  'rows-per-pass': figureWith('count', {}).optional().describe('Most rows that one pass takes; absent: all at once'),
  source: z.string().optional().describe('Key of the source of its dimensions; default: that of the network'),
  blocks: z.array(block).min(1).describe('In turn'),
  parameters: published.optional().describe('Published count of this stage'),
});

/** A network that generates no tokens, in YAML. */
export const unitNetworkSchema = strict({
  ...identity,
  vendor: z.string().min(1),
  released: date.optional(),
  sources,
  source: z.string().describe('Key of the source of every dimension'),
  unit: z.enum(['image', 'frame', 'sample', 'sequence']).describe('What one run gives'),
  size: strict({
    width: size,
    height: size,
    multiple: size.default(1).describe('Width and height must divide by it'),
    source: z.string(),
  })
    .optional()
    .describe('Pixels of an image when nobody says'),
  steps: figureWith('count', {}).optional().describe('Steps of a diffusion when nobody says'),
  'native-format': name.describe('Weight format of the release'),
  stages: z.array(stage).min(1).describe('Parts of the network, in turn'),
}).describe('A network that generates no tokens');

export type UnitNetworkSpec = z.output<typeof unitNetworkSchema>;
export type StageSpec = UnitNetworkSpec['stages'][number];
export type BlockSpec = StageSpec['blocks'][number];
