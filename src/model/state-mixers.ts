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
    case 'lightning':
      return lightning(mixer, hidden);
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
