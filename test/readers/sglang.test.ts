import { describe, expect, it } from 'vitest';
import { readMeasurementText } from '../../src/readers/text.js';

/** A line of `sglang.bench_serving --output-file`. */
const serving = {
  backend: 'sglang',
  dataset_name: 'random',
  request_rate: 'inf',
  max_concurrency: 256,
  random_input_len: 1024,
  random_output_len: 512,
  server_info: {
    model_path: 'meta-llama/Llama-3.3-70B-Instruct',
    tp_size: 4,
    pp_size: 1,
    dp_size: 2,
    ep_size: 1,
    quantization: 'fp8',
    kv_cache_dtype: 'fp8_e4m3',
    version: '0.5.9',
  },
  duration: 200,
  completed: 1000,
  total_input_tokens: 512300,
  total_output_tokens: 256400,
  total_output_tokens_retokenized: 256000,
  request_throughput: 5,
  input_throughput: 2561.5,
  output_throughput: 1282,
  mean_e2e_latency_ms: 9000,
  mean_ttft_ms: 250,
  median_ttft_ms: 200,
  mean_tpot_ms: 31,
  median_tpot_ms: 30,
  concurrency: 200.5,
};

const rowsOf = (...results: object[]) =>
  readMeasurementText(results.map((result) => `${JSON.stringify(result)}\n`).join(''), 'results.jsonl').rows;

describe('sglang.bench_serving', () => {
  it('gives three figures a line, with what the server says of itself', () => {
    const { format, rows } = readMeasurementText(`${JSON.stringify(serving)}\n${JSON.stringify(serving)}\n`, 'r');
    expect(format).toBe('sglang');
    expect(rows.map(({ line, cells }) => [line, cells.metric, cells.value])).toEqual(
      [1, 2].flatMap((line) => [
        [line, 'output_tok_s', '1282'],
        [line, 'tpot_ms', '31'],
        [line, 'ttft_ms', '250'],
      ]),
    );
    expect(rows[0]?.cells).toMatchObject({
      model: 'meta-llama/Llama-3.3-70B-Instruct',
      engine: 'sglang',
      engine_version: '0.5.9',
      device_count: '8',
      parallelism: 'tp=4;dp=2',
      weight_format: 'fp8',
      kv_format: 'fp8',
      batch: '256',
      input_tokens: '512',
      output_tokens: '256',
      options: 'batching=continuous;load=closed',
    });
  });

  it('counts no device twice when data parallel attention lies within the tensor parallel ranks', () => {
    const server_info = { ...serving.server_info, tp_size: 8, dp_size: 8, ep_size: 8, enable_dp_attention: true };
    expect(rowsOf({ ...serving, server_info })[0]?.cells).toMatchObject({
      device_count: '8',
      parallelism: 'tp=8;ep=8',
    });
  });

  it('knows nothing of the server when the line does not', () => {
    expect(rowsOf({ ...serving, server_info: null })[0]).not.toHaveProperty('names');
    expect(rowsOf({ ...serving, server_info: null })[0]?.cells).toMatchObject({ model: '', device_count: '' });
  });

  it('may have been run against vLLM', () => {
    expect(rowsOf({ ...serving, backend: 'vllm', server_info: undefined })[0]?.cells.engine).toBe('vllm');
  });

  it('may be of 2024, when the fields had other names and an infinite rate was written as such', () => {
    const line = JSON.stringify({
      backend: 'sglang',
      dataset_name: 'sharegpt',
      request_rate: 0,
      total_input: 30200,
      total_output: 19500,
      total_output_retokenized: 19490,
      mean_e2e_latency: 2409,
      median_e2e_latency: 1537,
      median_ttft: 76.5,
      median_itl: 10.7,
      output_token_throughput: 957.2,
      duration: 20,
      completed: 100,
    }).replace('"request_rate":0', '"request_rate": Infinity');
    const { rows } = readMeasurementText(line, 'old.jsonl');
    expect(rows.map(({ cells }) => [cells.metric, cells.value, cells.options])).toEqual([
      ['output_tok_s', '957.2', 'batching=continuous;load=offline'],
      ['ttft_ms', '76.5', 'batching=continuous;load=offline;stat=median'],
    ]);
    expect(rows[0]?.cells).toMatchObject({ batch: 'max', input_tokens: '302', output_tokens: '195' });
  });
});

describe('sglang.bench_one_batch', () => {
  const batch = { run_name: 'default', batch_size: 16, input_len: 1024, output_len: 128 };

  it('gives prefill, the median step of decode, and the request as a whole', () => {
    const rows = rowsOf({
      ...batch,
      prefill_latency: 0.5,
      prefill_throughput: 32768,
      median_decode_latency: 0.02,
      median_decode_throughput: 800,
      total_latency: 3.1,
      overall_throughput: 5945.8,
    });
    expect(
      rows.map(({ cells }) => [cells.phase, cells.metric, cells.value, cells.output_tokens, cells.options]),
    ).toEqual([
      ['prefill', 'prefill_tok_s', '32768', '0', 'batching=static'],
      ['decode', 'decode_tok_s', '800', '128', 'batching=static;stat=median'],
      ['request', 'latency_s', '3.1', '128', 'batching=static'],
      ['request', 'total_tok_s', '5945.8', '128', 'batching=static'],
    ]);
    for (const { cells } of rows) expect(cells).toMatchObject({ batch: '16', input_tokens: '1024', engine: 'sglang' });
  });

  it('gives what a server shows from outside', () => {
    const rows = rowsOf({ ...batch, latency: 3.5, last_ttft: 0.75, output_throughput: 700, overall_throughput: 5000 });
    expect(rows.map(({ cells }) => [cells.metric, cells.value])).toEqual([
      ['ttft_ms', '750'],
      ['latency_s', '3.5'],
      ['total_tok_s', '5000'],
    ]);
  });

  it('says when the line holds no figure', () => {
    expect(rowsOf({ ...batch, latency: -1 }).map(({ problem }) => problem)).toEqual([
      'the result of line 1 has no rate and no latency',
    ]);
  });
});
