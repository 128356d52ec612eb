import { writeFile } from 'node:fs/promises';
import { InvalidScenarioError } from '../errors.js';
import { jsonText } from '../report/json.js';
import type { CommonFlags } from './flags.js';
import type { Terminal } from './terminal.js';

/** A result in its forms; only the one asked for is made. */
export interface Output {
  json(): unknown;
  text(width: number): string;
  /** Of results that have a picture. */
  svg?(): string;
  /** Of results that are a spec. */
  yaml?(): string;
}

/** Prints a result, or writes it to the file of `--out` in the form that its name says. */
export async function emit(output: Output, flags: CommonFlags, terminal: Terminal): Promise<void> {
  const text = textOf(output, flags, terminal.columns);
  if (flags.out === undefined) terminal.write(text);
  else await writeTo(flags.out, text);
}

function textOf({ json, text, svg, yaml }: Output, flags: CommonFlags, width: number): string {
  const own: readonly Form[] = [...(svg ? (['svg'] as const) : []), ...(yaml ? (['yaml'] as const) : [])];
  switch (formOf(flags, ['text', 'json', ...own])) {
    case 'json':
      return jsonText(json());
    case 'svg':
      return svg?.() ?? '';
    case 'yaml':
      return yaml?.() ?? '';
    default:
      return text(width);
  }
}

/** Forms of files by the endings of their names; of those that are nobody's here, `undefined`. */
const FORMS = {
  txt: 'text',
  json: 'json',
  svg: 'svg',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  yaml: 'yaml',
  yml: 'yaml',
  png: undefined,
  jpg: undefined,
  jpeg: undefined,
  gif: undefined,
  webp: undefined,
  pdf: undefined,
  csv: undefined,
  tsv: undefined,
  jsonl: undefined,
  parquet: undefined,
  xlsx: undefined,
  docx: undefined,
} as const;

/** What a file may hold. */
export type Form = NonNullable<(typeof FORMS)[keyof typeof FORMS]>;

/**
 * The form that is asked for: JSON with `--json`, otherwise what the name of the file says, and the first of `offered` where
 * it says nothing. Throws `InvalidScenarioError` for the name of a form that is not offered: what is in a file is no surprise.
 */
export function formOf({ json, out }: CommonFlags, offered: readonly [Form, ...Form[]]): Form {
  if (json) return 'json';
  const ending = /\.(\w+)$/.exec(out ?? '')?.[1]?.toLowerCase() ?? '';
  if (!Object.hasOwn(FORMS, ending)) return offered[0];
  const form = FORMS[ending as keyof typeof FORMS];
  if (form !== undefined && offered.includes(form)) return form;
  const endings = Object.entries(FORMS).flatMap(([name, one]) => (one && offered.includes(one) ? [`.${name}`] : []));
  const problem = `"${out}" would not hold what its name says`;
  throw new InvalidScenarioError('--out', out, problem, `let it end in ${endings.join(', ')}`);
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
