import type { Engine } from '../engine/types.js';
import { InvalidScenarioError, type RoofcastError, UnknownIdError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { type EstimateInput, tryEstimate, vary } from '../index.js';
import type { Model } from '../model/types.js';
import type { StudyValue } from '../study/study-result.js';
import { figureOf, type Setting, type SpecKind, specKinds } from './settings.js';
import type { Case } from './world.js';

/** Finds the specs that a study names: built-in ones by id, others by file. */
export interface StudySpecs {
  hardware(name: string): Hardware;
  model(name: string): Model;
  engine(name: string): Engine;
}

/** A case, and of one that failed the setting that is to blame, where the error says so. */
export interface RunCase {
  readonly run: Case;
  readonly blamed?: Setting;
}

/** Runs the settings of a case. Specs that were varied in the same way once are the same objects again. */
export function caseRunner(specs: StudySpecs): (variant: string, settings: readonly Setting[]) => RunCase {
  const varied = new Map<string, Hardware | Model | Engine>();
  const specOf = (kind: SpecKind, name: string, figures: readonly Setting[]): Hardware | Model | Engine => {
    const changes = figures.map(({ field, value }) => [field.slice(kind.length + 1), asText(value)] as const);
    const key = JSON.stringify([kind, name, ...changes]);
    const known = varied.get(key);
    if (known !== undefined) return known;
    const spec = specs[kind](name);
    const made = changes.length === 0 ? spec : vary(spec, Object.fromEntries(changes));
    varied.set(key, made);
    return made;
  };
  return (variant, settings) => {
    const named: Partial<Record<SpecKind, Hardware | Model | Engine>> = {};
    for (const kind of specKinds) {
      const name = settings.find(({ field }) => field === kind);
      const figures = settings.filter(({ field }) => figureOf(field)?.kind === kind);
      try {
        if (name !== undefined) named[kind] = specOf(kind, String(name.value), figures);
        else if (figures.length > 0) throw unnamed(kind, figures);
      } catch (error) {
        // A file of a spec that cannot be read has an error with a place of its own.
        if (!(error instanceof InvalidScenarioError) && !(error instanceof UnknownIdError)) throw error;
        const blamed = figures.find(({ field }) => field === `${kind}.${fieldOf(error)}`) ?? figures.at(-1) ?? name;
        // A spec that there is not is no matter of its figures.
        return failed(variant, error, error instanceof InvalidScenarioError ? blamed : name);
      }
    }
    // The schema asks for a model and a machine; the names of the other fields were checked.
    const outcome = tryEstimate({ ...scenarioOf(settings), ...named } as unknown as EstimateInput);
    if (outcome.ok) return { run: { variant, outcome } };
    return failed(
      variant,
      outcome.error,
      settings.find(({ field }) => field === kebab(fieldOf(outcome.error) ?? '')),
    );
  };
}

/** The scenario of settings without figures, as the library takes it. Throws what an unknown spec throws. */
export function workloadOf(
  settings: readonly Setting[],
  specs: StudySpecs,
): Omit<EstimateInput, 'hardware'> & { readonly hardware: Hardware } {
  const named = specKinds.flatMap((kind) => {
    const name = settings.find(({ field }) => field === kind);
    return name === undefined ? [] : [[kind, specs[kind](String(name.value))] as const];
  });
  // The schema asks for a model and a machine.
  return { ...scenarioOf(settings), ...Object.fromEntries(named) } as unknown as EstimateInput & {
    readonly hardware: Hardware;
  };
}

/** A bare number would be in SI units; in a file every quantity has its unit. */
export function asText(value: StudyValue): string | boolean {
  return typeof value === 'number' ? String(value) : value;
}

function failed(variant: string, error: RoofcastError, blamed: Setting | undefined): RunCase {
  return { run: { variant, outcome: { ok: false, error } }, ...(blamed === undefined ? {} : { blamed }) };
}

function unnamed(kind: SpecKind, [figure]: readonly Setting[]): InvalidScenarioError {
  const problem = `${kind === 'engine' ? 'no engine is' : `no ${kind} is`} named, so there is none to vary`;
  return new InvalidScenarioError(figure?.field ?? kind, figure?.value, problem, `state the ${kind} in the baseline`);
}

function fieldOf(error: RoofcastError): string | undefined {
  if (error instanceof InvalidScenarioError) return error.field;
  return error instanceof UnknownIdError ? error.kind : undefined;
}

/** The fields of a scenario that are its own: `prompt-tokens` is `promptTokens`, `price.life-years` is a field of `price`. */
function scenarioOf(settings: readonly Setting[]): Readonly<Record<string, unknown>> {
  const scenario: Record<string, StudyValue> = {};
  const price: Record<string, StudyValue> = {};
  for (const { field, value } of settings) {
    if (specKinds.some((kind) => field === kind || field.startsWith(`${kind}.`))) continue;
    if (field.startsWith('price.')) price[camel(field.slice('price.'.length))] = value;
    else scenario[camel(field)] = value;
  }
  return { ...scenario, ...(Object.keys(price).length > 0 ? { price } : {}) };
}

function camel(field: string): string {
  return field.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function kebab(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
