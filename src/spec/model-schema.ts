import { z } from 'zod';
import { date, figureWith, identity, name, sources, strict } from './figure.js';

const size = z.int().positive();
const flag = z.boolean().default(false);

const full = strict({ kind: z.literal('full') });
const selected = strict({
  kind: z.literal('selected'),
  size: size.describe('Tokens picked for each query'),
  'index-heads': size,
  'index-dim': size,
}).describe('Tokens that an indexer picks');

const attention = strict({
  kind: z.literal('attention'),
  heads: size,
  'kv-heads': size,
  'head-dim': size.describe('Width of a query or key head'),
  'value-dim': size.optional().describe('Width of a value head; default: head-dim'),
  span: z
    .discriminatedUnion('kind', [
      full,
      strict({ kind: z.literal('bidirectional') }),
      strict({ kind: z.enum(['sliding', 'chunked']), size }),
      selected,
    ])
    .default({ kind: 'full' })
    .describe('Tokens that a query sees'),
  'qkv-bias': flag,
  'output-bias': flag,
  'qk-norm': z.enum(['none', 'head', 'full']).default('none'),
  'output-gate': flag,
  sinks: flag.describe('One learned logit per head'),
  'key-value': z.enum(['own', 'keys-only', 'shared']).default('own'),
});

const latentAttention = strict({
  kind: z.literal('latent-attention'),
  heads: size,
  'query-rank': size.optional().describe('Absent: queries are projected directly'),
  'kv-rank': size,
  'nope-dim': size,
  'rope-dim': size,
  'value-dim': size,
  span: z.discriminatedUnion('kind', [full, selected]).default({ kind: 'full' }),
  'output-gate': flag,
});

const compressedAttention = strict({
  kind: z.literal('compressed-attention'),
  heads: size,
  'head-dim': size,
  'rope-dim': size,
  'query-rank': size,
  'output-groups': size,
  'output-rank': size,
  window: size.describe('Last tokens that are seen one by one'),
  compression: z
    .discriminatedUnion('kind', [
      strict({ kind: z.literal('none') }),
      strict({ kind: z.literal('heavy'), ratio: size }),
      strict({ kind: z.literal('sparse'), ratio: size, size, 'index-heads': size, 'index-dim': size }),
    ])
    .describe('Entries for every ratio tokens, all of them seen or a selection'),
});

const mamba1 = strict({
  kind: z.literal('mamba1'),
  inner: size,
  state: size,
  conv: size,
  'dt-rank': size,
  'inner-norms': flag,
});

const mamba2 = strict({
  kind: z.literal('mamba2'),
  inner: size,
  state: size,
  conv: size,
  heads: size,
  groups: size,
  'gated-norm': flag,
});

const gatedDeltanet = strict({
  kind: z.literal('gated-deltanet'),
  'key-heads': size,
  'value-heads': size,
  'key-dim': size,
  'value-dim': size,
  conv: size,
});

const kda = strict({
  kind: z.literal('kda'),
  heads: size,
  'head-dim': size,
  conv: size,
  'decay-rank': size,
  'gate-rank': size.optional().describe('Of the output gate; absent: one matrix'),
}).describe('Kimi delta attention');

const lightning = strict({ kind: z.literal('lightning'), heads: size, 'head-dim': size });

const rwkv4 = strict({ kind: z.literal('rwkv4'), width: size }).describe('Time mixing of RWKV-4');

const mixer = z.discriminatedUnion('kind', [
  attention,
  latentAttention,
  compressedAttention,
  mamba1,
  mamba2,
  gatedDeltanet,
  kda,
  lightning,
  rwkv4,
]);

const gated = z.boolean().describe('Gated ones (SwiGLU, GeGLU) have three matrices, plain ones two');

const feedForward = z.discriminatedUnion('kind', [
  strict({ kind: z.literal('dense'), gated, width: size, bias: flag }),
  strict({
    kind: z.literal('mixture'),
    gated,
    experts: size,
    active: size.describe('Experts that a token goes to'),
    width: size.describe('Of one expert'),
    'expert-bias': flag,
    'router-bias': flag,
    shared: strict({ count: size, width: size, gate: flag }).optional().describe('Experts that every token goes to'),
    latent: size.optional().describe('Narrower space in which the experts work'),
  }),
  strict({ kind: z.literal('channel-mixing'), width: size }).describe('Feed-forward of RWKV'),
]);

const layer = strict({
  mixer: z
    .union([mixer, z.array(mixer)])
    .default([])
    .describe('Mixers of tokens, side by side'),
  'feed-forward': z
    .union([feedForward, z.array(feedForward)])
    .default([])
    .describe('Feed-forward parts, side by side'),
  norms: z.int().nonnegative().optional().describe('Default: one before the mixers, one before the feed-forward parts'),
  'extra-elements': z.int().nonnegative().default(0).describe('Elements of tensors that nothing else describes'),
});

const residual = z.discriminatedUnion('kind', [
  strict({ kind: z.literal('addition') }),
  strict({ kind: z.literal('hyper-connections'), streams: size, iterations: size }),
  strict({ kind: z.literal('attention'), every: size }),
]);

const parameterCount = figureWith('count', {
  difference: z.string().optional().describe('Why it differs from the count that follows from the dimensions'),
});

/** A network in YAML. */
export const modelSchema = strict({
  ...identity,
  'same-shape-as': z
    .string()
    .optional()
    .describe('Id of the model that this one was tuned from: the dimensions are its'),
  vendor: z.string().min(1),
  released: date.optional(),
  sources,
  dimensions: z.string().describe('Key of the source of every dimension'),
  context: size.optional().describe('Longest context in tokens; absent when nothing bounds it'),
  vocabulary: size,
  hidden: size,
  'tied-embeddings': z.boolean(),
  'head-bias': flag,
  norm: z.enum(['rms', 'layer', 'layer-without-bias']).default('rms'),
  'final-norm': z.boolean().default(true),
  'embedding-norm': flag,
  residual: residual.default({ kind: 'addition' }).describe('How parts of a layer join what runs past them'),
  positions: z.int().nonnegative().default(0).describe('Rows of a learned position table'),
  'per-layer-embedding': z.int().nonnegative().default(0).describe('Width gathered per layer from a table of its own'),
  'native-format': name.describe('Weight format of the release'),
  layers: z.record(name, layer),
  pattern: z
    .array(strict({ layers: z.array(z.string()).min(1), repeat: size }))
    .min(1)
    .describe('Order of the layers, in runs'),
  'extra-elements': z.int().nonnegative().default(0),
  parameters: strict({ total: parameterCount.optional(), active: parameterCount.optional() }).optional(),
}).describe('A network');

export type ModelSpec = z.output<typeof modelSchema>;
export type LayerSpec = z.output<typeof layer>;
export type MixerSpec = z.output<typeof mixer>;
export type FeedForwardSpec = z.output<typeof feedForward>;
