import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workersFor } from '../../src/stream/workers.js';

const root = path.resolve(import.meta.dirname, '../..');

let folder = '';
let found: {
  files: Record<string, string[]>;
  sameColumns: boolean;
  next: number;
  stopped: object;
  resumed: object;
  stoppedHash: string;
  refusals: string[];
};
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-workers-'));
  const script = ['--import', './test/stream/typescript.mjs', 'test/stream/in-threads.ts', folder];
  const { stdout, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  found = JSON.parse(stdout);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('several threads', () => {
  it.each(['csv', 'jsonl', 'parquet'])('write the %s that one thread writes, bit for bit', (format) => {
    const [alone, ...others] = found.files[format] ?? [];
    expect(others).toEqual([alone]);
  });

  it('give the columns that the sweep gives, in order', () => {
    expect(found).toMatchObject({ sameColumns: true, next: 9000 });
  });

  it('are stopped between pieces, and go on to the same file', () => {
    expect(found.stopped).toMatchObject({ done: 4096, total: 10_000 });
    expect(found.resumed).toMatchObject({ done: 10_000, total: 10_000 });
    expect(found.stoppedHash).toBe(found.files.csv?.[0]);
  });

  it('take no functions', () => {
    expect(found.refusals).toEqual([
      expect.stringMatching(/^metrics: "mine" is a function, which no other thread can call; name a figure/),
      expect.stringMatching(/^workers: what is swept is not plain data/),
    ]);
  });
});

describe('the number of threads', () => {
  it('is one for a small sweep, and what is asked for otherwise', () => {
    expect(workersFor(1000, undefined)).toBe(1);
    expect(workersFor(1000, 3)).toBe(3);
    expect(workersFor(1000, 64)).toBe(64);
    expect(() => workersFor(1e9, 100_000)).toThrow(
      /^workers: 100000 threads are more than \d+ cores? can use; ask for/,
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('is not %s', (asked) => {
    expect(() => workersFor(1000, asked)).toThrow(/is no number of threads; ask for 1 or more/);
  });
});
