import type { OverlapExponent } from '../engine/types.js';
import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, Flops, FlopsPerSecond, Joules, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import { type PowerResult, powerCap, powerOf } from '../roofline/energy.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { smoothmax } from '../roofline/smoothmax.js';
import { type PassTime, type Prepared, passTime, type Visit } from './pass-time.js';
import { busiestPeak, type FlopTally, joulesPerReadByte, tallyFlops, tallyJoules } from './phase-energy.js';
import type { WeightedPass } from './phases.js';
import { addPass, scalePass } from './phases.js';
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
export function reportPhase(prepared: Prepared, passes: readonly WeightedPass[]): PhaseReport {
  const runs = passes.map(({ pass, weight }) => ({ weight, run: (visit: Visit) => passTime(prepared, pass, visit) }));
  const { sum, decided, power } = runPhase(prepared, runs);
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

/** A pass that can be timed, and how many there are of it. */
export interface Run {
  readonly weight: number;
  run(visit: Visit): PassTime;
}

interface PhaseRun {
  readonly sum: PhaseSum;
  readonly decided: Record<TimeTerm, Seconds>;
  readonly power: PowerResult;
}

/** Runs the passes of a phase under the power limit of the machine. */
export function runPhase(prepared: Prepared, runs: readonly Run[]): PhaseRun {
  const sum = sumPhase(prepared, runs);
  const { time, computeJoules, memoryJoules } = sum;
  const { hardware, engine } = prepared.machine;
  const decided = decidedBy(sum);
  const limit = engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(hardware);
  const stretch = stretchOf(runs, engine.overlap);
  const secondsAt = (clock: number): Seconds => (clock === 1 ? time.seconds : time.seconds + stretch(clock));
  const power = powerOf(hardware, { secondsAt, computeJoules, memoryJoules }, limit);
  return { sum, decided, power };
}

/** Seconds that a phase takes longer at a clock, from every operator's own terms; they are gathered when first asked. */
function stretchOf(runs: readonly Run[], overlap: OverlapExponent): (clock: number) => Seconds {
  let gathered: { times: number; time: OperatorTime }[] | undefined;
  const gather = (): { times: number; time: OperatorTime }[] => {
    const all: { times: number; time: OperatorTime }[] = [];
    for (const { weight, run } of runs) {
      run((operator, _work, time) => all.push({ times: weight * operator.count, time }));
    }
    return all;
  };
  return (clock) => {
    gathered ??= gather();
    return gathered.reduce((sum, { times, time: { compute, dequantisation, memory, load } }) => {
      const arithmetic = compute + dequantisation;
      const slowed = smoothmax(arithmetic / clock, memory, load, overlap);
      return sum + times * (slowed - smoothmax(arithmetic, memory, load, overlap));
    }, 0);
  };
}

function sumPhase(prepared: Prepared, runs: readonly Run[]): PhaseSum {
  const { machine, memory } = prepared;
  const operators = prepared.plan.map(emptySum);
  const tallies: FlopTally[] = [];
  let total: PassTime | undefined;
  for (const { weight, run } of runs) {
    const time = run((operator, work, spent, place) => {
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
  const busiest = largestTerm(terms);
  return {
    name: operator.name,
    class: operator.class,
    ...(operator.kind === 'product' ? { format: operator.format.id } : {}),
    count,
    flops,
    bytes,
    seconds,
    arithmeticIntensity: bytes > 0 ? flops / bytes : 0,
    bound: terms.overhead > seconds - terms.overhead ? 'overhead' : busiest,
  };
}

function reportClasses(operators: readonly OperatorSum[]): ClassReport[] {
  const flops = operators.reduce((sum, operator) => sum + operator.flops, 0);
  const seconds = operators.reduce((sum, operator) => sum + operator.seconds, 0);
  const classes = [...new Set(operators.map(({ operator }) => operator.class))];
  const share = (name: OperatorClass, of: (operator: OperatorSum) => number, total: number): number =>
    operators.reduce((sum, operator) => sum + (operator.operator.class === name ? of(operator) : 0), 0) / total;
  return classes.map((name) => ({
    class: name,
    flopShare: share(name, (operator) => operator.flops, flops),
    timeShare: share(name, (operator) => operator.seconds, seconds),
  }));
}
