import { type Cells, cellsOf, joinOptions } from './columns.js';
import { type Fields, hasAll, numberIn, objectIn, textIn } from './fields.js';
import type { JsonObject } from './json-objects.js';
import { engineOf, rowsOfServing } from './serving.js';
import type { MeasurementRow } from './types.js';

/** True for a result of `sglang.bench_serving`; the fields of 2024 had other names than those since. */
export function isSglangServing(value: Fields): boolean {
  const own = ['total_output_tokens_retokenized', 'total_output_retokenized', 'server_info'];
  const throughput = ['output_throughput', 'output_token_throughput'];
  return (
    hasAll(value, 'completed') &&
    own.some((name) => hasAll(value, name)) &&
    throughput.some((name) => hasAll(value, name))
  );
}

/** Throughput, time per output token and time to the first token of a load test. */
export function rowsOfSglangServing(object: JsonObject): readonly MeasurementRow[] {
  const server = objectIn(object.value, 'server_info');
  return rowsOfServing(object, {
    model: textIn(server, 'model_path', 'served_model_name'),
    engine: engineOf(textIn(object.value, 'backend'), 'sglang'),
    engine_version: textIn(server, 'version'),
    weight_format: weightFormats[textIn(server, 'quantization').toLowerCase()] ?? '',
    kv_format: textIn(server, 'kv_cache_dtype').startsWith('fp8') ? 'fp8' : '',
    ...layoutOf(server),
  });
}

const weightFormats: Readonly<Record<string, string>> = {
  fp8: 'fp8',
  w8a8_fp8: 'fp8',
  w8a8_int8: 'w8a8',
  modelopt_fp4: 'nvfp4',
  mxfp4: 'mxfp4',
  awq: 'w4a16-awq',
  awq_marlin: 'w4a16-awq',
  gptq: 'w4a16-gptq',
  gptq_marlin: 'w4a16-gptq',
};

/** Devices of the server: tensor times pipeline parallel. Data parallel attention lies within the tensor parallel ranks. */
function layoutOf(server: Fields): Partial<Cells> {
  const tensor = numberIn(server, 'tp_size');
  if (tensor === undefined) return {};
  const pipeline = numberIn(server, 'pp_size') ?? 1;
  const expert = numberIn(server, 'ep_size') ?? 1;
  const data = numberIn(server, 'dp_size') ?? 1;
  const attention = server.enable_dp_attention === true;
  const sizes = { tp: tensor, pp: pipeline, ep: expert, dp: attention ? 1 : data };
  const parallelism = joinOptions(
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, size > 1 ? String(size) : undefined])),
  );
  return { device_count: String(tensor * pipeline * sizes.dp), parallelism };
}

/** True for a result line of `sglang.bench_one_batch` or `sglang.bench_one_batch_server`. */
export function isSglangBatch(value: Fields): boolean {
  const times = ['prefill_latency', 'latency', 'total_latency'];
  return hasAll(value, 'batch_size', 'input_len', 'output_len') && times.some((name) => hasAll(value, name));
}

/** Figures of one static batch. The line names the run and not the model. */
export function rowsOfSglangBatch({ line, column, value }: JsonObject): readonly MeasurementRow[] {
  const batch = textIn(value, 'batch_size');
  const input = textIn(value, 'input_len');
  const output = textIn(value, 'output_len');
  const common = { engine: 'sglang', batch, input_tokens: input, output_tokens: output };
  const rows = figuresOf(value).flatMap(({ phase, metric, figure, stat }): readonly MeasurementRow[] => {
    if (figure === undefined || !(figure > 0)) return [];
    const options = joinOptions({ batching: 'static', stat });
    const lengths = phase === 'prefill' ? { output_tokens: '0' } : {};
    return [{ line, column, cells: cellsOf({ ...common, ...lengths, phase, metric, value: String(figure), options }) }];
  });
  if (rows.length > 0) return rows;
  return [{ line, column, cells: cellsOf(common), problem: `the result of line ${line} has no rate and no latency` }];
}

interface BatchFigure {
  readonly phase: 'prefill' | 'decode' | 'request';
  readonly metric: string;
  readonly figure: number | undefined;
  readonly stat?: string;
}

/** `bench_one_batch` times prefill and each step of decode; the one with a server times the request from outside. */
function figuresOf(value: Fields): readonly BatchFigure[] {
  const seconds = numberIn(value, 'last_ttft', 'ttft');
  return [
    { phase: 'prefill', metric: 'prefill_tok_s', figure: numberIn(value, 'prefill_throughput') },
    { phase: 'decode', metric: 'decode_tok_s', figure: numberIn(value, 'median_decode_throughput'), stat: 'median' },
    { phase: 'request', metric: 'ttft_ms', figure: seconds === undefined ? undefined : seconds * 1000 },
    { phase: 'request', metric: 'latency_s', figure: numberIn(value, 'total_latency', 'latency') },
    { phase: 'request', metric: 'total_tok_s', figure: numberIn(value, 'overall_throughput') },
  ];
}
