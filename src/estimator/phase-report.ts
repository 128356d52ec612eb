import { keptOfTwo } from '../kept.js';
import type { Work } from '../model/measure.js';
import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, FlopsPerSecond, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { visitRuns } from './operators-apart.js';
import type { PhaseRun } from './phase-run.js';
import { operatorsOf, type PhaseWork } from './phase-work.js';
import type { Plan } from './prepared.js';
import type { Bound, ClassReport, OperatorReport, PhaseReport } from './types.js';

/** Terms of the time of one operator or more. */
interface TermSums {
  compute: Seconds;
  dequantisation: Seconds;
  memory: Seconds;
  load: Seconds;
  overhead: Seconds;
}

type TimeTerm = keyof TermSums;

/** Sums over the instances of one kind of operator in a phase. */
interface OperatorSum extends TermSums {
  readonly operator: PlannedOperator;
  readonly class: ClassSum;
  /** Whether the phase has any. */
  runs: boolean;
  flops: Flops;
  bytes: Bytes;
  seconds: Seconds;
}

interface ClassSum {
  readonly class: OperatorClass;
  runs: boolean;
  flops: Flops;
  seconds: Seconds;
}

/** Sums over the operators of a phase. */
interface PhaseSum {
  /** By their place in the plan. */
  readonly operators: readonly OperatorSum[];
  readonly classes: readonly ClassSum[];
  readonly terms: TermSums;
  /** Seconds by the term that decides them: an operator's time beyond its overhead is put down to its largest. */
  readonly decided: TermSums;
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

/**
 * What a phase does to the machine, with every kind of operator and class of them. Weights that sum to 1 make it one mean
 * pass.
 */
export function reportPhase({ work, power }: PhaseRun): PhaseReport {
  const { prepared, cost } = work;
  const { unit } = prepared.machine;
  const sum = sumPhase(work);
  const { flops, weightBytes, cacheBytes } = sum;
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
    operators: reportOperators(sum),
    classes: reportClasses(sum),
    power: { watts: power.watts, limited: power.limited, clock: power.clock, joules: power.joules },
  };
}

/** Sums a phase up; they last until the next phase of the plan on the machine. */
function sumPhase(phase: PhaseWork): PhaseSum {
  const { prepared, cost } = phase;
  const { plan, machine, memory } = prepared;
  const sum = sumOf(plan, machine);
  clearSum(sum);
  visitRuns(plan, operatorsOf(phase), (_operator, work, time, times, place) => {
    addToPhase(sum, times, work, time, memory);
    const one = sum.operators[place];
    if (one) addToOperator(one, times, work.flops, time);
  });
  // What no operator accounts for is the step's own: the host's work, hops.
  const beyond = cost.overhead - sum.terms.overhead;
  sum.perfectOverlap += beyond;
  sum.noOverlap += beyond;
  sum.terms.overhead = cost.overhead;
  sum.decided.overhead = cost.overhead;
  return sum;
}

/** The sums of a plan on a machine: they are written over for each phase, as new ones take longer than the summing. */
const sumOf = keptOfTwo(({ shared, own }: Plan, { arithmetics }: Machine): PhaseSum => {
  const planned: readonly PlannedOperator[] = [...shared, ...own];
  const classes = [...new Set(planned.map((operator) => operator.class))].map((one) => ({
    class: one,
    runs: false,
    flops: 0,
    seconds: 0,
  }));
  return {
    operators: planned.map((operator) => ({
      operator,
      class: classes.find((one) => one.class === operator.class) as ClassSum,
      runs: false,
      flops: 0,
      bytes: 0,
      seconds: 0,
      ...noSeconds(),
    })),
    classes,
    terms: noSeconds(),
    decided: noSeconds(),
    flopsBy: arithmetics.map(() => 0),
    perfectOverlap: 0,
    noOverlap: 0,
    flops: 0,
    weightBytes: 0,
    cacheBytes: 0,
    streaming: 0,
  };
});

function noSeconds(): TermSums {
  return { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
}

function clearSum(sum: PhaseSum): void {
  for (const one of sum.operators) {
    one.runs = false;
    one.flops = 0;
    one.bytes = 0;
    one.seconds = 0;
    clearTerms(one);
  }
  for (const one of sum.classes) {
    one.runs = false;
    one.flops = 0;
    one.seconds = 0;
  }
  clearTerms(sum.terms);
  clearTerms(sum.decided);
  sum.flopsBy.fill(0);
  sum.perfectOverlap = 0;
  sum.noOverlap = 0;
  sum.flops = 0;
  sum.weightBytes = 0;
  sum.cacheBytes = 0;
  sum.streaming = 0;
}

function clearTerms(terms: TermSums): void {
  terms.compute = 0;
  terms.dequantisation = 0;
  terms.memory = 0;
  terms.load = 0;
  terms.overhead = 0;
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

function addToOperator(sum: OperatorSum, times: number, flops: Flops, time: OperatorTime): void {
  sum.runs = true;
  sum.flops += times * flops;
  sum.bytes += times * time.bytes;
  sum.seconds += times * time.total;
  addTerms(sum, times, time);
}

function addTerms(sum: TermSums, times: number, time: OperatorTime): void {
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

function largestOf(seconds: TermSums): Bound {
  return TERMS.reduce<TimeTerm>((best, term) => (seconds[term] > seconds[best] ? term : best), 'compute');
}

const TERMS = ['compute', 'dequantisation', 'memory', 'load', 'overhead'] as const satisfies readonly TimeTerm[];

/** Terms at a lower clock: arithmetic takes longer. */
function atClock(terms: TermSums, clock: number): PhaseReport['terms'] {
  const { compute, dequantisation, memory, load, overhead } = terms;
  return { compute: compute / clock, dequantisation: dequantisation / clock, memory, load, overhead };
}

/** Operators that run, those that take longest first. */
function reportOperators({ operators }: PhaseSum): OperatorReport[] {
  const reports: OperatorReport[] = [];
  for (const one of operators) {
    if (!one.runs) continue;
    // Insertion: of so few, a sort takes longer to begin than to end.
    let place = reports.push(reportOperator(one)) - 1;
    for (; place > 0 && one.seconds > (reports[place - 1]?.seconds ?? 0); place--) swap(reports, place, place - 1);
  }
  return reports;
}

function swap<Value>(list: Value[], a: number, b: number): void {
  const moved = list[a] as Value;
  list[a] = list[b] as Value;
  list[b] = moved;
}

function reportOperator(sum: OperatorSum): OperatorReport {
  const { operator, flops, bytes, seconds, overhead } = sum;
  const { name, count } = operator;
  const arithmeticIntensity = bytes > 0 ? flops / bytes : 0;
  const bound = overhead > seconds - overhead ? 'overhead' : largestTerm(sum);
  if (operator.kind !== 'product') {
    return { name, class: operator.class, count, flops, bytes, seconds, arithmeticIntensity, bound };
  }
  const format = operator.format.id;
  return { name, class: operator.class, format, count, flops, bytes, seconds, arithmeticIntensity, bound };
}

/** Shares of FLOPs and of operators' time by class. */
function reportClasses({ operators, classes }: PhaseSum): ClassReport[] {
  let allFlops = 0;
  let allSeconds = 0;
  for (const { class: sum, runs, flops, seconds } of operators) {
    sum.runs ||= runs;
    sum.flops += flops;
    sum.seconds += seconds;
    allFlops += flops;
    allSeconds += seconds;
  }
  const reports: ClassReport[] = [];
  for (const one of classes) {
    if (!one.runs) continue;
    reports.push({ class: one.class, flopShare: one.flops / allFlops, timeShare: one.seconds / allSeconds });
  }
  return reports;
}
