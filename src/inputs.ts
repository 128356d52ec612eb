import { getEngine, listEngines } from './catalog/engines.js';
import type { UnitNetworkId } from './catalog/generated/unit-network-id.js';
import { getHardware } from './catalog/hardware.js';
import { getModel } from './catalog/models.js';
import { getNetwork } from './catalog/networks.js';
import { sourcesOf } from './catalog/sources.js';
import { usualEngine } from './engine/select.js';
import type { Engine } from './engine/types.js';
import { InvalidScenarioError, UnknownIdError } from './errors.js';
import type { SourceLookup } from './estimator/explain.js';
import type { Scenario } from './estimator/types.js';
import type { UnitInput, UnitScenario } from './estimator/units/types.js';
import type { Specs } from './evidence/case.js';
import { type Given, withGiven } from './evidence/given.js';
import type { Hardware } from './hardware/types.js';
import { entryOf } from './kept.js';
import { schemeOf } from './model/schemes.js';
import type { Model } from './model/types.js';
import { isUnitNetwork, kindOf, type Network, type UnitNetwork, type WorkloadKind } from './model/unit/types.js';
import type { FigureChanges } from './study/axis-fields.js';
import type { CompareOptions } from './study/compare.js';
import { type Changes, type Spec, vary } from './study/vary.js';
import type { SweepWorld } from './study/walk.js';

/** A scenario in which specs may be named by id or alias; without an engine, the machine's usual one is taken. */
export interface EstimateInput
  extends Omit<Scenario, 'model' | 'hardware' | 'engine' | 'engineIsUsual' | 'engineStandsIn'> {
  /** What the model does: it generates tokens. */
  readonly kind?: 'generate';
  readonly model: string | Model;
  readonly hardware: string | Hardware;
  readonly engine?: string | Engine;
}

/** What tells the compiler that a network generates no tokens: its id, its type, or the kind of work. */
export type NoTokens = { readonly model: UnitNetworkId | UnitNetwork } | { readonly kind: 'encode' | 'denoise' };

/** A scenario of any network; what does not go with what it does is refused. */
export interface AnyInput extends Omit<EstimateInput, 'kind' | 'model'>, Pick<UnitInput, 'steps' | 'width' | 'height'> {
  readonly kind?: WorkloadKind;
  readonly model: string | Network;
}

/** One workload on several machines; each may have an engine of its own. */
export interface CompareInput extends Omit<EstimateInput, 'hardware'>, CompareOptions {
  readonly hardware: readonly (string | Hardware)[];
}

/** One network that generates no tokens on several machines. */
export interface CompareUnitsInput extends Omit<UnitInput, 'hardware'>, Pick<CompareInput, 'hardware'> {}

/** Any network on several machines. */
export interface CompareAnyInput extends Omit<AnyInput, 'hardware'>, Pick<CompareInput, 'hardware'>, CompareOptions {}

/** The network of an input. Throws `InvalidScenarioError` when another kind of work is asked of it than it does. */
export function networkOf({ model, kind }: Pick<AnyInput, 'model' | 'kind'>): Network {
  const network = typeof model === 'string' ? getNetwork(model) : model;
  const does = kindOf(network);
  if (kind === undefined || kind === does) return network;
  throw new InvalidScenarioError('kind', kind, `${network.id} does not ${kind}`, `write "${does}", or leave it out`);
}

/** The network as a model that generates tokens; undefined where it does something else, as an encoder of text. */
export function generatingModel(network: Network): Model | undefined {
  return !isUnitNetwork(network) && kindOf(network) === 'generate' ? network : undefined;
}

/** What is asked of a model that generates tokens. Throws `InvalidScenarioError` for a field of other networks. */
export function resolve(model: Model, input: AnyInput): Scenario {
  const { steps, width, height } = input;
  if ((steps ?? width ?? height) !== undefined)
    refuse({ steps, width, height }, `${model.id} generates tokens: it has neither steps nor pixels`);
  return { ...input, ...machineAndEngine(model, input), model };
}

/** What is asked of any other network. Throws `InvalidScenarioError` for a field of tokens. */
export function resolveUnits(network: Network, input: AnyInput): UnitScenario {
  const { model: _, kind: __, hardware, engine, ...rest } = input;
  const { outputTokens, cachedTokens, kvCache, chunk, fixedContext, ...workload } = rest;
  const tokens = { outputTokens, cachedTokens, kvCache, chunk, fixedContext };
  refuse(tokens, `${network.id} generates no tokens and keeps no cache of them`);
  return { ...workload, ...machineAndEngine(network, input) };
}

/** Throws `InvalidScenarioError` for the first field that is stated. */
function refuse(fields: Readonly<Record<string, unknown>>, problem: string): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) throw new InvalidScenarioError(field, value, problem, 'leave it out');
  }
}

/** The machine, and the engine that is named, that is usual there for what the network does, or that bounds all others. */
function machineAndEngine(
  network: Network,
  { hardware: named, engine, weights }: Pick<AnyInput, 'hardware' | 'engine' | 'weights'>,
): Pick<Scenario, 'hardware' | 'engine' | 'engineIsUsual' | 'engineStandsIn'> {
  const hardware = machineOf(named);
  if (engine !== undefined) return { hardware, engine: engineOf(engine) };
  const kind = kindOf(network);
  const usual = usualEngine(enginesFor(kind), hardware, schemeOf(weights ?? network.nativeFormat).family);
  return usual
    ? { hardware, engine: usual, engineIsUsual: true }
    : { hardware, engine: getEngine('ideal'), engineStandsIn: true };
}

const enginesByKind = new Map<WorkloadKind, readonly Engine[]>();

/** Engines that do work of a kind: one array for each, as what is usual is kept beside it. */
function enginesFor(kind: WorkloadKind): readonly Engine[] {
  return entryOf(enginesByKind, kind, () => listEngines().filter(({ runs = ['generate'] }) => runs.includes(kind)));
}

/** An engine that is named or given. Throws `UnknownIdError`. */
export function engineOf(named: string | Engine): Engine {
  return typeof named === 'string' ? getEngine(named) : named;
}

/** A machine that is named or given. Throws `UnknownIdError`. */
export function machineOf(named: string | Hardware): Hardware {
  return typeof named === 'string' ? getHardware(named) : named;
}

/** How studies make scenarios of inputs whose specs vary. */
export function world(): SweepWorld<EstimateInput> {
  return { ideal: getEngine('ideal'), resolve: resolveVaried };
}

/** A scenario whose specs have figures changed. */
function resolveVaried(input: EstimateInput, changes: FigureChanges): Scenario {
  const changed = <S extends Spec>(spec: S, of: Changes): S => (Object.keys(of).length > 0 ? vary(spec, of) : spec);
  const model = changed(typeof input.model === 'string' ? getModel(input.model) : input.model, changes.model);
  const hardware = changed(machineOf(input.hardware), changes.hardware);
  if (Object.keys(changes.engine).length === 0) return resolve(model, { ...input, hardware });
  const { engine } = resolve(model, { ...input, hardware });
  return resolve(model, { ...input, hardware, engine: vary(engine, changes.engine) });
}

/** What `validate` and `calibrate` may be told besides their rows. */
export interface EvidenceOptions extends Omit<Given, 'engine'> {
  readonly engine?: string | Engine;
}

/** What rows leave open, and where the specs that they name are found. Throws `UnknownIdError`. */
export function evidenceOf({ engine, ...others }: EvidenceOptions): { readonly given: Given; readonly specs: Specs } {
  const given: Given = engine === undefined ? others : { ...others, engine: engineOf(engine) };
  return { given, specs: withGiven({ hardware: getHardware, model: getModel, engine: getEngine }, given) };
}

/** The machine of the catalogue that has an id, if there is one. */
export function builtIn(id: string): readonly Hardware[] {
  try {
    return [getHardware(id)];
  } catch (error) {
    if (error instanceof UnknownIdError) return [];
    throw error;
  }
}

/** Sources of the figures of a spec, as far as the catalogue knows them. */
export const catalogueSources: SourceLookup = (kind, id) => {
  try {
    return sourcesOf(kind, id);
  } catch (error) {
    // A spec of the user's own: its sources are in its file.
    if (error instanceof UnknownIdError) return undefined;
    throw error;
  }
};
