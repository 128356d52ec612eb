import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { range, shardOf, sweep } from '../../src/index.js';
import { type SweepFormat, type SweepState, writeSweep } from '../../src/node.js';
import { large, mixed, quantities } from './samples.js';

const FORMATS: readonly SweepFormat[] = ['csv', 'jsonl', 'parquet'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-sweep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const fresh = (format: string): string => path.join(folder, `${++files}.${format}`);

type Row = Record<string, unknown>;

/** Rows of a file, with what is empty left out, as a program that reads it sees them. */
async function rowsOf(file: string): Promise<Row[]> {
  switch (path.extname(file)) {
    case '.csv':
      return (parse(readFileSync(file, 'utf8'), { columns: true }) as Row[]).map(stripped);
    case '.jsonl':
      return readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    default:
      return (await parquetReadObjects({ file: bytesOf(file) })).map(stripped);
  }
}

function bytesOf(file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(file)).buffer;
}

function stripped(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '' && value !== null));
}

/** What a file of a sweep is to hold, after the sweep itself. */
function expectedRows(input: typeof mixed, as: (value: unknown) => unknown, indexAs = as): Row[] {
  return [...sweep(input)].map((row) => ({
    index: indexAs(row.index),
    ...Object.fromEntries(Object.entries(row.point).map(([name, value]) => [name, as(value)])),
    ...(row.ok ? present(row.values, as) : { error: row.error.code }),
  }));
}

function present(values: Row, as: (value: unknown) => unknown): Row {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, as(value)]])),
  );
}

describe('a file of a sweep', () => {
  it('holds in JSON Lines what the sweep gives, exactly', async () => {
    const file = fresh('jsonl');
    const state = await writeSweep(mixed, file);
    const expected = expectedRows(mixed, (value) => value);
    expect(await rowsOf(file)).toEqual(expected);
    expect(new Set(expected.map(({ error }) => error))).toEqual(
      new Set([undefined, 'does-not-fit', 'invalid-scenario']),
    );
    const failed = expected.filter(({ error }) => error !== undefined).length;
    expect(state).toEqual({ done: 72, total: 72, failed });
  });

  it('holds in Parquet what the sweep gives, exactly', async () => {
    const file = fresh('parquet');
    await writeSweep(mixed, file);
    const expected = expectedRows(
      mixed,
      (value) => value,
      (index) => BigInt(index as number),
    );
    // Quantities without a unit are numbers here, words are words.
    expect(await rowsOf(file)).toEqual(expected);
  });

  it('holds in CSV the digits that read back as the same numbers', async () => {
    const file = fresh('csv');
    await writeSweep(mixed, file);
    const unit: Record<string, string> = { rate: 'rate [token/s]', cost: 'cost [USD/Mtoken]' };
    const expected = expectedRows(mixed, String).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [unit[name] ?? name, value])),
    );
    expect(await rowsOf(file)).toEqual(expected);
    for (const row of await rowsOf(file)) {
      const rate = row['rate [token/s]'];
      if (rate !== undefined) expect(String(Number(rate))).toBe(rate);
    }
  });

  it('has quantities as numbers in the unit of their column', async () => {
    const [csv, jsonl, parquet] = [fresh('csv'), fresh('jsonl'), fresh('parquet')];
    for (const file of [csv, jsonl, parquet]) await writeSweep(quantities, file);
    const path = 'hardware.memory.hbm.bandwidth';
    expect(readFileSync(csv, 'utf8').split('\n')[0]).toBe(
      `index,${path} [TB/s],batch,decode.tokensPerSecond [token/s],error`,
    );
    const expected = [...sweep(quantities)].map(({ point }) => Number.parseFloat(String(point[path])));
    expect((await rowsOf(jsonl)).map((row) => row[path])).toEqual(expected);
    expect((await rowsOf(parquet)).map((row) => row[path])).toEqual(expected);
    const facts = JSON.parse(readFileSync(`${jsonl}.sweep.json`, 'utf8'));
    expect(facts).toMatchObject({ format: 'jsonl', points: 12, from: 0, to: 12 });
    expect(facts.columns).toContainEqual({ name: path, kind: 'number', unit: 'TB/s' });
    const [about] = parquetMetadata(bytesOf(parquet)).key_value_metadata ?? [];
    expect(about?.key).toBe('roofcast.sweep');
    expect(JSON.parse(about?.value ?? '')).toMatchObject({ columns: facts.columns, fingerprint: facts.fingerprint });
  });

  it('leaves out a number that has no end', async () => {
    const file = fresh('jsonl');
    const input = { base: mixed.base, axes: { batch: [1] }, metrics: { none: () => Number.POSITIVE_INFINITY } };
    await writeSweep(input, file);
    expect(readFileSync(file, 'utf8')).toBe('{"index":0,"batch":1}\n');
  });

  it.each(['csv', 'jsonl'] as const)('is, in %s, its shards one behind the other', async (format) => {
    const whole = fresh(format);
    await writeSweep(large, whole);
    const shards = [1, 2, 3, 4].map((piece) => shardOf(sweep(large).length, piece, 4));
    const parts: Buffer[] = [];
    for (const shard of shards) {
      const part = fresh(format);
      await writeSweep(large, part, shard);
      parts.push(readFileSync(part));
    }
    expect(Buffer.concat(parts).equals(readFileSync(whole))).toBe(true);
  });

  it('has, in Parquet, the rows of its shards', async () => {
    const rows: Row[] = [];
    for (const piece of [1, 2, 3]) {
      const part = fresh('parquet');
      await writeSweep(mixed, part, shardOf(72, piece, 3));
      rows.push(...(await rowsOf(part)));
    }
    const whole = fresh('parquet');
    await writeSweep(mixed, whole);
    expect(rows).toEqual(await rowsOf(whole));
  });

  it('tells how it grows, in order', async () => {
    const states: SweepState[] = [];
    await writeSweep(large, fresh('csv'), { onProgress: (state) => states.push(state) });
    expect(states.map(({ done }) => done)).toEqual([4096, 8192, 10_000]);
    expect(states.at(-1)).toMatchObject({ total: 10_000 });
  });
});

/** More than one row group, of cheap points: batches that nobody can serve. */
const groups = { base: mixed.base, axes: { batch: range(100_000, 170_000) }, metrics: ['decode.tokensPerSecond'] };

describe('a file that was stopped', () => {
  it.each(FORMATS)('is whole in %s, and goes on to the same bytes', async (format) => {
    const input = format === 'parquet' ? groups : large;
    const [whole, file] = [fresh(format), fresh(format)];
    await writeSweep(input, whole, { workers: 1 });
    const stop = new AbortController();
    const options = { workers: 1, signal: stop.signal, onProgress: () => stop.abort() };
    const { done, total } = await writeSweep(input, file, options);
    expect(done).toBe(format === 'parquet' ? 65_536 : 4096);
    const rows = await rowsOf(file);
    expect(rows).toHaveLength(done);
    expect(rows).toEqual((await rowsOf(whole)).slice(0, done));
    expect(await writeSweep(input, file, { workers: 1, resume: true })).toMatchObject({ done: total, total });
    expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
  });

  it.each(FORMATS)('before its first point is whole in %s', async (format) => {
    const [whole, file] = [fresh(format), fresh(format)];
    await writeSweep(mixed, whole);
    expect(await writeSweep(mixed, file, { signal: AbortSignal.abort() })).toEqual({ done: 0, total: 72, failed: 0 });
    expect(await rowsOf(file)).toEqual([]);
    await writeSweep(mixed, file, { resume: true });
    expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
  });

  it.each(['csv', 'jsonl'] as const)('in the middle of a line goes on to the same %s', async (format) => {
    const [whole, file] = [fresh(format), fresh(format)];
    await writeSweep(mixed, whole);
    const bytes = readFileSync(whole);
    for (const length of [0, 3, 200, 1500, bytes.length - 1, bytes.length]) {
      await writeSweep(mixed, file);
      truncateSync(file, length);
      await writeSweep(mixed, file, { resume: true });
      expect(readFileSync(file).equals(bytes), `${length} bytes`).toBe(true);
    }
  });

  it('is begun where there is none', async () => {
    const file = fresh('csv');
    expect(await writeSweep(mixed, file, { resume: true })).toMatchObject({ done: 72 });
  });

  it('in the middle of a shard goes on with the shard', async () => {
    const shard = shardOf(10_000, 2, 2);
    const [whole, file] = [fresh('csv'), fresh('csv')];
    await writeSweep(large, whole, shard);
    const stop = new AbortController();
    await writeSweep(large, file, { ...shard, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(writeSweep(large, file, { resume: true })).rejects.toThrow(
      /it holds the points from 5000 to 10000; ask for the same shard/,
    );
    await writeSweep(large, file, { ...shard, resume: true });
    expect(readFileSync(file).equals(readFileSync(whole))).toBe(true);
  });

  it.each(FORMATS)('is refused in %s where it is of another sweep', async (format) => {
    const file = fresh(format);
    await writeSweep(quantities, file);
    const before = readFileSync(file);
    const others = [
      { ...quantities, base: { ...quantities.base, weights: 'f16' } },
      { ...quantities, axes: { ...quantities.axes, batch: range(1, 4) } },
      { ...quantities, metrics: ['decode.bound'] },
    ];
    for (const other of others) {
      await expect(writeSweep(other, file, { resume: true })).rejects.toThrow(
        /cannot be gone on with: it is of another sweep; repeat its model, machines, axes and metrics/,
      );
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused where nothing tells what it is', async () => {
    const [csv, parquet] = [fresh('csv'), fresh('parquet')];
    writeFileSync(csv, 'index,batch\n0,1\n');
    await expect(writeSweep(mixed, csv, { resume: true })).rejects.toThrow(/nothing tells which sweep it holds/);
    for (const text of ['', 'PAR1', 'PAR1 nothing that ends as it should', `PAR1${'\xff'.repeat(4)}PAR1`]) {
      writeFileSync(parquet, text, 'latin1');
      await expect(writeSweep(mixed, parquet, { resume: true })).rejects.toThrow(/no footer|footer is damaged/);
    }
  });

  it('is refused where a metric is a function', async () => {
    const input = { ...mixed, metrics: { mine: () => 1 } };
    const file = fresh('csv');
    await writeSweep(input, file);
    await expect(writeSweep(input, file, { resume: true })).rejects.toThrow(/a metric is a function/);
  });
});

describe('no file is written', () => {
  it.each([
    ['into a folder that there is not', () => writeSweep(mixed, path.join(folder, 'none', 'a.csv')), /\(ENOENT\)/],
    ['over a folder', () => writeSweep(mixed, folder, { format: 'parquet' }), /cannot be written \(EISDIR\)/],
    ['of an unknown format', () => writeSweep(mixed, fresh('xlsx')), /nothing tells which format .*\.csv, \.jsonl/],
    [
      'whose columns have one name',
      () => writeSweep({ ...mixed, metrics: { batch: 'decode.tokensPerSecond' } }, fresh('csv')),
      /two columns are called "batch"/,
    ],
  ])('%s', async (_, write, message) => {
    await expect(write()).rejects.toThrow(message);
  });
});
