import type {
  AccumulateFormat,
  ComputePath,
  HardwareKind,
  MemoryTechnology,
  MultiplyFormat,
} from '../hardware/types.js';
import type { WeightFamily } from '../model/formats.js';
import type { Fusion } from '../model/operators.js';
import type { Bytes, Fraction, Seconds } from '../quantities.js';
import type { Variation } from '../variation.js';

/**
 * How packed weights become multiplicands.
 * `inline`: on the ALUs that also multiply, so the times add.
 * `beside`: on the vector unit while a separate matrix engine multiplies, so the slower of the two counts.
 * `materialised`: by a kernel of its own that writes them to memory in 16 bits, to be read again.
 */
export type Unpacking = 'none' | 'inline' | 'beside' | 'materialised';

/**
 * What it takes to bring the integer sum of a block to scale: converted, times the scales of weights and activations, added
 * up in floats. Per block and per row, where unpacking is per weight and per tile of rows.
 */
export interface Rescaling {
  /** Of whole blocks, or of each group of weights with a scale of its own. */
  readonly per: 'block' | 'group';
  /** Vector operations in 32 bits, over all partial sums: lanes that hold a part of the block's sum each take their own. */
  readonly operations: number;
}

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
  /** Only for the matrices that every token uses, or only for those of a mixture's experts; absent: for both. */
  readonly products?: 'dense' | 'routed';
  /** First and last month of this kernel, where it came or went within the era of its class. */
  readonly era?: Era;
  /** Rows of activations, both ends included: [1, 8] is a matrix-vector kernel. */
  readonly rows: readonly [number, number];
  readonly path: ComputePath;
  readonly multiply: MultiplyFormat;
  readonly accumulate: AccumulateFormat;
  readonly unpacking: Unpacking;
  /** What weights are unpacked to: the operations per weight differ. */
  readonly unpackTo: 'floats' | 'bytes';
  /** Weights that one vector operation unpacks: 1 in float lanes, 4 where packed bytes are worked on together. */
  readonly unpackWidth: number;
  /** Rows of activations that one unpacking serves: the kernel's tile, or 1 where every row unpacks anew. */
  readonly unpackRows: number;
  /** Absent: scales are applied in unpacking, or cost nothing beside the products. */
  readonly rescale?: Rescaling;
  /** Output block of the kernel, rows by columns; shapes that do not fill it waste the rest. */
  readonly tile?: readonly [number, number];
  /**
   * The kernel waits for the operands of each tile instead of fetching ahead, so that `loadBytesPerClock` bounds all that it
   * brings into tiles: weights once for every tile of rows, activations once for every tile of columns. Absent: it fetches
   * ahead, and only bytes that come from memory count.
   */
  readonly loads?: 'per-tile';
  /** Kernels for each expert's matrix where none serves all of a mixture together; absent: one for all of them. */
  readonly launchesPerMatrix?: number;
  /** Bytes per clock and core that this kernel can load, where it differs from the others of its class. */
  readonly loadBytesPerClock?: number;
  /** For kernels that load, wait and multiply block by block; absent: loads are hidden behind the arithmetic. */
  readonly blocks?: Blocks;
  /** Tiles of a mixture are counted with the numbers of rows that routing deals to its experts; absent: with their mean. */
  readonly experts?: 'uneven';
  /** Kernels that one product takes, with those that convert its activations. */
  readonly kernels: number;
  /** Bytes per element of inputs and of outputs that other kernels convert: written once more and read again. */
  readonly converted?: readonly [number, number];
}

/**
 * Blocks of a kernel whose cores load weights and activations into on-chip memory, wait for them, multiply, and load the
 * next: nothing overlaps within a core. Each core goes through all rows of its own columns. Parts of blocks are shared out,
 * so that all cores end at once: no last wave is partly filled.
 */
export interface Blocks {
  /** Most rows and columns of outputs in a block. */
  readonly rows: number;
  readonly columns: number;
  /** Narrower blocks of rows come in multiples of this. */
  readonly granule: number;
  /** Bytes per clock and core while it loads: bytes in flight over latency. */
  readonly bytesPerClock: number;
}

/** First and last month (ISO, inclusive); absent ends are open. */
export interface Era {
  readonly from?: string;
  readonly until?: string;
}

/** Arithmetic of attention scores and values; the first rule that holds, and whose peak the unit has, is taken. */
export interface AttentionRule {
  readonly rows: readonly [number, number];
  /** Only for attention of this kind. */
  readonly attention?: 'fused' | 'materialised';
  /** Fraction of the peak, where it differs from that of the class. */
  readonly efficiency?: Fraction;
  readonly path: ComputePath;
  readonly multiply: MultiplyFormat;
  readonly accumulate: AccumulateFormat;
  /** Only where several query heads share a key head, whose rows the kernel works on together. */
  readonly heads?: 'grouped';
  /** Only for heads of such widths, both ends included. */
  readonly headWidth?: readonly [number, number];
  /** First and last month of this kernel, within the era of its class. */
  readonly era?: Era;
  /** Rows that the kernel works on at once: fewer leave the rest of its tile idle. */
  readonly tile?: number;
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
  /** Fraction of it at which attention reads keys and values; absent: as long streams. */
  readonly cacheEfficiency?: Fraction;
  /** Fraction of it at which activations pass from one operator to the next; absent: as long streams. */
  readonly activationEfficiency?: Fraction;
  /**
   * Bytes per clock that a core of 1024 resident threads can load, or a core whose threads are not stated (Little's law:
   * bytes in flight over latency); absent: no such limit is known.
   */
  readonly loadBytesPerClock?: number;
  /** Fraction of the dense matrix peak that a large product reaches. */
  readonly matrixEfficiency: Fraction;
  /** Fraction of the vector peak that products, scans and unpacking reach. */
  readonly vectorEfficiency: Fraction;
  /** Fraction of the peak that attention scores and values reach, on the path that the `attention` rule names. */
  readonly attentionEfficiency: Fraction;
  /** Launch and synchronisation of one kernel. */
  readonly kernelOverhead: Seconds;
  /** What each core in use adds to that: threads meet at a barrier one after the other; absent: nothing. */
  readonly coreOverhead?: Seconds;
  /** Scheduler, sampling and host work of one pass over the model. */
  readonly stepOverhead: Seconds;
  /** Fixed cost of a request. */
  readonly requestOverhead: Seconds;
  /**
   * Host time to launch one kernel. The host runs ahead of the device, so that a pass takes the longer of the two; passes
   * that are replayed as a graph have none of it. Absent: no such limit is known.
   */
  readonly dispatchOverhead?: Seconds;
  /** Host work for each sequence of a pass: scheduling, sampling, detokenising, streaming. Absent: none. */
  readonly sequenceOverhead?: Seconds;
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
  /** Weight formats among its rows; absent where that is not known. */
  readonly formats?: readonly string[];
}

/** What a residual band is of: rates of decode, of prefill, and of a server under load, which its host slows down too; energies. */
export type ResidualKind = 'decode' | 'prefill' | 'serving' | 'energy';

/** One engine on one class of hardware. */
export interface EngineClass {
  readonly id: string;
  /** Class of the same engine that this one changes. */
  readonly parent?: string;
  /** Programming interface it drives: `cuda`, `metal`, `cpu` ... */
  readonly backend: string;
  readonly when: ClassCondition;
  /** Of the kernels described. */
  readonly era: Era;
  readonly fusion: Fusion;
  /** Fused attention keeps scores on chip; materialised attention writes and reads them. */
  readonly attention: 'fused' | 'materialised';
  /** Times that a materialised score is written or read, in activation width; absent: 4. */
  readonly scoreMoves?: number;
  /** What reads a cached key and value: a key head once for all its queries, or each query head for itself. */
  readonly cacheReads: 'key-heads' | 'query-heads';
  /** Arithmetic of attention by rows: new tokens times the query heads that share a key head. */
  readonly attentionRules: readonly AttentionRule[];
  /** Most prompt tokens in one pass. */
  readonly chunk: number;
  /**
   * Tokens of context that graphs compiled ahead of time have room for: every pass reads and masks that many, however
   * few are in use. Absent where a pass grows with its context.
   */
  readonly fixedContext?: number;
  /** A static batch starts together; a continuous one takes in the next request when one ends. */
  readonly scheduler: 'static' | 'continuous';
  /** Most sequences that its scheduler serves at once. */
  readonly mostSequences: number;
  /** Passes that the device replays as a graph, without a launch by the host for each kernel. */
  readonly graphs: 'none' | 'decode' | 'all';
  /** Threads that it starts when nobody says; absent: one per core. */
  readonly threads?: number;
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

/** What an engine's converter writes for a name of weights, and the cache format that goes with it. */
export interface EngineScheme {
  readonly scheme: string;
  readonly cache?: string;
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
  /** Kinds of work that it does; absent: it generates tokens and nothing else. */
  readonly runs?: readonly ('generate' | 'encode' | 'denoise')[];
  /** Families of weight schemes that it loads: `float`, `gguf`, `int4`, `fp8`, `mlx` ...; `any` for all. */
  readonly weightFamilies: readonly string[];
  /** KV cache formats it can keep; `any` for all. */
  readonly kvFormats: readonly string[];
  /** Cache format that goes with families of weight schemes when nobody names one; otherwise it is f16. */
  readonly usualKv: readonly { readonly families: readonly string[]; readonly format: string }[];
  /** Names that mean something of their own to this engine's converter: the scheme that they stand for. */
  readonly weightSchemes?: Readonly<Record<string, EngineScheme>>;
  readonly classes: readonly EngineClass[];
  /** Figures that somebody changed; absent where all are those of the spec. */
  readonly varied?: readonly Variation[];
}
