import type { Engine, EngineClass, EngineConstants } from '../engine/types.js';
import type { Case } from './case.js';
import { type Bounds, fitConstants } from './fit.js';
import { errorOf, predictCase } from './predict.js';

/** A case with its error under constants that were not fitted on it. */
export interface HeldOut {
  readonly found: Case;
  readonly predicted: number;
  readonly error: number;
}

/** Cases by the class of the engine that serves them. */
export type CasesByClass = ReadonlyMap<string, readonly Case[]>;

/**
 * Constants of every class of an engine, fitted on the cases for which `keep` holds.
 * A class frees the constants that it lists and takes the others from the class that it extends.
 * `all` are those fitted on every case: they stand for classes of which nothing is left out.
 */
export function fitEngine(
  engine: Engine,
  cases: CasesByClass,
  keep: (found: Case) => boolean,
  all?: ReadonlyMap<string, EngineConstants>,
): Map<string, EngineConstants> {
  const fitted = new Map<string, EngineConstants>();
  const fitClass = (engineClass: EngineClass): EngineConstants => {
    const known = fitted.get(engineClass.id);
    if (known) return known;
    const parent = engine.classes.find(({ id }) => id === engineClass.parent);
    const every = cases.get(engineClass.id) ?? [];
    const own = every.filter(keep);
    const unchanged = own.length === every.length && (!parent || fitClass(parent) === all?.get(parent.id));
    const before = all?.get(engineClass.id);
    if (unchanged && before) {
      fitted.set(engineClass.id, before);
      return before;
    }
    const inherited = parent ? statedOver(fitClass(parent), engineClass, parent) : engineClass.constants;
    const constants =
      own.length > 0 ? fitConstants(own, inherited, boundsOf(engineClass), parent !== undefined) : inherited;
    fitted.set(engineClass.id, constants);
    return constants;
  };
  engine.classes.forEach(fitClass);
  return fitted;
}

/** Constants of a parent, as fitted, under those that a class states otherwise and does not fit. */
function statedOver(fitted: EngineConstants, own: EngineClass, parent: EngineClass): EngineConstants {
  const names = Object.keys({ ...parent.constants, ...own.constants }) as (keyof EngineConstants)[];
  const stated = names.filter((name) => !own.fits.includes(name) && own.constants[name] !== parent.constants[name]);
  if (stated.length === 0) return fitted;
  const entries = Object.entries({
    ...fitted,
    ...Object.fromEntries(stated.map((name) => [name, own.constants[name]])),
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as unknown as EngineConstants;
}

function boundsOf({ id, fits, bounds }: EngineClass): Bounds {
  return Object.fromEntries(
    fits.map((name) => {
      const range = bounds[name];
      if (!range) throw new Error(`class ${id} fits ${name} and states no bounds for it`);
      return [name, range];
    }),
  );
}

/** Predicts every case with constants fitted on the cases of all other devices, or of all other model shapes. */
export function leaveOneOut(engine: Engine, cases: CasesByClass, by: 'device' | 'shape'): HeldOut[] {
  const all = [...cases.values()].flat();
  const complete = fitEngine(engine, cases, () => true);
  return [...new Set(all.map((found) => found[by]))].flatMap((left) => {
    const fitted = fitEngine(engine, cases, (found) => found[by] !== left, complete);
    return all
      .filter((found) => found[by] === left)
      .flatMap((found) => {
        const constants = fitted.get(found.workload.engineClass.id);
        if (!constants) return [];
        const predicted = predictCase(found, constants);
        return [{ found, predicted, error: errorOf(found, predicted) }];
      });
  });
}
