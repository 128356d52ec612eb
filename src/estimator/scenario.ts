import { computingUnit, loadsFamily, mainMemory, selectClass } from '../engine/select.js';
import type { Engine, EngineClass } from '../engine/types.js';
import { InvalidScenarioError, MissingFactError } from '../errors.js';
import type { ComputeUnit, Hardware } from '../hardware/types.js';
import { entryOf, mapBeside } from '../kept.js';
import { getKvFormat, type KvFormat } from '../model/cache.js';
import { schemeOf, type WeightScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import { kindOf } from '../model/unit/types.js';
import { shownValue } from './check-input.js';
import type { PriceOptions, Scenario } from './types.js';

/** The part of a scenario that stays while its load changes, with every default filled in and every field checked. */
export interface Setting {
  readonly model: Model;
  readonly hardware: Hardware;
  readonly unit: ComputeUnit;
  readonly engine: Engine;
  readonly engineClass: EngineClass;
  readonly engineIsUsual: boolean;
  readonly engineStandsIn: boolean;
  readonly scheme: WeightScheme;
  readonly kvFormat: KvFormat;
  readonly threads: number | undefined;
  readonly price: Required<PriceOptions>;
}

/** What a machine is given to do: so many sequences, each with its tokens. */
export interface Load {
  readonly batch: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
}

/** A scenario with every default filled in and every field checked. */
export type Workload = Setting & Load;

/** Longest context and largest batch that are taken seriously: beyond, a number is a slip of the keyboard. */
const MOST_TOKENS = 1e9;

/**
 * Checks a scenario and fills in its defaults.
 * Throws `InvalidScenarioError` for an impossible field and `MissingFactError` when the machine lacks what is needed.
 */
export function resolveScenario(scenario: Scenario): Workload {
  return { ...resolveSetting(scenario), ...resolveLoad(scenario) };
}

/** The same of all that is not its load. */
export function resolveSetting(scenario: Scenario): Setting {
  const { model, hardware, engine } = scenario;
  checkGenerates(model);
  const weights = scenario.weights ?? model.nativeFormat;
  const own = typeof weights === 'string' ? engine.weightSchemes?.[weights.toLowerCase()] : undefined;
  const scheme = schemeOf(own?.scheme ?? weights);
  const kvCache = scenario.kvCache ?? own?.cache ?? 'f16';
  const kvFormat = getKvFormat(kvCache);
  checkFormats(engine, scheme, kvCache);
  checkDevices(scenario);
  const engineClass = resolveClass(scenario);
  const setting: Setting = {
    model,
    hardware,
    unit: computingUnit(hardware),
    engine,
    engineClass,
    engineIsUsual: scenario.engineIsUsual ?? false,
    engineStandsIn: scenario.engineStandsIn ?? false,
    scheme,
    kvFormat,
    threads: scenario.threads === undefined ? engineClass.threads : wholeNumber('threads', scenario.threads, 1),
    price: resolvePrice(scenario.price),
  };
  checkMachine(setting);
  return setting;
}

/** The least of each field of a load, and what it is when nobody says. */
const LOAD = {
  batch: { least: 1, usual: 1 },
  promptTokens: { least: 1, usual: 512 },
  outputTokens: { least: 1, usual: 128 },
  cachedTokens: { least: 0, usual: 0 },
} as const;

/** The load of a scenario. Throws `InvalidScenarioError` for a number that is not whole or too small. */
export function resolveLoad(scenario: Partial<Load>): Load {
  return {
    batch: loadField('batch', scenario.batch),
    promptTokens: loadField('promptTokens', scenario.promptTokens),
    outputTokens: loadField('outputTokens', scenario.outputTokens),
    cachedTokens: loadField('cachedTokens', scenario.cachedTokens),
  };
}

/** One field of a load, checked; its default where it is absent. */
export function loadField(field: keyof Load, value: number | undefined): number {
  const { least, usual } = LOAD[field];
  return value === undefined ? usual : wholeNumber(field, value, least);
}

/** Whether a name is that of a field of the load. */
export function isLoadField(name: string): name is keyof Load {
  return Object.hasOwn(LOAD, name);
}

/** An encoder sees its whole input at once and has no token to add. */
function checkGenerates(model: Model): void {
  if (kindOf(model) === 'generate') return;
  const { id } = model;
  throw new InvalidScenarioError('model', id, `${id} is an encoder: it generates no tokens`, 'name a model that does');
}

/** All tokens of a sequence when its request ends. */
export function tokensOf({ promptTokens, cachedTokens, outputTokens }: Load): number {
  return cachedTokens + promptTokens + outputTokens;
}

/** What is wrong with a load that exceeds it. */
export function contextError({ id, context }: Model, load: Load): InvalidScenarioError {
  const { promptTokens, cachedTokens, outputTokens } = load;
  const total = tokensOf(load);
  const parts = cachedTokens > 0 ? `${cachedTokens} cached + ${promptTokens} prompt` : `${promptTokens} prompt`;
  return new InvalidScenarioError(
    'promptTokens',
    promptTokens,
    `${parts} + ${outputTokens} output tokens are ${total}, and ${id} was made for a context of ${context}`,
    `ask for at most ${context} tokens in all`,
  );
}

/** The class of the engine that serves the machine, as the scenario changes it. Throws `InvalidScenarioError` where none does. */
export function resolveClass(
  scenario: Pick<
    Scenario,
    'engine' | 'hardware' | 'backend' | 'engineDate' | 'chunk' | 'flashAttention' | 'fixedContext'
  >,
): EngineClass {
  const { engine, hardware, backend } = scenario;
  const found = selectClass(engine, hardware, { backend, date: monthOf(scenario.engineDate) });
  if (found) {
    const chunk = scenario.chunk === undefined ? found.chunk : wholeNumber('chunk', scenario.chunk, 1);
    const attention = attentionOf(scenario.flashAttention) ?? found.attention;
    const fixedContext =
      scenario.fixedContext === undefined ? found.fixedContext : wholeNumber('fixedContext', scenario.fixedContext, 1);
    return changedClass(found, chunk, attention, fixedContext);
  }
  const backends = [...new Set(engine.classes.map((candidate) => candidate.backend))];
  const interfaces = computingUnit(hardware).interfaces;
  if (backend !== undefined && !backends.includes(backend)) {
    throw new InvalidScenarioError(
      'backend',
      backend,
      `${engine.id} has no back end "${backend}"`,
      `it has ${backends.join(', ')}`,
    );
  }
  throw new InvalidScenarioError(
    'engine',
    engine.id,
    `${engine.id} does not run on ${hardware.id}: it drives ${backends.join(', ')} and the machine offers ${interfaces.join(', ') || 'no interface'}`,
    'name another engine, or "ideal" for the physical bound',
  );
}

const changed = mapBeside<EngineClass, string, EngineClass>();

/** A class with another chunk, attention or fixed context; made once, so that what is kept beside it serves again. */
function changedClass(
  found: EngineClass,
  chunk: number,
  attention: EngineClass['attention'],
  fixedContext: number | undefined,
): EngineClass {
  if (chunk === found.chunk && attention === found.attention && fixedContext === found.fixedContext) return found;
  return entryOf(changed(found), `${chunk} ${attention} ${fixedContext}`, () => ({
    ...found,
    chunk,
    attention,
    ...(fixedContext === undefined ? {} : { fixedContext }),
  }));
}

function attentionOf(flashAttention: boolean | undefined): EngineClass['attention'] | undefined {
  if (flashAttention === undefined) return undefined;
  if (typeof flashAttention === 'boolean') return flashAttention ? 'fused' : 'materialised';
  throw new InvalidScenarioError('flashAttention', flashAttention, `"${String(flashAttention)}" is not true or false`);
}

/** The month of a date, which is as near as eras of kernels are told apart. */
export function monthOf(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const [, month] = /^(\d{4}-(?:0[1-9]|1[0-2]))(?:-\d{2})?$/.exec(date) ?? [];
  if (month !== undefined) return month;
  throw new InvalidScenarioError('engineDate', date, `"${String(date)}" is no month`, 'write it as in 2024-05');
}

function checkFormats(engine: Engine, scheme: WeightScheme, kvCache: string): void {
  if (!loadsFamily(engine, scheme.family)) {
    throw new InvalidScenarioError(
      'weights',
      scheme.id,
      `${engine.id} does not load ${scheme.id} weights (${scheme.family})`,
      `it loads formats of the families ${engine.weightFamilies.join(', ')}; see "roofcast list formats"`,
    );
  }
  if (!engine.kvFormats.includes('any') && !engine.kvFormats.includes(kvCache)) {
    throw new InvalidScenarioError(
      'kvCache',
      kvCache,
      `${engine.id} does not keep its cache in ${kvCache}`,
      `it keeps it in ${engine.kvFormats.join(', ')}`,
    );
  }
}

/** One device for now; more are refused rather than answered wrongly. */
export function checkDevices({ devices }: Pick<Scenario, 'devices'>): void {
  if (devices === undefined) return;
  wholeNumber('devices', devices, 1);
  if (devices > 1)
    throw new InvalidScenarioError('devices', devices, 'only one device can be estimated so far', 'use 1');
}

/** Throws when the machine lacks what every estimate needs. */
export function checkMachine({ hardware, unit, threads }: Pick<Setting, 'hardware' | 'unit' | 'threads'>): void {
  if (threads !== undefined && !unit.interfaces.includes('cpu')) {
    throw new InvalidScenarioError(
      'threads',
      threads,
      `${hardware.id} computes on its ${unit.name}, which has no threads`,
      'leave them out',
    );
  }
  if (unit.peaks.length === 0) {
    throw new MissingFactError(hardware.id, `units.${unit.name}.peaks`, 'the time of any operator');
  }
  if (!mainMemory(hardware))
    throw new MissingFactError(hardware.id, 'a memory level that holds weights', 'any estimate');
}

/** A whole number of a field within bounds. Throws `InvalidScenarioError` for anything else. */
export function wholeNumber(field: string, value: number, least: number, most = MOST_TOKENS): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw notANumber(field, value, `a whole number from ${least} to ${most}`);
}

/** Text is said to be text: `4` and `"4"` look alike otherwise. */
function notANumber(field: string, value: unknown, wanted: string): InvalidScenarioError {
  if (typeof value !== 'string') return new InvalidScenarioError(field, value, `${shownValue(value)} is not ${wanted}`);
  const remedy = value.trim() !== '' && Number.isFinite(Number(value)) ? 'write it without quotes' : undefined;
  return new InvalidScenarioError(field, value, `${shownValue(value)} is text, and not ${wanted}`, remedy);
}

const USUAL_PRICE: Required<PriceOptions> = { lifeYears: 4, utilisation: 1, usdPerKilowattHour: 0.12 };

/** Price options with their defaults. */
export function resolvePrice(options: PriceOptions | undefined): Required<PriceOptions> {
  if (options === undefined) return USUAL_PRICE;
  return {
    lifeYears: positive('price.lifeYears', options.lifeYears ?? USUAL_PRICE.lifeYears),
    utilisation: positive('price.utilisation', options.utilisation ?? USUAL_PRICE.utilisation, 1),
    usdPerKilowattHour: positive(
      'price.usdPerKilowattHour',
      options.usdPerKilowattHour ?? USUAL_PRICE.usdPerKilowattHour,
    ),
  };
}

function positive(field: string, value: number, most = Number.MAX_VALUE): number {
  if (typeof value === 'number' && value > 0 && value <= most) return value;
  const range = most === Number.MAX_VALUE ? 'a positive number' : `a number above 0 and up to ${most}`;
  throw notANumber(field, value, range);
}
