import type { Engine, EngineClass, ResidualBand } from '../engine/types.js';
import type { HeldOut } from './cross-validate.js';
import { bandsByClass, KINDS, kindOf } from './residual-band.js';

/** How far every row lies out, as a multiple of the half of its interval that it lies in; the interval knows nothing of its device. */
export type Reach = ReadonlyMap<HeldOut, number>;

/** Sets every row against the interval that its class would have had without its device. */
export function reachOf(engine: Engine, held: readonly HeldOut[]): Reach {
  const reach = new Map<HeldOut, number>();
  for (const left of new Set(held.map(({ found }) => found.device))) {
    const bands = bandsByClass(
      engine,
      held.filter(({ found }) => found.device !== left),
    );
    for (const one of held) {
      if (one.found.device !== left) continue;
      const band = bands.get(one.found.workload.engineClass.id)?.[kindOf(one.found)];
      if (band) reach.set(one, reachIn(band, -one.error));
    }
  }
  return reach;
}

function reachIn({ low, high }: ResidualBand, residual: number): number {
  if (residual === 0) return 0;
  const half = residual > 0 ? high : low;
  return half === 0 ? Number.POSITIVE_INFINITY : residual / half;
}

/** Part of the rows inside intervals `scale` times as wide, every group weighing the same; rows without an interval are left out. */
export function coverageOf(held: readonly HeldOut[], reach: Reach, scale = 1): number {
  const groups = new Map<string, { inside: number; all: number }>();
  for (const one of held) {
    const far = reach.get(one);
    if (far === undefined) continue;
    const sum = groups.get(one.found.group) ?? { inside: 0, all: 0 };
    groups.set(one.found.group, sum);
    sum.all += 1;
    if (far <= scale) sum.inside += 1;
  }
  const parts = [...groups.values()].map(({ inside, all }) => inside / all);
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

export type BandScale = Readonly<Record<(typeof KINDS)[number], number>>;

const TARGET = 0.8;
const STEPS = 30;

/** Widths between which the one is sought: beyond, rows lie out for reasons that no width of an interval mends. */
const LEAST = 0.5;
const MOST = 1.5;

/** Rows of an engine with how far each lies out. */
export interface Reached {
  readonly held: readonly HeldOut[];
  readonly reach: Reach;
}

/** Fewest groups from which an engine has a width of its own. */
const ENOUGH_GROUPS = 100;

/**
 * What intervals are multiplied by so that 80 % of what was measured on devices left out lies inside: one number for decode
 * and one for prefill of an engine, whatever the class; engines with few groups share theirs.
 */
export function scalesOf(results: readonly Reached[]): readonly BandScale[] {
  const many = (kind: Kind, { held }: Reached): boolean =>
    new Set(ofKind(held, kind).map(({ found }) => found.group)).size >= ENOUGH_GROUPS;
  const shared = scaleOf(results, (kind, result) => !many(kind, result));
  return results.map((result) => {
    const own = scaleOf([result], () => true);
    const scales = KINDS.map((kind) => [kind, many(kind, result) ? own[kind] : shared[kind]] as const);
    return Object.fromEntries(scales) as BandScale;
  });
}

type Kind = (typeof KINDS)[number];

function ofKind(held: readonly HeldOut[], kind: Kind): readonly HeldOut[] {
  return held.filter(({ found }) => kindOf(found) === kind);
}

/** The widths at which 80 % of some engines' rows lie inside. */
export function scaleOf(results: readonly Reached[], takes: (kind: Kind, result: Reached) => boolean): BandScale {
  const reach: Reach = new Map(results.flatMap((result) => [...result.reach]));
  const scales = KINDS.map((kind) => {
    const own = results.filter((result) => takes(kind, result)).flatMap(({ held }) => ofKind(held, kind));
    let [low, high] = [LEAST, MOST];
    for (let step = 0; step < STEPS; step++) {
      const middle = (low + high) / 2;
      if (coverageOf(own, reach, middle) < TARGET) low = middle;
      else high = middle;
    }
    return [kind, Number(high.toFixed(2))] as const;
  });
  return Object.fromEntries(scales) as BandScale;
}

/** Bands with both ends multiplied. */
export function scaledBands(residuals: EngineClass['residuals'], scale: BandScale): EngineClass['residuals'] {
  const bands = KINDS.flatMap((kind) => {
    const band = residuals[kind];
    const times = (end: number): number => Number((end * scale[kind]).toFixed(3));
    return band ? [[kind, { ...band, low: times(band.low), high: times(band.high) }] as const] : [];
  });
  return { ...residuals, ...Object.fromEntries(bands) };
}
