import type { Engine, EngineConstants, OverlapExponent } from '../engine/types.js';
import type { Hardware } from '../hardware/types.js';
import type { OperatorClass } from '../model/operators.js';
import type { WeightScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import type {
  Bytes,
  BytesPerSecond,
  Flops,
  FlopsPerSecond,
  Fraction,
  Hertz,
  Joules,
  Seconds,
  UsDollars,
  Watts,
} from '../quantities.js';
import type { Variation } from '../variation.js';

/** What is asked: a model on a machine under an engine, and the work. Absent fields take the documented default. */
export interface Scenario {
  readonly model: Model;
  readonly hardware: Hardware;
  readonly engine: Engine;
  /** True when the caller named no engine and the usual one was taken. */
  readonly engineIsUsual?: boolean;
  /** True when no described engine runs this there, and the physical bound stands in for one. */
  readonly engineStandsIn?: boolean;
  /** Programming interface to use where the engine has several on this machine. Default: the engine's best. */
  readonly backend?: string;
  /** Weight format by its id, or the scheme of a file. Default: the one the model was released in. */
  readonly weights?: string | WeightScheme;
  /** Format of cached keys and values. Default: f16. */
  readonly kvCache?: string;
  /** Sequences served together. Default: 1. */
  readonly batch?: number;
  /** New prompt tokens per sequence. Default: 512. */
  readonly promptTokens?: number;
  /** Tokens generated per sequence. Default: 128. */
  readonly outputTokens?: number;
  /** Tokens cached per sequence before the prompt. Default: 0. */
  readonly cachedTokens?: number;
  /** CPU threads. Default: as many as the engine starts, in most one per core. */
  readonly threads?: number;
  /** Prompt tokens per pass. Default: the engine's. */
  readonly chunk?: number;
  /** Keep attention scores on chip (true) or write them to memory (false). Default: the engine's way. */
  readonly flashAttention?: boolean;
  /** Tokens of context that the engine's graphs are compiled for, where they are. Default: the engine's. */
  readonly fixedContext?: number;
  /** Month (ISO, `2024-05`) of the engine's kernels. Default: the latest described. */
  readonly engineDate?: string;
  /** Machines. One for now. */
  readonly devices?: number;
  readonly price?: PriceOptions;
}

export interface PriceOptions {
  /** Years over which a purchase is written off. Default: 4. */
  readonly lifeYears?: number;
  /** Part of that time in which the machine works. Default: 1. */
  readonly utilisation?: Fraction;
  /** Price of electricity in USD per kWh. Default: 0.12. */
  readonly usdPerKilowattHour?: number;
}

/** A predicted quantity: its expected value, 80 % interval and physical bound. */
export interface Prediction {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  /** The same on an engine without overheads or losses: no software does better. */
  readonly ideal: number;
  /** What expected value and interval rest on, in words. */
  readonly basis: string;
}

export type Bound = 'memory' | 'compute' | 'dequantisation' | 'load' | 'interconnect' | 'overhead' | 'power';

/** Terms of a phase's time, summed over operators; they overlap, so they add up to more than the phase takes. */
export interface TermSeconds {
  readonly compute: Seconds;
  readonly dequantisation: Seconds;
  readonly memory: Seconds;
  readonly load: Seconds;
  readonly overhead: Seconds;
}

/** One kind of operator in a phase, all its instances together. */
export interface OperatorReport {
  readonly name: string;
  readonly class: OperatorClass;
  /** Weight format, for products. */
  readonly format?: string;
  readonly count: number;
  readonly flops: Flops;
  readonly bytes: Bytes;
  readonly seconds: Seconds;
  /** FLOPs per byte. */
  readonly arithmeticIntensity: number;
  readonly bound: Bound;
}

export interface ClassReport {
  readonly class: OperatorClass;
  readonly flopShare: Fraction;
  readonly timeShare: Fraction;
}

/** What a phase does to the machine. Decode: one step; prefill: the whole prompt. */
export interface PhaseReport {
  readonly bound: Bound;
  /** Model bandwidth utilisation: bytes that had to move / time / peak bandwidth. */
  readonly mbu: Fraction;
  /** Model FLOPs utilisation: FLOPs / time / dense peak of the arithmetic used. */
  readonly mfu: Fraction;
  /** FLOPs per byte that had to move. */
  readonly arithmeticIntensity: number;
  /** FLOPs per byte at which the machine turns from memory to compute bound. */
  readonly ridgePoint: number;
  readonly flops: Flops;
  readonly weightBytes: Bytes;
  readonly cacheBytes: Bytes;
  readonly bytes: Bytes;
  readonly seconds: Seconds;
  readonly terms: TermSeconds;
  /** Time if the terms of every operator overlapped wholly, and if none did. */
  readonly perfectOverlap: Seconds;
  readonly noOverlap: Seconds;
  /** Every kind of operator, and shares of FLOPs and time by class. */
  readonly operators: readonly OperatorReport[];
  readonly classes: readonly ClassReport[];
  readonly power: PowerReport;
}

export interface PowerReport {
  readonly watts: Watts;
  /** True when the power limit slowed the phase down, by more than 2 %. */
  readonly limited: boolean;
  /** Clock relative to the nominal one. */
  readonly clock: Fraction;
  /** Energy of the phase (decode: of a step) by component. */
  readonly joules: {
    readonly static: Joules;
    /** Vector lanes that are clocked while kernels run. */
    readonly lanes: Joules;
    readonly compute: Joules;
    readonly memory: Joules;
    readonly total: Joules;
  };
}

export interface DecodeSpeed {
  /** All sequences together. */
  readonly tokensPerSecond: Prediction;
  readonly tokensPerSecondPerSequence: Prediction;
  readonly timePerOutputToken: Prediction;
}

export interface PrefillSpeed {
  readonly timeToFirstToken: Prediction;
  readonly tokensPerSecond: Prediction;
}

export interface DecodeReport extends PhaseReport, DecodeSpeed {}

export interface PrefillReport extends PhaseReport, PrefillSpeed {}

export interface RequestReport {
  readonly latency: Prediction;
  readonly outputTokensPerSecond: Prediction;
}

export interface MemoryReport {
  readonly weightBytes: Bytes;
  /** KV cache and state at the end of the request, all sequences. */
  readonly cacheBytes: Bytes;
  readonly cacheBytesPerToken: Bytes;
  readonly activationBytes: Bytes;
  readonly totalBytes: Bytes;
  readonly usableBytes: Bytes;
  readonly capacityBytes: Bytes;
  readonly freeBytes: Bytes;
  /** Most sequences of this length that fit, and most tokens per sequence at this batch (up to the model's context). */
  readonly largestBatch: number;
  readonly longestContext: number;
  readonly levels: readonly {
    readonly name: string;
    readonly weightBytes: Bytes;
    readonly cacheBytes: Bytes;
    readonly bandwidth: BytesPerSecond;
  }[];
}

export interface EnergyReport {
  /** Per output token, prefill included. */
  readonly joulesPerToken: Joules;
  readonly joulesPerDecodedToken: Joules;
  readonly joulesPerPromptToken: Joules;
  /** `joulesPerToken` with its interval. The ideal bounds nothing: it is what the physical bound of speed would draw. */
  readonly prediction: Prediction;
  /** Mean power of the request. */
  readonly watts: Prediction;
  /** Whose power: the accelerator board, the chip package, or the system at the wall. */
  readonly scope: 'board' | 'package' | 'system';
  readonly basis: string;
}

export interface CostReport {
  /** The whole machine time charged to output tokens. */
  readonly usdPerMillionOutputTokens: UsDollars;
  readonly usdPerHour: UsDollars;
  readonly purchaseUsd?: UsDollars;
  readonly basis: string;
}

/** Something doubtful about an estimate, as data. */
export interface Warning {
  readonly code:
    | 'assumed-figure'
    | 'rumoured-figure'
    | 'engine-not-calibrated'
    | 'no-engine'
    | 'static-power-unknown'
    | 'format-size-approximate'
    | 'format-falls-back'
    | 'beyond-power-limit'
    | 'approaching-capacity'
    | 'one-device-of-several'
    | 'bandwidth-in-vain';
  readonly message: string;
}

/** The engine as it was used: its class on this hardware and the constants of that class. */
export interface EngineReport {
  readonly id: string;
  readonly name: string;
  readonly class: string;
  readonly backend: string;
  /** True when the caller named none and the usual engine of the machine was taken. */
  readonly usual: boolean;
  readonly constants: EngineConstants;
  readonly overlap: OverlapExponent;
  /** Most prompt tokens in one pass. */
  readonly chunk: number;
  readonly attention: 'fused' | 'materialised';
  readonly varied?: readonly Variation[];
}

export interface Estimate {
  readonly schemaVersion: 1;
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly parameters: number;
    readonly activeParameters: number;
    readonly varied?: readonly Variation[];
  };
  readonly hardware: {
    readonly id: string;
    readonly name: string;
    readonly unit: string;
    readonly cores: number;
    readonly clock?: Hertz;
    /** Threads that a core keeps resident, where its vendor states them. */
    readonly residentThreads?: number;
    readonly peakBandwidth: BytesPerSecond;
    readonly peakFlops: FlopsPerSecond;
    /** Figures that somebody changed; absent where all are those of the spec. So of model and engine. */
    readonly varied?: readonly Variation[];
  };
  readonly engine: EngineReport;
  readonly workload: {
    readonly kind: 'generate';
    readonly weights: string;
    readonly kvCache: string;
    readonly batch: number;
    readonly promptTokens: number;
    readonly outputTokens: number;
    readonly cachedTokens: number;
    readonly devices: number;
  };
  readonly decode: DecodeReport;
  readonly prefill: PrefillReport;
  readonly request: RequestReport;
  readonly memory: MemoryReport;
  readonly energy: EnergyReport;
  readonly cost?: CostReport;
  readonly warnings: readonly Warning[];
  readonly assumptions: readonly string[];
}
