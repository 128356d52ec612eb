// Writes ten million points into a file, whole and as four shards, and says what memory that took: `npm run bench:memory`.
// A smaller number of points may be given: `npm run bench:memory -- 1000000`. Exits with 1 where the bytes differ or the
// memory is above its limit.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatQuantity } from '../src/format.js';

/** Resident memory of a process that sweeps, threads included. */
const LIMIT_BYTES = 300e6;

const PIECES = 4;

const command = path.resolve(import.meta.dirname, '../dist/cli/main.js');

/** Says at the end of a process what memory it took, in KiB. */
const peakOfProcess = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));
`)}`;

/** A process of its own for each file, so that its peak is its own. */
function write(points: number, file: string, shard = '1/1'): { readonly seconds: number; readonly bytes: number } {
  const flags = [
    ...['sweep', '--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--weights', 'q4_0'],
    ...['--axis', `outputTokens=1:${points / 10_000}`, '--axis', 'batch=1:10', '--axis', 'promptTokens=1:1000'],
    ...['--metric', 'decode.tokensPerSecond'],
    ...['--shard', shard, '-o', file],
  ];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', peakOfProcess, command, ...flags], {
    encoding: 'utf8',
  });
  const [, peak] = /^peak (\d+)$/m.exec(stderr) ?? [];
  if (status !== 0 || peak === undefined) throw new Error(stderr);
  return { seconds: (performance.now() - start) / 1000, bytes: Number(peak) * 1024 };
}

async function feed(hash: ReturnType<typeof createHash>, file: string): Promise<void> {
  for await (const chunk of createReadStream(file)) hash.update(chunk);
}

async function main(): Promise<void> {
  const points = Number(process.argv[2] ?? 10_000_000);
  if (!(points > 0) || points % 10_000 !== 0) throw new Error('the number of points is a multiple of 10,000');
  if (!existsSync(command)) throw new Error('dist/ is missing: npm run build');
  const folder = mkdtempSync(path.join(tmpdir(), 'roofcast-memory-'));
  try {
    let peak = 0;
    const say = (what: string, { seconds, bytes }: ReturnType<typeof write>, size: number) => {
      peak = Math.max(peak, bytes);
      const rate = `${Math.round(size / seconds).toLocaleString('en')} points/s`;
      console.log(`${what.padEnd(12)} ${formatQuantity(bytes, 'bytes').padStart(8)} at most, ${rate}`);
    };
    const whole = createHash('sha256');
    for (const format of ['parquet', 'jsonl', 'csv']) {
      const file = path.join(folder, `whole.${format}`);
      say(format, write(points, file), points);
      console.log(`${''.padEnd(12)} ${formatQuantity(statSync(file).size, 'bytes')} on disk`);
      if (format === 'csv') await feed(whole, file);
      rmSync(file);
    }
    const shards = createHash('sha256');
    for (let piece = 0; piece < PIECES; piece++) {
      const file = path.join(folder, 'shard.csv');
      const shard = `${piece + 1}/${PIECES}`;
      say(`shard ${shard}`, write(points, file, shard), points / PIECES);
      await feed(shards, file);
    }
    const same = whole.digest('hex') === shards.digest('hex');
    console.log(`${PIECES} shards one behind the other ${same ? 'are' : 'ARE NOT'} the file of all points`);
    console.log(`peak ${formatQuantity(peak, 'bytes')}, limit ${formatQuantity(LIMIT_BYTES, 'bytes')}`);
    if (!same || peak > LIMIT_BYTES) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
