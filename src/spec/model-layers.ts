import type { FeedForward, Layer, Mixer, Selected } from '../model/types.js';
import type { FeedForwardSpec, LayerSpec, MixerSpec } from './model-schema.js';
import { given } from './record.js';

/** A kind of layer from its YAML. */
export function readLayer(layer: LayerSpec): Layer {
  const mixers = listOf(layer.mixer).map(readMixer);
  const feedForwards = listOf(layer['feed-forward']).map(readFeedForward);
  const usualNorms = (mixers.length > 0 ? 1 : 0) + (feedForwards.length > 0 ? 1 : 0);
  return { mixers, feedForwards, norms: layer.norms ?? usualNorms, extraElements: layer['extra-elements'] };
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  // Array.isArray does not narrow readonly arrays away from T.
  return Array.isArray(value) ? value : [value as T];
}

function readMixer(mixer: MixerSpec): Mixer {
  switch (mixer.kind) {
    case 'attention':
      return readAttention(mixer);
    case 'latent-attention':
      return readLatentAttention(mixer);
    case 'compressed-attention':
      return readCompressedAttention(mixer);
    default:
      return readStateMixer(mixer);
  }
}

type Of<Kind extends MixerSpec['kind']> = Extract<MixerSpec, { readonly kind: Kind }>;
type AnyAttention = 'attention' | 'latent-attention' | 'compressed-attention';

function readAttention(mixer: Of<'attention'>): Mixer {
  return {
    kind: 'attention',
    heads: mixer.heads,
    kvHeads: mixer['kv-heads'],
    headDim: mixer['head-dim'],
    valueDim: mixer['value-dim'] ?? mixer['head-dim'],
    span: mixer.span.kind === 'selected' ? readSelected(mixer.span) : mixer.span,
    qkvBias: mixer['qkv-bias'],
    outputBias: mixer['output-bias'],
    qkNorm: mixer['qk-norm'],
    outputGate: mixer['output-gate'],
    sinks: mixer.sinks,
    keyValue: mixer['key-value'],
  };
}

function readLatentAttention(mixer: Of<'latent-attention'>): Mixer {
  return {
    kind: 'latent-attention',
    heads: mixer.heads,
    ...given({ queryRank: mixer['query-rank'] }),
    kvRank: mixer['kv-rank'],
    nopeDim: mixer['nope-dim'],
    ropeDim: mixer['rope-dim'],
    valueDim: mixer['value-dim'],
    span: mixer.span.kind === 'selected' ? readSelected(mixer.span) : mixer.span,
    outputGate: mixer['output-gate'],
  };
}

function readCompressedAttention(mixer: Of<'compressed-attention'>): Mixer {
  const { compression } = mixer;
  return {
    kind: 'compressed-attention',
    heads: mixer.heads,
    headDim: mixer['head-dim'],
    ropeDim: mixer['rope-dim'],
    queryRank: mixer['query-rank'],
    outputGroups: mixer['output-groups'],
    outputRank: mixer['output-rank'],
    window: mixer.window,
    compression:
      compression.kind === 'sparse'
        ? { ...readSelected(compression), kind: 'sparse', ratio: compression.ratio }
        : compression,
  };
}

function readSelected(span: Omit<Extract<Of<'attention'>['span'], { kind: 'selected' }>, 'kind'>): Selected {
  return { kind: 'selected', size: span.size, indexHeads: span['index-heads'], indexDim: span['index-dim'] };
}

function readStateMixer(mixer: Exclude<MixerSpec, { readonly kind: AnyAttention }>): Mixer {
  switch (mixer.kind) {
    case 'mamba1': {
      const { kind, inner, state, conv } = mixer;
      return { kind, inner, state, conv, dtRank: mixer['dt-rank'], innerNorms: mixer['inner-norms'] };
    }
    case 'mamba2': {
      const { kind, inner, state, conv, heads, groups } = mixer;
      return { kind, inner, state, conv, heads, groups, gatedNorm: mixer['gated-norm'] };
    }
    case 'gated-deltanet':
      return {
        kind: mixer.kind,
        keyHeads: mixer['key-heads'],
        valueHeads: mixer['value-heads'],
        keyDim: mixer['key-dim'],
        valueDim: mixer['value-dim'],
        conv: mixer.conv,
      };
    case 'kda': {
      const { kind, heads, conv } = mixer;
      const ranks = { decayRank: mixer['decay-rank'], ...given({ gateRank: mixer['gate-rank'] }) };
      return { kind, heads, headDim: mixer['head-dim'], conv, ...ranks };
    }
    case 'lightning':
      return { kind: mixer.kind, heads: mixer.heads, headDim: mixer['head-dim'] };
    case 'rwkv4':
      return mixer;
  }
}

function readFeedForward(part: FeedForwardSpec): FeedForward {
  if (part.kind !== 'mixture') return part;
  const { kind, gated, experts, active, width } = part;
  return {
    kind,
    gated,
    experts,
    active,
    width,
    expertBias: part['expert-bias'],
    routerBias: part['router-bias'],
    ...given({ shared: part.shared, latent: part.latent }),
  };
}
