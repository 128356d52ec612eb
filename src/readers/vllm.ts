import { type Cells, cellsOf } from './columns.js';
import { type Fields, hasAll, numberIn, textIn } from './fields.js';
import type { JsonObject } from './json-objects.js';
import { dateOf, engineOf, rowsOfServing } from './serving.js';
import type { MeasurementRow } from './types.js';

/** True for the result of `vllm bench serve --save-result`, once `benchmark_serving.py`. */
export function isVllmServing(value: Fields): boolean {
  return hasAll(value, 'request_throughput', 'output_throughput', 'total_input_tokens', 'completed');
}

/** Throughput, time per output token and time to the first token of a load test. */
export function rowsOfVllmServing(object: JsonObject): readonly MeasurementRow[] {
  const { value } = object;
  return rowsOfServing(object, {
    date: dateOf(textIn(value, 'date')),
    model: textIn(value, 'model_id'),
    engine: engineOf(textIn(value, 'backend', 'endpoint_type'), 'vllm'),
    ...layoutOf(value),
  });
}

/** What people say about the server by `--metadata tensor_parallel_size=4`: the result itself does not know it. */
function layoutOf(value: Fields): Partial<Cells> {
  const tensor = textIn(value, 'tensor_parallel_size', 'tp');
  return /^\d{1,5}$/.test(tensor) ? { device_count: tensor, parallelism: tensor === '1' ? '' : `tp=${tensor}` } : {};
}

/** True for the result of `vllm bench throughput --output-json`. */
export function isVllmThroughput(value: Fields): boolean {
  return hasAll(value, 'elapsed_time', 'num_requests', 'total_num_tokens', 'tokens_per_second');
}

/** Tokens read and written per second. The file names neither the model nor the lengths. */
export function rowsOfVllmThroughput({ line, column, value }: JsonObject): readonly MeasurementRow[] {
  const cells = cellsOf({
    engine: 'vllm',
    phase: 'serving',
    batch: 'max',
    metric: 'total_tok_s',
    value: textIn(value, 'tokens_per_second'),
    options: 'batching=continuous;load=offline',
  });
  return [{ line, column, cells, ...lacking(value, 'tokens_per_second') }];
}

/** True for the result of `vllm bench latency --output-json`. */
export function isVllmLatency(value: Fields): boolean {
  return hasAll(value, 'avg_latency', 'latencies', 'percentiles');
}

/** Time of one batch from prompt to last token. The file names neither the model, nor the batch, nor the lengths. */
export function rowsOfVllmLatency({ line, column, value }: JsonObject): readonly MeasurementRow[] {
  const cells = cellsOf({
    engine: 'vllm',
    phase: 'request',
    metric: 'latency_s',
    value: textIn(value, 'avg_latency'),
    options: 'batching=static',
  });
  return [{ line, column, cells, ...lacking(value, 'avg_latency') }];
}

function lacking(value: Fields, field: string): { problem?: string } {
  const figure = numberIn(value, field);
  return figure !== undefined && figure > 0 ? {} : { problem: `${field} is no positive number` };
}
