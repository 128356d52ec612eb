import type { SpecProblem } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { problemAt, problemAtKey } from '../spec/problems.js';
import type { Path, Tree } from '../spec/tree.js';
import type { StudyValue } from '../study/study-result.js';
import { kindOfField, priceFields, type ScenarioText, scenarioFields } from './schema.js';

/** What one field is to be, and where the file says so. */
export interface Setting {
  /** `batch`, or `hardware.memory.hbm.bandwidth`. */
  readonly field: string;
  readonly value: StudyValue;
  /** Keys from the root of the file. */
  readonly path: Path;
}

/** The specs of a scenario: figures of each are set by a path behind its name. */
export const specKinds = ['hardware', 'model', 'engine'] as const;
export type SpecKind = (typeof specKinds)[number];

/** The spec that a field is a figure of, and the path of the figure in it; undefined for a field of the scenario. */
export function figureOf(field: string): { readonly kind: SpecKind; readonly path: string } | undefined {
  const kind = specKinds.find((one) => field.startsWith(`${one}.`));
  return kind === undefined ? undefined : { kind, path: field.slice(kind.length + 1) };
}

/** The settings of the baseline. */
export function baselineSettings({ price = {}, ...scenario }: ScenarioText): readonly Setting[] {
  const stated = Object.entries(scenario).map(([field, value]) => ({ field, value, path: ['baseline', field] }));
  const priced = Object.entries(price).map(([field, value]) => ({
    field: `price.${field}`,
    value,
    path: ['baseline', 'price', field],
  }));
  return [...stated, ...priced].flatMap(({ value, ...setting }) =>
    value === undefined ? [] : [{ ...setting, value }],
  );
}

/** Settings of a map of the file by their fields. */
export function settingsAt(map: Readonly<Record<string, StudyValue>>, path: Path): readonly Setting[] {
  return Object.entries(map).map(([field, value]) => ({ field, value, path: [...path, field] }));
}

/** A problem with the name of a field, if it is none. Figures of specs are looked up when they are set. */
export function fieldProblem(tree: Tree, { field, path }: Pick<Setting, 'field' | 'path'>): SpecProblem | undefined {
  const known = [...scenarioFields, ...priceFields];
  const figure = figureOf(field);
  if (known.includes(field) || (figure !== undefined && figure.path !== '')) return undefined;
  const remedy = didYouMean(field, known).replace(
    /^allowed here: /,
    'write a figure as in hardware.memory.hbm.bandwidth, or one of ',
  );
  return problemAtKey(tree, path, `"${field}" is not a field of a scenario`, remedy);
}

/** A problem with the kind of value that a field of a scenario is given. What it may be beyond that, an estimate says. */
export function valueProblem(tree: Tree, { field, value, path }: Setting): SpecProblem | undefined {
  const wanted = kindOfField(field);
  if (wanted === undefined || typeof value === wanted) return undefined;
  const remedy = wanted === 'string' ? `write '${value}' in quotes` : 'write one as in 512';
  return wanted === 'boolean'
    ? problemAt(tree, path, `"${value}" is not true or false`)
    : problemAt(tree, path, `"${value}" is not ${wanted === 'string' ? 'a text' : 'a number'}`, remedy);
}

/** Later settings of a field take the place of earlier ones. */
export function layered(...layers: readonly (readonly Setting[])[]): readonly Setting[] {
  const byField = new Map<string, Setting>();
  for (const setting of layers.flat()) byField.set(setting.field, setting);
  return [...byField.values()];
}
