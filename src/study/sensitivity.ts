import type { Dimension } from '../dimensions.js';
import { computingUnit } from '../engine/select.js';
import { InvalidScenarioError } from '../errors.js';
import { checkFields } from '../estimator/check-input.js';
import type { Warning } from '../estimator/types.js';
import type { Hardware } from '../hardware/types.js';
import type { AxisValue } from './axis.js';
import type { ScenarioFields } from './axis-fields.js';
import { type Metric, type MetricInput, metricsOf } from './metric.js';
import { type Probe, probe, probeWarnings, type Question } from './probe.js';
import { type SpecFigure, specFigures } from './spec-figures.js';
import type { SweepWorld } from './walk.js';

/** What answers are wanted of: one metric, or several; by default those of a sweep. */
export interface SensitivityOptions {
  readonly metric?: string;
  readonly metrics?: MetricInput;
}

const OPTIONS: Readonly<Record<keyof SensitivityOptions, true>> = { metric: true, metrics: true };
const ofOptions = new Set(Object.keys(OPTIONS));

/** How a metric answers to one figure: elasticities are percent of the metric per percent of the figure. */
export interface Elasticity {
  /** `hardware.memory.hbm.bandwidth`; those of an engine are constants that were fitted or assumed, and no facts. */
  readonly figure: string;
  readonly spec: SpecFigure['spec'];
  /** What it is now, in SI units. */
  readonly value: number;
  readonly dimension: Dimension;
  /** `d ln(metric) / d ln(figure)`, over both sides where both can run. */
  readonly elasticity: number;
  /** The same towards less and towards more of the figure; absent where that cannot be, or cannot run. */
  readonly less?: number;
  readonly more?: number;
  /** True where the two sides differ by more than a smooth curve does: another limit takes over here. */
  readonly kink: boolean;
  /** What the figure was set to on each side that ran. */
  readonly from: number;
  readonly to: number;
}

/** A figure of which less, or more, cannot run: memory that the model just fits into. */
export interface Edge {
  readonly figure: string;
  readonly side: 'less' | 'more';
  readonly reason: string;
}

/** One metric and what it depends on. */
export interface MetricSensitivity {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  /** Figures that change it, the strongest first. */
  readonly figures: readonly Elasticity[];
  /** How many figures change nothing. */
  readonly without: number;
}

/** A memory whose bandwidth changes nothing, as the unit draws less than it gives. */
export interface Outdrawn {
  /** `hardware.memory.unified.bandwidth` */
  readonly figure: string;
  /** What limits it: `hardware.units.gpu.bandwidth`. */
  readonly by: string;
  /** What the unit draws of it, and what it gives, in B/s. */
  readonly drawn: number;
  readonly given: number;
}

/** What limits a run, and what would change it. */
export interface Sensitivity {
  readonly metrics: readonly MetricSensitivity[];
  /** Figures that were tried. */
  readonly tried: number;
  /** Figures of which a little less, or more, cannot run. */
  readonly edges: readonly Edge[];
  readonly outdrawn: readonly Outdrawn[];
  /** What is doubtful about the run itself. */
  readonly warnings: readonly Warning[];
}

/**
 * The step, a percent: elasticity is per percent, logarithms make the error of a central difference a ten-thousandth of the
 * curvature, and rounding is far below it. Exact for a power law.
 */
const STEP = 0.01;
/** Whole numbers of a model from here on are sizes; longest block that a format stores weights in. */
const LEAST_SIZE = 64;
const WHOLE_BLOCK = 256;
/** Sides that differ by more than curvature explains are a kink. A sum of two terms bends by a quarter at most. */
const KINK = 0.05;
const MOST_CURVATURE = 1 / 4;
/** Answers below are rounding. */
const NOTHING = 1e-6;

/** Differences of every positive figure of a scenario's specs. Throws where the scenario itself cannot run. */
export function sensitivityOf<Base extends ScenarioFields>(
  base: Base,
  options: SensitivityOptions,
  world: SweepWorld<Base>,
): Sensitivity {
  checkFields('a question of sensitivity', options, ofOptions);
  const metrics = metricsOf(options.metrics ?? (options.metric === undefined ? undefined : [options.metric]));
  for (const metric of metrics) requireNumber(metric);
  const known = Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
  const question = { base, metrics: { ...known, [CLASS]: 'engine.class' }, world };
  const now = probe(question, {});
  if (!now.ok) throw now.error;
  const isUsual = options.metrics === undefined && options.metric === undefined;
  const values = metrics.map((metric) => positiveValue(metric, now.values[metric.name], isUsual));
  const scenario = world.resolve(base, { hardware: {}, model: {}, engine: {} });
  const figures = specFigures(scenario, String(now.values[CLASS]));
  const answers = figures.map((figure) => answerOf(figure, question));
  const answered = metrics.flatMap(({ name, unit }, index) => {
    const value = values[index];
    if (value === undefined) return [];
    const all = answers.flatMap((answer) => elasticityOf(answer, name, value) ?? []);
    const strong = all.filter(({ elasticity, less = 0, more = 0 }) =>
      [elasticity, less, more].some((one) => Math.abs(one) > NOTHING),
    );
    return [{ metric: name, unit, value, figures: strong.sort(byStrength), without: all.length - strong.length }];
  });
  return {
    metrics: answered,
    tried: figures.length,
    edges: answers.flatMap(edgesOf),
    outdrawn: outdrawnOf(scenario.hardware, answered),
    warnings: probeWarnings(question, {}),
  };
}

/** Memories that change nothing where the draw of the unit does. */
function outdrawnOf(hardware: Hardware, metrics: readonly MetricSensitivity[]): readonly Outdrawn[] {
  const { name, bandwidth: drawn } = computingUnit(hardware);
  const by = `hardware.units.${name}.bandwidth`;
  const strong = new Set(metrics.flatMap(({ figures }) => figures.map(({ figure }) => figure)));
  if (drawn === undefined || !strong.has(by)) return [];
  return Object.values(hardware.memory).flatMap(({ name: level, bandwidth: given, holds }) => {
    const figure = `hardware.memory.${level}.bandwidth`;
    return holds === 'weights' && given > drawn && !strong.has(figure) ? [{ figure, by, drawn, given }] : [];
  });
}

/** Key of the metric that names the engine's class; none of a user is named so. */
const CLASS = ' class';

function requireNumber({ name, kind }: Metric): void {
  if (kind === 'number') return;
  throw new InvalidScenarioError('metric', name, `"${name}" is no number, so nothing has a share in it`);
}

/** A metric's present value; of the usual metrics, those that are not there are left out. */
function positiveValue({ name }: Metric, value: unknown, isUsual: boolean): number | undefined {
  if (typeof value === 'number' && value > 0) return value;
  if (isUsual && name.startsWith('cost.') && value === undefined) return undefined;
  const problem = value === undefined ? `this run has no "${name}"` : `"${name}" is ${value}, which no percent changes`;
  throw new InvalidScenarioError('metric', name, problem, 'name another metric');
}

/** What one side of a figure gave. */
interface Side {
  readonly figure: number;
  readonly probe: Probe;
}

interface Answer {
  readonly figure: SpecFigure;
  readonly less: Side | undefined;
  readonly more: Side | undefined;
}

function answerOf<Base extends ScenarioFields>(figure: SpecFigure, question: Question<Base>): Answer {
  const side = ({ figure: value, set }: Move): Side => ({
    figure: value,
    probe: probe(question, { [figure.name]: set }),
  });
  const sides = figure.dimension === 'count' ? wholeMoves(figure) : [shareMoves(figure.value)];
  const tried = sides.map(({ less, more }) => ({ less: less && side(less), more: more && side(more) }));
  // Of whole numbers, the first step at which both sides run, or one does.
  const both = tried.find(({ less, more }) => less?.probe.ok && more?.probe.ok);
  const one = tried.find(({ less, more }) => less?.probe.ok || more?.probe.ok);
  const { less, more } = both ?? one ?? tried[0] ?? { less: undefined, more: undefined };
  return { figure, less, more };
}

interface Move {
  readonly figure: number;
  readonly set: AxisValue;
}

interface Moves {
  readonly less: Move | undefined;
  readonly more: Move | undefined;
}

function shareMoves(value: number): Moves {
  const move = (factor: number): Move => ({ figure: value * factor, set: `${factor}x` });
  return { less: move(1 - STEP), more: move(1 + STEP) };
}

/**
 * Steps of a whole number: the least power of two that divides it and is a percent of it or more (of sizes, up to 256), so
 * that they fill the blocks of formats and the tiles of kernels as before; then half and twice, for heads that have to
 * divide each other.
 */
function wholeMoves({ spec, value }: SpecFigure): readonly Moves[] {
  const isSize = spec === 'model' && value >= LEAST_SIZE;
  const least = Math.max(value * STEP, isSize ? Math.min(WHOLE_BLOCK, value / 8) : 0);
  let step = 1;
  while (step < least && value % (2 * step) === 0) step *= 2;
  if (step < value * STEP) step = Math.max(1, Math.round(value * STEP));
  const move = (figure: number): Move | undefined =>
    figure >= 1 && Number.isInteger(figure) ? { figure, set: figure } : undefined;
  return [
    { less: move(value - step), more: move(value + step) },
    { less: move(value / 2), more: move(value * 2) },
  ];
}

function elasticityOf({ figure, less, more }: Answer, metric: string, value: number): Elasticity | undefined {
  const ends = { less: endAt(less, metric), more: endAt(more, metric) };
  const slope = (a: End, b: End): number => Math.log(b.metric / a.metric) / Math.log(b.figure / a.figure);
  const here: End = { figure: figure.value, metric: value };
  if (ends.less === undefined && ends.more === undefined) return undefined;
  const low = ends.less && slope(ends.less, here);
  const high = ends.more && slope(here, ends.more);
  const [from, to] = [ends.less ?? here, ends.more ?? here];
  const bend = (MOST_CURVATURE * Math.log(to.figure / from.figure)) / 2;
  return {
    figure: figure.name,
    spec: figure.spec,
    value: figure.value,
    dimension: figure.dimension,
    elasticity: slope(from, to),
    ...(low === undefined ? {} : { less: low }),
    ...(high === undefined ? {} : { more: high }),
    kink: low !== undefined && high !== undefined && Math.abs(low - high) > KINK + bend,
    from: from.figure,
    to: to.figure,
  };
}

interface End {
  readonly figure: number;
  readonly metric: number;
}

function endAt(side: Side | undefined, metric: string): End | undefined {
  if (!side?.probe.ok) return undefined;
  const value = side.probe.values[metric];
  return typeof value === 'number' && value > 0 ? { figure: side.figure, metric: value } : undefined;
}

function edgesOf({ figure, less, more }: Answer): readonly Edge[] {
  return (['less', 'more'] as const).flatMap((side) => {
    const found = side === 'less' ? less : more;
    // A fraction at 1 and heads that do not divide are no limit of the run.
    return found === undefined || found.probe.ok || found.probe.error.code === 'invalid-scenario'
      ? []
      : [{ figure: figure.name, side, reason: found.probe.error.message }];
  });
}

/** The strongest first; equal ones by name, so that the order is always the same. */
function byStrength(a: Elasticity, b: Elasticity): number {
  const strength = ({ elasticity, less = 0, more = 0 }: Elasticity): number =>
    // What rounding parts is equal.
    Number(Math.max(Math.abs(elasticity), Math.abs(less), Math.abs(more)).toPrecision(6));
  return strength(b) - strength(a) || (a.figure < b.figure ? -1 : 1);
}
