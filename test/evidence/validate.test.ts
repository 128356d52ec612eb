import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/evidence/row.js';
import { estimate, type LocatedRow, type Validation, validate } from '../../src/index.js';
import { row } from './samples.js';

const located = (...rows: Row[]): LocatedRow[] => rows.map((cells, index) => ({ line: index + 2, cells: row(cells) }));

function check(...rows: Row[]): Validation {
  return validate(located(...rows));
}

describe('a validated row', () => {
  it('has the estimate of its scenario beside the measured value', () => {
    const [found] = check({}).rows;
    const { tokensPerSecond } = estimate({
      model: 'llama-3-8b',
      hardware: 'rtx-3070',
      engine: 'llama.cpp',
      engineDate: '2024-05',
      weights: 'q4_k_m',
      promptTokens: 1,
      outputTokens: 512,
      flashAttention: false,
    }).decode;
    expect(found).toMatchObject({ line: 2, metric: 'decode_tok_s', measured: 72.79, status: 'ok', bound: 'memory' });
    for (const field of ['expected', 'low', 'high'] as const) {
      // The estimate has one prompt token in the cache, the row none.
      expect((found?.[field] ?? 0) / tokensPerSecond[field]).toBeCloseTo(1, 3);
    }
    expect(found?.error).toBeCloseTo(Math.log((found?.expected ?? 0) / 72.79), 12);
  });

  it('of a rate lies below the ideal, of a time above it', () => {
    const rows = check(
      { metric: 'decode_tok_s' },
      { metric: 'prefill_tok_s', phase: 'prefill', input_tokens: '512', value: '2000' },
      { metric: 'tpot_ms', value: '14' },
      { metric: 'ttft_ms', phase: 'prefill', input_tokens: '512', value: '300' },
      { metric: 'latency_s', phase: 'request', input_tokens: '128', output_tokens: '128', value: '2' },
      { metric: 'output_tok_s', phase: 'serving', batch: '4', input_tokens: '128', output_tokens: '128', value: '200' },
    ).rows;
    for (const { metric, status, expected, low, high, ideal } of rows) {
      expect([metric, status]).toEqual([metric, 'ok']);
      const values = metric.includes('tok_s') ? [low, expected, high, ideal] : [ideal, low, expected, high];
      expect([metric, [...values].sort((a, b) => (a ?? 0) - (b ?? 0))]).toEqual([metric, values]);
    }
  });

  it('comes in the order of the file, whatever becomes of the others', () => {
    const rows = check({ value: 'fast' }, {}, { model_id: 'llama-0' }, {}).rows;
    expect(rows.map(({ line, status }) => [line, status])).toEqual([
      [2, 'invalid'],
      [3, 'ok'],
      [4, 'unsupported'],
      [5, 'ok'],
    ]);
  });

  it.each<[string, Row, string]>([
    ['an unknown machine', { hardware_id: 'rtx-0000' }, 'unknown-id'],
    ['an unknown model', { model_id: 'llama-0' }, 'unknown-id'],
    ['an unknown engine', { engine: 'llama.rs' }, 'unknown-id'],
    ['an unknown format', { weight_format: 'q0' }, 'unknown-id'],
    ['what does not fit', { model_id: 'llama-3-70b', weight_format: 'f16' }, 'does-not-fit'],
    ['several devices', { device_count: '4' }, 'missing-fact(several-devices)'],
    ['a value beyond physics', { value: '5000' }, 'impossible-by-physics'],
  ])('without a prediction says why: %s', (_, cells, reason) => {
    const [found] = check(cells).rows;
    expect(found).toMatchObject({ status: 'unsupported', reason, expected: null, low: null, high: null, error: null });
    expect(found?.message).not.toBe('');
  });

  it('is predicted past the context of its model, with a warning', () => {
    const [found] = check({ input_tokens: '16384', output_tokens: '32' }).rows;
    expect(found?.status).toBe('ok');
    expect(found?.warnings).toEqual(['16416 tokens, and llama-3-8b was made for a context of 8192']);
  });

  it('may be served by an engine of the caller, on a machine of the caller', () => {
    const cells = row({ hardware_id: '', engine: 'mine' });
    const [found] = validate([{ line: 2, cells }], { engine: 'llama.cpp', defaults: { hardware_id: 'rtx-3070' } }).rows;
    expect(found?.status).toBe('ok');
  });

  it('under a power limit is no faster than without', () => {
    const prefill: Row = { metric: 'prefill_tok_s', phase: 'prefill', input_tokens: '512', value: '1500' };
    const [free, limited] = check(prefill, { ...prefill, options: 'backend=cuda;fa=off;power_limit_w=100' }).rows;
    expect(limited?.expected ?? 0).toBeLessThan(free?.expected ?? 0);
  });
});

describe('the summary', () => {
  it('counts rows and reasons', () => {
    const { rows, reasons } = check({}, { value: 'x' }, { model_id: 'llama-0' }, { device_count: '2' }).summary;
    expect(rows).toEqual({ all: 4, ok: 1, unsupported: 2, invalid: 1 });
    expect(reasons).toEqual({ 'invalid-value(value)': 1, 'unknown-id': 1, 'missing-fact(several-devices)': 1 });
  });

  it('scores by groups: a test that stands there ten times counts once', () => {
    const [fast, slow] = check({ value: '60' }, { hardware_id: 'rtx-3090', value: '100' }).rows;
    const off = (found: typeof fast): number => Math.abs(found?.error ?? 0);
    const many = Array.from({ length: 10 }, () => ({ value: '60' }));
    const { score } = check(...many, { hardware_id: 'rtx-3090', value: '100' }).summary;
    expect(score).toMatchObject({ rows: 11, groups: 2 });
    expect(score?.median).toBeCloseTo((off(fast) + off(slow)) / 2, 12);
  });

  it('counts unsupported rows as 100 % off', () => {
    const { score, withUnsupported } = check({}, { model_id: 'llama-0' }, { model_id: 'llama-00' }).summary;
    expect(score?.groups).toBe(1);
    expect(withUnsupported).toMatchObject({ groups: 3, median: 1 });
  });

  it('says how many measured values lie in their intervals', () => {
    const [{ low, high } = { low: 0, high: 0 }] = check({}).rows;
    const inside = String(((low ?? 0) + (high ?? 0)) / 2);
    const { metrics } = check({ value: inside }, { hardware_id: 'rtx-3090', value: '1' }).summary;
    expect(metrics).toMatchObject([{ metric: 'decode_tok_s', coverage: 0.5, devices: 2 }]);
  });

  it('says whether the faster machine is named', () => {
    const right = check({ value: '70' }, { hardware_id: 'rtx-3090', value: '110' }).summary.order;
    expect(right).toEqual({ pairs: 1, right: 1, share: 1 });
    const wrong = check({ value: '110' }, { hardware_id: 'rtx-3090', value: '70' }).summary.order;
    expect(wrong).toEqual({ pairs: 1, right: 0, share: 0 });
    const equal = check({ value: '100' }, { hardware_id: 'rtx-3090', value: '104' }).summary.order;
    expect(equal).toEqual({ pairs: 0, right: 0, share: null });
  });

  it('of nothing predicted has no score, and no number that is none', () => {
    const { summary } = check({ value: 'x' });
    expect(summary).toMatchObject({ score: null, coverage: null, metrics: [], withUnsupported: null });
    expect(validate([]).summary.rows.all).toBe(0);
  });
});
