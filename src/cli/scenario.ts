import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import { type AnyInput, type EstimateInput, getNetwork, isUnitNetwork, kindOf, type Network } from '../index.js';
import type { ImportedModel } from '../node.js';
import type { ScenarioFlags } from './flags.js';
import { readSettings, varyAsked, varyMachine } from './settings.js';
import type { Terminal } from './terminal.js';

/** What a command line asks, without the machine. */
export type Asked = Omit<AnyInput, 'hardware' | 'kind'>;

/** What a command line asks of a network that generates tokens. */
export type AskedOfTokens = Omit<EstimateInput, 'hardware'>;

/** Model, engine and workload of a command whose answers are of tokens. Throws for a network that generates none. */
export async function readAskedOfTokens(flags: ScenarioFlags, terminal: Terminal): Promise<AskedOfTokens> {
  const asked = await readAsked(flags, terminal);
  const network = typeof asked.model === 'string' ? getNetwork(asked.model) : asked.model;
  if (!isUnitNetwork(network) && kindOf(network) === 'generate') return { ...asked, model: network };
  const problem = `${network.id} generates no tokens, and this is about decode and prefill`;
  throw new InvalidScenarioError('--model', flags.model, problem, 'ask "roofcast estimate", "compare" or "explain"');
}

/** Model, engine and workload of the flags; files among them are read. A GGUF file says its weight format too. */
export async function readAsked(flags: ScenarioFlags, terminal: Terminal): Promise<Asked> {
  const { engine, backend, kvCache, batch, promptTokens, outputTokens, cachedTokens, threads, devices } = flags;
  const { steps, width, height } = flags;
  const { model, weights } = await readModel(flags.model, terminal);
  const asked: Asked = {
    model,
    ...(engine === undefined
      ? {}
      : { engine: isPath(engine) ? (await import('../node.js')).loadEngine(engine) : engine }),
    ...stated({ weights: flags.weights ?? weights }),
    ...stated({ backend, kvCache }),
    ...stated({ batch, promptTokens, outputTokens, cachedTokens, threads, devices, steps, width, height }),
  };
  return varyAsked(asked, readSettings(flags.set));
}

/** A model of the flags: an id, or what a file describes. What was read between the lines of a file is said. */
export async function readModel(
  text: string,
  terminal: Terminal,
): Promise<{ readonly model: string | Network; readonly weights?: ImportedModel['weights'] }> {
  if (!isPath(text)) return { model: text };
  const { importModel, loadNetwork } = await import('../node.js');
  if (!isForeign(text)) return { model: loadNetwork(text) };
  const imported = importModel(text);
  sayNotes(text, imported, terminal);
  return imported;
}

/** Says on standard error what an import read between the lines. */
export function sayNotes(file: string, { notes }: ImportedModel, terminal: Terminal): void {
  for (const note of notes) terminal.warn(`note: ${file}: ${note}\n`);
}

/** The one machine of the flags. */
export async function readMachine(flags: ScenarioFlags): Promise<string | Hardware> {
  const [first, ...others] = await readMachines(flags);
  if (first !== undefined && others.length === 0) return first;
  throw new InvalidScenarioError(
    '--hardware',
    flags.hardware,
    `"${flags.hardware}" is not one machine`,
    'several are set side by side by "roofcast compare"',
  );
}

/** All machines of the flags. */
export async function readMachines({ hardware, set }: ScenarioFlags): Promise<(string | Hardware)[]> {
  const names = hardware.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new InvalidScenarioError(
      '--hardware',
      hardware,
      `"${hardware}" names an empty machine`,
      'write ids with commas between them',
    );
  const machines = await Promise.all(
    names.map(async (name) => (isPath(name) ? (await import('../node.js')).loadHardware(name) : name)),
  );
  const settings = readSettings(set);
  return machines.map((machine) => varyMachine(machine, settings));
}

/** What ends as a file does, or begins as a path does; `meta-llama/Llama-2-7b` is a name, and not ours. */
export function isPath(text: string): boolean {
  return /\.ya?ml$|^[.~]?[.]?[/\\]/.test(text) || isForeign(text);
}

/** A model in a form that is not ours: a `config.json`, or a GGUF file. */
function isForeign(text: string): boolean {
  return /\.(?:json|gguf)$/i.test(text);
}

function stated<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
