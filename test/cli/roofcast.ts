import { run } from '../../src/cli/run.js';

/** What one command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process. */
export async function roofcast(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { write: (text: string) => out.push(text), warn: (text: string) => err.push(text), columns: 100 };
  const code = await run(args, terminal);
  return { code, out: out.join(''), err: err.join('') };
}

/** Null where there is nothing to compare: no machine that answers, no pair of devices. */
const NULLS = ['baseline', 'share'];

/** The one JSON document of an output. */
export function parseOne(text: string): unknown {
  return JSON.parse(text, (key, value) => {
    if (value === null && !NULLS.includes(key)) throw new Error(`${key} is null, where a number could not be said`);
    return value;
  });
}
