import type { FeedForward, Layer, Mixer, StateMixer } from '../../model/types.js';
import type { Draft } from '../draft.js';
import type { Fields } from '../fields.js';
import { qwenExperts, qwenParts } from './mixtures.js';
import {
  attention,
  attentionOf,
  dense,
  layerCount,
  layerOf,
  layersOf,
  layerTypesOf,
  mixture,
  outside,
  refuseFlag,
} from './parts.js';

/** Qwen3-Next: gated DeltaNet in three layers of four, experts in all. */
export function qwen3Next(f: Fields): Draft {
  const count = layerCount(f, 'num_hidden_layers');
  return linearAndFull(f, qwenParts(f, count, qwenExperts(f, true)));
}

/** Qwen3.5 with experts. */
export function qwen35Moe(f: Fields): Draft {
  const experts = qwenExperts(f, true);
  return linearAndFull(
    f,
    Array.from({ length: layerCount(f, 'num_hidden_layers') }, () => experts),
  );
}

/** Qwen3.5 without. */
export function qwen35(f: Fields): Draft {
  const part = dense(f.size('intermediate_size'));
  return linearAndFull(
    f,
    Array.from({ length: layerCount(f, 'num_hidden_layers') }, () => part),
  );
}

function linearAndFull(f: Fields, parts: readonly FeedForward[]): Draft {
  const biased = f.flagOr('attention_bias', false);
  const outputGate = f.flagOr('attn_output_gate', true);
  const details = { qkvBias: biased, outputBias: biased, qkNorm: 'head', outputGate } as const;
  const full = attentionOf(f, { kvHeads: 'stated', headDim: 'stated', ...details });
  const linear: StateMixer = {
    kind: 'gated-deltanet',
    keyHeads: f.size('linear_num_key_heads'),
    valueHeads: f.size('linear_num_value_heads'),
    keyDim: f.size('linear_key_head_dim'),
    valueDim: f.size('linear_value_head_dim'),
    conv: f.size('linear_conv_kernel_dim'),
  };
  const every = f.has('layer_types') ? 1 : f.size('full_attention_interval');
  const types = layerTypesOf(f, parts.length, (index) =>
    (index + 1) % every === 0 ? 'full_attention' : 'linear_attention',
  );
  if (f.has('mtp_num_hidden_layers')) f.note('without the blocks that predict further tokens');
  const layers = types.map((type, index) => {
    if (type === 'full_attention' || type === 'linear_attention')
      return layerOf(type === 'full_attention' ? full : linear, parts[index]);
    return f.refuse(
      'layer_types',
      `"${type}" is not understood in the type ${f.type}`,
      'it has full and linear attention',
    );
  });
  return { ...outside(f, false), layers };
}

/** Mamba: the first kind of state space, and nothing else in a layer. */
export function mamba(f: Fields): Draft {
  refuseFlag(f, 'use_bias', 'projections have biases');
  const inner = f.sizeIfGiven('intermediate_size') ?? f.size('expand') * f.size('hidden_size');
  const mixer: StateMixer = {
    kind: 'mamba1',
    inner,
    state: f.size('state_size'),
    conv: f.size('conv_kernel'),
    dtRank: stepRank(f, 'time_step_rank'),
    innerNorms: false,
  };
  const layers = layersOf(layerCount(f, 'num_hidden_layers', 'n_layer'), () => layerOf(mixer, undefined));
  return { ...outside(f, true), layers };
}

/** Rank of the step sizes: `auto` is a sixteenth of the hidden width, rounded up. */
function stepRank(f: Fields, name: string): number {
  return f.sizeOrAuto(name, Math.ceil(f.size('hidden_size') / 16));
}

/** Mamba 2. */
export function mamba2(f: Fields): Draft {
  refuseFlag(f, 'use_bias', 'projections have biases');
  const heads = f.size('num_heads');
  const inner = heads * f.size('head_dim');
  const expanded = f.number('expand') * f.size('hidden_size');
  if (expanded !== inner) {
    f.refuse(
      'expand',
      `times hidden_size is ${expanded}, and num_heads x head_dim is ${inner}`,
      'the two are the same width',
    );
  }
  const mixer: StateMixer = {
    kind: 'mamba2',
    inner,
    state: f.size('state_size'),
    conv: f.size('conv_kernel'),
    heads,
    groups: f.size('n_groups'),
    gatedNorm: f.flagOr('rms_norm', true),
  };
  return {
    ...outside(f, false),
    layers: layersOf(layerCount(f, 'num_hidden_layers'), () => layerOf(mixer, undefined)),
  };
}

/** Jamba: attention and experts every so many layers, Mamba with inner norms in the others. */
export function jamba(f: Fields): Draft {
  refuseFlag(f, 'mamba_proj_bias', 'projections have biases');
  const full = attentionOf(f, { kvHeads: 'stated', headDim: 'divided' });
  const state: StateMixer = {
    kind: 'mamba1',
    inner: f.size('mamba_expand') * f.size('hidden_size'),
    state: f.size('mamba_d_state'),
    conv: f.size('mamba_d_conv'),
    dtRank: stepRank(f, 'mamba_dt_rank'),
    innerNorms: true,
  };
  const width = f.size('intermediate_size');
  const experts = f.size('num_experts');
  const routed = experts === 1 ? dense(width) : mixture(f, { experts, active: f.size('num_experts_per_tok'), width });
  const attends = everySo(f, 'attn_layer_period', 'attn_layer_offset');
  const routes = everySo(f, 'expert_layer_period', 'expert_layer_offset');
  const layers = layersOf(layerCount(f, 'num_hidden_layers'), (index) =>
    layerOf(attends(index) ? full : state, routes(index) ? routed : dense(width)),
  );
  return { ...outside(f, false), layers };
}

function everySo(f: Fields, period: string, offset: string): (index: number) => boolean {
  const [every, from] = [f.size(period), f.has(offset) ? f.number(offset) : f.size(offset)];
  return (index) => index % every === from;
}

/** Nemotron-H, Nano 2 and 3: one part per layer, which a letter names. */
export function nemotronH(f: Fields): Draft {
  for (const name of ['use_bias', 'mamba_proj_bias', 'attention_bias', 'mlp_bias'])
    refuseFlag(f, name, 'projections have biases');
  const heads = f.size('mamba_num_heads');
  const headDim = f.size('head_dim', 'attention_head_dim');
  const state: Mixer = {
    kind: 'mamba2',
    inner: heads * f.size('mamba_head_dim'),
    state: f.size('ssm_state_size'),
    conv: f.size('conv_kernel'),
    heads,
    groups: f.size('n_groups'),
    gatedNorm: true,
  };
  const full = attention(f.size('num_attention_heads'), f.size('num_key_value_heads'), headDim);
  const count = layerCount(f, 'num_hidden_layers');
  const letters = [...f.text('hybrid_override_pattern')];
  if (letters.length !== count) {
    f.refuse(
      'hybrid_override_pattern',
      `has ${letters.length} letters, and there are ${count} layers`,
      'write one per layer',
    );
  }
  const layerOfLetter = (letter: string): Layer => {
    switch (letter) {
      case 'M':
        return layerOf(state, undefined);
      case '*':
        return layerOf(full, undefined);
      case '-':
        return layerOf(undefined, dense(f.size('intermediate_size'), false));
      case 'E':
        return layerOf(undefined, nemotronExperts(f));
    }
    return f.refuse('hybrid_override_pattern', `"${letter}" is not understood`, 'known are M, *, - and E');
  };
  return { ...outside(f, false), layers: letters.map(layerOfLetter) };
}

function nemotronExperts(f: Fields): FeedForward {
  const latent = f.sizeIfGiven('moe_latent_size');
  return mixture(f, {
    gated: false,
    experts: f.size('n_routed_experts'),
    active: f.size('num_experts_per_tok'),
    width: f.size('moe_intermediate_size'),
    shared: { count: f.size('n_shared_experts'), width: f.size('moe_shared_expert_intermediate_size'), gate: false },
    ...(latent === undefined ? {} : { latent }),
  });
}

/** Falcon-H1: attention and Mamba 2 side by side in every layer. */
export function falconH1(f: Fields): Draft {
  for (const name of ['attention_bias', 'mamba_proj_bias', 'mlp_bias', 'projectors_bias'])
    refuseFlag(f, name, 'projections have biases');
  const full = attentionOf(f, { kvHeads: 'stated', headDim: 'stated' });
  const state: Mixer = {
    kind: 'mamba2',
    inner: f.size('mamba_d_ssm'),
    state: f.size('mamba_d_state'),
    conv: f.size('mamba_d_conv'),
    heads: f.size('mamba_n_heads'),
    groups: f.size('mamba_n_groups'),
    gatedNorm: f.flag('mamba_rms_norm'),
  };
  const part = dense(f.size('intermediate_size'));
  const layer: Layer = { mixers: [full, state], feedForwards: [part], norms: 2, extraElements: 0 };
  return { ...outside(f, false), layers: layersOf(layerCount(f, 'num_hidden_layers'), () => layer) };
}
