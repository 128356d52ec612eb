import type { MultiplyFormat } from '../hardware/types.js';
import type { OperatorClass, PlannedOperator } from '../model/operators.js';
import type { Bytes, BytesPerSecond, Flops, FlopsPerSecond, Joules, Seconds } from '../quantities.js';
import { largestTerm } from '../roofline/bound.js';
import { joulesPerByte, joulesPerFlop, powerCap, powerOf } from '../roofline/energy.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { type PassTime, type Prepared, passTime } from './pass-time.js';
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
export function reportPhase(
  prepared: Prepared,
  passes: readonly WeightedPass[],
  peakBandwidth: BytesPerSecond,
): PhaseReport {
  const sum = sumPhase(prepared, passes);
  const { time } = sum;
  const clocked = Math.min(1, (time.terms.compute + time.terms.dequantisation) / time.seconds);
  const { hardware, engine } = prepared.machine;
  const limit = engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(hardware);
  const { computeJoules, memoryJoules } = sum;
  const work = { seconds: time.seconds, clockedShare: clocked, computeJoules, memoryJoules };
  const power = powerOf(hardware, work, limit);
  const moved = time.weightBytes + time.cacheBytes;
  return {
    bound: power.limited ? 'power' : phaseBound(sum),
    mbu: moved / power.seconds / peakBandwidth,
    mfu: time.flops / power.seconds / sum.peakFlops,
    arithmeticIntensity: time.flops / moved,
    ridgePoint: sum.peakFlops / peakBandwidth,
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

function sumPhase(prepared: Prepared, passes: readonly WeightedPass[]): PhaseSum {
  const { machine, memory } = prepared;
  const operators = prepared.plan.map(emptySum);
  const flopsByFormat = new Map<MultiplyFormat, { flops: Flops; peak: FlopsPerSecond }>();
  const byteJoules = joulesPerResidentByte(prepared);
  let memoryJoules = 0;
  let total: PassTime | undefined;
  for (const { pass, weight } of passes) {
    const time = passTime(prepared, pass, (operator, work, spent, place) => {
      const times = weight * operator.count;
      addOperator(operators[place], times, work.flops, spent);
      const known = flopsByFormat.get(spent.multiply);
      if (known) known.flops += times * work.flops;
      else flopsByFormat.set(spent.multiply, { flops: times * work.flops, peak: spent.peak });
    });
    const weighted = scalePass(time, weight);
    total = total ? addPass(total, weighted) : weighted;
    memoryJoules += weighted.bytes * byteJoules;
  }
  if (!total) throw new Error('a phase has at least one pass');
  const formats = [...flopsByFormat];
  // The visitor saw one token of a spatial machine's pass; the total holds them all.
  const seen = formats.reduce((sum, [, { flops }]) => sum + flops, 0);
  const computeJoules = formats.reduce(
    (sum, [format, { flops }]) =>
      sum + flops * (total.flops / seen) * joulesPerFlop(machine.hardware, machine.unit, format),
    0,
  );
  const most = formats.reduce((a, b) => (b[1].flops > a[1].flops ? b : a));
  return { time: total, operators, computeJoules, memoryJoules, peakFlops: most[1].peak };

  function joulesPerResidentByte({ machine: { hardware } }: Prepared): number {
    const kept = memory.residency.reduce((sum, home) => sum + home.weightBytes + home.cacheBytes, 0);
    return memory.residency.reduce(
      (sum, home) => sum + ((home.weightBytes + home.cacheBytes) / kept) * joulesPerByte(hardware, home.level),
      0,
    );
  }
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

/** The term that most time goes to: each operator's time beyond its overhead is put down to its largest term. */
function phaseBound(sum: PhaseSum): Bound {
  const seconds: Record<TimeTerm, Seconds> = { compute: 0, dequantisation: 0, memory: 0, load: 0, overhead: 0 };
  for (const { terms, seconds: all } of sum.operators) {
    seconds[largestTerm(terms)] += all - terms.overhead;
    seconds.overhead += terms.overhead;
  }
  const operators = sum.operators.reduce((total, { terms }) => total + terms.overhead, 0);
  // What no operator accounts for is the step's own: scheduling, sampling, hops.
  seconds.overhead += Math.max(0, sum.time.terms.overhead - operators);
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
