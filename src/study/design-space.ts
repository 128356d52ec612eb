import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import { checkFields, checkInput, shownValue } from '../estimator/check-input.js';
import type { Estimate } from '../estimator/types.js';
import type { Hardware } from '../hardware/types.js';
import type { ScenarioFields } from './axis-fields.js';
import { climb, type Look, type Spot } from './design-climb.js';
import { metricsOf } from './metric.js';
import { paretoFront } from './pareto.js';
import { probe } from './probe.js';
import { type Domain, domainOf } from './solve-domain.js';
import { vary } from './vary.js';
import type { SweepWorld } from './walk.js';

/** Something a design may have only so much of: area, power, a price. */
export interface Constraint {
  readonly name: string;
  /** What a design takes of it, in any unit: a function of the varied machine, and of an estimate on it. */
  readonly of: (hardware: Hardware, estimate: Estimate) => number;
  readonly atMost: number;
}

/** What is searched. */
export interface DesignInput<Workload> {
  /** Figures that are free, by the path that `vary` takes: from one end to the other. */
  readonly free: Readonly<Record<string, readonly [from: number | string, to: number | string]>>;
  /** What the machine shall do; of several, the objective is their geometric mean, and constraints hold for each. */
  readonly workloads: readonly Workload[];
  /** Figure of an estimate, or a function of one and of the varied machine, which is above zero. */
  readonly objective: string | ((estimate: Estimate, hardware: Hardware) => number | undefined);
  /**
   * Whether the objective shall be as large (`more`) or as small (`less`) as can be. Default: more of a rate
   * (`decode.tokensPerSecond`) and of a function of your own; of any other figure it has to be said, so that no search for
   * the least time or cost finds the most.
   */
  readonly better?: 'more' | 'less';
  /** The first is the budget that the front is drawn against. Default: none, so that the ranges are all that holds. */
  readonly constraints?: readonly Constraint[];
  /** Points of the first grid, at most. Default: 1000. */
  readonly points?: number;
}

/** One design. */
export interface Design {
  /** Free figures, in SI units (multiples where the path is of several formats). */
  readonly figures: Readonly<Record<string, number>>;
  /** The same in words. */
  readonly text: Readonly<Record<string, string>>;
  readonly objective: number;
  /** What it takes of each constraint; of several workloads the most. */
  readonly takes: Readonly<Record<string, number>>;
}

/** What a search found. */
export interface DesignSpace {
  /** The best designs that keep every constraint, best first, a tenth apart or more. Empty where none does. */
  readonly best: readonly (Design & {
    /** Constraints of which less than a hundredth is left. */
    readonly binds: readonly string[];
    /** Free figures at an end of their range: it is the range that holds them. */
    readonly atEnd: readonly string[];
  })[];
  /** Designs that no other beats in the objective and in what they take of the first constraint, least first. */
  readonly front: readonly Design[];
  /** Designs that were tried, those that run and keep every constraint, and those on which a workload does not run. */
  readonly tried: number;
  readonly allowed: number;
  readonly refused: number;
}

/** A design that was worked out, at its place in the space. */
interface Point extends Spot {
  readonly design: Design;
}

const USUAL_POINTS = 1000;
const MOST_POINTS = 1e6;
/** Designs around which the search goes on. */
const KEPT = 3;
/** Designs that are told apart differ in some figure by more, as a logarithm. */
const APART = 0.1;
/** As near to an end of its range, a figure is at it. */
const AT_END = 1e-3;
/** A constraint with less than this part left binds. */
const LEFT = 0.01;

/**
 * Searches hypothetical machines: a grid at equal ratios, then steps around the best of it. The same input gives the same
 * designs. Throws `InvalidScenarioError` for a path, range or objective that cannot be, and where no design runs.
 */
export function searchDesigns<Base extends ScenarioFields>(
  base: Hardware,
  input: DesignInput<Omit<Base, 'hardware'>>,
  world: SweepWorld<Base>,
): DesignSpace {
  checkDesign(input);
  const better = betterOf(input);
  const axes = axesOf(base, input, world);
  const points = new Map<string, Point | RoofcastError>();
  const look: Look = (places) => {
    const settled = places.map((place, index) => settle(axes[index], place));
    const key = settled.join(' ');
    const known = points.get(key) ?? pointOf(base, axes, settled, { ...input, better }, world);
    points.set(key, known);
    return 'design' in known ? known : undefined;
  };
  const grid = gridOf(axes, input.points ?? USUAL_POINTS);
  for (const places of grid.places) look(places);
  for (const start of distinct(bestOf(points.values()))) climb(start, grid.steps, look);
  return summaryOf([...points.values()], axes, input);
}

const INPUT: Readonly<Record<keyof DesignInput<unknown>, true>> = {
  free: true,
  workloads: true,
  objective: true,
  better: true,
  constraints: true,
  points: true,
};
const ofInput = new Set(Object.keys(INPUT));
const CONSTRAINT: Readonly<Record<keyof Constraint, true>> = { name: true, of: true, atMost: true };
const ofConstraint = new Set(Object.keys(CONSTRAINT));

/** Checks of a question what a compiler would. */
function checkDesign<Workload>(input: DesignInput<Workload>): void {
  checkFields('a search for designs', input, ofInput);
  const { free, workloads, objective, better, constraints = [] } = input;
  checkFields('a set of free figures', free, new Set(Object.keys(free ?? {})));
  for (const [path, ends] of Object.entries(free)) {
    if (Array.isArray(ends) && ends.length === 2) continue;
    const problem = `${shownValue(ends)} is not the two ends of a range`;
    throw new InvalidScenarioError(path, ends, problem, "write them as in ['1 TB/s', '8 TB/s']");
  }
  for (const [name, list] of Object.entries({ workloads, constraints })) {
    if (Array.isArray(list)) continue;
    throw new InvalidScenarioError(name, list, `${shownValue(list)} is not a list of ${name}`, 'write it in brackets');
  }
  for (const workload of workloads) checkInput(workload as object, ['hardware']);
  for (const constraint of constraints) checkConstraint(constraint);
  if (typeof objective !== 'string' && typeof objective !== 'function')
    throw new InvalidScenarioError('objective', objective, 'no objective is named', 'name a figure of an estimate');
  if (better !== undefined && better !== 'more' && better !== 'less')
    throw new InvalidScenarioError('better', better, `${shownValue(better)} is neither "more" nor "less"`);
}

function checkConstraint(constraint: Constraint): void {
  checkFields('a constraint', constraint, ofConstraint);
  const { name, of, atMost } = constraint;
  const named = `the constraint ${shownValue(name)}`;
  if (typeof of !== 'function')
    throw new InvalidScenarioError('constraints', of, `${named} has no function of`, 'write of: (hardware) => ...');
  if (typeof atMost === 'number' && !Number.isNaN(atMost)) return;
  throw new InvalidScenarioError('constraints', atMost, `${named} has no number atMost`, 'say how much is allowed');
}

/** Whether more or less is wanted; only of rates it goes without saying. */
function betterOf<Workload>({ objective, better }: DesignInput<Workload>): 'more' | 'less' {
  if (better !== undefined) return better;
  if (typeof objective === 'function') return 'more';
  const [metric] = metricsOf([objective]);
  if (metric?.unit.endsWith('/s')) return 'more';
  const problem = `nothing says whether more or less of "${objective}" is better`;
  throw new InvalidScenarioError(
    'better',
    undefined,
    problem,
    "write better: 'less' for the least, 'more' for the most",
  );
}

interface FreeAxis {
  readonly path: string;
  readonly domain: Domain;
  /** Logarithms of the ends. */
  readonly from: number;
  readonly to: number;
}

function axesOf<Base extends ScenarioFields>(
  base: Hardware,
  { free, workloads, points = USUAL_POINTS }: DesignInput<Omit<Base, 'hardware'>>,
  world: SweepWorld<Base>,
): readonly FreeAxis[] {
  const [workload] = workloads;
  if (workload === undefined)
    throw new InvalidScenarioError('workloads', workloads, 'no workload is named', 'name one or more');
  if (!(Number.isInteger(points) && points >= 1 && points <= MOST_POINTS))
    throw new InvalidScenarioError('points', points, `${points} is not a whole number from 1 to ${MOST_POINTS}`);
  const scenario = world.resolve({ ...workload, hardware: base } as unknown as Base, {
    hardware: {},
    model: {},
    engine: {},
  });
  const axes = Object.entries(free).map(([path, [from, to]]) => {
    const domain = domainOf({ field: `hardware.${path}`, from, to }, scenario);
    const log = (end: number): number => (domain.kind === 'continuous' ? end : Math.log(end));
    return { path, domain, from: log(domain.from), to: log(domain.to) };
  });
  if (axes.length > 0) return axes;
  throw new InvalidScenarioError('free', free, 'no figure is free', "name one, as in 'memory.hbm.bandwidth'");
}

/** A place within its range, at a whole number where the figure is one. */
function settle(axis: FreeAxis | undefined, place: number): number {
  if (axis === undefined) return place;
  // Rounded, so that two ways to a place come to the same.
  const inside = Math.min(axis.to, Math.max(axis.from, Math.round(place * 1e9) / 1e9));
  return axis.domain.kind === 'whole' ? Math.log(Math.round(Math.exp(inside))) : inside;
}

/** What the domain of an axis calls a place. */
function inDomain({ domain }: FreeAxis, place: number): number {
  return domain.kind === 'whole' ? Math.round(Math.exp(place)) : place;
}

/** Places of a grid with as many steps on each axis, and half the step of each. */
function gridOf(
  axes: readonly FreeAxis[],
  points: number,
): { readonly places: readonly (readonly number[])[]; readonly steps: readonly number[] } {
  const count = Math.max(2, Math.floor(points ** (1 / axes.length) + 1e-9));
  const placesOf = ({ from, to }: FreeAxis): readonly number[] =>
    from === to ? [from] : Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
  const places = axes.reduce<readonly (readonly number[])[]>(
    (grid, axis) => grid.flatMap((known) => placesOf(axis).map((place) => [...known, place])),
    [[]],
  );
  return { places, steps: axes.map(({ from, to }) => (to - from) / (count - 1) / 2) };
}

/** Works a design out on every workload. */
function pointOf<Base extends ScenarioFields>(
  base: Hardware,
  axes: readonly FreeAxis[],
  places: readonly number[],
  input: DesignInput<Omit<Base, 'hardware'>>,
  world: SweepWorld<Base>,
): Point | RoofcastError {
  const { constraints = [], objective, better } = input;
  const set = axes.map((axis, index) => [axis, inDomain(axis, places[index] ?? axis.from)] as const);
  const hardware = vary(
    base,
    Object.fromEntries(set.map(([{ path, domain }, at]) => [path, domain.set(at) as number])),
  );
  const metrics = {
    objective: typeof objective === 'string' ? objective : (one: Estimate) => objective(one, hardware),
    ...Object.fromEntries(constraints.map(({ of }, at) => [`takes ${at}`, (one: Estimate) => of(hardware, one)])),
  };
  const values: Readonly<Record<string, unknown>>[] = [];
  for (const workload of input.workloads) {
    const found = probe({ base: { ...workload, hardware } as unknown as Base, metrics, world }, {});
    if (!found.ok) return found.error;
    values.push(found.values);
  }
  const logs = values.map((one) => Math.log(positive(one.objective)));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const takes = constraints.map((_, at) =>
    Math.max(...values.map((one) => finite(one[`takes ${at}`], constraints[at]))),
  );
  const design: Design = {
    figures: Object.fromEntries(set.map(([{ path, domain }, at]) => [path, Number(domain.value(at))])),
    text: Object.fromEntries(set.map(([{ path, domain }, at]) => [path, domain.text(at)])),
    objective: Math.exp(mean),
    takes: Object.fromEntries(constraints.map(({ name }, at) => [name, takes[at] ?? 0])),
  };
  return {
    places,
    design,
    score: better === 'more' ? mean : -mean,
    spent: takes[0] ?? 0,
    allowed: constraints.every(({ atMost }, at) => (takes[at] ?? 0) <= atMost),
  };
}

function positive(value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  const problem = `it is ${String(value)} for a design, and has to be a number above 0`;
  throw new InvalidScenarioError('objective', value, problem, 'name another figure');
}

function finite(value: unknown, constraint: Constraint | undefined): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  const problem = `"${constraint?.name}" gives ${String(value)} for a design, which is no number`;
  throw new InvalidScenarioError('constraints', value, problem, 'return how much a design takes');
}

/** Allowed designs, the best first: of equal ones that which takes less of the budget. */
function bestOf(points: Iterable<Point | RoofcastError>): readonly Point[] {
  const allowed = [...points].flatMap((point) => ('design' in point && point.allowed ? [point] : []));
  return allowed.sort((a, b) => b.score - a.score || a.spent - b.spent);
}

function summaryOf<Workload>(
  points: readonly (Point | RoofcastError)[],
  axes: readonly FreeAxis[],
  { constraints = [] }: DesignInput<Workload>,
): DesignSpace {
  const refused = points.flatMap((point) => ('design' in point ? [] : [point]));
  if (refused.length === points.length && refused[0]) throw refused[0];
  const best = bestOf(points);
  const front = paretoFront(best, [
    { of: ({ spent }) => spent, better: 'less' },
    // Rounding makes no step of a front.
    { of: ({ score }) => Number(score.toPrecision(9)), better: 'more' },
  ]);
  return {
    best: distinct(best).map(({ design, places }) => ({
      ...design,
      binds: constraints.flatMap(({ name, atMost }) =>
        (design.takes[name] ?? 0) >= atMost - LEFT * Math.abs(atMost) ? [name] : [],
      ),
      atEnd: axes.flatMap(({ path, from, to }, index) => (isEnd(places[index], from, to) ? [path] : [])),
    })),
    front: front.flatMap(({ design, spent }, index) => (spent === front[index - 1]?.spent ? [] : [design])),
    tried: points.length,
    allowed: best.length,
    refused: refused.length,
  };
}

/** The best designs that are no mere neighbours of one another. */
function distinct(best: readonly Point[]): readonly Point[] {
  const found: Point[] = [];
  for (const point of best) {
    if (found.length === KEPT) break;
    const isApart = found.every(({ places }) =>
      places.some((place, index) => Math.abs(place - (point.places[index] ?? place)) > APART),
    );
    if (isApart) found.push(point);
  }
  return found;
}

function isEnd(place: number | undefined, from: number, to: number): boolean {
  return place !== undefined && [from, to].some((end) => Math.abs(place - end) < AT_END);
}
