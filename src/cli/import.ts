import { InvalidScenarioError } from '../errors.js';
import type { CommonFlags } from './flags.js';
import { emit } from './output.js';
import { sayNotes } from './scenario.js';
import type { Terminal } from './terminal.js';

/** Flags of `roofcast import`. */
export interface ImportFlags extends CommonFlags {
  readonly id?: string;
}

/** `roofcast import`: a config.json or a GGUF file as a spec. */
export async function runImport(file: string, flags: ImportFlags, terminal: Terminal): Promise<void> {
  const { id } = flags;
  if (id !== undefined && !/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(id))
    throw new InvalidScenarioError(
      '--id',
      id,
      `"${id}" is no id`,
      'write lower-case letters and digits, joined by hyphens or dots',
    );
  const { importModel } = await import('../node.js');
  const imported = importModel(file, id === undefined ? {} : { id });
  // The spec has its notes; where it is not printed, nobody reads them.
  if (flags.json || flags.out !== undefined) sayNotes(file, imported, terminal);
  await emit({ json: () => imported.model, text: () => imported.spec, yaml: () => imported.spec }, flags, terminal);
}
