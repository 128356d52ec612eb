import { z } from 'zod';
import { date, figure, figureWith, identity, name, quantity, sources, strict } from './figure.js';

export const multiplyFormat = z.enum([
  'f64',
  'f32',
  'tf32',
  'f16',
  'bf16',
  'fp8',
  'fp6',
  'fp4',
  'int16',
  'int8',
  'int4',
]);
export const accumulateFormat = z.enum(['f64', 'f32', 'f16', 'bf16', 'int32']);
export const computePath = z.enum(['vector', 'matrix']);
export const memoryTechnology = z.enum(['sram', 'hbm', 'gddr', 'lpddr', 'ddr', 'nvme', 'remote']);
export const hardwareKind = z.enum([
  'gpu',
  'cpu',
  'soc',
  'apu',
  'tpu',
  'npu',
  'accelerator',
  'wafer',
  'lpu',
  'dataflow',
  'pim',
]);

const matrixShape = z.discriminatedUnion('kind', [
  strict({ kind: z.literal('tile'), m: z.int().positive(), n: z.int().positive(), k: z.int().positive() }),
  strict({ kind: z.literal('systolic'), rows: z.int().positive(), columns: z.int().positive() }),
]);

const peakFields = {
  path: computePath.describe('Vector lanes, or a matrix engine'),
  accumulate: accumulateFormat.describe('Format of the sum'),
  clock: quantity('frequency').optional().describe('Clock that the rate is quoted at'),
  shape: matrixShape.optional().describe('Block that the matrix engine works on at once'),
  issue: z
    .literal('dual')
    .optional()
    .describe('The rate counts two operations issued at once, which few pairs of instructions allow'),
  sparsity: z.enum(['dense', '2:4', 'unstructured']).default('dense').describe('Operands that the rate is quoted for'),
};

const floatPeak = figureWith('FLOP rate', {
  ...peakFields,
  format: multiplyFormat.exclude(['int16', 'int8', 'int4']).describe('Format of the operands'),
  'per-clock': quantity('FLOP per clock').optional().describe('FLOP per core and clock; checked against the rate'),
});
const integerPeak = figureWith('OP rate', {
  ...peakFields,
  format: multiplyFormat.extract(['int16', 'int8', 'int4']).describe('Format of the operands'),
  'per-clock': quantity('OP per clock').optional().describe('Operations per core and clock; checked against the rate'),
});
const peak = z.discriminatedUnion('format', [floatPeak, integerPeak]);

const unit = strict({
  count: figure('count').describe('Cores: SMs, CUs, GPU cores, CPU cores, tiles'),
  clock: figure('frequency').optional().describe('Highest clock that the cores sustain'),
  interfaces: z.array(name).default([]).describe('Programming interfaces: cuda, rocm, metal, vulkan, sycl, cpu, xla'),
  features: z.array(name).default([]).describe('Instruction sets or features: avx2, amx, neon, dp4a'),
  threads: figure('count').optional().describe('Threads that a core keeps resident'),
  bandwidth: figure('bandwidth').optional().describe('What the unit can draw of the shared memory, where that is less'),
  peaks: z.array(peak).default([]).describe('Peak rates of all cores together'),
});

const memoryLevel = strict({
  technology: memoryTechnology,
  type: z.string().optional().describe('As the vendor calls it: HBM3, LPDDR5'),
  holds: z.enum(['weights', 'cache', 'none']).describe('What a model may keep there'),
  managed: z
    .enum(['software', 'hardware'])
    .optional()
    .describe('Default: hardware where it holds a cache, software elsewhere'),
  arrangement: z
    .enum(['partitioned', 'replicated'])
    .default('partitioned')
    .describe('Replicated: each core has its own copy'),
  streams: z
    .enum(['concurrent', 'serial'])
    .default('concurrent')
    .describe('Serial levels are read one after the other'),
  capacity: figure('capacity').describe('All of it on the package'),
  bandwidth: figure('bandwidth').describe('All of it on the package'),
  usable: figure('fraction').optional().describe('Fraction of the capacity that a model may use; default 1'),
  'bus-width': figure('bus width').optional().describe('Checked against the bandwidth'),
  'data-rate': figure('pin rate').optional().describe('Per pin; checked against the bandwidth'),
});

const execution = z
  .discriminatedUnion('kind', [
    strict({ kind: z.literal('temporal') }),
    strict({
      kind: z.literal('spatial'),
      'hop-latency': figure('time').describe('From one layer to the next, per hop'),
      'hops-per-layer': figure('number').describe('Hops that a token makes in a layer'),
    }),
  ])
  .default({ kind: 'temporal' })
  .describe('Temporal machines run one operator after the other; spatial ones lay the layers out in space');

const link = strict({
  topology: z.enum(['all-to-all', 'switched', 'ring', 'mesh', 'torus', 'point-to-point', 'host']),
  bandwidth: figure('bandwidth').describe('One direction, all lanes of one device'),
  latency: figure('time').optional(),
  'max-devices': figure('count').optional().describe('Devices that the link can join; absent where nothing is said'),
  'in-network-reduction': z.boolean().default(false),
});

const power = strict({
  scope: z.enum(['board', 'package', 'system']).describe('Whose watts'),
  tdp: figure('power').optional(),
  idle: figure('power', { allowZero: true }).optional(),
  'busy-floor': figure('power').optional().describe('Clocks up, nothing to do'),
  'per-flop': z.partialRecord(multiplyFormat, figure('energy')).default({}).describe('Energy per FLOP'),
  'per-byte': z.record(name, figure('energy')).default({}).describe('Energy per byte, by memory level'),
});

const priceDate = { date: date.optional().describe('Date of the price') };
const price = strict({
  purchase: figureWith('money', priceDate).optional(),
  rental: figureWith('rental', priceDate).optional().describe('Per device'),
});

const system = strict({
  device: z.string().optional().describe('Id of the spec of one device by itself; default: this one'),
  devices: figure('count').describe('Devices in the product'),
  link: z.string().describe('Name of the link that joins them'),
});

/** A machine in YAML. */
export const hardwareSchema = strict({
  ...identity,
  extends: z
    .string()
    .optional()
    .describe('Id of a spec that this one changes; maps are merged, lists and figures replaced'),
  vendor: z.string().min(1),
  kind: hardwareKind,
  sources,
  year: figure('count').optional().describe('Year of release'),
  process: figure('length').optional().describe('Name of the process node'),
  units: z.record(name, unit).describe('Parts that compute'),
  'compute-with': z.string().optional().describe('Unit that computes; default: the first'),
  memory: z.record(name, memoryLevel).describe('Levels from nearest to farthest'),
  execution,
  links: z.record(name, link).default({}),
  power: power.optional(),
  price: price.optional(),
  system: system.optional().describe('Of a product of several like devices: all other figures are of one of them'),
}).describe('A machine');

export type HardwareSpec = z.output<typeof hardwareSchema>;
