import type { Work } from '../model/measure.js';
import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, FlopsPerSecond, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { visitRuns } from './pass-time.js';
import { operatorsOf, type PhaseRun, type PhaseWork } from './phase-run.js';
import type { Bound, ClassReport, OperatorReport, PhaseReport } from './types.js';

/** Sums over the instances of one kind of operator in a phase. */
interface OperatorSum {
  readonly operator: PlannedOperator;
  readonly count: number;
  flops: Flops;
  bytes: Bytes;
  seconds: Seconds;
  terms: Record<TimeTerm, Seconds>;
}

type TimeTerm = 'compute' | 'dequantisation' | 'memory' | 'load' | 'overhead';

/**
 * What a phase does to the machine, with every kind of operator and class of them. Weights that sum to 1 make it one mean
 * pass.
 */
export function reportPhase({ work, power }: PhaseRun): PhaseReport {
  const { prepared, cost } = work;
  const { unit } = prepared.machine;
  const sum = sumPhase(work);
  const { flops, weightBytes, cacheBytes } = sum;
  const operators = sum.operators.filter((one) => one !== undefined);
  const peakFlops = busiestPeak(sum, prepared.machine);
  const moved = weightBytes + cacheBytes;
  const streaming = Math.max(sum.streaming, moved / (unit.bandwidth ?? Number.POSITIVE_INFINITY));
  const slower = power.seconds / cost.seconds;
  return {
    bound: power.limited ? 'power' : largestOf(sum.decided),
    mbu: streaming / power.seconds,
    mfu: flops / power.seconds / peakFlops,
    arithmeticIntensity: flops / moved,
    ridgePoint: (peakFlops * streaming) / moved,
    flops,
    weightBytes,
    cacheBytes,
    bytes: cost.bytes,
    seconds: power.seconds,
    terms: atClock(sum.terms, power.clock),
    perfectOverlap: sum.perfectOverlap * slower,
    noOverlap: sum.noOverlap * slower,
    operators: operators.map(reportOperator).sort((a, b) => b.seconds - a.seconds),
    classes: reportClasses(operators),
    power: { watts: power.watts, limited: power.limited, clock: power.clock, joules: power.joules },
  };
}

/** Sums over the operators of a phase. */
interface PhaseSum {
  /** By their place in the plan. */
  readonly operators: (OperatorSum | undefined)[];
  readonly terms: Record<TimeTerm, Seconds>;
  /** Seconds by the term that decides them: an operator's time beyond its overhead is put down to its largest. */
  readonly decided: Record<TimeTerm, Seconds>;
  /** FLOPs by what they ran in: the places of `machine.arithmetics`. */
  readonly flopsBy: Flops[];
  /** With perfect overlap: the largest term of each operator. With none: their sum. */
  perfectOverlap: Seconds;
  noOverlap: Seconds;
  flops: Flops;
  weightBytes: Bytes;
  cacheBytes: Bytes;
  /** What weights and cache take at the peak bandwidth of where they lie. */
  streaming: Seconds;
}

function sumPhase(phase: PhaseWork): PhaseSum {
  const { prepared, cost } = phase;
  const { plan, machine, memory } = prepared;
  const sum: PhaseSum = {
    operators: new Array<OperatorSum | undefined>(plan.shared.length + plan.own.length),
    terms: noSeconds(),
    decided: noSeconds(),
    flopsBy: new Array<number>(machine.arithmetics.length).fill(0),
    perfectOverlap: 0,
    noOverlap: 0,
    flops: 0,
    weightBytes: 0,
    cacheBytes: 0,
    streaming: 0,
  };
  visitRuns(plan, operatorsOf(phase), (operator, work, time, times, place) => {
    addToPhase(sum, times, work, time, memory);
    const known = sum.operators[place];
    if (known) addOperator(known, times, work.flops, time);
    else sum.operators[place] = firstOf(operator, times, work.flops, time);
  });
  // What no operator accounts for is the step's own: the host's work, hops.
  const beyond = cost.overhead - sum.terms.overhead;
  sum.perfectOverlap += beyond;
  sum.noOverlap += beyond;
  sum.terms.overhead = cost.overhead;
  sum.decided.overhead = cost.overhead;
  return sum;
}

function noSeconds(): Record<TimeTerm, Seconds> {
  return { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
}

function addToPhase(sum: PhaseSum, times: number, work: Work, time: OperatorTime, memory: MemoryTimes): void {
  const { compute, dequantisation, memory: moving, load, overhead, total } = time;
  addTerms(sum.terms, times, time);
  sum.decided[largestTerm(time)] += times * (total - overhead);
  sum.perfectOverlap += times * (Math.max(compute + dequantisation, moving, load) + overhead);
  sum.noOverlap += times * (compute + dequantisation + moving + load + overhead);
  const flops = times * work.flops;
  sum.flops += flops;
  sum.flopsBy[time.arithmetic.place] = (sum.flopsBy[time.arithmetic.place] ?? 0) + flops;
  const cacheBytes = work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  sum.weightBytes += times * work.weightBytes;
  sum.cacheBytes += times * cacheBytes;
  sum.streaming += times * (work.weightBytes * memory.secondsPerWeightByte + cacheBytes * memory.secondsPerCacheByte);
}

function addTerms(sum: Record<TimeTerm, Seconds>, times: number, time: OperatorTime): void {
  sum.compute += times * time.compute;
  sum.dequantisation += times * time.dequantisation;
  sum.memory += times * time.memory;
  sum.load += times * time.load;
  sum.overhead += times * time.overhead;
}

/** Peak of the arithmetic that most FLOPs ran in. */
function busiestPeak({ flopsBy }: PhaseSum, { arithmetics }: Machine): FlopsPerSecond {
  let best = 0;
  for (let place = 1; place < flopsBy.length; place++) if ((flopsBy[place] ?? 0) > (flopsBy[best] ?? 0)) best = place;
  return arithmetics[best]?.peak ?? 0;
}

function largestOf(seconds: Record<TimeTerm, Seconds>): Bound {
  return TERMS.reduce<TimeTerm>((best, term) => (seconds[term] > seconds[best] ? term : best), 'compute');
}

/** Terms at a lower clock: arithmetic takes longer. */
function atClock(terms: Record<TimeTerm, Seconds>, clock: number): PhaseReport['terms'] {
  const { compute, dequantisation, memory, load, overhead } = terms;
  return { compute: compute / clock, dequantisation: dequantisation / clock, memory, load, overhead };
}

function firstOf(operator: PlannedOperator, times: number, flops: Flops, time: OperatorTime): OperatorSum {
  return {
    operator,
    count: operator.count,
    flops: times * flops,
    bytes: times * time.bytes,
    seconds: times * time.total,
    terms: {
      compute: times * time.compute,
      dequantisation: times * time.dequantisation,
      memory: times * time.memory,
      load: times * time.load,
      overhead: times * time.overhead,
    },
  };
}

function addOperator(sum: OperatorSum, times: number, flops: Flops, time: OperatorTime): void {
  sum.flops += times * flops;
  sum.bytes += times * time.bytes;
  sum.seconds += times * time.total;
  addTerms(sum.terms, times, time);
}

const TERMS = ['compute', 'dequantisation', 'memory', 'load', 'overhead'] as const satisfies readonly TimeTerm[];

function reportOperator({ operator, count, flops, bytes, seconds, terms }: OperatorSum): OperatorReport {
  const { name } = operator;
  const arithmeticIntensity = bytes > 0 ? flops / bytes : 0;
  const bound = terms.overhead > seconds - terms.overhead ? 'overhead' : largestTerm(terms);
  if (operator.kind !== 'product') {
    return { name, class: operator.class, count, flops, bytes, seconds, arithmeticIntensity, bound };
  }
  const format = operator.format.id;
  return { name, class: operator.class, format, count, flops, bytes, seconds, arithmeticIntensity, bound };
}

/** Shares of FLOPs and of operators' time by class. */
function reportClasses(operators: readonly OperatorSum[]): ClassReport[] {
  const classes: { readonly class: OperatorClass; flops: Flops; seconds: Seconds }[] = [];
  let allFlops = 0;
  let allSeconds = 0;
  for (const { operator, flops, seconds } of operators) {
    const sum = classes.find((one) => one.class === operator.class);
    if (sum) {
      sum.flops += flops;
      sum.seconds += seconds;
    } else classes.push({ class: operator.class, flops, seconds });
    allFlops += flops;
    allSeconds += seconds;
  }
  return classes.map((one) => ({
    class: one.class,
    flopShare: one.flops / allFlops,
    timeShare: one.seconds / allSeconds,
  }));
}
