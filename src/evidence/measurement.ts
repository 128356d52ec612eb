/** What a measurement gives: `*_tok_s` in tokens per second, `*_ms` in milliseconds. */
export type Metric = 'decode_tok_s' | 'prefill_tok_s' | 'total_tok_s' | 'ttft_ms';

/** One published measurement of speed on one device. */
export interface Measurement {
  /** Line of its file, the header being line 1. */
  readonly line: number;
  readonly hardware: string;
  readonly model: string;
  readonly engine: string;
  readonly backend: string | undefined;
  readonly weights: string;
  readonly kvCache: string;
  readonly metric: Metric;
  readonly value: number;
  readonly batch: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly threads: number | undefined;
  readonly chunk: number | undefined;
  readonly flashAttention: boolean | undefined;
  /** Month of the run, ISO 8601, as far as it is known. */
  readonly date: string | undefined;
}

/** Columns of a measurement file that prediction needs; files have more. */
type Column =
  | 'date'
  | 'hardware_id'
  | 'device_count'
  | 'model_id'
  | 'engine'
  | 'weight_format'
  | 'kv_format'
  | 'phase'
  | 'batch'
  | 'input_tokens'
  | 'output_tokens'
  | 'metric'
  | 'value'
  | 'options';

/** A row of a measurement file, by the names of its header. */
export type Row = Readonly<Partial<Record<Column, string>>>;

const METRICS: readonly Metric[] = ['decode_tok_s', 'prefill_tok_s', 'total_tok_s', 'ttft_ms'];

/**
 * Reads a row as a single-device speed measurement; undefined for what is not one: other metrics, several devices,
 * continuous batching, an unknown length of something longer than a step.
 * Empty lengths mean a llama-bench default: decode after 0 tokens over 128, prefill of 512.
 */
export function readMeasurement(row: Row, line: number): Measurement | undefined {
  const options = readOptions(row.options ?? '');
  const measured = speedOf(row, options);
  const batch = row.batch === '' ? 1 : Number(row.batch);
  const single = row.device_count === '1' && options.get('split') === undefined;
  const together = options.get('batching') !== 'continuous' && !options.has('load');
  if (!measured || !single || !together || !Number.isInteger(batch)) return undefined;
  const prefill = measured.metric === 'prefill_tok_s' || measured.metric === 'ttft_ms';
  const length = (text: string | undefined, otherwise: number): number => (text ? Math.round(Number(text)) : otherwise);
  return {
    line,
    hardware: row.hardware_id ?? '',
    model: row.model_id ?? '',
    engine: row.engine ?? '',
    backend: options.get('backend'),
    weights: row.weight_format ?? '',
    kvCache: row.kv_format || 'f16',
    ...measured,
    batch,
    inputTokens: length(row.input_tokens, prefill ? 512 : 0),
    outputTokens: Math.max(1, length(row.output_tokens, 128)),
    cachedTokens: length(options.get('cached_tokens'), 0),
    threads: numberOf(options.get('threads')),
    chunk: numberOf(options.get('ubatch')),
    flashAttention: options.has('fa') ? options.get('fa') === 'on' : undefined,
    date: monthOf(row.date ?? ''),
  };
}

/** Speed of a row. Energy rows carry the throughput of the same run, of one sequence after another, in an option. */
function speedOf(row: Row, options: ReadonlyMap<string, string>): { metric: Metric; value: number } | undefined {
  const metric = METRICS.find((known) => known === row.metric);
  const value = Number(row.value);
  if (metric && value > 0) return { metric, value };
  const sideBySide = numberOf(options.get('measured_tok_s'));
  const alone = row.metric === 'watts' && row.phase === 'request' && row.batch === '1';
  return alone && sideBySide ? { metric: 'decode_tok_s', value: sideBySide } : undefined;
}

/** `key=value;key=value`. */
function readOptions(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(';').map((pair) => pair.split('='));
  return new Map(pairs.flatMap(([key, value]) => (key && value !== undefined ? [[key, value]] : [])));
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && value > 0 ? value : undefined;
}

/** A year alone is taken for its last month: engines change, and the text was written after the run. */
function monthOf(date: string): string | undefined {
  if (/^\d{4}-\d{2}/.test(date)) return date.slice(0, 7);
  return /^\d{4}$/.test(date) ? `${date}-12` : undefined;
}
