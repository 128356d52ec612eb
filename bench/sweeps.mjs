// Prints the points per second of a sweep by as many threads as it is told, and of plain loops on as many, as JSON.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { range } from '../dist/index.js';
import { sweepInWorkers } from '../dist/node.js';
import { median } from './timing.mjs';

const workers = Number(process.argv[2]);
const input = {
  base: { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'llama.cpp', weights: 'q4_0' },
  axes: { outputTokens: range(1, 1000), batch: range(1, 64), promptTokens: range(1, 2048) },
  metrics: ['decode.tokensPerSecond'],
};

/** Median over tenths of a second of the three seconds after the first, when every thread is warm. */
async function sweepRate() {
  const start = performance.now();
  const rates = [];
  let last = start;
  let points = 0;
  for await (const { length } of sweepInWorkers(input, { workers })) {
    points += length;
    const now = performance.now();
    if (now - last < 100) continue;
    if (now > start + 1000) rates.push((points / (now - last)) * 1000);
    if (now > start + 4000) return median(rates);
    last = now;
    points = 0;
  }
  throw new Error('the sweep was over too soon');
}

/** Divisions per second of threads that share nothing: what the cores themselves scale to. */
async function plainRate() {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const run = (seconds) => {
      const end = performance.now() + 1000 * seconds;
      let done = 0, sum = 0;
      for (; performance.now() < end; done += 1e5) for (let bytes = 1; bytes <= 1e5; bytes++) sum += bytes / 3.35e12;
      return sum > 0 ? done / seconds : 0;
    };
    run(0.3);
    parentPort.postMessage(run(1));`;
  const rates = Array.from({ length: workers }, () => once(new Worker(code, { eval: true }), 'message'));
  return (await Promise.all(rates)).reduce((sum, [rate]) => sum + rate, 0);
}

console.log(JSON.stringify({ sweep: await sweepRate(), plain: await plainRate() }));
