import type { Work } from '../model/measure.js';
import type { Bytes, Flops, Joules, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import type { FlopKind } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';

/** Terms of time, summed over operators. */
export interface Terms {
  compute: Seconds;
  dequantisation: Seconds;
  memory: Seconds;
  load: Seconds;
  overhead: Seconds;
}

/** Time and work of passes over the model. */
export interface PassSum {
  seconds: Seconds;
  /** With perfect overlap: the largest term of each operator. */
  perfectOverlap: Seconds;
  /** With none: the sum of the terms. */
  noOverlap: Seconds;
  terms: Terms;
  /** Seconds by the term that decides them: an operator's time beyond its overhead is put down to its largest. */
  decided: Terms;
  launches: number;
  flops: Flops;
  weightBytes: Bytes;
  cacheBytes: Bytes;
  /** Everything that crossed the farthest level, activations included. */
  bytes: Bytes;
  /** What weights and cache take at the peak bandwidth of where they lie. */
  streaming: Seconds;
  /** FLOPs by what they ran in: the places of `machine.arithmetics`. */
  flopsBy: Flops[];
  /** Instructions of 32-bit lanes: vector FLOPs and the unpacking of weights. */
  instructions: number;
  /** FLOPs of matrix engines, as many 16-bit ones as cost the same. */
  matrixFlops: Flops;
  /** Energy of the FLOPs whose price the spec states. */
  statedJoules: Joules;
}

export function emptySum({ arithmetics }: Machine): PassSum {
  return {
    seconds: 0,
    perfectOverlap: 0,
    noOverlap: 0,
    terms: { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 },
    decided: { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 },
    launches: 0,
    flops: 0,
    weightBytes: 0,
    cacheBytes: 0,
    bytes: 0,
    streaming: 0,
    flopsBy: arithmetics.map(() => 0),
    instructions: 0,
    matrixFlops: 0,
    statedJoules: 0,
  };
}

/** Time of an operator whose terms overlap wholly. */
export function mostOverlapped({ compute, dequantisation, memory, load, overhead }: OperatorTime): Seconds {
  return Math.max(compute + dequantisation, memory, load) + overhead;
}

/** Time of an operator whose terms do not overlap at all. */
export function leastOverlapped({ compute, dequantisation, memory, load, overhead }: OperatorTime): Seconds {
  return compute + dequantisation + memory + load + overhead;
}

/** Adds an operator, so many times. */
export function addOperator(
  sum: PassSum,
  times: number,
  work: Work,
  time: OperatorTime,
  machine: Machine,
  memory: MemoryTimes,
): void {
  sum.seconds += times * time.total;
  sum.perfectOverlap += times * mostOverlapped(time);
  sum.noOverlap += times * leastOverlapped(time);
  sum.terms.compute += times * time.compute;
  sum.terms.dequantisation += times * time.dequantisation;
  sum.terms.memory += times * time.memory;
  sum.terms.load += times * time.load;
  sum.terms.overhead += times * time.overhead;
  sum.decided[largestTerm(time)] += times * (time.total - time.overhead);
  sum.decided.overhead += times * time.overhead;
  sum.launches += times * time.launches;
  const cacheBytes = work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  sum.weightBytes += times * work.weightBytes;
  sum.cacheBytes += times * cacheBytes;
  sum.bytes += times * time.bytes;
  sum.streaming += times * (work.weightBytes * memory.secondsPerWeightByte + cacheBytes * memory.secondsPerCacheByte);
  addFlops(sum, times * work.flops, time.arithmetic.kind);
  sum.flops += times * work.flops;
  sum.flopsBy[time.arithmetic.place] = (sum.flopsBy[time.arithmetic.place] ?? 0) + times * work.flops;
  // An operation beside the product is a FLOP of the vector unit.
  if (time.operations > 0) addFlops(sum, times * time.operations, machine.vector.kind);
}

/** What FLOPs consist of, for their energy. */
function addFlops(sum: PassSum, flops: Flops, { instructions, matrixFlops, joules }: FlopKind): void {
  sum.instructions += flops * instructions;
  sum.matrixFlops += flops * matrixFlops;
  sum.statedJoules += flops * joules;
}

/** Adds what the host does beside the kernels, so many times. */
export function addHost(
  sum: PassSum,
  times: number,
  seconds: Seconds,
  perfectOverlap: Seconds,
  noOverlap: Seconds,
): void {
  sum.seconds += times * seconds;
  sum.perfectOverlap += times * perfectOverlap;
  sum.noOverlap += times * noOverlap;
  sum.terms.overhead += times * seconds;
  sum.decided.overhead += times * seconds;
}

/** Adds a sum, so many times. */
export function addSum(sum: PassSum, times: number, other: PassSum): void {
  sum.seconds += times * other.seconds;
  sum.perfectOverlap += times * other.perfectOverlap;
  sum.noOverlap += times * other.noOverlap;
  addTerms(sum.terms, times, other.terms);
  addTerms(sum.decided, times, other.decided);
  sum.launches += times * other.launches;
  sum.flops += times * other.flops;
  sum.weightBytes += times * other.weightBytes;
  sum.cacheBytes += times * other.cacheBytes;
  sum.bytes += times * other.bytes;
  sum.streaming += times * other.streaming;
  for (let place = 0; place < sum.flopsBy.length; place++) {
    sum.flopsBy[place] = (sum.flopsBy[place] ?? 0) + times * (other.flopsBy[place] ?? 0);
  }
  sum.instructions += times * other.instructions;
  sum.matrixFlops += times * other.matrixFlops;
  sum.statedJoules += times * other.statedJoules;
}

function addTerms(sum: Terms, times: number, other: Terms): void {
  sum.compute += times * other.compute;
  sum.dequantisation += times * other.dequantisation;
  sum.memory += times * other.memory;
  sum.load += times * other.load;
  sum.overhead += times * other.overhead;
}
