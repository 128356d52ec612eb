import type { Footprint } from './operators.js';
import { matrix, type Tensor, vector } from './tensor.js';
import type { StateMixer } from './types.js';

/** What a mixer with a state of constant size is made of and does. Each kind answers in a function of its own. */
export interface StateMixerFacts {
  /** Convolutions, step sizes, decays and mixing vectors are `state-small`. */
  readonly tensors: readonly Tensor[];
  /** Recurrent state, in elements of 32 bits. */
  readonly stateElements: number;
  /** Past inputs that it still needs, in elements of 16 bits: channels of a convolution times `k - 1`. */
  readonly inputElements: number;
  /** FLOPs of the recurrence for one token, counted from its update and read-out. */
  readonly flopsPerToken: number;
  /** Elements that the recurrence gives out per token. */
  readonly width: number;
  /** Kernels around the recurrence when each primitive is one, and the elements that they move. */
  readonly eager: Footprint;
  /** The same with neighbours folded together. */
  readonly fused: Footprint;
}

type Of<Kind extends StateMixer['kind']> = Extract<StateMixer, { readonly kind: Kind }>;

/**
 * Facts of a mixer in a network of the given width.
 *
 * Source: docs/model-facts.md, sections 2 to 4.
 */
export function stateMixerFacts(mixer: StateMixer, hidden: number): StateMixerFacts {
  switch (mixer.kind) {
    case 'mamba1':
      return mamba1(mixer, hidden);
    case 'mamba2':
      return mamba2(mixer, hidden);
    case 'gated-deltanet':
      return gatedDeltanet(mixer, hidden);
    case 'kda':
      return kda(mixer, hidden);
    case 'lightning':
      return lightning(mixer, hidden);
    case 'rwkv4':
      return rwkv4(mixer, hidden);
  }
}

function mamba1({ inner, state, conv, dtRank, innerNorms }: Of<'mamba1'>, hidden: number): StateMixerFacts {
  return {
    tensors: [
      matrix('state-in', 2 * inner, hidden),
      matrix('state-small', inner, conv),
      vector('bias', inner),
      matrix('state-projection', dtRank + 2 * state, inner),
      matrix('state-projection', inner, dtRank),
      vector('bias', inner),
      matrix('state-small', inner, state), // A
      vector('state-small', inner), // D
      vector('norm', innerNorms ? dtRank + 2 * state : 0),
      matrix('state-out', hidden, inner),
    ],
    stateElements: inner * state,
    inputElements: inner * (conv - 1),
    flopsPerToken: 9 * inner * state,
    width: inner,
    ...kernels(8, inner),
  };
}

function mamba2({ inner, state, conv, heads, groups, gatedNorm }: Of<'mamba2'>, hidden: number): StateMixerFacts {
  const channels = inner + 2 * groups * state;
  return {
    tensors: [
      matrix('state-in', inner + channels + heads, hidden),
      matrix('state-small', channels, conv),
      vector('bias', channels),
      vector('state-small', 3 * heads), // A, D, bias of dt
      vector('norm', gatedNorm ? inner : 0),
      matrix('state-out', hidden, inner),
    ],
    stateElements: inner * state,
    inputElements: channels * (conv - 1),
    flopsPerToken: 6 * inner * state,
    width: inner,
    ...kernels(8, inner),
  };
}

function gatedDeltanet(mixer: Of<'gated-deltanet'>, hidden: number): StateMixerFacts {
  const { valueHeads, keyDim, valueDim, conv } = mixer;
  const keys = mixer.keyHeads * keyDim;
  const values = valueHeads * valueDim;
  const channels = 2 * keys + values;
  return {
    tensors: [
      matrix('state-in', channels + values, hidden),
      matrix('state-projection', 2 * valueHeads, hidden), // beta and alpha
      matrix('state-small', channels, conv),
      vector('state-small', 2 * valueHeads),
      vector('norm', valueDim),
      matrix('state-out', hidden, values),
    ],
    stateElements: values * keyDim,
    inputElements: channels * (conv - 1),
    flopsPerToken: 7 * values * keyDim,
    width: values,
    ...kernels(12, values),
  };
}

/**
 * `h (4 w + H) + r (h + w) + 3 w k + w + H + d + w h` for w = H d and decays of rank r, or `3 w` and `g (h + w)` with a
 * gate of rank g. The state is that of gated DeltaNet, and so is its work: decay, two products with keys, update, read-out.
 *
 * Source: arXiv 2510.26692; docs/model-facts.md, section 2.
 */
function kda({ heads, headDim, conv, decayRank, gateRank }: Of<'kda'>, hidden: number): StateMixerFacts {
  const width = heads * headDim;
  const gate =
    gateRank === undefined
      ? [matrix('state-in', width, hidden)]
      : [matrix('state-projection', gateRank, hidden), matrix('state-projection', width, gateRank)];
  return {
    tensors: [
      matrix('state-in', 3 * width, hidden), // q, k, v
      ...gate,
      matrix('state-projection', heads, hidden), // beta
      matrix('state-projection', decayRank, hidden),
      matrix('state-projection', width, decayRank),
      matrix('state-small', 3 * width, conv),
      vector('state-small', width + heads), // bias and scale of the decays
      vector('norm', headDim),
      matrix('state-out', hidden, width),
    ],
    stateElements: width * headDim,
    inputElements: 3 * width * (conv - 1),
    flopsPerToken: 7 * width * headDim,
    width,
    ...kernels(12, width),
  };
}

function lightning({ heads, headDim }: Of<'lightning'>, hidden: number): StateMixerFacts {
  const width = heads * headDim;
  return {
    tensors: [
      matrix('state-in', 4 * width, hidden), // q, k, v and the gate
      vector('norm', width),
      matrix('state-out', hidden, width),
    ],
    stateElements: width * headDim,
    inputElements: 0,
    flopsPerToken: 4 * width * headDim,
    width,
    ...kernels(6, width),
  };
}

/**
 * `5 w + 4 h w + 3 h` elements. Token and last one are blended three times (4 kernels, 11 elements each), for key, value
 * and receptance, each of which has its matrix. The recurrence takes 23 FLOPs per channel: 12 for the output (two maxima's
 * exponentials, numerator, denominator, quotient), 11 for the update of numerator, denominator and maximum. As the
 * framework runs it for one token it is 34 kernels; sigmoid, gate and the kept input make 49 with the blends.
 *
 * Source: arXiv 2305.13048, appendix; RwkvSelfAttention and rwkv_linear_attention_cpu of huggingface/transformers@058a04a
 * src/transformers/models/rwkv/modeling_rwkv.py
 */
function rwkv4({ width }: Of<'rwkv4'>, hidden: number): StateMixerFacts {
  return {
    tensors: [
      matrix('state-in', width, hidden), // key
      matrix('state-in', width, hidden), // value
      matrix('state-in', width, hidden), // receptance
      vector('state-small', 2 * width), // decay, bonus of the token itself
      matrix('state-small', 3, hidden),
      matrix('state-out', hidden, width),
    ],
    stateElements: 3 * width, // numerator, denominator, maximum
    inputElements: hidden,
    flopsPerToken: 23 * width,
    width,
    eager: { launches: 49, elements: 33 * hidden + 96 * width },
    // One kernel blends (2 in, 3 out), one steps (3 in, 1 out), one gates.
    fused: { launches: 3, elements: 5 * hidden + 7 * width },
  };
}

/**
 * Kernels around a recurrence when each is one: convolution and its activation, the parts split off, step sizes and
 * decays (softplus, exponential, product), normalised keys and queries, the recurrence itself, skip and gate.
 *
 * Assumes: eager engines take twice as many and move three times as much.
 */
function kernels(count: number, width: number): Pick<StateMixerFacts, 'eager' | 'fused'> {
  return {
    eager: { launches: 2 * count, elements: 12 * width },
    fused: { launches: count, elements: 4 * width },
  };
}
