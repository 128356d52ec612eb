import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listHardware, listModels } from '../src/index.js';
import { roofcast } from './cli/roofcast.js';

/*
 * Runs the code blocks of README.md and docs/, and compares what they print with the `text` block behind them.
 * `UPDATE_README=1 npx vitest run test/readme.test.ts` writes what they print into the files instead.
 *
 * js: run, with `roofcast` resolved to src/. sh: the roofcast commands are run. yaml, csv: kept under the name in its first line,
 * for the commands that follow. ts: a piece of the file in its first line, left-out lines marked by a line `// ...`.
 */
const update = process.env.UPDATE_README !== undefined;
const howToUpdate = 'UPDATE_README=1 npx vitest run test/readme.test.ts rewrites it';
const root = path.resolve(import.meta.dirname, '..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'measurements/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  readonly language: string;
  readonly code: string;
  /** The `text` block directly behind it. */
  readonly printed: string | undefined;
  readonly line: number;
}

const fences = /^```(js|sh|yaml|csv|ts)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms;

function blocksOf(text: string): Block[] {
  return [...text.matchAll(fences)].map(({ 1: language = '', 2: code = '', 3: printed, index }) => {
    return { language, code, printed, line: text.slice(0, index).split('\n').length };
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-readme-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(documents)('%s', (document) => {
  const file = path.join(root, document);
  let text = readFileSync(file, 'utf8');
  const blocks = blocksOf(text);

  it('has no block of output without the code that prints it', () => {
    const outputs = [...text.matchAll(/^```text$/gm)].length;
    expect(blocks.filter(({ printed }) => printed !== undefined)).toHaveLength(outputs);
  });

  for (const block of blocks) {
    it(`does what its ${block.language} block in line ${block.line} says`, async () => {
      const printed = await run(block);
      if (block.printed === undefined) return;
      if (update) text = text.replace(inFences(block, block.printed), () => inFences(block, printed));
      else expect(printed, howToUpdate).toBe(block.printed);
    });
  }

  if (update) afterAll(() => writeFileSync(file, text));
});

it('README.md does not promise more than is built in', () => {
  const text = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, machines, models] = /More than (\d+) machines and (\d+) models/.exec(text) ?? [];
  expect(listHardware().length).toBeGreaterThan(Number(machines));
  expect(listModels().length).toBeGreaterThan(Number(models));
});

function inFences({ language, code }: Block, printed: string): string {
  return `\`\`\`${language}\n${code}\`\`\`\n\n\`\`\`text\n${printed}\`\`\``;
}

async function run({ language, code, printed }: Block): Promise<string> {
  switch (language) {
    case 'js':
      return runScript(code);
    case 'sh':
      return runCommands(code, printed === undefined);
    case 'yaml':
      writeFileSync(path.join(folder, fileNamedIn(code)), code);
      return '';
    case 'csv':
      // The name is for the reader: a CSV file has no comments.
      writeFileSync(path.join(folder, fileNamedIn(code)), code.slice(code.indexOf('\n') + 1));
      return '';
    default:
      return checkPiece(code);
  }
}

const entries: Readonly<Record<string, () => Promise<object>>> = {
  roofcast: () => import('../src/index.js'),
  'roofcast/spec': () => import('../src/spec.js'),
  'roofcast/metric': () => import('../src/metric.js'),
  'roofcast/node': () => import('../src/node.js'),
  'roofcast/vitest': () => import('../src/vitest.js'),
  vitest: () => import('vitest'),
  'node:fs': () => import('node:fs'),
  'node:os': () => import('node:os'),
};

/** Runs a script of imports and statements, and returns what it logs. */
async function runScript(code: string): Promise<string> {
  const lines: string[] = [];
  const log = (...values: unknown[]) => lines.push(`${format(...values)}\n`);
  const body = code.replace(/^import \{(.*?)\} from ('.*?');$/gm, 'const {$1} = await load($2);');
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (console: object, load: (entry: string) => Promise<object> | undefined) => Promise<void>;
  await new AsyncFunction('console', 'load', body)({ log }, (entry) => entries[entry]?.());
  return lines.join('');
}

/** Runs the roofcast commands among some lines of shell; those that print nothing here must succeed. */
async function runCommands(code: string, mustSucceed: boolean): Promise<string> {
  const printed: string[] = [];
  for (const { 1: words = '' } of code.matchAll(/npx roofcast (.*)$/gm)) {
    // As a shell does: quotes keep words together.
    const args = (words.match(/(?:[^\s']|'[^']*')+/g) ?? [])
      .map((word) => word.replaceAll("'", ''))
      .map((word) => word.replace(/[a-z0-9-]+\.(?:yaml|csv|svg|jsonl|parquet)/g, (name) => path.join(folder, name)));
    const { code: status, out, err } = await roofcast(...args);
    if (mustSucceed) expect({ status, err }).toEqual({ status: 0, err: '' });
    printed.push(out, err);
  }
  return printed.join('').replaceAll(folder + path.sep, '');
}

function fileNamedIn(code: string): string {
  const [, name] = /^# ([a-z0-9-]+\.(?:yaml|csv))\n/.exec(code) ?? [];
  if (name === undefined) throw new Error('the first line of such a block names its file, as in "# my-gpu.yaml"');
  return name;
}

/** Checks that each run of lines stands in the file that the first line names. */
function checkPiece(code: string): string {
  const [first = '', ...rest] = code.split('\n');
  const whole = readFileSync(path.join(root, first.replace('// ', '')), 'utf8');
  for (const piece of rest.join('\n').split('// ...\n')) expect(whole).toContain(piece.trimEnd());
  return '';
}
