import { nearest } from '../nearest.js';
import { type RowOptions, readOptions } from './options.js';
import { invalidCell, missingField, type Reading, type Row, refuse } from './row.js';

/** What was run: single steps, a prompt, whole requests of one batch, or a server with requests coming and going. */
export const PHASES = ['decode', 'prefill', 'request', 'serving'] as const;
export type Phase = (typeof PHASES)[number];

/** Quantities that are measured, with the unit in the name. `*_tok_s` are of all sequences together. */
export const METRICS = [
  'decode_tok_s',
  'prefill_tok_s',
  'output_tok_s',
  'output_tok_s_per_device',
  'total_tok_s',
  'tpot_ms',
  'ttft_ms',
  'latency_s',
  'joules_per_output_token',
  'watts',
] as const;
export type Metric = (typeof METRICS)[number];

/** One measurement on one device. */
export interface Measurement {
  readonly hardware: string;
  readonly model: string;
  readonly engine: string;
  readonly weights: string;
  readonly kvCache: string | undefined;
  readonly phase: Phase;
  readonly metric: Metric;
  readonly value: number;
  /** Sequences together, in the mean; `max` for as many as fit. */
  readonly batch: number | 'max';
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly options: RowOptions;
  /** Month of the run, ISO 8601, as far as it is known. */
  readonly date: string | undefined;
}

/** What llama-bench runs where a row of decode or prefill states no lengths. */
const USUAL_PROMPT = 512;
const USUAL_OUTPUT = 128;

/**
 * Reads a row as a measurement on one device.
 * Refused: a missing or wrong cell, several devices, a length that the metric needs and the row leaves out.
 * Empty lengths of a decode or prefill row mean llama-bench's: 0 in and 128 out, 512 in. A request with no stated prompt
 * that runs alone is read as one of a single token, for its prompt takes one pass of many.
 */
export function readMeasurement(row: Row): Reading<Measurement> {
  for (const column of ['hardware_id', 'model_id', 'engine', 'weight_format', 'metric', 'value'] as const) {
    if (!row[column]) return missingField(column, `${column} is empty`);
  }
  const metric = readWord('metric', row.metric, METRICS);
  if (!metric.ok) return metric;
  const stated = readWord('phase', row.phase || usualPhase(metric.value), PHASES);
  if (!stated.ok) return stated;
  const value = readNumber('value', row.value ?? '', 0);
  if (!value.ok) return value;
  if (value.value === 0) return invalidCell('value', row.value ?? '', 'a number above 0');
  const options = readOptions(row.options ?? '');
  if (!options.ok) return options;
  const devices = checkDevices(row, options.value);
  if (!devices.ok) return devices;
  const batch = readBatch(row, stated.value);
  if (!batch.ok) return batch;
  // A server that is given one static batch runs whole requests.
  const phase = stated.value === 'serving' && options.value.staticBatch ? 'request' : stated.value;
  const lengths = readLengths(row, phase, batch.value);
  if (!lengths.ok) return lengths;
  return {
    ok: true,
    value: {
      hardware: row.hardware_id ?? '',
      model: row.model_id ?? '',
      engine: row.engine ?? '',
      weights: row.weight_format ?? '',
      kvCache: row.kv_format || undefined,
      phase,
      metric: metric.value,
      value: value.value,
      batch: batch.value,
      ...lengths.value,
      options: options.value,
      date: monthOf(row.date ?? ''),
    },
  };
}

/** A phase that the metric implies, for files without that column. */
function usualPhase(metric: Metric): Phase {
  if (metric === 'prefill_tok_s' || metric === 'ttft_ms') return 'prefill';
  return metric === 'total_tok_s' || metric === 'latency_s' ? 'request' : 'decode';
}

function checkDevices(row: Row, options: RowOptions): Reading<1> {
  const count = row.device_count || '1';
  const devices = readNumber('device_count', count, 1);
  if (!devices.ok) return devices;
  const several = devices.value > 1 || options.split !== undefined;
  if (!several) return { ok: true, value: 1 };
  return refuse('unsupported', 'missing-fact(several-devices)', `${count} devices: only one is predicted so far`);
}

function readBatch(row: Row, phase: Phase): Reading<number | 'max'> {
  const text = row.batch ?? '';
  if (text === 'max') return { ok: true, value: 'max' };
  if (text !== '') {
    const batch = readNumber('batch', text, 0);
    return batch.ok && batch.value <= 0 ? invalidCell('batch', text, 'a number above 0, or max') : batch;
  }
  if (phase === 'serving') return missingField('batch', 'batch is empty: how many sequences were served at once?');
  return { ok: true, value: 1 };
}

function readLengths(
  row: Row,
  phase: Phase,
  batch: number | 'max',
): Reading<{ readonly inputTokens: number; readonly outputTokens: number }> {
  const input = readNumber('input_tokens', row.input_tokens || '0', 0);
  if (!input.ok) return input;
  const output = readNumber('output_tokens', row.output_tokens || '0', 0);
  if (!output.ok) return output;
  const [stated, generated] = [row.input_tokens ? input.value : undefined, output.value];
  switch (phase) {
    case 'decode':
      return { ok: true, value: { inputTokens: stated ?? 0, outputTokens: generated || USUAL_OUTPUT } };
    case 'prefill':
      return { ok: true, value: { inputTokens: stated || USUAL_PROMPT, outputTokens: generated || 1 } };
    case 'request':
    case 'serving':
      if (!generated) return missingField('output_tokens', `output_tokens is empty, and a ${phase} row needs it`);
      if (stated) return { ok: true, value: { inputTokens: stated, outputTokens: generated } };
      if (phase === 'request' && batch === 1) return { ok: true, value: { inputTokens: 1, outputTokens: generated } };
      return missingField('input_tokens', `input_tokens is empty, and a ${phase} row needs it`);
  }
}

function readWord<T extends string>(column: string, text: string | undefined, words: readonly T[]): Reading<T> {
  const found = words.find((word) => word === text);
  if (found) return { ok: true, value: found };
  const [near] = nearest(text ?? '', words, 1);
  return invalidCell(
    column,
    text ?? '',
    near ? `one of its words; did you mean ${near}?` : `one of ${words.join(', ')}`,
  );
}

/** A finite number of at least `least`, as JSON writes numbers. */
function readNumber(column: string, text: string, least: number): Reading<number> {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return invalidCell(column, text, 'a number');
  if (value < least) return invalidCell(column, text, `a number of at least ${least}`);
  return { ok: true, value };
}

/** A year alone is taken for its last month: engines change, and the text was written after the run. */
function monthOf(date: string): string | undefined {
  if (/^\d{4}-\d{2}/.test(date)) return date.slice(0, 7);
  return /^\d{4}$/.test(date) ? `${date}-12` : undefined;
}
