import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { busiestPeak, type FlopTally, tallyFlops } from './flop-tally.js';
import type { PassTime, Prepared } from './pass-time.js';
import { runPhase } from './phase-run.js';
import type { CountedPass } from './phases.js';
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

/** Times the passes of a phase and reports what they do to the machine. Weights that sum to 1 make it one mean pass. */
export function reportPhase(prepared: Prepared, passes: readonly CountedPass[]): PhaseReport {
  const operators = prepared.plan.map(emptySum);
  const tallies: FlopTally[] = [];
  const { time, power } = runPhase(prepared, passes, (weight, operator, work, spent, place) => {
    const times = weight * operator.count;
    addOperator(operators[place], times, work.flops, spent);
    tallyFlops(tallies, spent.arithmetic, times * work.flops);
  });
  const { unit } = prepared.machine;
  const peakFlops = busiestPeak(tallies);
  const moved = time.weightBytes + time.cacheBytes;
  const streaming = Math.max(time.streaming, moved / (unit.bandwidth ?? Number.POSITIVE_INFINITY));
  return {
    bound: power.limited ? 'power' : largest(decidedBy(operators, time)),
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
    operators: operators.map(reportOperator).sort((a, b) => b.seconds - a.seconds),
    classes: reportClasses(operators),
    power: { watts: power.watts, limited: power.limited, clock: power.clock, joules: power.joules },
  };
}

/** Terms and bounds at a lower clock: arithmetic takes longer by the clock, the bounds by what the phase does. */
function atClock(
  time: PassTime,
  clock: number,
  stretch: number,
): Pick<PhaseReport, 'terms' | 'perfectOverlap' | 'noOverlap'> {
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

function addOperator(sum: OperatorSum | undefined, times: number, flops: Flops, time: OperatorTime): void {
  if (!sum) return;
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

/** Seconds that each term decides: an operator's time beyond its overhead is put down to its largest term. */
function decidedBy(operators: readonly OperatorSum[], time: PassTime): Record<TimeTerm, Seconds> {
  const seconds: Record<TimeTerm, Seconds> = { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
  for (const { terms, seconds: all } of operators) {
    seconds[largestTerm(terms)] += all - terms.overhead;
    seconds.overhead += terms.overhead;
  }
  // What no operator accounts for is the step's own: scheduling, sampling, hops.
  seconds.overhead = Math.max(seconds.overhead, time.terms.overhead);
  return seconds;
}

function largest(seconds: Record<TimeTerm, Seconds>): Bound {
  return TERMS.reduce<TimeTerm>((best, term) => (seconds[term] > seconds[best] ? term : best), 'compute');
}

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
