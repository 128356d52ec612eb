import type { EngineClass } from '../engine/types.js';
import { measureOperator, type Work } from '../model/measure.js';
import type { PlannedOperator } from '../model/operators.js';
import { newTokens, type Pass } from '../model/pass.js';
import type { Bytes, Flops, Joules, Seconds } from '../quantities.js';
import type { FlopKind } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import { type OperatorTime, operatorTime } from '../roofline/operator-time.js';

/** A model on a machine under an engine: everything that no workload changes. */
export interface Prepared {
  readonly plan: readonly PlannedOperator[];
  readonly machine: Machine;
  readonly memory: MemoryTimes;
  /** Layers that a token crosses in turn. */
  readonly layers: number;
}

/** Terms of time, summed over operators. */
export interface Terms {
  compute: Seconds;
  dequantisation: Seconds;
  memory: Seconds;
  load: Seconds;
  overhead: Seconds;
}

/** Time and work of one pass over the model. */
export interface PassTime {
  seconds: Seconds;
  /** With perfect overlap: the largest term of each operator. */
  perfectOverlap: Seconds;
  /** With none: the sum of the terms. */
  noOverlap: Seconds;
  terms: Terms;
  flops: Flops;
  weightBytes: Bytes;
  cacheBytes: Bytes;
  /** Everything that crossed the farthest level, activations included. */
  bytes: Bytes;
  /** What weights and cache take at the peak bandwidth of where they lie. */
  streaming: Seconds;
  /** Instructions of 32-bit lanes: vector FLOPs and the unpacking of weights. */
  instructions: number;
  /** FLOPs of matrix engines, as many 16-bit ones as cost the same. */
  matrixFlops: Flops;
  /** Energy of the FLOPs whose price the spec states. */
  statedJoules: Joules;
}

/** One operator with its work in some pass: what no engine constant changes. */
export interface MeasuredOperator {
  readonly operator: PlannedOperator;
  /** Where it stands in the plan. */
  readonly place: number;
  readonly work: Work;
}

/** Called for every operator of a pass, with its place in the plan: for reports. */
export type Visit = (operator: PlannedOperator, work: Work, time: OperatorTime, place: number) => void;

/** Work of every operator in a pass, or of those that are wanted. */
export function measurePass(
  { plan, machine }: Prepared,
  pass: Pass,
  wanted: (operator: PlannedOperator) => boolean = () => true,
): readonly MeasuredOperator[] {
  const { fusion, fixedContext } = machine.engine;
  const run = fixedContext === undefined ? pass : filled(pass, fixedContext);
  return plan.flatMap((operator, place) =>
    wanted(operator) ? [{ operator, place, work: measureOperator(operator, run, fusion) }] : [],
  );
}

/** A pass of a graph compiled for `room` tokens: the context takes what the new ones leave, masked where it is unused. */
function filled(pass: Pass, room: number): Pass {
  return { ...pass, context: Math.max(pass.context, room - newTokens(pass)) };
}

/** Time of one pass: its operators one after the other, and the step's own overhead. */
export function passTime(prepared: Prepared, pass: Pass, visit?: Visit): PassTime {
  const { execution } = prepared.machine.hardware;
  return execution.kind === 'spatial'
    ? spatialPass(prepared, pass, execution, visit)
    : timeMeasured(prepared, pass, measurePass(prepared, pass), visit);
}

/**
 * Time of measured operators run one after the other, or of their launches by the host where that takes longer; then the
 * host's work for the pass and for each of its sequences.
 */
export function timeMeasured(
  prepared: Pick<Prepared, 'machine' | 'memory'>,
  pass: Pass,
  operators: readonly MeasuredOperator[],
  visit?: Visit,
): PassTime {
  const { machine, memory } = prepared;
  const { stepOverhead, sequenceOverhead = 0 } = machine.engine.constants;
  const sum = emptyPass();
  let launches = 0;
  for (const { operator, place, work } of operators) {
    const time = operatorTime(operator, work, machine, memory);
    launches += operator.count * time.launches;
    addOperator(sum, operator.count, work, time, memory);
    addEffort(sum, operator.count, work, time, machine);
    visit?.(operator, work, time, place);
  }
  const dispatch = dispatchTime(machine.engine, pass, launches);
  const host = stepOverhead + pass.sequences * sequenceOverhead;
  sum.terms.overhead += Math.max(0, dispatch - sum.seconds) + host;
  sum.seconds = Math.max(sum.seconds, dispatch) + host;
  sum.perfectOverlap = Math.max(sum.perfectOverlap, dispatch) + host;
  sum.noOverlap = Math.max(sum.noOverlap, dispatch) + host;
  return sum;
}

/** Host time to launch every kernel of a pass: none where the device replays them as a graph. */
function dispatchTime({ graphs, constants }: EngineClass, pass: Pass, launches: number): Seconds {
  const replayed = graphs === 'all' || (graphs === 'decode' && pass.tokens === pass.sequences);
  return replayed ? 0 : launches * (constants.dispatchOverhead ?? 0);
}

/**
 * A spatial machine lays its layers out side by side, each on a share of cores and memory; tokens follow one another
 * through them. One token takes `T1 = L t_layer`, every further one of a prompt leaves `t_layer` later:
 * `T1 (1 + (T - 1) / L)`. Streams that decode follow each other without end: up to L of them share the pipeline for
 * nothing, `T1 max(1, T / L)`.
 */
function spatialPass(
  prepared: Prepared,
  pass: Pass,
  execution: { readonly hopLatency: Seconds; readonly hopsPerLayer: number },
  visit?: Visit,
): PassTime {
  const { layers } = prepared;
  const { tokens } = pass;
  const fresh = newTokens(pass);
  // A token's share of the head: of a prompt, only the last position is sampled.
  const each: Pass = {
    tokens: 1,
    sequences: 1,
    context: pass.context + (fresh - 1) / 2,
    sampled: pass.sampled / tokens,
  };
  const stretch = layers * (fresh === 1 ? Math.max(1, tokens / layers) : 1 + (tokens - 1) / layers);
  const relay: Visit | undefined =
    visit &&
    ((operator, work, time, place) => visit(operator, worked(work, tokens), stretched(time, stretch, tokens), place));
  const one = timeMeasured(prepared, each, measurePass(prepared, each), relay);
  const hops = execution.hopsPerLayer * execution.hopLatency;
  const scaled = (seconds: Seconds): Seconds => (seconds + hops) * stretch;
  const { compute, dequantisation, memory, load, overhead } = one.terms;
  return {
    seconds: scaled(one.seconds),
    perfectOverlap: scaled(one.perfectOverlap),
    noOverlap: scaled(one.noOverlap),
    terms: {
      compute: compute * stretch,
      dequantisation: dequantisation * stretch,
      memory: memory * stretch,
      load: load * stretch,
      overhead: scaled(overhead),
    },
    flops: one.flops * tokens,
    weightBytes: one.weightBytes * tokens,
    cacheBytes: one.cacheBytes * tokens,
    bytes: one.bytes * tokens,
    streaming: one.streaming * tokens,
    instructions: one.instructions * tokens,
    matrixFlops: one.matrixFlops * tokens,
    statedJoules: one.statedJoules * tokens,
  };
}

/** Work of so many tokens that pass one by one. */
function worked(work: Work, tokens: number): Work {
  return { ...work, flops: work.flops * tokens };
}

/** Time of an operator on its layer's share of the machine, over all tokens in the pipeline. */
function stretched(time: OperatorTime, stretch: number, tokens: number): OperatorTime {
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

function emptyPass(): PassTime {
  return {
    seconds: 0,
    perfectOverlap: 0,
    noOverlap: 0,
    terms: { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 },
    flops: 0,
    weightBytes: 0,
    cacheBytes: 0,
    bytes: 0,
    streaming: 0,
    instructions: 0,
    matrixFlops: 0,
    statedJoules: 0,
  };
}

function addOperator(sum: PassTime, count: number, work: Work, time: OperatorTime, memory: MemoryTimes): void {
  const compute = time.compute + time.dequantisation;
  sum.seconds += count * time.total;
  sum.perfectOverlap += count * (Math.max(compute, time.memory, time.load) + time.overhead);
  sum.noOverlap += count * (compute + time.memory + time.load + time.overhead);
  sum.terms.compute += count * time.compute;
  sum.terms.dequantisation += count * time.dequantisation;
  sum.terms.memory += count * time.memory;
  sum.terms.load += count * time.load;
  sum.terms.overhead += count * time.overhead;
  sum.flops += count * work.flops;
  const cacheBytes = work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  sum.weightBytes += count * work.weightBytes;
  sum.cacheBytes += count * cacheBytes;
  sum.bytes += count * time.bytes;
  sum.streaming += count * (work.weightBytes * memory.secondsPerWeightByte + cacheBytes * memory.secondsPerCacheByte);
}

/** What the arithmetic of an operator consists of, for its energy; an operation beside it is a FLOP of the vector unit. */
function addEffort(sum: PassTime, count: number, work: Work, time: OperatorTime, machine: Machine): void {
  addFlops(sum, count * work.flops, time.arithmetic.kind);
  if (time.operations > 0) addFlops(sum, count * time.operations, machine.vector.kind);
}

function addFlops(sum: PassTime, flops: Flops, { instructions, matrixFlops, joules }: FlopKind): void {
  sum.instructions += flops * instructions;
  sum.matrixFlops += flops * matrixFlops;
  sum.statedJoules += flops * joules;
}
