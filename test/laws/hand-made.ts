import type { Engine, EngineClass, EngineConstants, MultiplyRule } from '../../src/engine/types.js';
import type { ComputeUnit, Hardware, MemoryLevel, Peak } from '../../src/hardware/types.js';
import type { WeightFamily } from '../../src/model/formats.js';

/** Machines and engines made by hand: tests that use them depend on no spec and on no fitted constant. */

export function peak(rate: number, more: Partial<Peak> = {}): Peak {
  return { path: 'matrix', format: 'f16', accumulate: 'f32', rate, sparsity: 'dense', ...more };
}

/** A memory of 1 PB at 1 TB/s: room for any model. */
export function level(more: Partial<MemoryLevel> = {}): MemoryLevel {
  return {
    name: 'hbm',
    technology: 'hbm',
    capacity: 1e15,
    bandwidth: 1e12,
    holds: 'weights',
    managed: 'software',
    arrangement: 'partitioned',
    usable: 1,
    streams: 'concurrent',
    ...more,
  };
}

/** A cache of 64 MB, five times as fast as `level`. */
export function cacheLevel(more: Partial<MemoryLevel> = {}): MemoryLevel {
  return level({ name: 'l2', technology: 'sram', holds: 'cache', capacity: 64e6, bandwidth: 5e12, ...more });
}

export function unit(more: Partial<ComputeUnit> = {}): ComputeUnit {
  return {
    name: 'gpu',
    count: 100,
    clock: 1e9,
    interfaces: ['cuda'],
    features: [],
    peaks: [peak(100e12), peak(10e12, { path: 'vector', format: 'f32' })],
    ...more,
  };
}

interface Parts {
  readonly unit?: ComputeUnit;
  /** From nearest to farthest. */
  readonly memory?: readonly MemoryLevel[];
  readonly more?: Partial<Hardware>;
}

/** 100 TFLOP/s on matrices, 10 on vectors, 1 TB/s: the ridge is at 100 FLOP/B. No power is published. */
export function machine({ unit: computing = unit(), memory = [level()], more = {} }: Parts = {}): Hardware {
  return {
    id: 'hand-made',
    name: 'Hand-made machine',
    vendor: 'nobody',
    kind: 'gpu',
    aliases: [],
    units: { [computing.name]: computing },
    computeWith: computing.name,
    memory: Object.fromEntries(memory.map((one) => [one.name, one])),
    execution: { kind: 'temporal' },
    links: {},
    power: { scope: 'board', perFlop: {}, perByte: {} },
    price: {},
    assumed: [],
    rumoured: [],
    ...more,
  };
}

/** Factors on the rates of a machine. */
interface Factors {
  readonly bandwidth?: number;
  readonly arithmetic?: number;
  readonly clock?: number;
  readonly power?: number;
}

/** The machine with its rates multiplied: all levels' bandwidth, all peaks, the clock, TDP and floor. */
export function faster(hardware: Hardware, factors: Factors): Hardware {
  const { bandwidth = 1, arithmetic = 1, clock = 1, power = 1 } = factors;
  const { tdp, busyFloor } = hardware.power;
  return {
    ...hardware,
    units: mapValues(hardware.units, (one) => ({
      ...one,
      peaks: one.peaks.map((each) => ({ ...each, rate: each.rate * arithmetic })),
      ...(one.clock === undefined ? {} : { clock: one.clock * clock }),
      ...(one.bandwidth === undefined ? {} : { bandwidth: one.bandwidth * bandwidth }),
    })),
    memory: mapValues(hardware.memory, (one) => ({ ...one, bandwidth: one.bandwidth * bandwidth })),
    execution:
      hardware.execution.kind === 'spatial'
        ? { ...hardware.execution, hopLatency: hardware.execution.hopLatency / clock }
        : hardware.execution,
    power: {
      ...hardware.power,
      ...(tdp === undefined ? {} : { tdp: tdp * power }),
      ...(busyFloor === undefined ? {} : { busyFloor: busyFloor * power }),
    },
  };
}

/** The machine with other figures for some of its levels. */
export function withLevels(hardware: Hardware, changes: Readonly<Record<string, Partial<MemoryLevel>>>): Hardware {
  return { ...hardware, memory: mapValues(hardware.memory, (one) => ({ ...one, ...changes[one.name] })) };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

export function rule(weights: WeightFamily, more: Partial<MultiplyRule> = {}): MultiplyRule {
  return {
    weights,
    rows: [1, 1e9],
    path: 'matrix',
    multiply: 'f16',
    accumulate: 'f32',
    unpacking: 'none',
    unpackTo: 'floats',
    kernels: 1,
    unpackWidth: 1,
    unpackRows: 1,
    ...more,
  };
}

const FAMILIES: readonly WeightFamily[] = ['float', 'fp8', 'fp4', 'int8', 'quantised'];

/** One rule for every family of weights: 16-bit arithmetic, packed weights unpacked on the vector unit. */
export function rules(more: Partial<MultiplyRule> = {}): readonly MultiplyRule[] {
  return FAMILIES.map((family) =>
    family === 'float' ? rule(family, { ...more, unpacking: 'none' }) : rule(family, { unpacking: 'inline', ...more }),
  );
}

/** Efficiency 1 and no overhead. */
export const PERFECT: EngineConstants = {
  memoryEfficiency: 1,
  matrixEfficiency: 1,
  vectorEfficiency: 1,
  attentionEfficiency: 1,
  kernelOverhead: 0,
  stepOverhead: 0,
  requestOverhead: 0,
};

/** A fused engine with one arithmetic for everything, and the losses of a plausible one. */
export function engineClass(more: Partial<EngineClass> = {}, constants: Partial<EngineConstants> = {}): EngineClass {
  return {
    id: 'hand-made',
    backend: 'any',
    when: {},
    era: {},
    fusion: 'element-wise',
    attention: 'fused',
    attentionRules: [{ rows: [1, 1e9], path: 'matrix', multiply: 'f16', accumulate: 'f32' }],
    chunk: 512,
    mostSequences: 256,
    scheduler: 'static',
    graphs: 'none',
    cacheReads: 'key-heads',
    activationBytes: 2,
    overlap: 2,
    choice: 'first',
    powerLimit: 'tdp',
    multiply: rules(),
    constants: {
      ...PERFECT,
      memoryEfficiency: 0.8,
      matrixEfficiency: 0.7,
      vectorEfficiency: 0.6,
      attentionEfficiency: 0.4,
      kernelOverhead: 2e-6,
      stepOverhead: 50e-6,
      requestOverhead: 1e-3,
      ...constants,
    },
    fits: [],
    bounds: {},
    residuals: {},
    ...more,
  };
}

export function engine(...classes: readonly EngineClass[]): Engine {
  return {
    id: 'hand-made',
    name: 'Hand-made engine',
    vendor: 'nobody',
    aliases: [],
    usualFor: [],
    weightFamilies: ['any'],
    kvFormats: ['any'],
    usualKv: [],
    classes: classes.length > 0 ? classes : [engineClass()],
  };
}
