/*
 * "Do TOPS say which machine was measured to write faster?" What is predicted is in examples/tokens-instead-of-tops.test.ts.
 *
 * Decode of one stream reads every weight once per token, so token/s follow bandwidth. Peaks of narrow formats say little:
 * an RTX 4000 Ada has 30 times the TOPS of an M3 Max, about its bandwidth, and measured no more token/s.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { getHardware } from '../../src/index.js';

/** The largest dense peak, whatever its format: what a data sheet leads with. */
function tops(id: string): number {
  const { units, computeWith } = getHardware(id);
  const peaks = units[computeWith]?.peaks ?? [];
  return Math.max(...peaks.filter(({ sparsity }) => sparsity === 'dense').map(({ rate }) => rate));
}

function bandwidth(id: string): number {
  return Math.max(
    ...Object.values(getHardware(id).memory).flatMap((one) => (one.holds === 'weights' ? one.bandwidth : [])),
  );
}

/** Part of all pairs of machines that two yardsticks put in the same order. */
function agreement(ids: readonly string[], a: (id: string) => number, b: (id: string) => number): number {
  const pairs = ids.flatMap((one, index) => ids.slice(index + 1).map((other) => [one, other] as const));
  const agreeing = pairs.filter(([one, other]) => Math.sign(a(one) - a(other)) === Math.sign(b(one) - b(other)));
  return agreeing.length / pairs.length;
}

/** Llama 7B in q4_0 under llama.cpp, one stream, on one GPU: the median of what was measured on each machine. */
function measured(): Map<string, number> {
  const text = readFileSync(new URL('../../measurements/local.csv', import.meta.url), 'utf8');
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const values = new Map<string, number[]>();
  for (const row of rows) {
    const { hardware_id: id = '', model_id: model = '', value = '' } = row;
    const asked = row.engine === 'llama.cpp' && row.weight_format === 'q4_0' && row.metric === 'decode_tok_s';
    const single = row.batch === '1' && row.device_count === '1' && !row.options?.includes('backend=cpu');
    if (asked && single && /^llama-[12]-7b$/.test(model)) values.set(id, [...(values.get(id) ?? []), Number(value)]);
  }
  return new Map([...values].map(([id, all]) => [id, all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN]));
}

describe('TOPS', () => {
  it('put an RTX 4000 Ada far before an M3 Max, which writes as fast', () => {
    expect(tops('rtx-4000-ada') / tops('m3-max-40c')).toBeGreaterThan(25);
    const values = measured();
    const ratio = (values.get('rtx-4000-ada') ?? Number.NaN) / (values.get('m3-max-40c') ?? Number.NaN);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('agree less with what was measured than bandwidth does', () => {
    const values = measured();
    const ids = [...values.keys()].filter((id) => id !== '');
    expect(ids.length).toBeGreaterThan(15);
    const speed = (id: string) => values.get(id) ?? Number.NaN;
    expect(agreement(ids, bandwidth, speed)).toBeGreaterThan(agreement(ids, tops, speed));
  });
});
