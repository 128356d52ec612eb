import { computingUnit, readBandwidth } from '../engine/select.js';
import type { Bound, Estimate, OperatorReport, PhaseReport, Prediction } from '../estimator/types.js';
import type { ComputeUnit, Hardware, Peak } from '../hardware/types.js';
import type { BytesPerSecond, FlopsPerSecond, Fraction } from '../quantities.js';
import type { Heading } from './heading.js';
import { nameEstimates } from './naming.js';

/** What a roofline plot shows, in SI units. */
export interface RooflineData extends Heading {
  readonly machines: readonly RooflineMachine[];
}

/** One estimate: the roofs of its machine, and what its phases achieve below them. */
export interface RooflineMachine {
  readonly name: string;
  /** Dense peaks of the cores in use, highest first: the best of every multiply format, and those that the phases run in. */
  readonly roofs: readonly Roof[];
  /** Bandwidths, highest first. */
  readonly slopes: readonly Slope[];
  readonly phases: readonly RooflinePhase[];
}

export interface Roof {
  /** Multiply formats: `f16, bf16`. */
  readonly name: string;
  readonly flopsPerSecond: FlopsPerSecond;
  /** FLOPs per byte at which the roof meets the bandwidth of the memory that holds the weights. */
  readonly ridgePoint: number;
  /** True where most FLOPs of a phase run in it. */
  readonly used: boolean;
}

export interface Slope {
  /** The memory level: `hbm`. */
  readonly name: string;
  readonly bytesPerSecond: BytesPerSecond;
  /** True of the one that utilisation and ridge points refer to. */
  readonly main: boolean;
}

export interface RooflinePhase {
  readonly name: 'decode' | 'prefill';
  /** FLOPs per byte that had to move. */
  readonly arithmeticIntensity: number;
  /** Achieved rate with its 80 % interval. */
  readonly flopsPerSecond: FlopsPerSecond;
  readonly low: FlopsPerSecond;
  readonly high: FlopsPerSecond;
  readonly bound: Bound;
  /** Those that take a hundredth of the time or more and have FLOPs and bytes, longest first; those nearly at one place together. */
  readonly operators: readonly RooflineOperator[];
}

export interface RooflineOperator {
  readonly name: string;
  readonly arithmeticIntensity: number;
  readonly flopsPerSecond: FlopsPerSecond;
  readonly timeShare: Fraction;
}

/** Roofs and achieved points of estimates. Machines that are not among `hardware` have the roofs that the estimate tells. */
export function rooflineData(estimates: readonly Estimate[], hardware: readonly Hardware[]): RooflineData {
  const { common, names } = nameEstimates('Roofline', estimates);
  const machines = estimates.map((estimate, index) => {
    const phases = [phaseOf('decode', estimate), phaseOf('prefill', estimate)];
    const known = hardware.find((machine) => isMachineOf(estimate, machine));
    return { name: names[index] ?? '', ...limitsOf(estimate, known), phases };
  });
  return { ...common, machines };
}

/** True for the machine of an estimate, false for a variation of it under the same id. */
function isMachineOf({ hardware: { id, unit, cores, peakBandwidth } }: Estimate, machine: Hardware): boolean {
  if (machine.id !== id || machine.computeWith !== unit) return false;
  const own = computingUnit(machine);
  return own.count >= cores && readBandwidth(machine, own) === peakBandwidth;
}

function limitsOf(estimate: Estimate, machine: Hardware | undefined): Pick<RooflineMachine, 'roofs' | 'slopes'> {
  const { peakBandwidth, cores } = estimate.hardware;
  const used = [estimate.decode, estimate.prefill].map(peakOf).filter(Number.isFinite);
  if (machine === undefined) {
    const roofs = roofsOf([], used, peakBandwidth);
    const slopes = estimate.memory.levels.map(({ name, bandwidth }) => slopeOf(name, bandwidth, peakBandwidth));
    return { roofs, slopes: withMain(slopes, peakBandwidth) };
  }
  const unit = computingUnit(machine);
  const share = cores / unit.count;
  const peaks = unit.peaks
    .filter(({ sparsity }) => sparsity === 'dense')
    .map((peak) => ({ ...peak, rate: peak.rate * share }));
  return {
    roofs: roofsOf(peaks, used, peakBandwidth),
    slopes: withMain(levelSlopes(machine, unit, peakBandwidth), peakBandwidth),
  };
}

/** Peak of the arithmetic that most FLOPs of a phase ran in: what its MFU refers to. */
function peakOf({ flops, seconds, mfu }: PhaseReport): FlopsPerSecond {
  return flops / seconds / mfu;
}

function roofsOf(peaks: readonly Peak[], used: readonly FlopsPerSecond[], bandwidth: BytesPerSecond): readonly Roof[] {
  const shown = peaks.filter(
    (peak) => isBest(peak, peaks) || (used.some((rate) => isSame(rate, peak.rate)) && !isNamedBy(peak, peaks)),
  );
  const rates = [...shown.map(({ rate }) => rate), ...used].sort((a, b) => b - a);
  const distinct = rates.filter((rate, index) => index === 0 || !isSame(rate, rates[index - 1] ?? 0));
  return distinct.map((rate) => ({
    name:
      namesOf(
        shown.filter((peak) => isSame(peak.rate, rate)),
        peaks,
      ) || 'arithmetic in use',
    flopsPerSecond: rate,
    ridgePoint: rate / bandwidth,
    used: used.some((own) => isSame(own, rate)),
  }));
}

/** True for the fastest of a format. */
function isBest(peak: Peak, peaks: readonly Peak[]): boolean {
  return !peaks.some(({ format, rate }) => format === peak.format && rate > peak.rate);
}

/** True where another format's best has the same rate, so that the roof has a name already. */
function isNamedBy(peak: Peak, peaks: readonly Peak[]): boolean {
  return peaks.some((other) => other !== peak && isSame(other.rate, peak.rate) && isBest(other, peaks));
}

function namesOf(own: readonly Peak[], peaks: readonly Peak[]): string {
  const words = own.map((peak) => {
    if (isBest(peak, peaks)) return peak.format;
    return peak.path === 'vector' ? `${peak.format} vector` : `${peak.format} with ${peak.accumulate} sums`;
  });
  return [...new Set(words)].join(', ');
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * b;
}

/** Levels as the unit draws from them; caches are its own, and nothing beyond them is faster than its port. */
function levelSlopes({ memory }: Hardware, { bandwidth: port }: ComputeUnit, main: BytesPerSecond): readonly Slope[] {
  return Object.values(memory).map(({ name, holds, bandwidth }) =>
    slopeOf(name, holds === 'cache' ? bandwidth : Math.min(bandwidth, port ?? Number.POSITIVE_INFINITY), main),
  );
}

function slopeOf(name: string, bytesPerSecond: BytesPerSecond, main: BytesPerSecond): Slope {
  return { name, bytesPerSecond, main: bytesPerSecond === main };
}

/** Slopes with the main one among them, highest first. */
function withMain(slopes: readonly Slope[], main: BytesPerSecond): readonly Slope[] {
  const all = slopes.some((slope) => slope.main) ? slopes : [...slopes, slopeOf('memory', main, main)];
  return [...all].sort((a, b) => b.bytesPerSecond - a.bytesPerSecond);
}

function phaseOf(name: RooflinePhase['name'], estimate: Estimate): RooflinePhase {
  const phase = estimate[name];
  const rate = phase.flops / phase.seconds;
  const { low, high } = relative(phase.tokensPerSecond);
  return {
    name,
    arithmeticIntensity: phase.arithmeticIntensity,
    flopsPerSecond: rate,
    low: rate * low,
    high: rate * high,
    bound: phase.bound,
    operators: operatorsOf(phase),
  };
}

/** Ends of an interval as multiples of the expected value. */
function relative({ expected, low, high }: Prediction): { readonly low: number; readonly high: number } {
  return { low: low / expected, high: high / expected };
}

/** Least part of a phase's time that makes an operator worth a point. */
const WORTH_A_POINT = 0.01;

/** Operators that lie so near to one another that they are one point, as a ratio. */
const ONE_POINT = 1.25;

function operatorsOf({ operators, seconds: all }: PhaseReport): readonly RooflineOperator[] {
  const groups: OperatorReport[][] = [];
  for (const operator of operators) {
    if (!(operator.flops > 0 && operator.bytes > 0 && operator.seconds > 0)) continue;
    const group = groups.find(([first]) => first !== undefined && isOnePoint(first, operator));
    if (group) group.push(operator);
    else groups.push([operator]);
  }
  return groups
    .map((group) => {
      const seconds = sum(group, (operator) => operator.seconds);
      const flops = sum(group, (operator) => operator.flops);
      return {
        name: [...new Set(group.map(({ name }) => name))].join(', '),
        arithmeticIntensity: flops / sum(group, ({ bytes }) => bytes),
        flopsPerSecond: flops / seconds,
        timeShare: seconds / all,
      };
    })
    .filter(({ timeShare }) => timeShare >= WORTH_A_POINT)
    .sort((a, b) => b.timeShare - a.timeShare);
}

function isOnePoint(a: OperatorReport, b: OperatorReport): boolean {
  const near = (x: number, y: number): boolean => Math.max(x / y, y / x) <= ONE_POINT;
  return near(a.arithmeticIntensity, b.arithmeticIntensity) && near(a.flops / a.seconds, b.flops / b.seconds);
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
