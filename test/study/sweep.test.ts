import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EstimateInput,
  estimate,
  getHardware,
  InvalidScenarioError,
  logRange,
  range,
  shardOf,
  sweep,
  tryEstimate,
  vary,
} from '../../src/index.js';

const base: EstimateInput = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'llama.cpp', weights: 'q4_0' };

describe('a sweep', () => {
  it('has every combination once, the last axis fastest', () => {
    const points = [...sweep({ base, axes: { weights: ['q4_0', 'q8_0'], batch: [1, 8] } })].map(({ point }) => point);
    expect(points).toEqual([
      { weights: 'q4_0', batch: 1 },
      { weights: 'q4_0', batch: 8 },
      { weights: 'q8_0', batch: 1 },
      { weights: 'q8_0', batch: 8 },
    ]);
  });

  it('gives bit for bit what an estimate gives, whatever is swept', () => {
    const metrics = [
      'decode.tokensPerSecond',
      'decode.tokensPerSecond.low',
      'decode.timePerOutputToken.ideal',
      'decode.mbu',
      'decode.bound',
      'decode.power.watts',
      'prefill.timeToFirstToken.high',
      'prefill.terms.compute',
      'request.latency',
      'memory.largestBatch',
      'energy.joulesPerToken',
      'cost.usdPerMillionOutputTokens',
    ];
    const read = (from: unknown, path: string): unknown =>
      path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);
    const axes = {
      hardware: ['h100-sxm-80gb', 'm2-ultra-76c', 'cs-3', 'rk3588-npu'],
      engine: ['llama.cpp', 'ideal'],
      batch: [1, 7, 32],
      promptTokens: [1, 511, 3000],
    };
    let compared = 0;
    for (const row of sweep({ base, axes, metrics })) {
      const outcome = tryEstimate({ ...base, ...row.point });
      expect(row.ok).toBe(outcome.ok);
      if (!row.ok || !outcome.ok) {
        if (!row.ok && !outcome.ok) expect(row.error.message).toBe(outcome.error.message);
        continue;
      }
      for (const path of metrics) {
        const value = read(outcome.estimate, path);
        const expected = typeof value === 'object' && value !== null ? read(value, 'expected') : value;
        expect([path, row.values[path]]).toEqual([path, expected]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('changes figures of specs as vary does', () => {
    const rows = [...sweep({ base, axes: { 'hardware.memory.hbm.bandwidth': ['1 TB/s', '2x'], batch: [1, 4] } })];
    const faster = vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.bandwidth': '2x' });
    const row = rows[3];
    expect(row?.point).toEqual({ 'hardware.memory.hbm.bandwidth': '2x', batch: 4 });
    expect(row?.ok && row.values['decode.tokensPerSecond']).toBe(
      estimate({ ...base, hardware: faster, batch: 4 }).decode.tokensPerSecond.expected,
    );
  });

  it('takes specs as objects, functions as metrics, and rounds ranges of whole numbers', () => {
    const mine = { ...getHardware('h100-sxm-80gb'), id: 'mine' };
    const metrics = { doubled: ({ decode }: { decode: { mbu: number } }) => 2 * decode.mbu, plain: 'decode.mbu' };
    const rows = [...sweep({ base, axes: { hardware: [mine], batch: logRange(1, 64, 7) }, metrics })];
    expect(rows.map(({ point }) => point['batch'])).toEqual([1, 2, 4, 8, 16, 32, 64]);
    for (const row of rows) {
      expect(row.point['hardware']).toBe('mine');
      if (row.ok) expect(row.values['doubled']).toBe(2 * Number(row.values['plain']));
    }
  });

  it('says of each point that cannot run why', () => {
    const axes = { batch: [1, 1e6, 0.5], promptTokens: [512, 1e6] };
    const messages = [...sweep({ base, axes })].map((row) => (row.ok ? 'ok' : row.error.message));
    expect(messages[0]).toBe('ok');
    expect(messages[1]).toContain('made for a context of 4096');
    expect(messages[2]).toContain('short');
    expect(messages[4]).toContain('0.5 is not a whole number');
  });

  it('answers for machines that cannot run at all, and goes on', () => {
    const rows = [...sweep({ base: { ...base, weights: 'awq' }, axes: { engine: ['llama.cpp', 'vllm'] } })];
    expect(rows.map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('leaves a metric out that an estimate does not have', () => {
    const [row] = sweep({ base: { ...base, hardware: 'cs-2', weights: 'f16', engine: 'ideal' }, axes: { batch: [1] } });
    expect(row?.ok && row.values['cost.usdPerMillionOutputTokens']).toBeUndefined();
  });

  it.each([
    ['an axis that there is not', { bach: [1] }, undefined, 'did you mean "batch"?'],
    ['a metric that there is not', { batch: [1] }, ['decode.tokenPerSecond'], 'did you mean "decode.tokensPerSecond"'],
    ['an axis without values', { batch: [] }, undefined, 'has no points'],
    ['no metric', { batch: [1] }, [], 'no metric is named'],
    ['a metric named like an axis', { batch: [1] }, { batch: 'decode.seconds' }, 'two columns are called "batch"'],
    ['a metric named like the errors', { batch: [1] }, { error: 'decode.seconds' }, 'two columns are called "error"'],
  ])('refuses %s', (_, axes, metrics, message) => {
    expect(() => sweep({ base, axes, ...(metrics ? { metrics } : {}) })).toThrow(message);
  });

  it.each<[string, object, string]>([
    ['a misspelt field of its base', { base: { ...base, bach: 2 } }, 'did you mean "batch"?'],
    ['a misspelt field of its own', { metric: ['decode.seconds'] }, 'did you mean "metrics"?'],
    ['a base without a machine', { base: { model: 'llama-2-7b' } }, 'hardware: a machine is missing'],
    ['no axes', { axes: undefined }, 'undefined is not a set of axes'],
    ['one value for a list', { axes: { batch: 4 } }, 'batch: 4 is neither a list of values nor a range'],
    ['nothing for a value', { axes: { batch: [1, null] } }, 'batch: value 2 of the axis is null'],
    ['a hole in a list', { axes: { weights: [undefined] } }, 'weights: a weight format is missing'],
    ['bits for a format', { axes: { weights: [4] } }, 'weights: 4 is not a weight format'],
    ['a range of formats', { axes: { weights: range(4, 8) } }, 'weights: 4 is not a weight format'],
    ['an axis of no machines', { axes: { hardware: [{}] } }, 'is not a machine'],
    ['a metric for a list', { metrics: 'decode.seconds' }, 'is one metric and not a list'],
    ['a number for a metric', { metrics: [3] }, '3 is no metric'],
  ])('refuses %s, as a compiler would', (_, changes, message) => {
    const asked = { base, axes: { batch: [1] }, ...changes } as Parameters<typeof sweep>[0];
    expect(() => sweep(asked)).toThrow(InvalidScenarioError);
    expect(() => sweep(asked)).toThrow(message);
  });

  it('needs no machine in its base where an axis names them', () => {
    const { hardware: _, ...rest } = base;
    const [row] = sweep({ base: rest, axes: { hardware: ['h100-sxm-80gb'] } } as unknown as Parameters<
      typeof sweep
    >[0]);
    expect(row?.ok).toBe(true);
  });

  it('refuses a figure that a spec does not have at each of its points', () => {
    const [row] = sweep({ base, axes: { 'hardware.memory.hbn.bandwidth': ['1 TB/s'] } });
    expect(row?.ok ? '' : row?.error.message).toContain('memory.hbm.bandwidth');
  });
});

describe('the columns of a sweep', () => {
  const swept = sweep({
    base,
    axes: { batch: range(1, 40), promptTokens: [100, 4000] },
    metrics: ['decode.tokensPerSecond', 'decode.bound'],
  });

  it('hold what its rows hold, in pieces of any size', () => {
    const rows = [...swept];
    for (const size of [1, 7, 1000]) {
      let index = 0;
      for (const { from, length, values, failed } of swept.columns(0, swept.length, size)) {
        expect(from).toBe(index);
        for (let at = 0; at < length; at++, index++) {
          const row = rows[index];
          expect(failed.includes(index)).toBe(row?.ok === false);
          const [rate, bound] = [values[0]?.[at], values[1]?.[at]];
          if (row?.ok) expect([rate, bound]).toEqual(Object.values(row.values));
          else expect(rate).toBeNaN();
        }
      }
      expect(index).toBe(80);
    }
  });

  it('has points in its first shard, however many there are', () => {
    for (const length of [1, 2, 7]) {
      for (const count of [1, 2, 3, 49, 1000]) expect(shardOf(length, 1, count).to).toBeGreaterThan(0);
    }
  });

  it('can be cut into shards that are the whole again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (count) => {
        const pieces = Array.from({ length: count }, (_, index) => shardOf(swept.length, index + 1, count));
        expect(pieces[0]?.from).toBe(0);
        expect(pieces.at(-1)?.to).toBe(80);
        pieces.slice(1).forEach(({ from }, index) => {
          expect(from).toBe(pieces[index]?.to);
        });
      }),
    );
    const parts = [1, 2, 3].flatMap((index) => {
      const { from, to } = shardOf(swept.length, index, 3);
      return [...swept.rows(from, to)].map(({ index: at }) => at);
    });
    expect(parts).toEqual([...swept].map(({ index }) => index));
  });

  it.each([
    [0, 3],
    [4, 3],
    [1, 0],
    [1.5, 3],
  ])('knows no shard %d of %d', (index, count) => {
    expect(() => shardOf(80, index, count)).toThrow('there is no piece');
  });

  it('say why a point failed when they are asked', () => {
    const failed = [...swept.columns()].flatMap((columns) => columns.failed);
    expect(swept.errorAt(failed[0] ?? -1)?.message).toContain('4096');
    expect(swept.errorAt(0)).toBeUndefined();
    expect(swept.pointAt(3)).toEqual({ batch: 2, promptTokens: 4000 });
  });
});
