import type { TensorRole } from '../model/tensor.js';
import type { AttentionMixer, LatentAttentionMixer, Layer } from '../model/types.js';
import { type Block, isDeltanet, isLatent } from './gguf-block.js';
import type { GgufTensor } from './gguf-header.js';

/** A part of a tensor, and what it is for. Several roles may stand in one tensor. */
export interface Share {
  readonly role: TensorRole;
  readonly elements: number;
  readonly tensor: GgufTensor;
}

/** Roles of the matrices of a block, by the stem of their names. */
const roles: Readonly<Record<string, TensorRole>> = {
  attn_q: 'attention-query',
  attn_k: 'attention-key',
  attn_v: 'attention-value',
  attn_output: 'attention-output',
  attn_gate: 'attention-gate',
  attn_q_a: 'latent-query-down',
  attn_q_b: 'latent-query-up',
  attn_kv_a_mqa: 'latent-kv-down',
  attn_k_b: 'latent-key-up',
  attn_v_b: 'latent-value-up',
  ffn_gate: 'ffn-gate',
  ffn_up: 'ffn-up',
  ffn_down: 'ffn-down',
  ffn_gate_exps: 'expert-gate',
  ffn_up_exps: 'expert-up',
  ffn_down_exps: 'expert-down',
  ffn_gate_shexp: 'shared-gate',
  ffn_up_shexp: 'shared-up',
  ffn_down_shexp: 'shared-down',
  ffn_gate_inp: 'router',
  ffn_gate_inp_shexp: 'router',
  ffn_latent_down: 'latent-down',
  ffn_latent_up: 'latent-up',
  ssm_in: 'state-in',
  ssm_out: 'state-out',
  ssm_x: 'state-projection',
  ssm_dt: 'state-projection',
  ssm_ba: 'state-projection',
  ssm_alpha: 'state-projection',
  ssm_beta: 'state-projection',
  ssm_conv1d: 'state-small',
  ssm_a: 'state-small',
  ssm_d: 'state-small',
  attn_sinks: 'sink',
  exp_probs_b: 'bias',
  attn_rot_embd: 'extra',
  rope_freqs: 'extra',
  rope_factors_long: 'extra',
  rope_factors_short: 'extra',
};

/** What stands outside the blocks. */
const outerRoles: Readonly<Record<string, TensorRole>> = {
  token_embd: 'token-embedding',
  position_embd: 'position-embedding',
  output: 'head',
  output_norm: 'norm',
  token_embd_norm: 'norm',
  rope_freqs: 'extra',
  rope_factors_long: 'extra',
  rope_factors_short: 'extra',
};

/** Roles of a tensor outside the blocks; undefined for one that is not understood. */
export function outerShares(name: string, tensor: GgufTensor): readonly Share[] | undefined {
  const stem = name.replace(/\.(?:weight|bias)$/, '');
  const known = Object.hasOwn(outerRoles, stem) ? outerRoles[stem] : undefined;
  if (known === undefined) return undefined;
  const role = name.endsWith('.bias') && known !== 'norm' ? 'bias' : known;
  return [{ role, elements: tensor.elements, tensor }];
}

/** Roles of a tensor of a block; undefined for one that is not understood. */
export function blockShares(
  block: Block,
  layer: Layer,
  name: string,
  tensor: GgufTensor,
): readonly Share[] | undefined {
  const whole = (role: TensorRole): readonly Share[] => [{ role, elements: tensor.elements, tensor }];
  const expert = /^ffn_(gate|up|down)\.\d+\.weight$/.exec(name)?.[1];
  if (expert !== undefined) return whole(`expert-${expert as 'gate' | 'up' | 'down'}`);
  const stem = name.replace(/\.(?:weight|bias)$/, '');
  if (/_norm(?:_\d)?$/.test(stem)) return whole('norm');
  if (name.endsWith('.bias') && stem !== 'exp_probs_b') {
    if (/_exps$/.test(stem)) return whole('expert-bias');
    const known = Object.hasOwn(roles, stem) || Object.hasOwn(fused, stem);
    return known ? whole(stem === 'ssm_dt' ? 'state-small' : 'bias') : undefined;
  }
  const split = fused[stem]?.(block, layer, tensor);
  if (split !== undefined) return shareOut(tensor, split);
  if (isLatent(block) && stem === 'attn_q') return whole('latent-query-up');
  if (isDeltanet(block) && stem === 'attn_gate') return whole('state-in');
  const role = Object.hasOwn(roles, stem) ? roles[stem] : undefined;
  return role === undefined ? undefined : whole(role);
}

type Weights = readonly (readonly [role: TensorRole, weight: number])[];

/** Tensors in which several matrices stand side by side, in proportion to their rows. */
const fused: Readonly<Record<string, (block: Block, layer: Layer, tensor: GgufTensor) => Weights | undefined>> = {
  attn_qkv: (block, { mixers }) => {
    if (isDeltanet(block)) return [['state-in', 1]];
    const mixer = mixers.find((one): one is AttentionMixer => one.kind === 'attention');
    if (mixer === undefined) return undefined;
    return [
      ['attention-query', mixer.heads * mixer.headDim],
      ['attention-key', mixer.kvHeads * mixer.headDim],
      ['attention-value', mixer.kvHeads * mixer.valueDim],
    ];
  },
  attn_q: (block, { mixers }, tensor) => {
    const mixer = mixers.find((one): one is AttentionMixer => one.kind === 'attention');
    if (mixer?.outputGate !== true || tensor.dims[1] !== 2 * mixer.heads * mixer.headDim) return undefined;
    if (block.tensors.has('attn_gate.weight')) return undefined;
    return [
      ['attention-query', 1],
      ['attention-gate', 1],
    ];
  },
  attn_kv_b: (_, { mixers }) => {
    const mixer = mixers.find((one): one is LatentAttentionMixer => one.kind === 'latent-attention');
    if (mixer === undefined) return undefined;
    return [
      ['latent-key-up', mixer.nopeDim],
      ['latent-value-up', mixer.valueDim],
    ];
  },
  ffn_up: (block, { feedForwards: [part] }) => {
    if (part?.kind !== 'dense' || !part.gated || block.tensors.has('ffn_gate.weight')) return undefined;
    return [
      ['ffn-gate', 1],
      ['ffn-up', 1],
    ];
  },
  ffn_gate_up_exps: () => [
    ['expert-gate', 1],
    ['expert-up', 1],
  ],
};

function shareOut(tensor: GgufTensor, weights: Weights): readonly Share[] {
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return weights.map(([role, weight]) => ({ role, elements: (tensor.elements * weight) / sum, tensor }));
}
