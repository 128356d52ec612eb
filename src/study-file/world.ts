import type { RoofcastError } from '../errors.js';
import type { Estimate } from '../estimator/types.js';
import type { Metric } from '../metric/metric.js';
import { estimateVocabulary, type Figure, type Vocabulary } from '../metric/vocabulary.js';

/** One variant at one point: its estimate, or why there is none, and its metrics. */
export interface Case {
  readonly variant: string;
  readonly outcome:
    | { readonly ok: true; readonly estimate: Estimate }
    | { readonly ok: false; readonly error: RoofcastError };
}

/** What a formula of a study is about: a case, and the other variants at the same point. */
export interface World {
  readonly own: Case;
  readonly cases: ReadonlyMap<string, Case>;
}

/** The name of the scenario that variants change. */
export const BASELINE = 'baseline';

/** The name of the best design of a search, which is a variant then. */
export const DESIGN = 'design';

/** True of a case whose model fits the memory: the one figure of a case without an estimate. */
const FITS = 'fits';

/** Names that stand for something else. */
export const reserved: readonly string[] = [
  BASELINE,
  FITS,
  ...new Set(estimateVocabulary.paths().map((path) => path.split('.')[0] ?? '')),
];

/** What a study's formulas may name, and whether a formula asked for the figures of its own case. */
export interface StudyVocabulary extends Vocabulary<World> {
  asksOwn(): boolean;
}

/** A vocabulary for one formula: figures of an estimate, metrics, and both of a variant that is named before them. */
export function studyVocabulary(
  variants: readonly string[],
  metrics: ReadonlyMap<string, Metric<World>>,
): StudyVocabulary {
  let own = false;
  // A variant that is named as a figure is a problem of its own: in formulas the figure is meant.
  const named = variants.filter((name) => name === BASELINE || !reserved.includes(name));
  return {
    of: 'an estimate',
    asksOwn: () => own,
    find: (path) => {
      const [first = ''] = path.split('.');
      if (named.includes(first)) {
        const figure = caseFigure(path.slice(first.length + 1), metrics);
        return figure && asked(figure, ({ cases }) => cases.get(first));
      }
      const figure = caseFigure(path, metrics);
      if (figure !== undefined) own = true;
      return figure && asked(figure, (world) => world.own);
    },
    paths: () => {
      const names = [FITS, ...metrics.keys(), ...estimateVocabulary.paths()];
      return [...names, ...named.flatMap((variant) => names.map((name) => `${variant}.${name}`))];
    },
  };
}

type CaseFigure = Figure<{ readonly world: World; readonly one: Case }>;

function caseFigure(path: string, metrics: ReadonlyMap<string, Metric<World>>): CaseFigure | undefined {
  if (path === FITS) return { kind: 'truth', read: ({ one }) => fits(one) };
  const metric = metrics.get(path);
  if (metric !== undefined) {
    return { kind: 'number', unit: metric.unit, read: ({ world, one }) => metric.evaluate({ ...world, own: one }) };
  }
  const figure = estimateVocabulary.find(path);
  if (figure === undefined) return undefined;
  switch (figure.kind) {
    case 'number':
      return { ...figure, read: ({ one }) => figure.read(estimateOf(one)) };
    case 'text':
      return { ...figure, read: ({ one }) => figure.read(estimateOf(one)) };
    case 'truth':
      return { ...figure, read: ({ one }) => figure.read(estimateOf(one)) };
  }
}

/** The figure of the case that is meant. */
function asked(figure: CaseFigure, choose: (world: World) => Case | undefined): Figure<World> {
  const pick = (world: World) => {
    const one = choose(world);
    if (one === undefined) throw new Error('a variant was not run');
    return { world, one };
  };
  switch (figure.kind) {
    case 'number':
      return { ...figure, read: (world) => figure.read(pick(world)) };
    case 'text':
      return { ...figure, read: (world) => figure.read(pick(world)) };
    case 'truth':
      return { ...figure, read: (world) => figure.read(pick(world)) };
  }
}

function fits({ outcome }: Case): boolean {
  if (outcome.ok) return true;
  if (outcome.error.code === 'does-not-fit') return false;
  throw outcome.error;
}

/** The estimate of a case. Throws the reason where there is none. */
function estimateOf({ outcome }: Case): Estimate {
  if (outcome.ok) return outcome.estimate;
  throw outcome.error;
}
