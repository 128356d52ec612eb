import { InvalidScenarioError } from '../errors.js';
import {
  type Column,
  type EvidenceOptions,
  isUnitNetwork,
  type LocatedRow,
  listHardware,
  listModels,
  type Model,
  type Network,
  type Row,
  totalParameters,
} from '../index.js';
import { matchName, type NameCandidate, type NameMatch } from '../readers/match-name.js';
import type { MeasurementFile, MeasurementRow } from '../readers/types.js';
import type { CommonFlags } from './flags.js';
import { isPath, readModel } from './scenario.js';
import type { Terminal } from './terminal.js';

/** Flags of the commands that read measurements: what the file leaves open. */
export interface MeasuredFlags extends CommonFlags {
  readonly hardware?: string;
  readonly model?: string;
  readonly weights?: string;
  readonly engine?: string;
}

/** A measurement file with its rows named, and what the flags say about it. */
export interface Measured {
  readonly rows: readonly LocatedRow[];
  readonly options: EvidenceOptions;
}

/** Reads a measurement file or a benchmark's output. Machines and models are found by the names that the tool printed. */
export async function readMeasured(file: string, flags: MeasuredFlags, terminal: Terminal): Promise<Measured> {
  const { readMeasurementFile } = await import('../readers/file.js');
  const { hardware, model, weights, engine } = flags;
  // Specs of the user's own need the parser of units, which takes longer to load than a file to check.
  const machine =
    hardware !== undefined && isPath(hardware) ? (await import('../node.js')).loadHardware(hardware) : undefined;
  const stack = engine !== undefined && isPath(engine) ? (await import('../node.js')).loadEngine(engine) : engine;
  const read = model === undefined ? undefined : await readModel(model, terminal);
  const network = typeof read?.model === 'object' ? languageModel(read.model) : undefined;
  const defaults: Partial<Record<Column, string | undefined>> = {
    hardware_id: machine?.id ?? hardware,
    model_id: network?.id ?? model,
    // Rows name formats; a file's own is named by the recipe that it was made by.
    weight_format: weights ?? read?.weights?.measuredAs,
  };
  const given = Object.entries(defaults).filter(([, text]) => text !== undefined);
  return {
    rows: nameRows(await readMeasurementFile(file), flags, terminal),
    options: {
      defaults: Object.fromEntries(given) as Row,
      ...(machine ? { hardware: [machine] } : {}),
      ...(network ? { models: [network] } : {}),
      ...(stack === undefined ? {} : { engine: stack }),
    },
  };
}

/** What measurements are of. */
function languageModel(network: Network): Model {
  if (!isUnitNetwork(network)) return network;
  const problem = `${network.id} makes ${network.unit}s, and measurements are of tokens`;
  throw new InvalidScenarioError('--model', network.id, problem, 'name a language model');
}

/** Gives rows of a benchmark's output the ids that their printed names mean; of those that mean several, says which. */
function nameRows({ rows }: MeasurementFile, flags: MeasuredFlags, terminal: Terminal): readonly LocatedRow[] {
  const doubts = new Map<string, readonly string[]>();
  const idOf = (flag: string | undefined, printed: string | undefined, { match, candidates }: Match): string => {
    if (!match && flag === undefined && printed !== undefined)
      doubts.set(
        printed,
        candidates.map(({ id }) => id),
      );
    return match?.id ?? '';
  };
  const named = rows.map((row) => {
    const { cells, names = {} } = row;
    const hardware_id = cells.hardware_id || idOf(flags.hardware, names.hardware, machineOf(row));
    const model_id = cells.model_id || idOf(flags.model, names.model, networkOf(row));
    return { ...row, cells: { ...cells, hardware_id, model_id } };
  });
  for (const [printed, ids] of doubts) {
    const meaning = ids.length === 0 ? 'is not the name of anything built in' : `may be ${ids.join(', ')}`;
    terminal.warn(`warning: "${printed}" ${meaning}; name it with --hardware or --model\n`);
  }
  return named;
}

type Match = NameMatch<NameCandidate>;
const NONE: Match = { candidates: [] };

/** Of the machines that the back end drives: a driver prints one name for a chip's GPU and its cores. */
function machineOf({ names = {}, cells }: MeasurementRow): Match {
  if (names.hardware === undefined) return NONE;
  const backend = /(?:^|;)backend=([^;]+)/.exec(cells.options)?.[1];
  const machines = listHardware().filter(
    ({ units, computeWith }) => backend === undefined || units[computeWith]?.interfaces.includes(backend),
  );
  return matchName(names.hardware, machines);
}

function networkOf({ names = {} }: MeasurementRow): Match {
  const { model, modelFile, parameters } = names;
  const models = listModels().map((known) => ({ ...known, parameters: totalParameters(known) }));
  const hints = parameters === undefined ? {} : { parameters };
  for (const printed of [modelFile, model]) {
    const found = printed === undefined ? NONE : matchName(printed, models, hints);
    if (found.match || printed === model) return found;
  }
  return NONE;
}
