import { estimateFigures } from '../estimator/figures.js';
import type { Estimate } from '../estimator/types.js';

/** What a name of a formula stands for in a `World`: an estimate, or several with names. */
export type Figure<World> =
  | {
      readonly kind: 'number';
      /** Unit that `read` gives it in: `token/s`; empty for a plain number. */
      readonly unit: string;
      /** Undefined where the world does not have it. */
      read(world: World): number | undefined;
      /** What would make it present. */
      readonly remedy?: string;
    }
  | { readonly kind: 'text'; readonly allowed?: readonly string[]; read(world: World): string | undefined }
  | { readonly kind: 'truth'; read(world: World): boolean | undefined };

/** The names that a formula may use. */
export interface Vocabulary<World> {
  /** What the names are of, for messages: `an estimate`. */
  readonly of: string;
  find(path: string): Figure<World> | undefined;
  paths(): readonly string[];
}

/** The names of formulas over one estimate: the paths of its figures. A predicted one means its expected value. */
export const estimateVocabulary: Vocabulary<Estimate> = {
  of: 'an estimate',
  find: (path) => estimateFigures.get(path),
  paths: () => [...estimateFigures.keys()],
};
