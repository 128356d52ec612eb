// Prints the seconds of estimates, beside the bandwidth rule that they refine, as JSON.
import { estimate, getEngine, getHardware, getModel } from '../dist/index.js';
import { secondsOf } from './timing.mjs';

const hardware = getHardware('h100-sxm-80gb');
const asked = { model: getModel('llama-2-7b'), hardware, engine: getEngine('llama.cpp'), weights: 'q4_0' };
const mixture = { ...asked, model: getModel('deepseek-v3'), hardware: enlarged(hardware) };
const bytes = Float64Array.from({ length: 1024 }, (_, index) => 1e9 + 1e6 * index);

/**
 * Room for any model: a machine with ten terabytes.
 * @param {import('../dist/index.js').Hardware} machine
 */
function enlarged(machine) {
  const levels = Object.entries(machine.memory).map(([name, level]) => [
    name,
    level.holds === 'weights' ? { ...level, capacity: 1e13 } : level,
  ]);
  return { ...machine, id: 'huge', memory: Object.fromEntries(levels) };
}

console.log(
  JSON.stringify({
    one: secondsOf(() => estimate(asked).decode.seconds),
    mixture: secondsOf(() => estimate(mixture).decode.seconds),
    fresh: secondsOf((index) => {
      return estimate({ ...asked, batch: 1 + (index % 64), promptTokens: 1 + (index % 2048) }).decode.seconds;
    }),
    rule: secondsOf((index) => (bytes[index % 1024] ?? 0) / 3.35e12),
  }),
);
