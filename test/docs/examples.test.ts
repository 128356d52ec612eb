import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf } from '../../scripts/docs/entries.js';
import { estimate } from '../../src/index.js';

/*
 * Runs the examples in the comments of src/, which the API reference shows. What the package and the file of an example
 * export is at hand, and `estimated`, an estimate. `// => value` behind an expression, or in the next line, says what it gives.
 */
const root = path.resolve(import.meta.dirname, '../..');
const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
  .map((name) => path.join('src', name));
const examples = files.flatMap((file) =>
  examplesIn(readFileSync(path.join(root, file), 'utf8')).map((code) => ({ file, code })),
);

let scope: Readonly<Record<string, unknown>> = {};
let folder = '';
const here = process.cwd();
beforeAll(async () => {
  const entries = await Promise.all([...entriesOf(root).values()].map((file) => import(path.join(root, file))));
  const estimated = estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', weights: 'q4_0' });
  scope = Object.assign({ expect, estimated, console: { log: () => undefined } }, ...entries);
  // Files that an example writes.
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-examples-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true });
});

describe.each(examples)('$file: $code', ({ file, code }) => {
  it('does what it says', async () => {
    const own = (await import(path.join(root, file))) as object;
    const { body, expected } = readExample(code);
    const names = { ...scope, ...own };
    const value = await run(body, names);
    if (expected === undefined) return;
    const decimals = /^[\d_]+\.(\d+)$/.exec(expected)?.[1];
    if (decimals === undefined) expect(value).toEqual(await run(`return ${expected}`, names));
    else expect(value).toBeCloseTo(Number(expected), decimals.length);
  });
});

it('there are examples of what the package is for', () => {
  expect(examples.map(({ file }) => file)).toEqual(expect.arrayContaining(['src/index.ts', 'src/study/vary.ts']));
});

function examplesIn(source: string): readonly string[] {
  return [...source.matchAll(/\/\*\*.*?\*\//gs)].flatMap(([comment]) =>
    comment
      .replace(/\s*\*\/$/, '')
      .split('\n')
      .map((line) => line.replace(/^\s*(\/\*\*|\*) ?/, ''))
      .join('\n')
      .split(/^@/m)
      .filter((tag) => tag.startsWith('example'))
      .map((tag) => tag.slice('example'.length).trim()),
  );
}

/** The value of an example is that of the expression before its arrow. */
function readExample(code: string): { readonly body: string; readonly expected: string | undefined } {
  const script = code.replace(/^import .*$/gm, '').trim();
  const [before = '', expected] = script.split('// =>').map((part) => part.trim());
  if (expected === undefined) return { body: script, expected };
  const lines = before.split('\n');
  return { body: [...lines.slice(0, -1), `return ${lines.at(-1)}`].join('\n'), expected };
}

async function run(body: string, names: Readonly<Record<string, unknown>>): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  return new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
}
