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
}

/** Adds the flags that every command has. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON document, numbers in SI units')
    .option('-o, --out <file>', 'write the result to a file')
    .option('--debug', 'print the stack of an error');
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

/** Adds the flags that say what is estimated. */
export function addScenarioFlags(command: Command, hardware: readonly [flag: string, help: string]): Command {
  return addCommonFlags(
    command
      .requiredOption('--model <id>', 'network: an id, a YAML file, a config.json or a GGUF file')
      .requiredOption(...hardware)
      .option('--engine <id>', 'software stack: an id, or a YAML file (default: the usual one)')
      .option('--backend <name>', 'programming interface: cuda, metal, cpu ... (default: the best the engine has)')
      .option('--weights <format>', 'format of the weights (default: that of the GGUF file, or of the release)')
      .option('--kv-cache <format>', 'format of cached keys and values (default: f16)')
      .option('--batch <n>', 'sequences served, or images made, together (default: 1)', numberFlag('--batch'))
      .option('--prompt-tokens <n>', 'new prompt tokens per sequence (default: 512)', numberFlag('--prompt-tokens'))
      .option('--output-tokens <n>', 'tokens generated per sequence (default: 128)', numberFlag('--output-tokens'))
      .option('--cached-tokens <n>', 'tokens cached before the prompt (default: 0)', numberFlag('--cached-tokens'))
      .option('--steps <n>', "steps of a diffusion (default: the network's)", numberFlag('--steps'))
      .option('--width <n>', "pixels of an image (default: the network's)", numberFlag('--width'))
      .option('--height <n>', "pixels of an image (default: the network's)", numberFlag('--height'))
      .option('--threads <n>', 'CPU threads (default: one per core)', numberFlag('--threads'))
      .option('--devices <n>', 'machines (default: 1)', numberFlag('--devices')),
  );
}

/** Reads the number of a flag; whether it is a possible one, the library says. */
function numberFlag(flag: string): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isNaN(value))
      throw new InvalidScenarioError(flag, text, `"${text}" is not a number`, 'write one such as 512');
    if (!Number.isFinite(value))
      throw new InvalidScenarioError(flag, text, `"${text}" is too large`, 'write one such as 512');
    return value;
  };
}
