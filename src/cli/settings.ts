import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { type Changes, getEngine, getHardware, getNetwork, isUnitNetwork, type Model, vary } from '../index.js';
import { stagesAreFixed } from '../study/vary.js';
import type { Asked } from './scenario.js';

/** What is varied of each spec. */
export type Settings = Readonly<Record<Kind, Changes>>;

const kinds = ['hardware', 'model', 'engine'] as const;
type Kind = (typeof kinds)[number];

const names: Readonly<Record<Kind, string>> = { hardware: 'a machine', model: 'a model', engine: 'an engine' };

const EXAMPLE = "write it as in --set memory.hbm.bandwidth='4 TB/s'";

/** What `--set PATH=VALUE` says; a path may name its spec first, and is of `usual` otherwise. Throws for half of one. */
export function readSettings(texts: readonly string[] = [], usual: Kind = 'hardware'): Settings {
  const settings: Record<Kind, Record<string, string>> = { hardware: {}, model: {}, engine: {} };
  for (const text of texts) {
    const { kind, path, value } = readSetting(text, usual);
    if (Object.hasOwn(settings[kind], path)) throw slip(text, `"${path}" is set twice`, 'keep one');
    settings[kind][path] = value;
  }
  return settings;
}

function readSetting(text: string, usual: Kind) {
  const at = text.indexOf('=');
  if (at < 0) throw slip(text, `"${text}" has no "="`, EXAMPLE);
  const whole = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  const named = kinds.find((kind) => whole.startsWith(`${kind}.`));
  const path = named === undefined ? whole : whole.slice(named.length + 1);
  if (path === '') throw slip(text, `"${text}" has no path before the "="`, EXAMPLE);
  if (value === '') throw slip(text, `"${text}" has no value behind the "="`, EXAMPLE);
  return { kind: named ?? usual, path, value };
}

function slip(text: string, problem: string, remedy: string): InvalidScenarioError {
  return new InvalidScenarioError('--set', text, problem, remedy);
}

/** Model and engine with what is set of them. */
export function varyAsked(asked: Asked, { model, engine }: Settings): Asked {
  return {
    ...asked,
    ...(isEmpty(model) ? {} : { model: vary(variable(asked.model), model) }),
    ...(isEmpty(engine) ? {} : { engine: vary(namedEngine(asked, engine), engine) }),
  };
}

/** A network whose figures can be set one by one. */
function variable(model: Asked['model']): Model {
  const network = typeof model === 'string' ? getNetwork(model) : model;
  if (isUnitNetwork(network)) throw stagesAreFixed(network);
  return network;
}

/** The usual engine depends on the machine: what is set of one is set of one that is named. */
function namedEngine({ engine }: Asked, changes: Changes) {
  if (engine !== undefined) return typeof engine === 'string' ? getEngine(engine) : engine;
  const [path = ''] = Object.keys(changes);
  throw slip(`engine.${path}`, 'an engine is varied that is not named', 'name it with --engine');
}

/** A machine with what is set of it. */
export function varyMachine(machine: string | Hardware, { hardware }: Settings): string | Hardware {
  if (isEmpty(hardware)) return machine;
  return vary(typeof machine === 'string' ? getHardware(machine) : machine, hardware);
}

/** Throws when something is set of a spec that is not there. */
export function requireOnly(settings: Settings, kind: Kind, id: string): Changes {
  for (const other of kinds) {
    const [path] = Object.keys(settings[other]);
    if (other === kind || path === undefined) continue;
    throw slip(`${other}.${path}`, `"${other}.${path}" is not of ${id}, ${names[kind]}`, 'leave it out');
  }
  return settings[kind];
}

function isEmpty(changes: Changes): boolean {
  return Object.keys(changes).length === 0;
}
