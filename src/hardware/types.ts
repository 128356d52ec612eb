import type {
  Bytes,
  BytesPerSecond,
  FlopsPerSecond,
  Fraction,
  Hertz,
  JoulesPerByte,
  JoulesPerFlop,
  Metres,
  Seconds,
  UsDollars,
  UsDollarsPerSecond,
  Watts,
} from '../quantities.js';
import type { Variation } from '../variation.js';

export type HardwareKind =
  | 'gpu'
  | 'cpu'
  | 'soc'
  | 'apu'
  | 'tpu'
  | 'npu'
  | 'accelerator'
  | 'wafer'
  | 'lpu'
  | 'dataflow'
  | 'pim';

/** Number format in which a unit multiplies. */
export type MultiplyFormat =
  | 'f64'
  | 'f32'
  | 'tf32'
  | 'f16'
  | 'bf16'
  | 'fp8'
  | 'fp6'
  | 'fp4'
  | 'int16'
  | 'int8'
  | 'int4';
export type AccumulateFormat = 'f64' | 'f32' | 'f16' | 'bf16' | 'int32';

/** How a peak is reached: a vector unit (lanes) or a matrix engine (tensor cores, AMX, a systolic array). */
export type ComputePath = 'vector' | 'matrix';

/** Block that a matrix engine works on at once: shapes that do not fill it waste the rest. */
export type MatrixShape =
  | { readonly kind: 'tile'; readonly m: number; readonly n: number; readonly k: number }
  | { readonly kind: 'systolic'; readonly rows: number; readonly columns: number };

/** One peak rate of a compute unit, all of its cores together. */
export interface Peak {
  readonly path: ComputePath;
  readonly format: MultiplyFormat;
  readonly accumulate: AccumulateFormat;
  /** FLOP/s (or integer operations per second); a multiply-add counts as two. */
  readonly rate: FlopsPerSecond;
  /** Clock the rate is quoted at. */
  readonly clock?: Hertz;
  readonly shape?: MatrixShape;
  /** Rates quoted for sparse operands are kept for the record and never used for dense work. */
  readonly sparsity: 'dense' | '2:4' | 'unstructured';
  /** Two operations issued at once, which few pairs of instructions allow: compiled kernels get half of the rate. */
  readonly issue?: 'dual';
}

/** A part of the package that computes: the GPU, the CPU cores, the NPU. */
export interface ComputeUnit {
  readonly name: string;
  /** Cores: SMs, CUs, GPU cores, CPU cores, tiles. */
  readonly count: number;
  /** Highest clock the cores sustain. */
  readonly clock?: Hertz;
  /** Programming interfaces that reach it: `cuda`, `rocm`, `metal`, `vulkan`, `sycl`, `cpu`, `xla` ... */
  readonly interfaces: readonly string[];
  /** Instruction sets or features an engine may ask for: `avx2`, `avx512`, `amx`, `neon`, `dp4a` ... */
  readonly features: readonly string[];
  readonly peaks: readonly Peak[];
  /** Threads that a core keeps resident, of which each has loads in flight: of GPUs whose vendor states it. */
  readonly threads?: number;
  /** What the unit can draw from the shared memory when that is less than the memory gives (CPU clusters of an SoC). */
  readonly bandwidth?: BytesPerSecond;
}

export type MemoryTechnology = 'sram' | 'hbm' | 'gddr' | 'lpddr' | 'ddr' | 'nvme' | 'remote';

/** One level of memory, all of it on the package. */
export interface MemoryLevel {
  readonly name: string;
  readonly technology: MemoryTechnology;
  readonly capacity: Bytes;
  readonly bandwidth: BytesPerSecond;
  /** What a model may keep there. A cache serves what was read a moment ago, and holds nothing of its own. */
  readonly holds: 'weights' | 'cache' | 'none';
  /** Filled by the program (scratchpad) or by the hardware (cache). */
  readonly managed: 'software' | 'hardware';
  /** Replicated: every core has its own copy of shared data, so that data counts once per core. */
  readonly arrangement: 'partitioned' | 'replicated';
  /** Fraction of the capacity that a model may use. */
  readonly usable: Fraction;
  /** Levels of the same stream group are read one after the other (a second tier behind the first); others at once. */
  readonly streams: 'concurrent' | 'serial';
}

/**
 * Temporal machines run one operator after the other on all of their cores.
 * Spatial ones (wafer, LPU, dataflow) lay the layers out in space: a layer owns a share of cores and memory.
 */
export type Execution =
  | { readonly kind: 'temporal' }
  | { readonly kind: 'spatial'; readonly hopLatency: Seconds; readonly hopsPerLayer: number };

export interface Link {
  readonly name: string;
  /** One direction, all lanes of one device. */
  readonly bandwidth: BytesPerSecond;
  readonly latency?: Seconds;
  readonly topology: 'all-to-all' | 'switched' | 'ring' | 'mesh' | 'torus' | 'point-to-point' | 'host';
  /** Devices that it can join; absent where its vendor says nothing: a host takes as many cards as it has slots. */
  readonly maxDevices?: number;
  readonly inNetworkReduction: boolean;
}

export interface Power {
  /** Whose watts: the accelerator board, the chip package, or the whole system at the wall. */
  readonly scope: 'board' | 'package' | 'system';
  readonly tdp?: Watts;
  /** Limit that somebody set below the TDP. */
  readonly limit?: Watts;
  readonly idle?: Watts;
  /** Power with clocks up and nothing to do; it lasts as long as the engine keeps the machine busy. */
  readonly busyFloor?: Watts;
  /** Energy per FLOP by multiply format. */
  readonly perFlop: Readonly<Partial<Record<MultiplyFormat, JoulesPerFlop>>>;
  /** Energy per byte read or written, by memory level. */
  readonly perByte: Readonly<Record<string, JoulesPerByte>>;
}

export interface Price {
  readonly purchase?: UsDollars;
  readonly rental?: UsDollarsPerSecond;
  /** Dates of the prices, ISO 8601. */
  readonly purchaseDate?: string;
  readonly rentalDate?: string;
}

/** A product of several like devices, of which the spec describes one: a DGX, a rack, a cluster. */
export interface System {
  /** Id of the device by itself; the spec's own where there is no other. */
  readonly device: string;
  readonly devices: number;
  /** Name of the link that joins them. */
  readonly link: string;
}

/** One machine in SI numbers. Its sources are kept apart, by the path of each figure. */
export interface Hardware {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: HardwareKind;
  readonly aliases: readonly string[];
  readonly year?: number;
  readonly processNode?: Metres;
  readonly units: Readonly<Record<string, ComputeUnit>>;
  /** Name of the unit that computes. */
  readonly computeWith: string;
  /** From nearest to farthest. */
  readonly memory: Readonly<Record<string, MemoryLevel>>;
  readonly execution: Execution;
  readonly links: Readonly<Record<string, Link>>;
  readonly power: Power;
  readonly price: Price;
  /** Absent where the machine is one device. */
  readonly system?: System;
  /** Paths of figures that are assumed, derived from an assumption, or rumoured: an estimate that uses one says so. */
  readonly assumed: readonly string[];
  readonly rumoured: readonly string[];
  /** Figures that somebody changed; absent where all are those of the spec. */
  readonly varied?: readonly Variation[];
}
