import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, FlopsPerSecond, Joules, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import { type PowerResult, powerCap, powerOf } from '../roofline/energy.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { smoothmax } from '../roofline/smoothmax.js';
import type { PassTime, Prepared } from './pass-time.js';
import { busiestPeak, type FlopTally, joulesPerReadByte, tallyFlops, tallyJoules } from './phase-energy.js';
import { addPass, type CountedPass, scalePass, timeCounted } from './phases.js';
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

/** What a phase adds up to: time, work, energy and its operators. */
interface PhaseSum {
  readonly time: PassTime;
  readonly operators: readonly OperatorSum[];
  readonly computeJoules: Joules;
  readonly memoryJoules: Joules;
  /** Peak of the arithmetic that most FLOPs ran in. */
  readonly peakFlops: FlopsPerSecond;
}

/** Times the passes of a phase and reports what they do to the machine. Weights that sum to 1 make it one mean pass. */
export function reportPhase(prepared: Prepared, passes: readonly CountedPass[]): PhaseReport {
  const { sum, decided, power } = runPhase(prepared, passes);
  const { time } = sum;
  const { unit } = prepared.machine;
  const moved = time.weightBytes + time.cacheBytes;
  const streaming = Math.max(time.streaming, moved / (unit.bandwidth ?? Number.POSITIVE_INFINITY));
  return {
    bound: power.limited ? 'power' : largest(decided),
    mbu: streaming / power.seconds,
    mfu: time.flops / power.seconds / sum.peakFlops,
    arithmeticIntensity: time.flops / moved,
    ridgePoint: (sum.peakFlops * streaming) / moved,
    flops: time.flops,
    weightBytes: time.weightBytes,
    cacheBytes: time.cacheBytes,
    bytes: time.bytes,
    seconds: power.seconds,
    ...atClock(time, power.clock, power.seconds / time.seconds),
    operators: sum.operators.map(reportOperator).sort((a, b) => b.seconds - a.seconds),
    classes: reportClasses(sum.operators),
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

interface PhaseRun {
  readonly sum: PhaseSum;
  readonly decided: Record<TimeTerm, Seconds>;
  readonly power: PowerResult;
}

/** Runs the passes of a phase under the power limit of the machine. */
export function runPhase(prepared: Prepared, passes: readonly CountedPass[]): PhaseRun {
  const sum = sumPhase(prepared, passes);
  const { time, computeJoules, memoryJoules } = sum;
  const { hardware, engine } = prepared.machine;
  const decided = decidedBy(sum);
  const limit = engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(hardware);
  const stretch = stretchOf(prepared, passes);
  const secondsAt = (clock: number): Seconds => (clock === 1 ? time.seconds : time.seconds + stretch(clock));
  const power = powerOf(hardware, { secondsAt, computeJoules, memoryJoules }, limit);
  return { sum, decided, power };
}

/** Seconds that a phase takes longer at a clock, from every operator's own terms; they are gathered when first asked. */
function stretchOf(prepared: Prepared, passes: readonly CountedPass[]): (clock: number) => Seconds {
  const { overlap } = prepared.machine.engine;
  let gathered: { times: number; time: OperatorTime }[] | undefined;
  const gather = (): { times: number; time: OperatorTime }[] => {
    const all: { times: number; time: OperatorTime }[] = [];
    for (const counted of passes) {
      timeCounted(prepared, counted, (operator, _work, time) => {
        all.push({ times: counted.weight * operator.count, time });
      });
    }
    return all;
  };
  let atFullClock = 0;
  const total = (clock: number): Seconds => {
    let sum = 0;
    for (const { times, time } of gathered ?? []) {
      sum += times * smoothmax((time.compute + time.dequantisation) / clock, time.memory, time.load, overlap);
    }
    return sum;
  };
  return (clock) => {
    if (!gathered) {
      gathered = gather();
      atFullClock = total(1);
    }
    return total(clock) - atFullClock;
  };
}

function sumPhase(prepared: Prepared, passes: readonly CountedPass[]): PhaseSum {
  const { machine, memory } = prepared;
  const operators = prepared.plan.map(emptySum);
  const tallies: FlopTally[] = [];
  let total: PassTime | undefined;
  for (const counted of passes) {
    const { weight } = counted;
    const time = timeCounted(prepared, counted, (operator, work, spent, place) => {
      const times = weight * operator.count;
      addOperator(operators[place], times, work.flops, spent);
      tallyFlops(tallies, spent, times * work.flops);
    });
    const weighted = scalePass(time, weight);
    total = total ? addPass(total, weighted) : weighted;
  }
  if (!total) throw new Error('a phase has at least one pass');
  return {
    time: total,
    operators,
    computeJoules: tallyJoules(tallies, machine),
    memoryJoules: total.bytes * joulesPerReadByte(machine, memory),
    peakFlops: busiestPeak(tallies),
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
function decidedBy(sum: PhaseSum): Record<TimeTerm, Seconds> {
  const seconds: Record<TimeTerm, Seconds> = { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
  for (const { terms, seconds: all } of sum.operators) {
    seconds[largestTerm(terms)] += all - terms.overhead;
    seconds.overhead += terms.overhead;
  }
  // What no operator accounts for is the step's own: scheduling, sampling, hops.
  seconds.overhead = Math.max(seconds.overhead, sum.time.terms.overhead);
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
