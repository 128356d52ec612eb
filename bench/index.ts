// Measures speed: `npm run bench`. Nothing here is asserted; machines differ.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { quantile } from '../src/evidence/score.js';
import { formatQuantity } from '../src/format.js';
import { renderTable } from '../src/report/table.js';
import { readImports } from '../test/house/imports.js';

const dist = path.resolve(import.meta.dirname, '../dist');

type Line = readonly [what: string, value: string, remark: string];

function main(): void {
  if (!existsSync(path.join(dist, 'index.js'))) throw new Error('there is no dist/ to measure: npm run build');
  const lines = [...estimates(), ...threads(), ...startUp(), size()];
  const { model = 'unknown CPU' } = os.cpus()[0] ?? {};
  console.log(`node ${process.version}, ${model}, ${os.availableParallelism()} cores\n`);
  const columns = [
    { head: '', align: 'left' },
    { head: 'median', align: 'right' },
    { head: '', align: 'left' },
  ] as const;
  const rows = lines.map((cells) => ({ cells }));
  console.log(renderTable(columns, rows, { width: 120 }).join('\n'));
}

interface EstimateSeconds {
  readonly one: number;
  readonly mixture: number;
  readonly fresh: number;
  readonly rule: number;
}

interface SweepRates {
  readonly sweep: number;
  readonly plain: number;
}

/** Estimates, beside the bandwidth rule that they refine. */
function estimates(): Line[] {
  const { one, mixture, fresh, rule } = measured('estimates.mjs') as EstimateSeconds;
  return [
    ['one estimate, Llama 2 7B on an H100', duration(one), 'decode, prefill, memory, energy, cost'],
    ['one estimate, DeepSeek V3', duration(mixture), 'more kinds of layers and operators'],
    ['whole estimates per second, one core', rate(1 / fresh), 'loop over batch and prompt, a new length each time'],
    ['the limit: bytes / bandwidth', rate(1 / rule), 'the same loop with one division'],
  ];
}

/** A sweep of decode rates, as one thread and as all cores of this machine work it out. */
function threads(): Line[] {
  const cores = os.availableParallelism();
  // In turns, as the rate of a shared machine changes from one second to the next.
  const rounds = Array.from({ length: 5 }, () =>
    [1, cores].map((count) => measured('sweeps.mjs', String(count)) as SweepRates),
  );
  const middle = (key: keyof SweepRates, at: 0 | 1): number => {
    const rates = rounds.flatMap((round) => round[at]?.[key] ?? []);
    return quantile(rates, 0.5);
  };
  const times = (key: keyof SweepRates): string => (middle(key, 1) / middle(key, 0)).toFixed(2);
  const [alone, together] = [rate(middle('sweep', 0)), rate(middle('sweep', 1))];
  return [
    ['sweep points per second, one thread', alone, 'decode rate over batch and context, by columns'],
    [`sweep points per second, ${cores} threads`, together, `${times('sweep')} times as many, in order`],
    [
      `the limit: ${cores} threads of plain division`,
      `${times('plain')} ×`,
      'as many as one, with nothing handed over',
    ],
  ];
}

/** What a program beside this one prints: each has a process of its own, without the compiler that runs this one. */
function measured(program: string, ...args: readonly string[]): unknown {
  return JSON.parse(run([path.join(import.meta.dirname, program), ...args]));
}

/** What a new process pays, above a bare `node`. */
function startUp(): Line[] {
  const entry = JSON.stringify(path.join(dist, 'index.js'));
  const bare = processSeconds(['--input-type=module', '--eval', '0']);
  const imported = processSeconds(['--input-type=module', '--eval', `await import(${entry})`]);
  const loaded = processSeconds([
    '--input-type=module',
    '--eval',
    `const { listHardware, listModels, listEngines } = await import(${entry}); listHardware(); listModels(); listEngines();`,
  ]);
  const flags = ['--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--weights', 'q4_0'];
  const answer = processSeconds([path.join(dist, 'cli/main.js'), 'estimate', ...flags]);
  return [
    ['bare node', duration(bare), 'start and end of a process'],
    ["import 'roofcast'", duration(imported - bare), 'above bare node'],
    ['the whole catalogue', duration(loaded - imported), 'parsed, indexed and frozen; above the import'],
    ['roofcast estimate', duration(answer), 'a command line from start to end'],
  ];
}

/** The entry with everything that it imports. */
function size(): Line {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { specifier, kind } of readImports(readFileSync(file, 'utf8'))) {
      if (kind === 'static') visit(path.resolve(path.dirname(file), specifier));
    }
  };
  visit(path.join(dist, 'index.js'));
  const bytes = gzipSync([...files].map((file) => readFileSync(file, 'utf8')).join('\n')).length;
  return [
    "size of 'roofcast'",
    formatQuantity(bytes, 'bytes'),
    `${files.size} modules with the catalogue, gzip, not minified`,
  ];
}

/** Median seconds of a process, over 15 runs. */
function processSeconds(args: readonly string[]): number {
  const seconds = Array.from({ length: 15 }, () => {
    const start = performance.now();
    run(args);
    return (performance.now() - start) / 1000;
  });
  return quantile(seconds, 0.5);
}

/** What a node process prints. */
function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { stdio: 'pipe', encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}\n${stderr}`);
  return stdout;
}

function duration(seconds: number): string {
  return formatQuantity(seconds, 'duration');
}

function rate(perSecond: number): string {
  return `${perSecond.toLocaleString('en', { maximumSignificantDigits: 3 })} /s`;
}

main();
