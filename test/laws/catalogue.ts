import fc from 'fast-check';
import { getModel } from '../../src/catalog/models.js';
import type { EngineClass, EngineConstants, OverlapExponent } from '../../src/engine/types.js';
import type { Hardware } from '../../src/hardware/types.js';
import type { Model } from '../../src/model/types.js';
import { cacheLevel, engineClass, level, machine, peak, rules, unit } from './hand-made.js';
import { between, decades } from './numbers.js';

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
  power: fc.option(fc.record({ tdp: decades(10, 2000), floor: between(0, 0.5) })),
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
    cache: fc.option(fc.record({ capacity: decades(1e6, 1e10), gain: between(1, 20) })),
    tier: fc.option(
      fc.record({
        capacity: decades(1e9, 1e12),
        loss: between(0.01, 1),
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

const fraction = between(0.05, 1);

const constants: fc.Arbitrary<EngineConstants> = fc
  .record({
    memoryEfficiency: fraction,
    matrixEfficiency: fraction,
    vectorEfficiency: fraction,
    attentionEfficiency: fraction,
    kernelOverhead: between(0, 2e-5),
    stepOverhead: between(0, 5e-3),
    requestOverhead: between(0, 0.1),
    load: fc.option(between(1, 100)),
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
