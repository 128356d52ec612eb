import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import { checkFields } from '../estimator/check-input.js';
import type { Estimate, Scenario, Warning } from '../estimator/types.js';
import { type AxisValue, checkAxis } from './axis.js';
import { axisField, type ScenarioFields, withFields } from './axis-fields.js';
import { idlePrice } from './idle-price.js';
import { type Metric, type MetricFunction, metricsOf } from './metric.js';
import { probe, probeWarnings } from './probe.js';
import { type Domain, type DomainInput, domainOf, middleOf, scanPlaces } from './solve-domain.js';
import { sayAlways, sayFound, sayNever, type Wanted } from './solve-words.js';
import type { SweepWorld } from './walk.js';

/** What is looked for: a field, and what a metric shall be. One of `target`, `atLeast` and `atMost` is given. */
export interface SolveOptions extends DomainInput {
  /** Path of a figure of an estimate, `decode.tokensPerSecond`, or a function of one. */
  readonly metric: string | MetricFunction;
  /** The metric comes to this, from whichever side it starts. */
  readonly target?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const OPTIONS: Readonly<Record<keyof SolveOptions, true>> = {
  field: true,
  from: true,
  to: true,
  values: true,
  metric: true,
  target: true,
  atLeast: true,
  atMost: true,
};
const ofOptions = new Set(Object.keys(OPTIONS));

/** Checks of the options what a compiler would. */
function checkOptions(options: SolveOptions): void {
  checkFields('a question to solve', options, ofOptions);
  const { field, metric, values } = options;
  if (typeof field !== 'string')
    throw new InvalidScenarioError('field', field, 'no field is named', 'name one, as in field: "batch"');
  if (typeof metric !== 'string' && typeof metric !== 'function')
    throw new InvalidScenarioError(
      'metric',
      metric,
      'no metric is named',
      'name one, as in metric: "decode.tokensPerSecond"',
    );
  if (values !== undefined) checkAxis(field, values);
}

/** A value that was tried, and what it gave. */
export interface Tried {
  /** In SI units; of lists, what the list has. */
  readonly value: AxisValue;
  /** The same in words, with its unit: an answer is rounded to the side that reaches the target, to be given in its turn. */
  readonly text: string;
  readonly metric: number;
}

/**
 * The value at which the target is reached; or why there is none: `never` where no value does, `always` where every one
 * does, so that the target asks nothing of the field. `best` is what comes nearest to the target.
 */
export type Solution = {
  readonly field: string;
  /** The answer in words. */
  readonly sentence: string;
  /** False where the metric goes up and down over the range: the answer is the first crossing that a scan finds. */
  readonly monotone: boolean;
  /** Points that were worked out. */
  readonly tried: number;
  /** What is doubtful about the answer, or about what comes nearest to the target. */
  readonly warnings: readonly Warning[];
} & (
  | ({ readonly ok: true; readonly estimate: Estimate } & Tried)
  | { readonly ok: false; readonly reason: 'never' | 'always'; readonly best: Tried }
);

/** What a solution is worked out with: as a sweep, and its answer as a whole estimate. */
export interface SolveWorld<Base> extends SweepWorld<Base> {
  estimate(scenario: Scenario): Estimate;
}

/** A place of the range that was looked at. Without a metric it does not run. */
interface Place {
  readonly at: number;
  readonly metric: number | undefined;
  /** What binds there. */
  readonly bound: string | undefined;
  readonly error: RoofcastError | undefined;
}

type Look = (at: number) => Place;
type Test = (place: Place) => boolean;

/**
 * The value of a field at which a metric reaches a target: a scan over the range, then bisection between the two neighbours
 * of which one reaches it. Throws for a field, metric or range that cannot be, and where no value of the range runs.
 */
export function solveFor<Base extends ScenarioFields>(
  base: Base,
  options: SolveOptions,
  world: SolveWorld<Base>,
): Solution {
  checkOptions(options);
  const { field } = options;
  const metric = solvedMetric(options.metric);
  const wanted = wantedOf(options, metric);
  const scenario = world.resolve(base, { hardware: {}, model: {}, engine: {} });
  const domain = domainOf(options, scenario);
  const known = new Map<number, Place>();
  const look = (at: number): Place => {
    const place = known.get(at) ?? placeOf(base, field, domain.set(at), at, metric, world);
    known.set(at, place);
    return place;
  };
  const scan = scanPlaces(domain, domain.from, domain.to).map(look);
  const unknown = scan.find(({ error }) => error?.code === 'unknown-id');
  if (unknown?.error !== undefined) throw unknown.error;
  const [first] = scan.filter(runs);
  if (first === undefined) throw scan[0]?.error ?? new InvalidScenarioError(field, field, 'no value of it runs');
  const reaches = testOf(wanted, first.metric);
  const trend = trendOf(scan);
  const places = trend === 'both' && !scan.some(reaches) ? zoomed(scan, domain, look, reaches, wanted) : scan;
  const crossing = crossingOf(places, reaches, wanted, trend);
  const answer = crossing && bisected(crossing, domain, look, reaches);
  const about = { field, monotone: trend !== 'both', tried: known.size };
  const saying = { field, metric, wanted, domain, monotone: about.monotone };
  if (answer && crossing) {
    const isLast = reaches(crossing.before);
    const holds = (set: AxisValue): boolean => reaches(placeOf(base, field, set, answer.at, metric, world));
    const found = { ...triedOf(answer, domain), text: spelt(answer, domain, isLast ? 'less' : 'more', holds) };
    const beyond = isLast ? nextError(answer, crossing, domain, look) : undefined;
    const sentence = sayFound(saying, found, isLast, beyond);
    const estimate = estimateAt(base, field, answer, domain, world);
    return { ...about, ok: true, ...found, estimate, warnings: estimate.warnings, sentence };
  }
  const best = nearestTo(wanted.value, places);
  const tried = triedOf(best, domain);
  // Of equals the last: where the metric has stopped to rise, it tells why.
  const last = places.findLast(({ metric: given }) => given === best.metric) ?? best;
  const warnings = probeWarnings({ base, metrics: { metric: metric.metric }, world }, { [field]: domain.set(last.at) });
  const reason = reaches(best) ? 'always' : 'never';
  const remarks = trend === 'flat' ? flatRemarks(field, places, scenario) : drawRemarks(warnings);
  const sentence =
    reason === 'always' ? sayAlways(saying, tried, remarks) : sayNever(saying, tried, best.bound, remarks);
  return { ...about, ok: false, reason, best: tried, warnings, sentence };
}

/** Why a field changes nothing, as far as that is known. */
function flatRemarks(field: string, places: readonly Place[], { hardware }: Scenario): readonly string[] {
  if (places.filter(runs).length < 2) return [];
  return [idlePrice(field, hardware) ?? 'it changes nothing here'];
}

function drawRemarks(warnings: readonly Warning[]): readonly string[] {
  return warnings.filter(({ code }) => code === 'bandwidth-in-vain').map(({ message }) => message);
}

type Running = Place & { readonly metric: number };

function runs(place: Place): place is Running {
  return place.metric !== undefined;
}

function placeOf<Base extends ScenarioFields>(
  base: Base,
  field: string,
  value: AxisValue,
  at: number,
  { metric, bound }: Solved,
  world: SweepWorld<Base>,
): Place {
  const found = probe({ base, metrics: { metric, ...(bound && { bound }) }, world }, { [field]: value });
  if (!found.ok) return { at, metric: undefined, bound: undefined, error: found.error };
  const { metric: given, bound: binding } = found.values;
  const isGiven = typeof given === 'number' && Number.isFinite(given);
  return {
    at,
    metric: isGiven ? given : undefined,
    bound: typeof binding === 'string' ? binding : undefined,
    error: isGiven ? undefined : new InvalidScenarioError('metric', metric.name, 'this run does not have it'),
  };
}

/** A metric, and the path of the figure that says what binds its phase. */
export interface Solved {
  readonly metric: Metric;
  readonly phase: string;
  readonly bound: string | undefined;
}

function solvedMetric(input: SolveOptions['metric']): Solved {
  const [metric] = typeof input === 'string' ? metricsOf([input]) : metricsOf({ metric: input });
  if (metric === undefined || metric.kind !== 'number')
    throw new InvalidScenarioError('metric', input, `"${String(input)}" is no number, so it reaches none`);
  const [phase = ''] = metric.name.split('.');
  const bound = phase === 'decode' || phase === 'prefill' ? `${phase}.bound` : undefined;
  return { metric, phase, bound };
}

function wantedOf(options: SolveOptions, { metric }: Solved): Wanted {
  const given = (['target', 'atLeast', 'atMost'] as const).flatMap((kind) => {
    const value = options[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  const [wanted] = given;
  if (wanted === undefined || given.length > 1)
    throw new InvalidScenarioError(
      'target',
      metric.name,
      `${given.length} targets are given for one metric`,
      'give one of target, atLeast and atMost',
    );
  if (Number.isFinite(wanted.value)) return wanted;
  throw new InvalidScenarioError(wanted.kind, wanted.value, `${String(wanted.value)} is not a number`);
}

/** Whether a place is on the wanted side; of a plain target, on the side away from the first. */
function testOf({ kind, value }: Wanted, first: number): Test {
  const isMore = kind === 'atLeast' || (kind === 'target' && first < value);
  return ({ metric }) => metric !== undefined && (isMore ? metric >= value : metric <= value);
}

type Trend = 'up' | 'down' | 'flat' | 'both';

/** Differences below are rounding. */
const ROUNDING = 1e-9;

function trendOf(places: readonly Place[]): Trend {
  const metrics = places.flatMap(({ metric }) => metric ?? []);
  const steps = metrics.slice(1).map((metric, index) => metric - (metrics[index] ?? metric));
  const size = Math.max(...metrics.map(Math.abs)) * ROUNDING;
  const [up, down] = [steps.some((step) => step > size), steps.some((step) => step < -size)];
  return up ? (down ? 'both' : 'up') : down ? 'down' : 'flat';
}

/** Two neighbours of which one reaches the target. */
interface Crossing {
  readonly before: Place;
  readonly after: Place;
}

/** The first crossing. Where the metric only gets better until nothing runs any more, the end of the range is none. */
function crossingOf(places: readonly Place[], reaches: Test, { kind }: Wanted, trend: Trend): Crossing | undefined {
  const index = places.findIndex((place, at) => at > 0 && reaches(place) !== reaches(places[at - 1] ?? place));
  const [before, after] = [places[index - 1], places[index]];
  if (before === undefined || after === undefined) return undefined;
  const isWorse = (kind === 'atLeast' && trend === 'down') || (kind === 'atMost' && trend === 'up');
  return runs(after) || reaches(after) || isWorse ? { before, after } : undefined;
}

/** Bisections of a continuous range: finer than a number is exact. */
const MOST_HALVES = 60;

/** The place next to a crossing that reaches the target. */
function bisected(crossing: Crossing, domain: Domain, look: Look, reaches: Test): Place {
  let { before, after } = crossing;
  const wasReached = reaches(before);
  for (let half = 0; half < MOST_HALVES; half++) {
    const middle = middleOf(domain, before.at, after.at);
    if (middle === undefined) break;
    const place = look(middle);
    if (reaches(place) === wasReached) before = place;
    else after = place;
  }
  return wasReached ? before : after;
}

/** Why the next value does not run, if that is what ends the range. */
function nextError(answer: Place, { after }: Crossing, domain: Domain, look: Look): RoofcastError | undefined {
  return domain.kind === 'whole' ? look(answer.at + 1).error : after.error;
}

/** Rounds of a closer look where a metric that goes up and down reaches its target nowhere in the scan. */
const ZOOMS = 4;

function zoomed(
  scan: readonly Place[],
  domain: Domain,
  look: Look,
  reaches: Test,
  { value }: Wanted,
): readonly Place[] {
  let places = scan;
  for (let round = 0; round < ZOOMS && !places.some(reaches); round++) {
    const index = places.indexOf(nearestTo(value, places));
    const [from, to] = [places[index - 1] ?? places[index], places[index + 1] ?? places[index]];
    if (from === undefined || to === undefined) break;
    const known = new Set(places.map(({ at }) => at));
    const closer = scanPlaces(domain, from.at, to.at).filter((at) => !known.has(at));
    places = [...places, ...closer.map(look)].sort((a, b) => a.at - b.at);
  }
  return places;
}

/** Of places that run, the one nearest to a value; the first of equals. */
function nearestTo(value: number, places: readonly Place[]): Place {
  const distance = ({ metric }: Place): number => Math.abs((metric ?? Number.POSITIVE_INFINITY) - value);
  return places.reduce((best, place) => (distance(place) < distance(best) ? place : best));
}

function triedOf({ at, metric }: Place, domain: Domain): Tried {
  return { value: domain.value(at), text: domain.text(at), metric: metric ?? Number.NaN };
}

/** The value of a place in words that reach the target themselves. */
function spelt({ at }: Place, domain: Domain, side: 'less' | 'more', holds: (set: AxisValue) => boolean): string {
  let text = domain.text(at);
  for (const spelling of domain.spellings(at, side)) {
    text = spelling.text;
    if (domain.kind !== 'continuous' || holds(spelling.set)) break;
  }
  return text;
}

function estimateAt<Base extends ScenarioFields>(
  base: Base,
  field: string,
  { at }: Place,
  domain: Domain,
  world: SolveWorld<Base>,
): Estimate {
  const { scenario, changes } = withFields(base, [{ field: axisField(field), value: domain.set(at) }]);
  return world.estimate(world.resolve(scenario, changes));
}
