import { writeFile } from 'node:fs/promises';
import { InvalidScenarioError } from '../errors.js';
import { jsonText } from '../report/json.js';
import type { CommonFlags } from './flags.js';
import type { Terminal } from './terminal.js';

/** A result in both of its forms; only the one asked for is made. */
export interface Output {
  json(): unknown;
  text(width: number): string;
}

/** Prints a result, or writes it to the file of `--out`. */
export async function emit(output: Output, { json, out }: CommonFlags, terminal: Terminal): Promise<void> {
  const text = json ? jsonText(output.json()) : output.text(terminal.columns);
  if (out === undefined) terminal.write(text);
  else await writeTo(out, text);
}

/** Writes a file of the user's choice. Throws `InvalidScenarioError` when it cannot be written. */
export async function writeTo(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (typeof code !== 'string') throw cause;
    throw new InvalidScenarioError(
      '--out',
      file,
      `"${file}" cannot be written (${code})`,
      'name a file in a folder that exists',
    );
  }
}
