import type {
  AccumulateFormat,
  ComputePath,
  HardwareKind,
  MemoryTechnology,
  MultiplyFormat,
} from '../hardware/types.js';
import type { WeightFamily } from '../model/formats.js';
import type { Bytes, Fraction, Seconds } from '../quantities.js';

/**
 * How packed weights become multiplicands.
 * `inline`: on the ALUs that also multiply, so the times add.
 * `beside`: on the vector unit while a separate matrix engine multiplies, so the slower of the two counts.
 * `materialised`: by a kernel of its own that writes them to memory in 16 bits, to be read again.
 */
export type Unpacking = 'none' | 'inline' | 'beside' | 'materialised';

/**
 * Which arithmetic serves a product of one family of weights with so many rows of activations.
 * An engine lists its rules in order; the first whose conditions hold, and whose peak the unit has, is taken.
 */
export interface MultiplyRule {
  readonly weights: WeightFamily;
  /** Only for these block formats of the family (kernels for repacked weights, say). */
  readonly formats?: readonly string[];
  /** Features that the unit must have. */
  readonly features?: readonly string[];
  /** Rows of activations, both ends included: [1, 8] is a matrix-vector kernel. */
  readonly rows: readonly [number, number];
  readonly path: ComputePath;
  readonly multiply: MultiplyFormat;
  readonly accumulate: AccumulateFormat;
  readonly unpacking: Unpacking;
  /** Weights that one vector operation unpacks: 1 in float lanes, 4 where packed bytes are worked on together. */
  readonly unpackWidth: number;
  /** Rows of activations that one unpacking serves: the kernel's tile, or 1 where every row unpacks anew. */
  readonly unpackRows: number;
  /** Output block of the kernel, rows by columns; shapes that do not fill it waste the rest. */
  readonly tile?: readonly [number, number];
  /** Tiles of a mixture are counted with the numbers of rows that routing deals to its experts; absent: with their mean. */
  readonly experts?: 'uneven';
}

/** Arithmetic of attention scores and values; the first rule that holds, and whose peak the unit has, is taken. */
export interface AttentionRule {
  readonly rows: readonly [number, number];
  readonly path: ComputePath;
  readonly multiply: MultiplyFormat;
  readonly accumulate: AccumulateFormat;
  /** Rows of queries that one reading of keys and values serves; absent: all. */
  readonly readRows?: number;
}

/** Facts of a machine that an engine class may ask for. Never its name or vendor. */
export interface ClassCondition {
  readonly kinds?: readonly HardwareKind[];
  readonly technologies?: readonly MemoryTechnology[];
  /** Features the unit must have, all of them. */
  readonly features?: readonly string[];
  /** A matrix engine must be there (true) or must not (false). */
  readonly matrix?: boolean;
}

/** The engine's few constants for one class of hardware. */
export interface EngineConstants {
  /** Fraction of the peak bandwidth that a long stream of weights reaches. */
  readonly memoryEfficiency: Fraction;
  /** Bytes per clock and core that a kernel can load (Little's law: bytes in flight over latency); absent: no such limit is known. */
  readonly loadBytesPerClock?: number;
  /** Fraction of the dense matrix peak that a large product reaches. */
  readonly matrixEfficiency: Fraction;
  /** Fraction of the vector peak that products, scans and unpacking reach. */
  readonly vectorEfficiency: Fraction;
  /** Fraction of the peak that attention scores and values reach, on the path that the `attention` rule names. */
  readonly attentionEfficiency: Fraction;
  /** Launch and synchronisation of one kernel. */
  readonly kernelOverhead: Seconds;
  /** Scheduler, sampling and host work of one pass over the model. */
  readonly stepOverhead: Seconds;
  /** Fixed cost of a request. */
  readonly requestOverhead: Seconds;
}

export type ConstantName = keyof EngineConstants;

/** Exponent of the p-norm that joins the terms of an operator: 1 sums them, infinity takes the largest. */
export type OverlapExponent = 1 | 2 | 4 | 8 | 'infinity';

/** 10 % and 90 % quantiles of ln(measured / expected) on rows that the constants were not fitted on, wider for few devices. */
export interface ResidualBand {
  readonly low: number;
  readonly high: number;
  /** What it rests on, in words. */
  readonly basis: string;
}

/** What a residual band is of: rates of decode and prefill, or energy and power. */
export type ResidualKind = 'decode' | 'prefill' | 'energy';

/** One engine on one class of hardware. */
export interface EngineClass {
  readonly id: string;
  /** Class of the same engine that this one changes. */
  readonly parent?: string;
  /** Programming interface it drives: `cuda`, `metal`, `cpu` ... */
  readonly backend: string;
  readonly when: ClassCondition;
  /** First and last month (ISO, inclusive) of the kernels described; absent ends are open. */
  readonly era: { readonly from?: string; readonly until?: string };
  /** Fused engines keep element-wise intermediates in registers; unfused ones move each through memory, with a launch each. */
  readonly fusion: 'none' | 'element-wise';
  /** Fused attention keeps scores on chip; materialised attention writes and reads them. */
  readonly attention: 'fused' | 'materialised';
  /** Arithmetic of attention by rows: new tokens times the query heads that share a key head. */
  readonly attentionRules: readonly AttentionRule[];
  /** Most prompt tokens in one pass. */
  readonly chunk: number;
  /** Most sequences that its scheduler serves at once. */
  readonly mostSequences: number;
  /** Bytes of one activation between operators. */
  readonly activationBytes: Bytes;
  readonly overlap: OverlapExponent;
  /** Take the first rule that holds, or of all that hold the one with the highest peak (the physical bound). */
  readonly choice: 'first' | 'fastest';
  /** Whether the machine's power limit slows it down; the physical bound knows none. */
  readonly powerLimit: 'tdp' | 'none';
  readonly multiply: readonly MultiplyRule[];
  readonly constants: EngineConstants;
  /** Constants that are fitted on the rows of this class; the others are its parent's. One with few devices frees few. */
  readonly fits: readonly ConstantName[];
  /** Bounds within which a fit may move each constant. */
  readonly bounds: Readonly<Partial<Record<ConstantName, readonly [number, number]>>>;
  readonly residuals: Readonly<Partial<Record<ResidualKind, ResidualBand>>>;
}

/** One software stack. */
export interface Engine {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  /** Interfaces, best first, for which this is the usual choice, optionally only with some memory technologies. */
  readonly usualFor: readonly {
    readonly backend: string;
    readonly technologies?: readonly MemoryTechnology[];
    readonly rank: number;
  }[];
  /** Families of weight schemes that it loads: `float`, `gguf`, `int4`, `fp8`, `mlx` ...; `any` for all. */
  readonly weightFamilies: readonly string[];
  /** KV cache formats it can keep; `any` for all. */
  readonly kvFormats: readonly string[];
  /** Cache format that goes with families of weight schemes when nobody names one; otherwise it is f16. */
  readonly usualKv: readonly { readonly families: readonly string[]; readonly format: string }[];
  readonly classes: readonly EngineClass[];
}
