import type {
  AttentionMixer,
  CompressedAttentionMixer,
  Compression,
  DenseFeedForward,
  FeedForward,
  LatentAttentionMixer,
  Layer,
  Mixer,
  MixtureFeedForward,
  Model,
} from '../../src/model/types.js';

/** Published networks in dimensions, with the sources of `model-specs/`. Written out so that tests read no files. */
export function network(facts: Partial<Model> & Pick<Model, 'vocabulary' | 'hidden' | 'layers' | 'pattern'>): Model {
  return {
    id: 'test-model',
    name: 'Test model',
    vendor: 'nobody',
    aliases: [],
    tiedEmbeddings: false,
    headBias: false,
    norm: 'rms',
    finalNorm: true,
    embeddingNorm: false,
    residual: { kind: 'addition' },
    positions: 0,
    perLayerEmbedding: 0,
    nativeFormat: 'bf16',
    extraElements: 0,
    published: {},
    rumoured: false,
    ...facts,
  };
}

export function attention(
  heads: number,
  kvHeads: number,
  headDim: number,
  more: Partial<AttentionMixer> = {},
): AttentionMixer {
  return {
    kind: 'attention',
    heads,
    kvHeads,
    headDim,
    valueDim: headDim,
    span: { kind: 'full' },
    qkvBias: false,
    outputBias: false,
    qkNorm: 'none',
    outputGate: false,
    sinks: false,
    keyValue: 'own',
    ...more,
  };
}

function latent(heads: number, queryRank?: number, more: Partial<LatentAttentionMixer> = {}): LatentAttentionMixer {
  const ranks = queryRank === undefined ? {} : { queryRank };
  return {
    kind: 'latent-attention',
    heads,
    ...ranks,
    kvRank: 512,
    nopeDim: 128,
    ropeDim: 64,
    valueDim: 128,
    span: { kind: 'full' },
    outputGate: false,
    ...more,
  };
}

export function dense(width: number, more: Partial<DenseFeedForward> = {}): DenseFeedForward {
  return { kind: 'dense', gated: true, width, bias: false, ...more };
}

function mixture(experts: number, active: number, width: number, more: Partial<MixtureFeedForward> = {}) {
  return {
    kind: 'mixture',
    gated: true,
    experts,
    active,
    width,
    expertBias: false,
    routerBias: false,
    ...more,
  } as const;
}

export function layer(
  mixers: readonly Mixer[],
  feedForwards: readonly FeedForward[],
  more: Partial<Layer> = {},
): Layer {
  return { mixers, feedForwards, norms: 2, extraElements: 0, ...more };
}

/** Layers of one kind throughout. */
export function uniform(block: Layer, repeat: number): Pick<Model, 'layers' | 'pattern'> {
  return { layers: { block }, pattern: [{ layers: ['block'], repeat }] };
}

/** Layers in runs: `mixed({ a, b }, ['a', 3], ['b', 1])`. */
function mixed(layers: Model['layers'], ...runs: [string, number][]): Pick<Model, 'layers' | 'pattern'> {
  return { layers, pattern: runs.map(([name, repeat]) => ({ layers: [name], repeat })) };
}

const window = (size: number) => ({ span: { kind: 'sliding', size } as const });
const gptOss = { qkvBias: true, outputBias: true, sinks: true };

function gptOssNetwork(layers: number, experts: number): Model {
  const experts32 = mixture(experts, 4, 2880, { expertBias: true, routerBias: true });
  return network({
    vocabulary: 201088,
    hidden: 2880,
    layers: {
      sliding: layer([attention(64, 8, 64, { ...gptOss, ...window(128) })], [experts32]),
      full: layer([attention(64, 8, 64, gptOss)], [experts32]),
    },
    pattern: [{ layers: ['sliding', 'full'], repeat: layers / 2 }],
  });
}

function llamaNetwork(vocabulary: number, hidden: number, layers: number, kvHeads: number, width: number): Model {
  return network({
    vocabulary,
    hidden,
    ...uniform(layer([attention(hidden / 128, kvHeads, 128)], [dense(width)]), layers),
  });
}

export const llama2 = llamaNetwork(32000, 4096, 32, 32, 11008);
export const llama3 = llamaNetwork(128256, 4096, 32, 8, 14336);
export const llama3Large = llamaNetwork(128256, 8192, 80, 8, 28672);
export const llama2Large = llamaNetwork(32000, 8192, 80, 8, 28672);
export const gptOssSmall = gptOssNetwork(24, 32);
export const gptOssLarge = gptOssNetwork(36, 128);

export const mixtral = network({
  vocabulary: 32000,
  hidden: 4096,
  ...uniform(layer([attention(32, 8, 128)], [mixture(8, 2, 14336)]), 32),
});

export const gpt3 = network({
  vocabulary: 50257,
  hidden: 12288,
  norm: 'layer',
  tiedEmbeddings: true,
  positions: 2048,
  ...uniform(
    layer([attention(96, 96, 128, { qkvBias: true, outputBias: true })], [dense(49152, { gated: false, bias: true })]),
    96,
  ),
});

/** Parallel block: one norm per layer; biases in the feed-forward and in the head. */
export const gptJ = network({
  vocabulary: 50400,
  hidden: 4096,
  norm: 'layer',
  headBias: true,
  ...uniform(layer([attention(16, 16, 256)], [dense(16384, { gated: false, bias: true })], { norms: 1 }), 28),
});

export const olmo2 = network({
  vocabulary: 100352,
  hidden: 4096,
  ...uniform(layer([attention(32, 32, 128, { qkNorm: 'full' })], [dense(11008)]), 32),
});

export const gemma3 = network({
  vocabulary: 262144,
  hidden: 5376,
  tiedEmbeddings: true,
  ...mixed(
    {
      sliding: layer([attention(32, 16, 128, { qkNorm: 'head', ...window(1024) })], [dense(21504)], { norms: 4 }),
      full: layer([attention(32, 16, 128, { qkNorm: 'head' })], [dense(21504)], { norms: 4 }),
    },
    ['sliding', 52],
    ['full', 10],
  ),
});

/** Keys serve as values in the full layers; one scale per layer. */
export const gemma4 = network({
  vocabulary: 262144,
  hidden: 5376,
  tiedEmbeddings: true,
  ...mixed(
    {
      sliding: layer([attention(32, 16, 256, { qkNorm: 'head', ...window(1024) })], [dense(21504)], {
        norms: 4,
        extraElements: 1,
      }),
      full: layer([attention(32, 4, 512, { qkNorm: 'head', keyValue: 'keys-only' })], [dense(21504)], {
        norms: 4,
        extraElements: 1,
      }),
    },
    ['sliding', 50],
    ['full', 10],
  ),
});

export const deepseekV3 = network({
  vocabulary: 129280,
  hidden: 7168,
  ...mixed(
    {
      dense: layer([latent(128, 1536)], [dense(18432)]),
      mixture: layer(
        [latent(128, 1536)],
        [mixture(256, 8, 2048, { routerBias: true, shared: { count: 1, width: 2048, gate: false } })],
      ),
    },
    ['dense', 3],
    ['mixture', 58],
  ),
});

/** DeepSeek-V3 with a lightning indexer in each layer. */
const lightningIndexer = { span: { kind: 'selected', size: 2048, indexHeads: 64, indexDim: 128 } } as const;
export const deepseekV32 = network({
  ...deepseekV3,
  ...mixed(
    {
      dense: layer([latent(128, 1536, lightningIndexer)], [dense(18432)]),
      mixture: layer(
        [latent(128, 1536, lightningIndexer)],
        [mixture(256, 8, 2048, { routerBias: true, shared: { count: 1, width: 2048, gate: false } })],
      ),
    },
    ['dense', 3],
    ['mixture', 58],
  ),
});

/** Blocks of the context selected for grouped-query attention. */
const blockIndexer = { qkNorm: 'head', span: { kind: 'selected', size: 2048, indexHeads: 4, indexDim: 128 } } as const;
export const minimaxM3 = network({
  vocabulary: 200064,
  hidden: 6144,
  ...mixed(
    {
      dense: layer([attention(64, 4, 128, { qkNorm: 'head' })], [dense(12288)]),
      mixture: layer(
        [attention(64, 4, 128, blockIndexer)],
        [mixture(128, 4, 3072, { routerBias: true, shared: { count: 1, width: 3072, gate: false } })],
      ),
    },
    ['dense', 3],
    ['mixture', 57],
  ),
});

function compressed(compression: Compression): CompressedAttentionMixer {
  return {
    kind: 'compressed-attention',
    heads: 64,
    headDim: 512,
    ropeDim: 64,
    queryRank: 1024,
    outputGroups: 8,
    outputRank: 1024,
    window: 128,
    compression,
  };
}

const shared2048 = { shared: { count: 1, width: 2048, gate: false } };
const routed = mixture(256, 6, 2048, { ...shared2048, routerBias: true });
const hashed = mixture(256, 6, 2048, shared2048);
const sparse = compressed({ kind: 'sparse', ratio: 4, size: 512, indexHeads: 64, indexDim: 128 });

/** Windows, entries for 4 tokens of which 512 are selected, entries for 128; hyper-connections. */
export const deepseekV4Flash = network({
  vocabulary: 129280,
  hidden: 4096,
  residual: { kind: 'hyper-connections', streams: 4, iterations: 20 },
  layers: {
    window: layer([compressed({ kind: 'none' })], [hashed]),
    'sparse-hashed': layer([sparse], [hashed]),
    sparse: layer([sparse], [routed]),
    heavy: layer([compressed({ kind: 'heavy', ratio: 128 })], [routed]),
  },
  pattern: [
    { layers: ['window'], repeat: 2 },
    { layers: ['sparse-hashed', 'heavy'], repeat: 1 },
    { layers: ['sparse', 'heavy'], repeat: 19 },
    { layers: ['sparse'], repeat: 1 },
  ],
});

export const deepseekV2Lite = network({
  vocabulary: 102400,
  hidden: 2048,
  ...mixed(
    {
      dense: layer([latent(16)], [dense(10944)]),
      mixture: layer([latent(16)], [mixture(64, 6, 1408, { shared: { count: 2, width: 1408, gate: false } })]),
    },
    ['dense', 1],
    ['mixture', 26],
  ),
});

export const qwen3Next = network({
  vocabulary: 151936,
  hidden: 2048,
  ...mixed(
    {
      linear: layer(
        [{ kind: 'gated-deltanet', keyHeads: 16, valueHeads: 32, keyDim: 128, valueDim: 128, conv: 4 }],
        [mixture(512, 10, 512, { shared: { count: 1, width: 512, gate: true } })],
      ),
      full: layer(
        [attention(16, 2, 256, { qkNorm: 'head', outputGate: true })],
        [mixture(512, 10, 512, { shared: { count: 1, width: 512, gate: true } })],
      ),
    },
    ['linear', 36],
    ['full', 12],
  ),
});

export const qwen15Moe = network({
  vocabulary: 151936,
  hidden: 2048,
  ...uniform(
    layer(
      [attention(16, 16, 128, { qkvBias: true })],
      [mixture(60, 4, 1408, { shared: { count: 1, width: 5632, gate: true } })],
    ),
    24,
  ),
});

export const qwen3Large = network({
  vocabulary: 151936,
  hidden: 4096,
  ...uniform(layer([attention(64, 4, 128, { qkNorm: 'head' })], [mixture(128, 8, 1536)]), 94),
});

export const llama4Scout = network({
  vocabulary: 202048,
  hidden: 5120,
  ...mixed(
    {
      chunked: layer(
        [attention(40, 8, 128, { span: { kind: 'chunked', size: 8192 } })],
        [mixture(16, 1, 8192, { shared: { count: 1, width: 8192, gate: false } })],
      ),
      full: layer([attention(40, 8, 128)], [mixture(16, 1, 8192, { shared: { count: 1, width: 8192, gate: false } })]),
    },
    ['chunked', 36],
    ['full', 12],
  ),
});

const jambaMamba = { kind: 'mamba1', inner: 8192, state: 16, conv: 4, dtRank: 256, innerNorms: true } as const;

export const jamba = network({
  vocabulary: 65536,
  hidden: 4096,
  ...mixed(
    {
      'mamba-dense': layer([jambaMamba], [dense(14336)]),
      'mamba-mixture': layer([jambaMamba], [mixture(16, 2, 14336)]),
      'attention-dense': layer([attention(32, 8, 128)], [dense(14336)]),
    },
    ['mamba-dense', 12],
    ['mamba-mixture', 16],
    ['attention-dense', 4],
  ),
});

export const mamba = network({
  vocabulary: 50280,
  hidden: 2560,
  tiedEmbeddings: true,
  ...uniform(
    layer([{ kind: 'mamba1', inner: 5120, state: 16, conv: 4, dtRank: 160, innerNorms: false }], [], { norms: 1 }),
    64,
  ),
});

const nanoMamba = {
  kind: 'mamba2',
  inner: 10240,
  state: 128,
  conv: 4,
  heads: 128,
  groups: 8,
  gatedNorm: true,
} as const;

/** Mixers and feed-forward parts in layers of their own. */
export const nemotronNano = network({
  vocabulary: 131072,
  hidden: 4480,
  ...mixed(
    {
      mamba: layer([nanoMamba], [], { norms: 1 }),
      attention: layer([attention(40, 8, 128)], [], { norms: 1 }),
      'feed-forward': layer([], [dense(15680, { gated: false })], { norms: 1 }),
    },
    ['mamba', 27],
    ['attention', 4],
    ['feed-forward', 25],
  ),
});

/** Experts behind projections to a narrower space. */
export const nemotronSuper = network({
  vocabulary: 131072,
  hidden: 4096,
  ...mixed(
    {
      mamba: layer([{ ...nanoMamba, inner: 8192 }], [], { norms: 1 }),
      attention: layer([attention(32, 2, 128)], [], { norms: 1 }),
      mixture: layer(
        [],
        [mixture(512, 22, 2688, { gated: false, latent: 1024, shared: { count: 1, width: 5376, gate: false } })],
        { norms: 1 },
      ),
    },
    ['mamba', 40],
    ['attention', 8],
    ['mixture', 40],
  ),
});

export const rwkv4 = network({
  vocabulary: 50277,
  hidden: 4096,
  norm: 'layer',
  embeddingNorm: true,
  ...uniform(layer([{ kind: 'rwkv4', width: 4096 }], [{ kind: 'channel-mixing', width: 16384 }]), 32),
});

const kda: Mixer = { kind: 'kda', heads: 96, headDim: 128, conv: 4, decayRank: 128 };
const gatedLatent = latent(96, 1536, { outputGate: true });
const latentExperts = mixture(896, 16, 3072, {
  latent: 3584,
  routerBias: true,
  shared: { count: 2, width: 3072, gate: false },
});

/** Kimi delta attention, gated latent attention, latent experts with a norm, and attention over the residual. */
export const kimiK3 = network({
  vocabulary: 163840,
  hidden: 7168,
  residual: { kind: 'attention', every: 12 },
  ...mixed(
    {
      'delta-dense': layer([kda], [dense(33792)]),
      delta: layer([kda], [latentExperts], { extraElements: 3584 }),
      latent: layer([gatedLatent], [latentExperts], { extraElements: 3584 }),
    },
    ['delta-dense', 1],
    ['delta', 68],
    ['latent', 24],
  ),
});

/** Attention and Mamba-2 side by side in every layer. */
export const falconH1 = network({
  vocabulary: 261120,
  hidden: 5120,
  ...uniform(
    layer(
      [
        attention(20, 4, 128),
        { kind: 'mamba2', inner: 4096, state: 256, conv: 4, heads: 32, groups: 2, gatedNorm: true },
      ],
      [dense(21504)],
    ),
    72,
  ),
});

export const minimaxM1 = network({
  vocabulary: 200064,
  hidden: 6144,
  ...mixed(
    {
      lightning: layer([{ kind: 'lightning', heads: 64, headDim: 128 }], [mixture(32, 2, 9216)]),
      full: layer([attention(64, 8, 128)], [mixture(32, 2, 9216)]),
    },
    ['lightning', 70],
    ['full', 10],
  ),
});
