import type { AttentionMixer, FeedForward, Layer, Mixer, MixtureFeedForward, Span } from '../model/types.js';
import { attention } from './families/parts.js';
import type { GgufFacts } from './gguf-facts.js';
import type { GgufTensor } from './gguf-header.js';

/** One block of a file, and what its tensors are asked for. */
export interface Block {
  readonly facts: GgufFacts;
  readonly index: number;
  readonly hidden: number;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** The layer that a block describes: dimensions from the values of the file, parts from the tensors that are there. */
export function layerOfBlock(block: Block, span: Span): Layer {
  const { tensors, hidden } = block;
  const mixers = mixersOf(block, span);
  const feedForwards = feedForwardsOf(block);
  if (mixers.length + feedForwards.length === 0) {
    block.facts.fail(
      `blk.${block.index}`,
      'has no tensors of attention, state or feed-forward',
      'the file is damaged, or a part of a split one',
    );
  }
  const norms = [...tensors].filter(
    ([name, { elements }]) => /_norm(?:_\d)?\.weight$/.test(name) && !INNER_NORM.test(name) && elements === hidden,
  ).length;
  return { mixers, feedForwards, norms, extraElements: 0 };
}

/** Norms inside a mixer. */
const INNER_NORM = /^(?:attn_(?:q|k|q_a|kv_a)_norm|ssm_)/;

/** True for a block of gated DeltaNet. */
export function isDeltanet({ tensors }: Block): boolean {
  return tensors.has('ssm_ba.weight') || (tensors.has('ssm_beta.weight') && tensors.has('ssm_alpha.weight'));
}

/** True for a block of latent attention. */
export function isLatent({ tensors }: Block): boolean {
  return tensors.has('attn_kv_a_mqa.weight');
}

function mixersOf(block: Block, span: Span): Mixer[] {
  const { tensors } = block;
  if (isDeltanet(block)) return [deltanet(block)];
  if (isLatent(block)) return [latent(block)];
  const attends = tensors.has('attn_q.weight') || tensors.has('attn_qkv.weight');
  return [
    ...(attends ? [plainAttention(block, span)] : []),
    ...(tensors.has('ssm_x.weight') ? [mamba1(block)] : tensors.has('ssm_in.weight') ? [mamba2(block)] : []),
  ];
}

function plainAttention({ facts, index, hidden, tensors }: Block, span: Span): AttentionMixer {
  const heads = facts.size('attention.head_count', index);
  const kvHeads = facts.sizeIfGiven('attention.head_count_kv', index) ?? heads;
  const headDim = facts.sizeIfGiven('attention.key_length') ?? hidden / heads;
  const valueDim = facts.sizeIfGiven('attention.value_length') ?? hidden / heads;
  if (!(Number.isInteger(headDim) && Number.isInteger(valueDim) && heads > 0 && kvHeads > 0 && heads % kvHeads === 0)) {
    facts.fail(
      `${facts.architecture}.attention.head_count`,
      `${heads} heads with ${kvHeads} key heads do not divide ${hidden}`,
      'state attention.key_length, and key heads that divide the heads',
    );
  }
  const has = (...names: readonly string[]) => names.every((name) => tensors.has(name));
  const queryNorm = tensors.get('attn_q_norm.weight')?.elements;
  const queries = tensors.get('attn_q.weight')?.dims[1];
  return attention(heads, kvHeads, headDim, {
    valueDim,
    span,
    qkvBias: has('attn_qkv.bias') || has('attn_q.bias', 'attn_k.bias', 'attn_v.bias'),
    outputBias: has('attn_output.bias'),
    qkNorm: queryNorm === undefined ? 'none' : queryNorm === headDim ? 'head' : 'full',
    // Queries and gate stand in one tensor (Qwen3-Next).
    outputGate: has('attn_gate.weight') || queries === 2 * heads * headDim,
    sinks: has('attn_sinks.weight') || has('attn_sinks'),
  });
}

function latent({ facts, index, tensors }: Block): Mixer {
  const queryRank = tensors.has('attn_q_a.weight') ? facts.size('attention.q_lora_rank') : undefined;
  const ropeDim = facts.size('rope.dimension_count');
  const keyDim = facts.sizeIfGiven('attention.key_length_mla') ?? facts.size('attention.key_length');
  const nopeDim = keyDim - ropeDim;
  if (nopeDim < 1) {
    const field = `${facts.architecture}.attention.key_length`;
    facts.fail(
      field,
      `${keyDim} leaves nothing beside ${ropeDim} of rotary positions`,
      'state the width of a key head',
    );
  }
  return {
    kind: 'latent-attention',
    heads: facts.size('attention.head_count', index),
    ...(queryRank === undefined ? {} : { queryRank }),
    kvRank: facts.size('attention.kv_lora_rank'),
    nopeDim,
    ropeDim,
    valueDim: facts.sizeIfGiven('attention.value_length_mla') ?? facts.size('attention.value_length'),
    span: { kind: 'full' },
    outputGate: false,
  };
}

function deltanet({ facts }: Block): Mixer {
  const valueHeads = facts.size('ssm.time_step_rank');
  return {
    kind: 'gated-deltanet',
    keyHeads: facts.size('ssm.group_count'),
    valueHeads,
    keyDim: facts.size('ssm.state_size'),
    valueDim: Math.floor(facts.size('ssm.inner_size') / valueHeads),
    conv: facts.size('ssm.conv_kernel'),
  };
}

function mamba1({ facts, tensors }: Block): Mixer {
  return {
    kind: 'mamba1',
    inner: facts.size('ssm.inner_size'),
    state: facts.size('ssm.state_size'),
    conv: facts.size('ssm.conv_kernel'),
    dtRank: facts.size('ssm.time_step_rank'),
    innerNorms: tensors.has('ssm_dt_norm.weight'),
  };
}

function mamba2({ facts, tensors }: Block): Mixer {
  return {
    kind: 'mamba2',
    inner: facts.size('ssm.inner_size'),
    state: facts.size('ssm.state_size'),
    conv: facts.size('ssm.conv_kernel'),
    heads: facts.size('ssm.time_step_rank'),
    groups: facts.size('ssm.group_count'),
    gatedNorm: tensors.has('ssm_norm.weight'),
  };
}

function feedForwardsOf(block: Block): FeedForward[] {
  const { tensors, facts, index } = block;
  const routed = tensors.has('ffn_gate_inp.weight');
  const down = tensors.get('ffn_down.weight');
  if (routed && down !== undefined)
    facts.fail(
      `blk.${index}.ffn_down.weight`,
      'stands beside experts, which is not understood',
      'a block has the one or the other',
    );
  if (routed) return [mixtureOf(block)];
  if (down === undefined) return [];
  const width = down.dims[0] ?? 0;
  checkStated(block, 'feed_forward_length', width);
  // Without a tensor of its own, the gate stands in one with the way up (Phi-3, GLM-4).
  const gated = tensors.has('ffn_gate.weight') || tensors.get('ffn_up.weight')?.dims[1] === 2 * width;
  return [{ kind: 'dense', gated, width, bias: tensors.has('ffn_down.bias') && tensors.has('ffn_up.bias') }];
}

function checkStated({ facts, index }: Block, name: string, found: number): void {
  const stated = facts.sizeIfGiven(name, index);
  if (stated === undefined || stated === 0 || stated === found) return;
  facts.fail(
    `${facts.architecture}.${name}`,
    `${stated} is stated, and the tensors of block ${index} are ${found} wide`,
    'the file is damaged',
  );
}

function mixtureOf(block: Block): MixtureFeedForward {
  const { tensors, facts, index } = block;
  const has = (name: string) => tensors.has(name);
  const experts = tensors.get('ffn_gate_inp.weight')?.dims[1] ?? 0;
  checkStated(block, 'expert_count', experts);
  const active = facts.size('expert_used_count');
  if (active < 1 || active > experts)
    facts.fail(
      `${facts.architecture}.expert_used_count`,
      `${active} of ${experts} experts`,
      'a token goes to some of them',
    );
  const down = tensors.get('ffn_down_exps.weight') ?? tensors.get('ffn_down.0.weight');
  const width =
    down?.dims[0] ?? facts.fail(`blk.${index}.ffn_down_exps.weight`, 'is missing', 'a block with a router has experts');
  const sharedWidth = tensors.get('ffn_down_shexp.weight')?.dims[0];
  const latentWidth = tensors.get('ffn_latent_down.weight')?.dims[1];
  return {
    kind: 'mixture',
    gated: has('ffn_gate_exps.weight') || has('ffn_gate_up_exps.weight') || has('ffn_gate.0.weight'),
    experts,
    active,
    width,
    expertBias: has('ffn_down_exps.bias'),
    routerBias: has('exp_probs_b.bias') || has('exp_probs_b') || has('ffn_gate_inp.bias'),
    ...(sharedWidth === undefined ? {} : { shared: sharedOf(facts, sharedWidth, has('ffn_gate_inp_shexp.weight')) }),
    ...(latentWidth === undefined ? {} : { latent: latentWidth }),
  };
}

/** Shared experts stand side by side in one tensor. */
function sharedOf(facts: GgufFacts, width: number, gate: boolean): NonNullable<MixtureFeedForward['shared']> {
  const count = facts.sizeIfGiven('expert_shared_count') ?? 1;
  return count > 0 && width % count === 0 ? { count, width: width / count, gate } : { count: 1, width, gate };
}
