import type { Pass } from '../model/pass.js';
import {
  type MeasuredOperator,
  measurePass,
  type PassTime,
  type Prepared,
  passTime,
  timeMeasured,
  type Visit,
} from './pass-time.js';
import { type Following, timeFollowing } from './units/following.js';

/** Gauss-Legendre points and weights on [0, 1]: exact for a cubic, and the context enters nearly linearly. */
const QUADRATURE: readonly (readonly [number, number])[] = [
  [0.5 - Math.sqrt(1 / 12), 0.5],
  [0.5 + Math.sqrt(1 / 12), 0.5],
];

/** Passes of one kind, weighted by how many there are. */
export interface WeightedPass {
  readonly pass: Pass;
  readonly weight: number;
}

/**
 * The decode steps of a request as a weighted few: one token per sequence, behind a context that grows from `context`
 * by `steps` tokens. The weights sum to 1: the mean step.
 */
export function decodePasses(sequences: number, context: number, steps: number): readonly WeightedPass[] {
  return QUADRATURE.map(([point, weight]) => ({
    pass: { tokens: sequences, sequences, context: context + point * (steps - 1), sampled: sequences },
    weight,
  }));
}

/** Runs of up to this many chunks are timed one by one; longer ones by quadrature over the growing context. */
const CHUNKS_ONE_BY_ONE = 4;

/**
 * The passes that take `sequences` prompts of `tokens` new tokens through the model, `chunk` tokens at a time.
 * Prompts shorter than a chunk share a pass. The weights sum to the number of passes.
 */
export function prefillPasses(
  sequences: number,
  tokens: number,
  context: number,
  chunk: number,
): readonly WeightedPass[] {
  if (tokens <= chunk) {
    const together = Math.max(1, Math.min(sequences, Math.floor(chunk / tokens)));
    const pass = { tokens: tokens * together, sequences: together, context, sampled: together };
    return [{ pass, weight: sequences / together }];
  }
  const whole = Math.floor(tokens / chunk);
  const rest = tokens - whole * chunk;
  const passes = wholeChunks(whole, chunk, context).map(({ pass, weight }) => ({ pass, weight: weight * sequences }));
  if (rest === 0) return passes;
  const last = { tokens: rest, sequences: 1, context: context + whole * chunk, sampled: 1 };
  return [...passes, { pass: last, weight: sequences }];
}

function wholeChunks(count: number, chunk: number, context: number): WeightedPass[] {
  const at = (index: number): Pass => ({ tokens: chunk, sequences: 1, context: context + index * chunk, sampled: 1 });
  if (count <= CHUNKS_ONE_BY_ONE) return Array.from({ length: count }, (_, index) => ({ pass: at(index), weight: 1 }));
  return QUADRATURE.map(([point, weight]) => ({ pass: at(point * (count - 1)), weight: weight * count }));
}

/** Everything of a pass, so many times. */
export function scalePass(time: PassTime, factor: number): PassTime {
  const { terms } = time;
  return {
    seconds: time.seconds * factor,
    perfectOverlap: time.perfectOverlap * factor,
    noOverlap: time.noOverlap * factor,
    terms: {
      compute: terms.compute * factor,
      dequantisation: terms.dequantisation * factor,
      memory: terms.memory * factor,
      load: terms.load * factor,
      overhead: terms.overhead * factor,
    },
    flops: time.flops * factor,
    weightBytes: time.weightBytes * factor,
    cacheBytes: time.cacheBytes * factor,
    bytes: time.bytes * factor,
    streaming: time.streaming * factor,
    instructions: time.instructions * factor,
    matrixFlops: time.matrixFlops * factor,
    statedJoules: time.statedJoules * factor,
  };
}

/** Two passes, one after the other. */
export function addPass(a: PassTime, b: PassTime): PassTime {
  return {
    seconds: a.seconds + b.seconds,
    perfectOverlap: a.perfectOverlap + b.perfectOverlap,
    noOverlap: a.noOverlap + b.noOverlap,
    terms: {
      compute: a.terms.compute + b.terms.compute,
      dequantisation: a.terms.dequantisation + b.terms.dequantisation,
      memory: a.terms.memory + b.terms.memory,
      load: a.terms.load + b.terms.load,
      overhead: a.terms.overhead + b.terms.overhead,
    },
    flops: a.flops + b.flops,
    weightBytes: a.weightBytes + b.weightBytes,
    cacheBytes: a.cacheBytes + b.cacheBytes,
    bytes: a.bytes + b.bytes,
    streaming: a.streaming + b.streaming,
    instructions: a.instructions + b.instructions,
    matrixFlops: a.matrixFlops + b.matrixFlops,
    statedJoules: a.statedJoules + b.statedJoules,
  };
}

/** A weighted pass with the work of its operators, which no engine constant and no rate changes. */
export interface CountedPass extends WeightedPass {
  readonly operators: readonly MeasuredOperator[];
  /** How units of output, not tokens, follow one another through a spatial machine. */
  readonly following?: Following;
}

/** Counts the work of passes once, to be timed on any machine and class that fuses alike. */
export function countPasses(prepared: Prepared, passes: readonly WeightedPass[]): readonly CountedPass[] {
  return passes.map(({ pass, weight }) => ({ pass, weight, operators: measurePass(prepared, pass) }));
}

/** Time of a counted pass. A spatial machine sends its tokens one by one, so it counts for itself. */
export function timeCounted(prepared: Prepared, counted: CountedPass, visit?: Visit): PassTime {
  const { pass, operators, following } = counted;
  const { execution } = prepared.machine.hardware;
  if (execution.kind !== 'spatial') return timeMeasured(prepared, operators, visit);
  if (following === undefined) return passTime(prepared, pass, visit);
  return timeFollowing(prepared, operators, following, execution.hopsPerLayer * execution.hopLatency, visit);
}
