import type { SpecProblem } from '../errors.js';
import type { HardwareSpec } from './hardware-schema.js';
import type { Resolve } from './inherit.js';
import { problemAt, problemAtKey } from './problems.js';
import type { Path, Tree } from './tree.js';
import { didYouMean } from './words.js';

/** Figures that say the same thing twice may differ by rounding, not by more. */
const tolerance = 0.03;

/** What a machine's figures must say together: names that exist, and products that agree. */
export function checkHardware(spec: HardwareSpec, tree: Tree, resolve?: Resolve): readonly SpecProblem[] {
  return [
    ...checkComputeWith(spec, tree),
    ...checkMemory(spec, tree),
    ...Object.entries(spec.units).flatMap(([name, unit]) => checkPeaks(unit, ['units', name], tree)),
    ...checkEnergies(spec, tree),
    ...checkSystem(spec, tree, resolve),
  ];
}

function checkComputeWith(spec: HardwareSpec, tree: Tree): readonly SpecProblem[] {
  const names = Object.keys(spec.units);
  const wanted = spec['compute-with'];
  if (names.length === 0)
    return [problemAt(tree, ['units'], 'names no unit', 'a machine has at least one part that computes')];
  if (wanted === undefined || names.includes(wanted)) return [];
  return [problemAt(tree, ['compute-with'], `"${wanted}" is not a unit`, didYouMean(wanted, names))];
}

function checkMemory(spec: HardwareSpec, tree: Tree): readonly SpecProblem[] {
  const levels = Object.entries(spec.memory);
  const holds = levels.some(([, level]) => level.holds === 'weights');
  const none = holds
    ? []
    : [problemAt(tree, ['memory'], 'has no level that holds weights', 'write "holds: weights" at one')];
  return [...none, ...levels.flatMap(([name, level]) => checkBus(level, ['memory', name], tree))];
}

function checkBus(level: HardwareSpec['memory'][string], path: Path, tree: Tree): readonly SpecProblem[] {
  const width = level['bus-width'];
  const rate = level['data-rate'];
  if (width === undefined || rate === undefined) return [];
  const product = (width.value * rate.value) / 8;
  if (agree(product, level.bandwidth.value)) return [];
  const problem = `does not agree with bus-width x data-rate / 8, which is ${gigabytes(product)}`;
  return [problemAt(tree, [...path, 'bandwidth', 'value'], problem, 'correct one of the three')];
}

function checkPeaks(unit: HardwareSpec['units'][string], path: Path, tree: Tree): readonly SpecProblem[] {
  return unit.peaks.flatMap((peak, index) => {
    const perClock = peak['per-clock'];
    if (perClock === undefined || peak.clock === undefined) return [];
    const product = unit.count.value * peak.clock * perClock;
    // A rate quoted for sparse operands is a multiple of what the lanes do.
    if (peak.sparsity !== 'dense' || agree(product, peak.value)) return [];
    const remedy = agree(2 * product, peak.value)
      ? 'it is twice as high, as rates for 2:4 sparse operands are: write the dense one'
      : 'correct one of the four';
    const problem = `does not agree with count x clock x per-clock, which is ${(product / 1e12).toPrecision(4)}e12 per second`;
    return [problemAt(tree, [...path, 'peaks', index, 'value'], problem, remedy)];
  });
}

function checkEnergies(spec: HardwareSpec, tree: Tree): readonly SpecProblem[] {
  const levels = Object.keys(spec.memory);
  return Object.keys(spec.power?.['per-byte'] ?? {})
    .filter((name) => !levels.includes(name))
    .map((name) =>
      problemAtKey(tree, ['power', 'per-byte', name], `"${name}" is not a memory level`, didYouMean(name, levels)),
    );
}

function checkSystem({ id, system, links }: HardwareSpec, tree: Tree, resolve?: Resolve): readonly SpecProblem[] {
  if (system === undefined) return [];
  const { device = id, devices, link } = system;
  const problems: SpecProblem[] = [];
  if (device !== id && resolve?.(device) === undefined) {
    const remedy = 'name a file of the same folder';
    problems.push(problemAt(tree, ['system', 'device'], `no spec has the id "${device}"`, remedy));
  }
  if (devices.value < 2) {
    const remedy = 'a system has two or more; leave it out where there is one';
    problems.push(problemAt(tree, ['system', 'devices', 'value'], `"${devices.value}" is too small`, remedy));
  }
  const joined = links[link];
  const most = joined?.['max-devices']?.value;
  if (joined === undefined) {
    problems.push(problemAt(tree, ['system', 'link'], `"${link}" is not a link`, didYouMean(link, Object.keys(links))));
  } else if (most !== undefined && devices.value > most) {
    const problem = `is more than the ${most} devices that ${link} can join`;
    problems.push(problemAt(tree, ['system', 'devices', 'value'], problem, 'correct one of the two'));
  }
  return problems;
}

function agree(a: number, b: number): boolean {
  return Math.abs(a / b - 1) <= tolerance;
}

function gigabytes(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e9).toPrecision(4)} GB/s`;
}
