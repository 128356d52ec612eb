import type { Engine } from '../../engine/types.js';
import type { Hardware } from '../../hardware/types.js';
import type { Network, OutputUnit } from '../../model/unit/types.js';
import type { Bytes, BytesPerSecond, Seconds, UsDollars } from '../../quantities.js';
import type { Bound, Estimate, PhaseReport, Prediction, Scenario, Warning } from '../types.js';

/** What is asked of a network that generates no tokens. Absent fields take the documented default. */
export interface UnitScenario
  extends Pick<
    Scenario,
    | 'hardware'
    | 'engine'
    | 'engineIsUsual'
    | 'engineStandsIn'
    | 'backend'
    | 'batch'
    | 'threads'
    | 'flashAttention'
    | 'engineDate'
    | 'devices'
    | 'price'
  > {
  /** Weight format by its id: f32, f16 or bf16 for networks of stages. Default: the one of the release. */
  readonly weights?: NonNullable<Scenario['weights']>;
  /** Steps of a diffusion. Default: the network's own. */
  readonly steps?: number;
  /** Pixels of an image. Default: the network's own. */
  readonly width?: number;
  readonly height?: number;
  /** Tokens of each sequence that an encoder of text reads. Default: 512, or its context where that is shorter. */
  readonly promptTokens?: number;
}

/** What was estimated: an input turned into an output in one pass, or an output made in steps. */
export type UnitWorkloadReport =
  | (CommonWorkload & { readonly kind: 'encode'; readonly promptTokens?: number })
  | (CommonWorkload & { readonly kind: 'denoise'; readonly steps: number });

interface CommonWorkload {
  /** What is counted: images, frames, samples or sequences. */
  readonly unit: OutputUnit;
  readonly weights: string;
  /** Units made together. */
  readonly batch: number;
  /** Pixels of an image; absent where there is none. */
  readonly width?: number;
  readonly height?: number;
  readonly devices: number;
}

/** A part of the network, all of its runs for the whole batch together. */
export interface StageReport extends PhaseReport {
  readonly name: string;
  /** Runs, each for the whole batch, in so many evaluations of each unit. */
  readonly runs: number;
  readonly evaluations: number;
  readonly parameters: number;
}

export interface UnitMemoryReport {
  readonly weightBytes: Bytes;
  /** Input and output of the largest operator, with the attention scores between them where those are written out. */
  readonly activationBytes: Bytes;
  readonly totalBytes: Bytes;
  readonly usableBytes: Bytes;
  readonly capacityBytes: Bytes;
  readonly freeBytes: Bytes;
  /** Most units that fit together. */
  readonly largestBatch: number;
  readonly levels: readonly {
    readonly name: string;
    readonly weightBytes: Bytes;
    readonly bandwidth: BytesPerSecond;
  }[];
}

export interface UnitEnergyReport {
  /** Energy of one image, frame, sample or sequence. Its ideal bounds nothing, as in `Estimate`. */
  readonly joulesPerUnit: Prediction;
  /** The expected value of it, by component. */
  readonly joules: PhaseReport['power']['joules'];
  readonly watts: Prediction;
  readonly scope: Estimate['energy']['scope'];
  readonly basis: string;
}

export interface UnitCostReport {
  readonly usdPerThousandUnits: UsDollars;
  readonly usdPerHour: UsDollars;
  readonly purchaseUsd?: UsDollars;
  readonly basis: string;
}

/** What a network that generates no tokens gives on a machine. Plain data. */
export interface UnitEstimate {
  readonly schemaVersion: 1;
  readonly model: Pick<Estimate['model'], 'id' | 'name' | 'parameters' | 'varied'>;
  readonly hardware: Estimate['hardware'];
  readonly engine: Estimate['engine'];
  readonly workload: UnitWorkloadReport;
  /** Images, frames, samples or sequences per second, all of the batch together. */
  readonly unitsPerSecond: Prediction;
  /** Input tokens per second, of encoders of text. */
  readonly tokensPerSecond?: Prediction;
  /** From the start of a batch to its end. */
  readonly latency: Prediction;
  /** Seconds of one step of a diffusion. */
  readonly secondsPerStep?: Seconds;
  /** What binds the stage that takes the longest. */
  readonly bound: Bound;
  /** Everything for one batch together. */
  readonly run: PhaseReport;
  readonly stages: readonly StageReport[];
  readonly memory: UnitMemoryReport;
  readonly energy: UnitEnergyReport;
  readonly cost?: UnitCostReport;
  readonly warnings: readonly Warning[];
  readonly assumptions: readonly string[];
}

/** An estimate of any network; `workload.kind` tells which. */
export type AnyEstimate = Estimate | UnitEstimate;

/** What is asked, specs by id or as objects, of a network that generates no tokens. */
export interface UnitInput extends Omit<UnitScenario, 'hardware' | 'engine' | 'engineIsUsual' | 'engineStandsIn'> {
  /** What the network does; it is known without. Naming it tells the compiler the type of the answer. */
  readonly kind?: 'encode' | 'denoise';
  readonly model: string | Network;
  readonly hardware: string | Hardware;
  readonly engine?: string | Engine;
}
