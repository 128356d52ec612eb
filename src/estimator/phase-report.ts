import { entryOf } from '../kept.js';
import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, FlopsPerSecond, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import type { PowerResult } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import type { PassSum } from './pass-sum.js';
import { type CountedRun, type Prepared, visitRuns } from './pass-time.js';
import type { PhaseRun } from './phase-run.js';
import type { Bound, ClassReport, OperatorReport, PhaseFacts, PhaseReport } from './types.js';

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

/** What a phase does to the machine, all its operators together. */
export function phaseFacts({ time, power }: PhaseRun, machine: Machine): PhaseFacts {
  const peakFlops = busiestPeak(time, machine);
  const moved = time.weightBytes + time.cacheBytes;
  const streaming = streamingOf(time, machine);
  return {
    bound: boundOf(time, power),
    mbu: streaming / power.seconds,
    mfu: time.flops / power.seconds / peakFlops,
    arithmeticIntensity: time.flops / moved,
    ridgePoint: (peakFlops * streaming) / moved,
    flops: time.flops,
    weightBytes: time.weightBytes,
    cacheBytes: time.cacheBytes,
    bytes: time.bytes,
    seconds: power.seconds,
    ...atClock(time, power.clock, power.seconds / time.seconds),
    power: { watts: power.watts, limited: power.limited, clock: power.clock, joules: power.joules },
  };
}

/** What each kind of operator does in a phase, and each class of them. */
export function operatorFacts(
  prepared: Prepared,
  runs: readonly CountedRun[],
): Pick<PhaseReport, 'operators' | 'classes'> {
  const sums = sumOperators(prepared, runs);
  return {
    operators: sums.map(reportOperator).sort((a, b) => b.seconds - a.seconds),
    classes: reportClasses(sums),
  };
}

/** Peak of the arithmetic that most FLOPs ran in. */
function busiestPeak({ flopsBy }: PassSum, { arithmetics }: Machine): FlopsPerSecond {
  let best = 0;
  for (let place = 1; place < flopsBy.length; place++) if ((flopsBy[place] ?? 0) > (flopsBy[best] ?? 0)) best = place;
  return arithmetics[best]?.peak ?? 0;
}

/** What weights and cache take at the peak bandwidth of where they lie, or at what the unit can draw at most. */
function streamingOf({ streaming, weightBytes, cacheBytes }: PassSum, { unit }: Machine): Seconds {
  return Math.max(streaming, (weightBytes + cacheBytes) / (unit.bandwidth ?? Number.POSITIVE_INFINITY));
}

/** The term that decides most of a phase's time, or the power limit where that slows it down. */
export function boundOf({ decided }: PassSum, { limited }: PowerResult): Bound {
  if (limited) return 'power';
  return TERMS.reduce<TimeTerm>((best, term) => (decided[term] > decided[best] ? term : best), 'compute');
}

function sumOperators(prepared: Prepared, runs: readonly CountedRun[]): OperatorSum[] {
  const sums = new Map<PlannedOperator, OperatorSum>();
  visitRuns(prepared, runs, (operator, work, time, times) => {
    addOperator(
      entryOf(sums, operator, () => emptySum(operator)),
      times,
      work.flops,
      time,
    );
  });
  return [...sums.values()];
}

/** Terms and bounds at a lower clock: arithmetic takes longer by the clock, the bounds by what the phase does. */
function atClock(
  time: PassSum,
  clock: number,
  stretch: number,
): Pick<PhaseFacts, 'terms' | 'perfectOverlap' | 'noOverlap'> {
  const { compute, dequantisation } = time.terms;
  return {
    terms: { ...time.terms, compute: compute / clock, dequantisation: dequantisation / clock },
    perfectOverlap: time.perfectOverlap * stretch,
    noOverlap: time.noOverlap * stretch,
  };
}

function emptySum(operator: PlannedOperator): OperatorSum {
  const terms = { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
  return { operator, count: operator.count, flops: 0, bytes: 0, seconds: 0, terms };
}

function addOperator(sum: OperatorSum, times: number, flops: Flops, time: OperatorTime): void {
  sum.flops += times * flops;
  sum.bytes += times * time.bytes;
  sum.seconds += times * time.total;
  const { terms } = sum;
  terms.compute += times * time.compute;
  terms.dequantisation += times * time.dequantisation;
  terms.memory += times * time.memory;
  terms.load += times * time.load;
  terms.overhead += times * time.overhead;
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
  const sums = new Map<OperatorClass, { flops: Flops; seconds: Seconds }>();
  let allFlops = 0;
  let allSeconds = 0;
  for (const { operator, flops, seconds } of operators) {
    const sum = sums.get(operator.class) ?? { flops: 0, seconds: 0 };
    sums.set(operator.class, sum);
    sum.flops += flops;
    sum.seconds += seconds;
    allFlops += flops;
    allSeconds += seconds;
  }
  return Array.from(sums, ([name, { flops, seconds }]) => ({
    class: name,
    flopShare: flops / allFlops,
    timeShare: seconds / allSeconds,
  }));
}
