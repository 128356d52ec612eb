import type { Work } from '../model/measure.js';
import { newTokens, type Pass } from '../model/pass.js';
import type { Seconds } from '../quantities.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import type { PassCost } from './pass-cost.js';
import type { Run } from './runs.js';

/**
 * A spatial machine lays its layers out side by side, each on a share of cores and memory; tokens follow one another
 * through them. One token takes `T1 = L t_layer`, every further one of a prompt leaves `t_layer` later:
 * `T1 (1 + (T - 1) / L)`. Streams that decode follow each other without end: up to L of them share the pipeline for
 * nothing, `T1 max(1, T / L)`.
 */
export interface Pipeline {
  /** Tokens that pass one by one. */
  readonly tokens: number;
  /** What one token takes, so many times. */
  readonly stretch: number;
  /** Hops from layer to layer of one token. */
  readonly hops: Seconds;
}

/** The pipeline that a run of rows goes through on so many layers. */
export function pipelineOf(
  { tokens, sequences }: Pass,
  layers: number,
  execution: { readonly hopLatency: Seconds; readonly hopsPerLayer: number },
): Pipeline {
  const decodes = tokens === sequences;
  const stretch = layers * (decodes ? Math.max(1, tokens / layers) : 1 + (tokens - 1) / layers);
  return { tokens, stretch, hops: execution.hopsPerLayer * execution.hopLatency };
}

/** The run of one token, behind the mean context of all; of a prompt, only the last position is sampled. */
export function oneByOne({ rows, passes }: Run): Run {
  const one = { tokens: 1, sequences: 1, sampled: rows.sampled / rows.tokens };
  const context = (parts: readonly Pass[]): number =>
    parts.reduce((sum, part) => sum + part.tokens * (part.context + (newTokens(part) - 1) / 2), 0) / rows.tokens;
  return {
    rows: { ...one, context: rows.context },
    passes: passes.map(({ weight, parts }) => ({ weight, parts: [{ ...one, context: context(parts) }] })),
  };
}

/** Turns the cost of one token's way, so many times, into that of all tokens in the pipeline. */
export function fillPipeline(cost: PassCost, times: number, { tokens, stretch, hops }: Pipeline): void {
  cost.seconds = (cost.seconds + times * hops) * stretch;
  cost.overhead = (cost.overhead + times * hops) * stretch;
  cost.bytes *= tokens;
  cost.instructions *= tokens;
  cost.matrixFlops *= tokens;
  cost.statedJoules *= tokens;
}

/** Work of an operator over all tokens in the pipeline. */
export function workInPipeline(work: Work, { tokens }: Pipeline): Work {
  const { flops, weightBytes, cacheElements, stateBytes } = work;
  return {
    ...work,
    flops: flops * tokens,
    weightBytes: weightBytes * tokens,
    cacheElements: cacheElements * tokens,
    stateBytes: stateBytes * tokens,
  };
}

/** Time of an operator on its layer's share of the machine, over all tokens in the pipeline. */
export function timeInPipeline(time: OperatorTime, { stretch, tokens }: Pipeline): OperatorTime {
  return {
    ...time,
    compute: time.compute * stretch,
    dequantisation: time.dequantisation * stretch,
    memory: time.memory * stretch,
    load: time.load * stretch,
    overhead: time.overhead * stretch,
    total: time.total * stretch,
    bytes: time.bytes * tokens,
  };
}
