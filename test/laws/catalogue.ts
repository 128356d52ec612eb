import fc from 'fast-check';
import { getModel } from '../../src/catalog/models.js';
import type { EngineClass, EngineConstants, OverlapExponent } from '../../src/engine/types.js';
import type { Hardware } from '../../src/hardware/types.js';
import type { Model } from '../../src/model/types.js';
import { cacheLevel, engineClass, level, machine, peak, rules, unit } from './hand-made.js';

/** Networks of every kind: dense, tied, mixture, latent, sliding, recurrent, hybrid. */
export const MODELS: readonly Model[] = [
  'tinyllama-1.1b',
  'gpt2',
  'mixtral-8x7b',
  'deepseek-v2-lite',
  'gemma-3-4b',
  'gpt-oss-20b',
  'mamba-2.8b',
  'qwen3-next-80b-a3b',
].map(getModel);

/** A number between two positive ones, as likely in one decade as in the next. */
export function decades(least: number, most: number): fc.Arbitrary<number> {
  return fc.double({ min: Math.log(least), max: Math.log(most), noNaN: true }).map(Math.exp);
}

/** What is asked: all of it fits the context of the smallest model. */
export const workloads = fc.record({
  model: fc.constantFrom(...MODELS),
  weights: fc.constantFrom('f16', 'fp8', 'int8', 'q4_0', 'q4_k_m', 'mxfp4'),
  batch: fc.integer({ min: 1, max: 64 }),
  promptTokens: fc.integer({ min: 1, max: 500 }),
  outputTokens: fc.integer({ min: 1, max: 200 }),
});

const rates = fc.record({
  bandwidth: decades(1e10, 3e13),
  matrix: decades(1e11, 1e16),
  vector: decades(1e11, 1e14),
  cores: fc.integer({ min: 1, max: 1000 }),
  power: fc.option(fc.record({ tdp: decades(10, 2000), floor: fc.double({ min: 0, max: 0.5, noNaN: true }) })),
});

/** One unit over one memory with room for everything. */
export const machines: fc.Arbitrary<Hardware> = rates.map(({ bandwidth, matrix, vector, cores, power }) =>
  machine({
    unit: unit({ count: cores, peaks: [peak(matrix), peak(vector, { path: 'vector', format: 'f32' })] }),
    memory: [level({ bandwidth })],
    more: {
      power: {
        scope: 'board',
        perFlop: {},
        perByte: {},
        ...(power === null ? {} : { tdp: power.tdp, busyFloor: power.tdp * power.floor }),
      },
    },
  }),
);

/** As `machines`, some with a cache before the memory and a second tier behind it. */
export const tieredMachines: fc.Arbitrary<Hardware> = fc
  .record({
    hardware: machines,
    cache: fc.option(fc.record({ capacity: decades(1e6, 1e10), gain: fc.double({ min: 1, max: 20, noNaN: true }) })),
    tier: fc.option(
      fc.record({
        capacity: decades(1e9, 1e12),
        loss: fc.double({ min: 0.01, max: 1, noNaN: true }),
        serial: fc.boolean(),
      }),
    ),
  })
  .map(({ hardware, cache, tier }) => {
    const { bandwidth } = hardware.memory.hbm ?? level();
    const near = level({ bandwidth, capacity: tier === null ? 1e15 : tier.capacity });
    const memory = [
      ...(cache === null ? [] : [cacheLevel({ capacity: cache.capacity, bandwidth: bandwidth * cache.gain })]),
      near,
      ...(tier === null
        ? []
        : [
            level({
              name: 'far',
              technology: 'ddr',
              bandwidth: bandwidth * tier.loss,
              streams: tier.serial ? 'serial' : 'concurrent',
            }),
          ]),
    ];
    return { ...hardware, memory: machine({ memory }).memory };
  });

const fraction = fc.double({ min: 0.05, max: 1, noNaN: true });

const constants: fc.Arbitrary<EngineConstants> = fc
  .record({
    memoryEfficiency: fraction,
    matrixEfficiency: fraction,
    vectorEfficiency: fraction,
    attentionEfficiency: fraction,
    kernelOverhead: fc.double({ min: 0, max: 2e-5, noNaN: true }),
    stepOverhead: fc.double({ min: 0, max: 5e-3, noNaN: true }),
    requestOverhead: fc.double({ min: 0, max: 0.1, noNaN: true }),
    load: fc.option(fc.double({ min: 1, max: 100, noNaN: true })),
  })
  .map(({ load, ...others }) => ({ ...others, ...(load === null ? {} : { loadBytesPerClock: load }) }));

/** Engines with one arithmetic for all rows: no step of theirs gets faster by being larger. */
export const engineClasses: fc.Arbitrary<EngineClass> = fc
  .record({
    constants,
    overlap: fc.constantFrom<OverlapExponent>(1, 2, 4, 8, 'infinity'),
    fusion: fc.constantFrom('none', 'element-wise'),
    attention: fc.constantFrom('fused', 'materialised'),
    unpacking: fc.constantFrom('none', 'inline', 'beside', 'materialised'),
    unpackWidth: fc.constantFrom(1, 4),
    chunk: fc.integer({ min: 32, max: 4096 }),
    activationBytes: fc.constantFrom(0, 2, 4),
  })
  .map(({ unpacking, unpackWidth, constants: fitted, ...parts }) =>
    engineClass({ ...parts, multiply: rules({ unpacking, unpackWidth }) }, fitted),
  );
