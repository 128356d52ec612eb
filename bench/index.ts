// Measures speed: `npm run bench`. Nothing here is asserted; machines differ.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { formatQuantity } from '../src/format.js';
import type { EstimateInput, Hardware } from '../src/index.js';
import { renderTable } from '../src/report/table.js';
import { readImports } from '../test/house/imports.js';

const dist = path.resolve(import.meta.dirname, '../dist');

type Line = readonly [what: string, value: string, remark: string];

async function main(): Promise<void> {
  const built = existsSync(path.join(dist, 'index.js'));
  // Sweeps first: code that has run over many models and machines is less quick than one study's.
  const sweeps = built ? await threads() : [];
  const lines = [...(await estimates(built)), ...sweeps, ...(built ? [...startUp(), size()] : [])];
  const { model = 'unknown CPU' } = os.cpus()[0] ?? {};
  console.log(`node ${process.version}, ${model}, ${os.availableParallelism()} cores\n`);
  const columns = [
    { head: '', align: 'left' },
    { head: 'median', align: 'right' },
    { head: '', align: 'left' },
  ] as const;
  const rows = lines.map((cells) => ({ cells }));
  console.log(renderTable(columns, rows, { width: 120 }).join('\n'));
  if (!built) console.log('\ndist/ is missing, so start-up and size are left out: npm run build');
}

/** Estimates in this process, beside the bandwidth rule that they refine. */
async function estimates(built: boolean): Promise<Line[]> {
  // What users run: the compiler that runs this file as it stands makes functions slower.
  const entry: string = built ? path.join(dist, 'index.js') : '../src/index.js';
  const { estimate, getEngine, getHardware, getModel } = (await import(entry)) as typeof import('../src/index.js');
  const asked: EstimateInput = {
    model: getModel('llama-2-7b'),
    hardware: getHardware('h100-sxm-80gb'),
    engine: getEngine('llama.cpp'),
    weights: 'q4_0',
  };
  const huge = enlarged(getHardware('h100-sxm-80gb'));
  const one = secondsOf(() => estimate(asked).decode.seconds);
  const mixture = secondsOf(
    () => estimate({ ...asked, model: getModel('deepseek-v3'), hardware: huge }).decode.seconds,
  );
  const point = secondsOf((index) => {
    return estimate({ ...asked, batch: 1 + (index % 64), promptTokens: 1 + (index % 2048) }).decode.seconds;
  });
  const bytes = Float64Array.from({ length: 1024 }, (_, index) => 1e9 + 1e6 * index);
  const rule = secondsOf((index) => (bytes[index % 1024] ?? 0) / 3.35e12);
  return [
    ['one estimate, Llama 2 7B on an H100', duration(one), 'decode, prefill, memory, energy, cost'],
    ['one estimate, DeepSeek V3', duration(mixture), 'more kinds of layers and operators'],
    ['whole estimates per second, one core', rate(point), 'loop over batch and prompt, a new length each time'],
    ['the limit: bytes / bandwidth', rate(rule), 'the same loop with one division'],
  ];
}

/** A sweep of decode rates, as one thread and as all cores of this machine work it out. */
async function threads(): Promise<Line[]> {
  const { sweepInWorkers } = (await import(path.join(dist, 'node.js'))) as typeof import('../src/node.js');
  const { range } = (await import(path.join(dist, 'index.js'))) as typeof import('../src/index.js');
  const input = {
    base: { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'llama.cpp', weights: 'q4_0' },
    axes: { outputTokens: range(1, 1000), batch: range(1, 64), promptTokens: range(1, 2048) },
    metrics: ['decode.tokensPerSecond'],
  };
  /** Seconds of a point, once every thread is warm: what comes in the two seconds after the first two. */
  const swept = async (workers: number): Promise<number> => {
    const start = performance.now();
    let points = 0;
    let warm = 0;
    for await (const { length } of sweepInWorkers(input, { workers })) {
      const now = performance.now();
      if (now < start + 2000) continue;
      if (warm === 0) warm = now;
      else points += length;
      if (now > start + 4000) return (now - warm) / 1000 / points;
    }
    throw new Error('the sweep was over too soon');
  };
  const cores = os.availableParallelism();
  const alone = await swept(1);
  const together = await swept(cores);
  const times = `${(alone / together).toFixed(2)} times as many`;
  const limit = (await plainLoops(cores)) / (await plainLoops(1));
  return [
    ['sweep points per second, one thread', rate(alone), 'decode rate over batch and context, by columns'],
    [`sweep points per second, ${cores} threads`, rate(together), `${times}; in order, handed over in pieces`],
    [
      `the limit: ${cores} threads of plain division`,
      `${limit.toFixed(2)} ×`,
      'as many as one, with nothing handed over',
    ],
  ];
}

/** Divisions per second of so many threads that share nothing: what the cores themselves scale to. */
async function plainLoops(threads: number): Promise<number> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const run = (seconds) => {
      const end = performance.now() + 1000 * seconds;
      let done = 0, sum = 0;
      for (; performance.now() < end; done += 1e5) for (let bytes = 1; bytes <= 1e5; bytes++) sum += bytes / 3.35e12;
      return sum > 0 ? done : 0;
    };
    run(0.5);
    parentPort.postMessage(run(2));`;
  const counts = Array.from({ length: threads }, () => once(new Worker(code, { eval: true }), 'message'));
  return (await Promise.all(counts)).reduce((sum, [count]) => sum + Number(count), 0);
}

/** Room for any model: a machine with ten terabytes. */
function enlarged(machine: Hardware): Hardware {
  const levels = Object.entries(machine.memory).map(([name, level]) => [
    name,
    level.holds === 'weights' ? { ...level, capacity: 1e13 } : level,
  ]);
  return { ...machine, id: 'huge', memory: Object.fromEntries(levels) };
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

/** Keeps results alive, so that no loop is optimised away. */
let sink = 0;

/** Median seconds of a call once it has warmed up for a second, over 25 batches that last about 20 ms each. */
function secondsOf(call: (index: number) => number): number {
  const batch = (calls: number): number => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) sink += call(index);
    return (performance.now() - start) / 1000;
  };
  const warm = performance.now() + 1000;
  while (performance.now() < warm) batch(100);
  let calls = 1;
  while (batch(calls) < 0.02) calls *= 2;
  return median(Array.from({ length: 25 }, () => batch(calls) / calls));
}

/** Median seconds of a process, over 15 runs. */
function processSeconds(args: readonly string[]): number {
  return median(
    Array.from({ length: 15 }, () => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { stdio: 'pipe', encoding: 'utf8' });
      if (status !== 0) throw new Error(`node ${args.join(' ')}\n${stderr}`);
      return (performance.now() - start) / 1000;
    }),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function duration(seconds: number): string {
  return formatQuantity(seconds, 'duration');
}

function rate(seconds: number): string {
  return `${(1 / seconds).toLocaleString('en', { maximumSignificantDigits: 3 })} /s`;
}

await main();
if (Number.isNaN(sink)) throw new Error('an estimate was not a number');
