import { describe, expect, it } from 'vitest';
import { METRICS, type Measurement, readMeasurement } from '../../src/evidence/measurement.js';
import type { Refusal, Row } from '../../src/evidence/row.js';
import { speedOf } from '../../src/evidence/speed.js';
import { measurement, row } from './samples.js';

function read(more: Row): Measurement {
  const reading = readMeasurement(row(more));
  if (!reading.ok) throw new Error(reading.refusal.message);
  return reading.value;
}

function refusal(more: Row): Refusal {
  const reading = readMeasurement(row(more));
  if (reading.ok) throw new Error('was read');
  return reading.refusal;
}

const prefill: Row = { phase: 'prefill', metric: 'prefill_tok_s', input_tokens: '2048', output_tokens: '1' };

describe('a row of a measurement file', () => {
  it('is read as the test that llama-bench made', () => {
    expect(read({})).toEqual(measurement());
  });

  it('may state threads, chunk, cached tokens, attention and power among its options', () => {
    const options =
      'backend=cpu;threads=16;ubatch=2048;cached_tokens=4096;fa=on;file_gib=3.5;power_limit_w=330;power_scope=wall;host=sbc;power_stat=peak;unheard=of';
    expect(read({ ...prefill, options }).options).toEqual({
      backend: 'cpu',
      threads: 16,
      chunk: 2048,
      cachedTokens: 4096,
      flashAttention: true,
      fileBytes: 3.5 * 2 ** 30,
      powerLimit: 330,
      powerScope: 'wall',
      host: 'sbc',
      powerStatistic: 'peak',
      measuredTokensPerSecond: undefined,
      steadyTokensPerSecond: undefined,
      staticBatch: false,
      split: undefined,
      fixedContext: undefined,
    });
  });

  it('of a server that was given one static batch is of whole requests', () => {
    const more = { phase: 'serving', metric: 'output_tok_s', batch: '8', input_tokens: '100', output_tokens: '50' };
    expect(read({ ...more, options: 'batching=static' }).phase).toBe('request');
    expect(read({ ...more, options: 'batching=continuous' }).phase).toBe('serving');
  });

  it('leaves to the engine what it does not state', () => {
    const found = read({ ...prefill, options: '', kv_format: '' });
    expect(found.kvCache).toBeUndefined();
    expect(found.options).toMatchObject({ backend: undefined, chunk: undefined, cachedTokens: 0 });
  });

  it('is a test of one sequence on one device where it states neither', () => {
    expect(read({ batch: '' }).batch).toBe(1);
    expect(read({ batch: '32' }).batch).toBe(32);
    expect(read({ device_count: '' }).batch).toBe(1);
  });

  it('may serve a mean number of sequences, or as many as fit', () => {
    const serving: Row = { phase: 'serving', metric: 'output_tok_s', input_tokens: '128' };
    expect(read({ ...serving, batch: '7.93509' }).batch).toBe(7.93509);
    expect(read({ ...serving, batch: 'max' }).batch).toBe('max');
  });

  it('with empty lengths is the test that llama-bench makes by default', () => {
    const lengths = { input_tokens: '', output_tokens: '' };
    expect(read(lengths)).toMatchObject({ inputTokens: 0, outputTokens: 128 });
    expect(read({ ...prefill, ...lengths })).toMatchObject({ inputTokens: 512 });
  });

  it('of one request that runs alone may leave out its prompt, which takes one pass of many', () => {
    const request: Row = { phase: 'request', metric: 'watts', input_tokens: '', output_tokens: '256' };
    expect(read(request)).toMatchObject({ inputTokens: 1, outputTokens: 256 });
    expect(refusal({ ...request, batch: '8' }).reason).toBe('missing-row-field(input_tokens)');
  });

  it('has the phase that its metric implies where the file has no such column', () => {
    expect(read({ phase: '', metric: 'ttft_ms' }).phase).toBe('prefill');
    expect(read({ phase: '', metric: 'decode_tok_s' }).phase).toBe('decode');
    expect(read({ phase: '', metric: 'total_tok_s', input_tokens: '128' }).phase).toBe('request');
  });

  it('is dated to the month; a year alone is its December', () => {
    expect(read({ date: '2024-05-17' }).date).toBe('2024-05');
    expect(read({ date: '2024-05' }).date).toBe('2024-05');
    expect(read({ date: '2024' }).date).toBe('2024-12');
    expect(read({ date: '' }).date).toBeUndefined();
    expect(read({ date: 'spring 2024' }).date).toBeUndefined();
  });

  it.each(METRICS)('may measure %s', (metric) => {
    expect(read({ metric, phase: 'decode' })).toMatchObject({ metric, value: 72.79 });
  });
});

describe('the speed of a run whose power was measured', () => {
  const energy: Row = {
    phase: 'request',
    input_tokens: '150',
    metric: 'watts',
    value: '310',
    options: 'power_scope=board;measured_tok_s=31.5',
  };

  it('is the rate that stands beside it', () => {
    expect(speedOf(read(energy))).toMatchObject({ metric: 'output_tok_s', value: 31.5, inputTokens: 150 });
    expect(speedOf(read({ ...energy, phase: 'prefill' }))).toMatchObject({ metric: 'prefill_tok_s', value: 31.5 });
  });

  it('is unknown where no rate is given', () => {
    expect(speedOf(read({ ...energy, options: 'power_scope=board' }))).toBeUndefined();
  });

  it('counts once, though the run has a row in watts and one in joules', () => {
    expect(speedOf(read({ ...energy, metric: 'joules_per_output_token', value: '9.8' }))).toBeUndefined();
  });
});

describe('a row is refused', () => {
  it.each<[string, Row, string]>([
    ['several devices', { device_count: '2' }, 'missing-fact(several-devices)'],
    ['a model split over devices', { options: 'backend=cuda;split=layer' }, 'missing-fact(several-devices)'],
    ['an unnamed machine', { hardware_id: '' }, 'missing-row-field(hardware_id)'],
    ['an unnamed format', { weight_format: '' }, 'missing-row-field(weight_format)'],
    ['no value', { value: '' }, 'missing-row-field(value)'],
    ['a load of unknown size', { phase: 'serving', batch: '' }, 'missing-row-field(batch)'],
    [
      'a load of unknown prompts',
      { phase: 'serving', batch: '8', input_tokens: '' },
      'missing-row-field(input_tokens)',
    ],
    ['requests of unknown length', { phase: 'request', output_tokens: '' }, 'missing-row-field(output_tokens)'],
  ])('as unsupported: %s', (_, more, reason) => {
    expect(refusal(more)).toMatchObject({ status: 'unsupported', reason });
  });

  it.each<[string, Row, string]>([
    ['text in a number', { value: 'fast' }, 'invalid-value(value)'],
    ['a value of zero', { value: '0' }, 'invalid-value(value)'],
    ['a negative value', { value: '-3' }, 'invalid-value(value)'],
    ['an endless value', { value: '1e999' }, 'invalid-value(value)'],
    ['a batch of none', { batch: '0' }, 'invalid-value(batch)'],
    ['a length in words', { input_tokens: 'many' }, 'invalid-value(input_tokens)'],
    ['an unknown metric', { metric: 'decode_tokens' }, 'invalid-value(metric)'],
    ['an unknown phase', { phase: 'warmup' }, 'invalid-value(phase)'],
    ['threads in words', { options: 'threads=all' }, 'invalid-value(options.threads)'],
    ['no whole device', { device_count: '0.5' }, 'invalid-value(device_count)'],
  ])('as invalid: %s', (_, more, reason) => {
    expect(refusal(more)).toMatchObject({ status: 'invalid', reason });
  });

  it('with a message that says what would be right', () => {
    expect(refusal({ metric: 'decode_tok/s' }).message).toBe(
      'metric: "decode_tok/s" is not one of its words; did you mean decode_tok_s?',
    );
    expect(refusal({ value: 'fast' }).message).toBe('value: "fast" is not a number');
  });
});
