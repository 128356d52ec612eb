import type { Command } from 'commander';
import { InvalidScenarioError } from '../errors.js';

/** Flags that every command has. */
export interface CommonFlags {
  readonly json?: boolean;
  readonly out?: string;
  readonly debug?: boolean;
}

/** Flags that say what is estimated. */
export interface ScenarioFlags extends CommonFlags {
  readonly model: string;
  /** One machine, or several with commas between them. */
  readonly hardware: string;
  readonly engine?: string;
  readonly backend?: string;
  readonly weights?: string;
  readonly kvCache?: string;
  readonly batch?: number;
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  readonly cachedTokens?: number;
  readonly steps?: number;
  readonly width?: number;
  readonly height?: number;
  readonly threads?: number;
  readonly devices?: number;
  readonly set?: readonly string[];
}

/** Flags of `list`: amounts are text with units. */
export interface ListFlags extends CommonFlags {
  readonly kind?: string;
  readonly vendor?: string;
  readonly interface?: string;
  readonly minMemory?: string;
  readonly minBandwidth?: string;
  readonly maxPrice?: string;
  readonly minParameters?: string;
  readonly maxParameters?: string;
  readonly sort?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Flags of `show`. */
export interface ShowFlags extends CommonFlags {
  readonly set?: readonly string[];
}

/** Adds the flags that every command has. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON document, numbers in SI units')
    .option('-o, --out <file>', 'write the result to a file, in the form that its name ends in')
    .option('--debug', 'print the stack of an error');
}

/** Adds the flags that narrow and sort a listing. */
export function addListFlags(command: Command): Command {
  return addCommonFlags(
    command
      .option('--kind <kinds>', 'hardware: gpu, cpu, soc ..., with commas')
      .option('--vendor <names>', 'whose, with commas')
      .option('--interface <names>', 'hardware and engines: cuda, metal, cpu ..., with commas')
      .option('--min-memory <size>', "hardware: capacity of the memory that holds weights, e.g. '24 GB'")
      .option('--min-bandwidth <rate>', "hardware: bandwidth of that memory, e.g. '1 TB/s'")
      .option('--max-price <price>', "hardware: to buy, e.g. '2000 USD', or to rent, e.g. '2 USD/h'")
      .option('--min-parameters <count>', 'models: in all, e.g. 1B')
      .option('--max-parameters <count>', 'models: in all, e.g. 9B')
      .option(
        '--sort <by>',
        'hardware: memory, bandwidth, flops, price, rent, year; models: parameters, active, context, released; id, name',
      )
      .option('--reverse', 'the other way round')
      .option('--limit <n>', 'the first so many', numberFlag('--limit')),
  );
}

/** Adds the flags of commands that read measurements: they fill in what the file leaves open. */
export function addMeasuredFlags(command: Command): Command {
  return addCommonFlags(
    command
      .option('--hardware <id>', 'machine of rows that name none: an id, or a YAML file')
      .option('--model <id>', 'network of rows that name none: an id, a YAML file, a config.json or a GGUF file')
      .option('--weights <format>', 'weight format of rows that name none'),
  );
}

/** The flag of one machine, and that of several. */
export const ONE_MACHINE = ['--hardware <id>', 'machine: an id, or a YAML file'] as const;
export const MACHINES = [
  '--hardware <ids>',
  'machines: ids or YAML files, with commas; the first is the measure',
] as const;

export const SWEPT_MACHINES = [
  '--hardware <ids>',
  'machines: ids or YAML files, with commas; several are an axis',
] as const;

/** The flag that varies a spec without a file. */
export const SET = [
  '--set <path=value>',
  "vary a figure, e.g. memory.hbm.bandwidth='4 TB/s', power.tdp=0.5x, model.hidden=+10%; of the machine, model. or engine.; repeatable",
] as const;

/** The flag of one batch. */
const ONE_BATCH = ['--batch <n>', 'sequences served together (default: 1)', numberFlag('--batch')] as const;

/** The flag of several batches, which its command reads. */
export const BATCHES = ['--batch <list>', 'batches: 1,8,64 or 1:64 (default: powers of two up to what fits)'] as const;

/** The flag of batches that are set side by side. */
export const BATCH_LIST = ['--batch <list>', 'batches: 1,8,64 or 1:64 (default: 1)'] as const;

/** Adds the flags that say what is estimated. */
export function addScenarioFlags(
  command: Command,
  hardware: readonly [flag: string, help: string],
  batch: typeof ONE_BATCH | typeof BATCHES | typeof BATCH_LIST = ONE_BATCH,
): Command {
  return addCommonFlags(
    command
      .requiredOption('--model <id>', 'network: an id, a YAML file, a config.json or a GGUF file')
      .requiredOption(...hardware)
      .option('--engine <id>', 'software stack: an id, or a YAML file (default: the usual one)')
      .option('--backend <name>', 'programming interface: cuda, metal, cpu ... (default: the best the engine has)')
      .option('--weights <format>', 'format of the weights (default: that of the GGUF file, or of the release)')
      .option('--kv-cache <format>', 'format of cached keys and values (default: f16)')
      .option(...(batch as [flag: string, help: string]))
      .option('--prompt-tokens <n>', 'new prompt tokens per sequence (default: 512)', numberFlag('--prompt-tokens'))
      .option('--output-tokens <n>', 'tokens generated per sequence (default: 128)', numberFlag('--output-tokens'))
      .option('--cached-tokens <n>', 'tokens cached before the prompt (default: 0)', numberFlag('--cached-tokens'))
      .option('--steps <n>', "steps of a diffusion (default: the network's)", numberFlag('--steps'))
      .option('--width <n>', "pixels of an image (default: the network's)", numberFlag('--width'))
      .option('--height <n>', "pixels of an image (default: the network's)", numberFlag('--height'))
      .option('--threads <n>', 'CPU threads (default: one per core)', numberFlag('--threads'))
      .option('--devices <n>', 'machines (default: 1)', numberFlag('--devices'))
      .option(...SET, collect),
  );
}

/** Adds the flags that say which points a sweep has, and where they go. */
export function addSweepFlags(command: Command): Command {
  return command
    .option(
      '--axis <field=values>',
      "a field and its values, e.g. weights=q4_0,q8_0, batch=1:64, promptTokens=log:128:8192:7, hardware.memory.hbm.bandwidth='linear:1 TB/s:8 TB/s:15'; repeatable",
      collect,
    )
    .option(
      '--metric <figure>',
      'what is wanted of a point, e.g. decode.tokensPerSecond or slowest=decode.tokensPerSecond.low; repeatable (default: rate, first token, energy, cost)',
      collect,
    )
    .option('--format <name>', 'csv, jsonl or parquet (default: what the name of the file ends in)')
    .option('--shard <i/n>', 'only the i-th of n pieces; their files one behind the other are the whole')
    .option(
      '--workers <n>',
      'threads of this machine that work (default: all cores for many points)',
      numberFlag('--workers'),
    )
    .option('--resume', 'go on with a file that was not completed');
}

/** Takes one more of a flag that may be repeated. */
export function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

/** Reads the number of a flag; whether it is a possible one, the library says. */
export function numberFlag(flag: string): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isNaN(value))
      throw new InvalidScenarioError(flag, text, `"${text}" is not a number`, 'write one such as 512');
    if (!Number.isFinite(value))
      throw new InvalidScenarioError(flag, text, `"${text}" is too large`, 'write one such as 512');
    return value;
  };
}
