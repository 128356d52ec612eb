import type { MeasurementColumn } from './columns.js';

/** Who wrote the file: a table with our own header, or the benchmark tool of an engine. */
export type MeasurementFormat = 'csv' | 'llama-bench' | 'vllm' | 'sglang';

/** What a tool printed about the machine and the model, for whoever finds their ids in the catalogue. */
export interface PrintedNames {
  /** Name of the device as its driver says it, `NVIDIA GeForce RTX 4090`. */
  readonly hardware?: string;
  /** `llama 7B Q4_0` or `meta-llama/Llama-3.1-8B-Instruct`. */
  readonly model?: string;
  /** File or folder of the weights; it often says more than the name that the tool printed. */
  readonly modelFile?: string;
  /** Parameters that the tool counted in the weights. */
  readonly parameters?: number;
}

/** One measurement as text: nothing in it has been interpreted. */
export interface MeasurementRow {
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
  /** Where in the line, counted from 1; absent for the first column. */
  readonly column?: number;
  /** Every column of the header; the empty string where the file does not say. */
  readonly cells: Readonly<Record<MeasurementColumn, string>>;
  readonly names?: PrintedNames;
  /** Why this row cannot be used, while the rest of the file can. */
  readonly problem?: string;
}

/** The rows of one file, in its order. */
export interface MeasurementFile {
  readonly format: MeasurementFormat;
  readonly rows: readonly MeasurementRow[];
}
