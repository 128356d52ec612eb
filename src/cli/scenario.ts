import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import type { EstimateInput } from '../index.js';
import type { ScenarioFlags } from './flags.js';

/** What a command line asks, without the machine. */
export type Asked = Omit<EstimateInput, 'hardware'>;

/** Model, engine and workload of the flags; YAML files among them are read. */
export async function readAsked(flags: ScenarioFlags): Promise<Asked> {
  const {
    model,
    engine,
    backend,
    weights,
    kvCache,
    batch,
    promptTokens,
    outputTokens,
    cachedTokens,
    threads,
    devices,
  } = flags;
  return {
    model: isPath(model) ? (await import('../node.js')).loadModel(model) : model,
    ...(engine === undefined
      ? {}
      : { engine: isPath(engine) ? (await import('../node.js')).loadEngine(engine) : engine }),
    ...stated({ backend, weights, kvCache }),
    ...stated({ batch, promptTokens, outputTokens, cachedTokens, threads, devices }),
  };
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
export async function readMachines({ hardware }: ScenarioFlags): Promise<(string | Hardware)[]> {
  const names = hardware.split(',').map((name) => name.trim());
  if (names.includes(''))
    throw new InvalidScenarioError(
      '--hardware',
      hardware,
      `"${hardware}" names an empty machine`,
      'write ids with commas between them',
    );
  return Promise.all(
    names.map(async (name) => (isPath(name) ? (await import('../node.js')).loadHardware(name) : name)),
  );
}

/** What ends as a YAML file does, or begins as a path does; `meta-llama/Llama-2-7b` is a name, and not ours. */
export function isPath(text: string): boolean {
  return /\.ya?ml$|^[.~]?[.]?[/\\]/.test(text);
}

function stated<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
