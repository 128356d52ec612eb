// Run by workers.test.ts: writes the same sweep with one thread and with more, and prints what came out.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { getScheme, isRoofcastError, sweep } from '../../src/index.js';
import { sweepInWorkers, writeSweep } from '../../src/node.js';
import { large } from './samples.js';

const [folder = ''] = process.argv.slice(2);
const hashOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const files: Record<string, string[]> = {};
for (const format of ['csv', 'jsonl', 'parquet'] as const) {
  files[format] = [];
  for (const workers of [1, 2]) {
    const file = path.join(folder, `${workers}.${format}`);
    await writeSweep(large, file, { workers });
    files[format].push(hashOf(readFileSync(file)));
  }
}

const columns: string[] = [];
let next = 0;
for await (const piece of sweepInWorkers(large, { workers: 2, from: 100, to: 9000 })) {
  const [rate] = piece.values;
  if (next !== 0 && piece.from !== next) throw new Error(`${piece.from} came after ${next}`);
  next = piece.from + piece.length;
  columns.push(hashOf(new Uint8Array((rate as Float64Array).buffer)), JSON.stringify([piece.values[1], piece.failed]));
}
const alone: string[] = [];
for (const piece of sweep(large).columns(100, 9000)) {
  const [rate] = piece.values;
  alone.push(hashOf(new Uint8Array((rate as Float64Array).buffer)), JSON.stringify([piece.values[1], piece.failed]));
}

const stop = new AbortController();
const stopped = await writeSweep(large, path.join(folder, 'stopped.csv'), {
  workers: 2,
  signal: stop.signal,
  onProgress: () => stop.abort(),
});
const resumed = await writeSweep(large, path.join(folder, 'stopped.csv'), { workers: 2, resume: true });

const refusals: string[] = [];
const own = { ...large, metrics: { mine: () => 1 } };
const withMethod = { ...large, base: { ...large.base, weights: getScheme('q4_0') } };
for (const input of [own, withMethod]) {
  await writeSweep(input, path.join(folder, 'none.csv'), { workers: 2 }).catch((error) => {
    if (!isRoofcastError(error)) throw error;
    refusals.push(error.message);
  });
}

console.log(
  JSON.stringify({
    files,
    sameColumns: columns.join() === alone.join(),
    next,
    stopped,
    resumed,
    stoppedHash: hashOf(readFileSync(path.join(folder, 'stopped.csv'))),
    refusals,
  }),
);
