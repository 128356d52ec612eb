import type { Bound, Estimate } from '../estimator/types.js';
import type { EstimateInput, Outcome } from '../index.js';

/** What may be asserted on: an estimate, the scenario of one, or what `tryEstimate` made of it. */
export type Subject = Estimate | EstimateInput | Outcome;

/** What a matcher finds in `this`, in Vitest as in Jest. */
export interface MatcherContext {
  readonly isNot?: boolean;
}

/** What a matcher answers, in Vitest as in Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

export interface PhaseOptions {
  /** Default: decode. */
  readonly phase?: 'decode' | 'prefill';
}

export interface ReachOptions {
  /** Which value must reach it: the expected one, or the low end of the 80 % interval. Default: expected. */
  readonly atLeast?: 'expected' | 'low';
  /** Whose rate: all sequences of the batch together, or each of them. Default: all. */
  readonly per?: 'batch' | 'sequence';
}

export interface FasterOptions extends PhaseOptions {
  /** Least ratio of the expected rates. Default: any above 1. */
  readonly by?: number;
}

/** The matchers as they are written behind `expect(subject)`. To type them in Jest, extend its `Matchers` by this. */
export interface RoofcastMatchers {
  /** Memory traffic decides the time of decode, or of another phase. */
  toBeMemoryBound(options?: PhaseOptions): void;
  /** Arithmetic decides the time of decode, or of another phase. */
  toBeComputeBound(options?: PhaseOptions): void;
  /** This term decides the time of decode, or of another phase: `toBeBoundBy('load')`. */
  toBeBoundBy(bound: Bound, options?: PhaseOptions): void;
  /** Decode gives so many token/s or more. */
  toReachTokensPerSecond(tokensPerSecond: number, options?: ReachOptions): void;
  /** Weights, cache and working memory have room in the machine. */
  toFit(): void;
  /** More token/s than another: `toBeFasterThan(other, { by: 2 })`. */
  toBeFasterThan(other: Subject, options?: FasterOptions): void;
  /** A million output tokens cost less than so many USD. */
  toCostLessThan(usdPerMillionTokens: number): void;
  /** An output token, with its share of the prompt, takes less than so many joules. */
  toUseLessEnergyThan(joulesPerToken: number): void;
  /** The first token comes within so many seconds. */
  toAnswerWithin(ttftSeconds: number): void;
}
