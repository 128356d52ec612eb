import { describe, expect, it } from 'vitest';
import { readMeasurementText } from '../../src/readers/text.js';

/** What `vllm bench serve --save-result` writes, without its long lists. */
const serving = {
  date: '20251121-083000',
  endpoint_type: 'openai',
  backend: 'openai',
  label: null,
  model_id: 'meta-llama/Llama-3.1-8B-Instruct',
  tokenizer_id: 'meta-llama/Llama-3.1-8B-Instruct',
  num_prompts: 1000,
  request_rate: 'inf',
  burstiness: 1,
  max_concurrency: 64,
  duration: 100,
  completed: 1000,
  failed: 0,
  total_input_tokens: 1024400,
  total_output_tokens: 127600,
  request_throughput: 10,
  request_goodput: null,
  output_throughput: 1276,
  total_token_throughput: 11520,
  mean_ttft_ms: 180.5,
  median_ttft_ms: 150,
  p99_ttft_ms: 400,
  mean_tpot_ms: 40.25,
  median_tpot_ms: 39,
};

const rowsOf = (result: object) => readMeasurementText(JSON.stringify(result), 'result.json').rows;
const briefly = (result: object) => rowsOf(result).map(({ cells }) => [cells.metric, cells.value, cells.options]);

describe('vllm bench serve', () => {
  it('gives throughput, time per output token and time to the first token', () => {
    const { format, rows } = readMeasurementText(JSON.stringify(serving, null, 4), 'result.json');
    expect(format).toBe('vllm');
    expect(rows.map(({ cells }) => [cells.metric, cells.value])).toEqual([
      ['output_tok_s', '1276'],
      ['tpot_ms', '40.25'],
      ['ttft_ms', '180.5'],
    ]);
    for (const { line, cells, names } of rows) {
      expect(line).toBe(1);
      expect(names).toEqual({ model: 'meta-llama/Llama-3.1-8B-Instruct' });
      expect(cells).toMatchObject({
        date: '2025-11-21',
        hardware: '',
        device_count: '',
        model: 'meta-llama/Llama-3.1-8B-Instruct',
        model_id: '',
        engine: 'vllm',
        phase: 'serving',
        batch: '64',
        input_tokens: '1024',
        output_tokens: '128',
        options: 'batching=continuous;load=closed',
      });
    }
  });

  it('is offline when all requests came at once', () => {
    expect(rowsOf({ ...serving, max_concurrency: null })[0]?.cells).toMatchObject({
      batch: 'max',
      options: 'batching=continuous;load=offline',
    });
  });

  it('does not know the batch when requests arrived at a rate', () => {
    for (const request_rate of [4, '4.0']) {
      expect(rowsOf({ ...serving, request_rate })[0]?.cells).toMatchObject({
        batch: '',
        options: 'batching=continuous;load=open',
      });
    }
  });

  it('takes the median, and says so, where there is no mean', () => {
    const { mean_tpot_ms: _, mean_ttft_ms: __, ...medians } = serving;
    expect(briefly(medians)).toEqual([
      ['output_tok_s', '1276', 'batching=continuous;load=closed'],
      ['tpot_ms', '39', 'batching=continuous;load=closed;stat=median'],
      ['ttft_ms', '150', 'batching=continuous;load=closed;stat=median'],
    ]);
  });

  it('leaves out what was not measured, and NaN, which Python writes into JSON', () => {
    const text = JSON.stringify({ ...serving, mean_tpot_ms: 0, median_tpot_ms: 0, label: 'Infinity NaN' });
    const broken = text
      .replace('"mean_ttft_ms":180.5', '"mean_ttft_ms":NaN')
      .replace('"burstiness":1', '"b":-Infinity');
    expect(readMeasurementText(broken, 'r').rows.map(({ cells }) => cells.metric)).toEqual(['output_tok_s', 'ttft_ms']);
  });

  it('says when no request was completed', () => {
    const rows = rowsOf({ ...serving, completed: 0 });
    expect(rows.map(({ problem }) => problem)).toEqual(Array(3).fill('no request was completed'));
    expect(rows[0]?.cells.input_tokens).toBe('');
  });

  it('says when nothing was measured', () => {
    const rows = rowsOf({
      ...serving,
      output_throughput: 0,
      mean_ttft_ms: 0,
      median_ttft_ms: 0,
      mean_tpot_ms: 0,
      median_tpot_ms: 0,
    });
    expect(rows.map(({ problem }) => problem)).toEqual(['the result of line 1 has no throughput and no latency']);
  });

  it('was asked of another engine when the back end says so', () => {
    expect(rowsOf({ ...serving, backend: 'sglang' })[0]?.cells.engine).toBe('sglang');
    expect(rowsOf({ ...serving, backend: 'tensorrt-llm' })[0]?.cells.engine).toBe('tensorrt-llm');
  });

  it('takes the devices from --metadata', () => {
    expect(rowsOf({ ...serving, tensor_parallel_size: '4' })[0]?.cells).toMatchObject({
      device_count: '4',
      parallelism: 'tp=4',
    });
    expect(rowsOf({ ...serving, tp: 'many' })[0]?.cells).toMatchObject({ device_count: '', parallelism: '' });
  });

  it('may have been appended to a file, and be spread over lines', () => {
    const text = `${JSON.stringify(serving, null, 2)}\n${JSON.stringify(serving)}\n`;
    expect(new Set(readMeasurementText(text, 'r').rows.map(({ line }) => line))).toEqual(
      new Set([1, Object.keys(serving).length + 3]),
    );
  });
});

describe('vllm bench throughput and latency', () => {
  it('gives tokens read and written per second', () => {
    const result = {
      elapsed_time: 10,
      num_requests: 1000,
      total_num_tokens: 413539,
      requests_per_second: 100,
      tokens_per_second: 41353.9,
    };
    expect(rowsOf(result)).toHaveLength(1);
    expect(rowsOf(result)[0]?.cells).toMatchObject({
      engine: 'vllm',
      model: '',
      phase: 'serving',
      batch: 'max',
      input_tokens: '',
      metric: 'total_tok_s',
      value: '41353.9',
      options: 'batching=continuous;load=offline',
    });
    expect(rowsOf({ ...result, tokens_per_second: 0 })[0]?.problem).toBe('tokens_per_second is no positive number');
  });

  it('gives the latency of a batch', () => {
    const result = { avg_latency: 1.25, latencies: [1.2, 1.3], percentiles: { '10': 1.2, '99': 1.3 } };
    expect(rowsOf(result)[0]?.cells).toMatchObject({
      engine: 'vllm',
      phase: 'request',
      batch: '',
      metric: 'latency_s',
      value: '1.25',
      options: 'batching=static',
    });
  });
});
