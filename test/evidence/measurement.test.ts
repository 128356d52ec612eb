import { describe, expect, it } from 'vitest';
import { type Measurement, type Row, readMeasurement } from '../../src/evidence/measurement.js';
import { measurement, row } from './samples.js';

function read(more: Row): Measurement | undefined {
  return readMeasurement(row(more), 2);
}

const prefill: Row = { phase: 'prefill', metric: 'prefill_tok_s', input_tokens: '2048', output_tokens: '1' };

describe('a row of a measurement file', () => {
  it('is read as the test that llama-bench made', () => {
    expect(readMeasurement(row(), 2)).toEqual(measurement());
  });

  it('keeps the line that it stands in', () => {
    expect(readMeasurement(row(), 1672)?.line).toBe(1672);
  });

  it('may state threads, chunk, cached tokens and attention among its options', () => {
    const options = 'backend=cpu;threads=16;ubatch=2048;cached_tokens=4096;fa=on;file_gib=3.56';
    expect(read({ ...prefill, options })).toMatchObject({
      metric: 'prefill_tok_s',
      inputTokens: 2048,
      backend: 'cpu',
      threads: 16,
      chunk: 2048,
      cachedTokens: 4096,
      flashAttention: true,
    });
  });

  it('leaves to the engine what it does not state', () => {
    expect(read({ ...prefill, options: '', kv_format: '' })).toMatchObject({
      kvCache: 'f16',
      backend: undefined,
      threads: undefined,
      chunk: undefined,
      cachedTokens: 0,
      flashAttention: undefined,
    });
  });

  it('is a test of one sequence where it states no batch', () => {
    expect(read({ batch: '' })?.batch).toBe(1);
    expect(read({ batch: '32' })?.batch).toBe(32);
  });

  it('may be of a static batch', () => {
    expect(read({ metric: 'total_tok_s', batch: '8', options: 'batching=static' })?.batch).toBe(8);
  });

  it('with empty lengths is the test that llama-bench makes by default', () => {
    const lengths = { input_tokens: '', output_tokens: '' };
    expect(read(lengths)).toMatchObject({ inputTokens: 0, outputTokens: 128 });
    expect(read({ ...prefill, ...lengths })).toMatchObject({ inputTokens: 512 });
    expect(read({ ...prefill, ...lengths, metric: 'ttft_ms' })).toMatchObject({ inputTokens: 512 });
  });

  it('rounds mean lengths to whole tokens, and generates at least one', () => {
    expect(read({ input_tokens: '149.6', output_tokens: '615.054' })).toMatchObject({
      inputTokens: 150,
      outputTokens: 615,
    });
    expect(read({ ...prefill, output_tokens: '0' })?.outputTokens).toBe(1);
  });

  it('is dated to the month; a year alone is its December', () => {
    expect(read({ date: '2024-05-17' })?.date).toBe('2024-05');
    expect(read({ date: '2024-05' })?.date).toBe('2024-05');
    expect(read({ date: '2024' })?.date).toBe('2024-12');
    expect(read({ date: '' })?.date).toBeUndefined();
    expect(read({ date: 'spring 2024' })?.date).toBeUndefined();
  });

  it.each(['decode_tok_s', 'prefill_tok_s', 'total_tok_s', 'ttft_ms'])('may measure %s', (metric) => {
    expect(read({ metric })).toMatchObject({ metric, value: 72.79 });
  });
});

describe('a row of an energy file', () => {
  const energy: Row = {
    phase: 'request',
    input_tokens: '150',
    metric: 'watts',
    value: '310',
    options: 'power_scope=board;measured_tok_s=31.5',
  };

  it('is the speed of the same run where requests came one after another', () => {
    expect(read(energy)).toMatchObject({ metric: 'decode_tok_s', value: 31.5, inputTokens: 150 });
  });

  it('is none where they came side by side, or no speed is given', () => {
    expect(read({ ...energy, batch: '8' })).toBeUndefined();
    expect(read({ ...energy, phase: 'serving' })).toBeUndefined();
    expect(read({ ...energy, options: 'power_scope=board' })).toBeUndefined();
  });

  it('counts once, though the run has a row in watts and one in joules', () => {
    expect(read({ ...energy, metric: 'joules_per_output_token', value: '9.8' })).toBeUndefined();
  });
});

describe('no measurement of one device is', () => {
  it.each<[string, Row]>([
    ['a row of several devices', { device_count: '2' }],
    ['a row of an unknown number of devices', { device_count: '' }],
    ['a model split over devices', { options: 'backend=cuda;split=layer' }],
    ['a batch as large as the engine admits', { batch: 'max' }],
    ['a batch that is a mean over time', { batch: '7.93509' }],
    ['a server that takes requests as they come', { batch: '8', options: 'batching=continuous' }],
    ['a server under load', { batch: '8', options: 'load=closed' }],
    ['a throughput of output tokens', { metric: 'output_tok_s' }],
    ['a latency per token', { metric: 'tpot_ms' }],
    ['a value of nothing', { value: '' }],
    ['a value of zero', { value: '0' }],
    ['an empty row', { device_count: '', batch: '', metric: '', value: '', options: '' }],
  ])('%s', (_, more) => {
    expect(read(more)).toBeUndefined();
  });
});
