import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOne, roofcast } from './roofcast.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-evidence-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const HEADER = 'hardware_id,model_id,engine,weight_format,metric,value,options';
const ROWS = [
  'rtx-4090,llama-2-7b,llama.cpp,q4_0,decode_tok_s,150,backend=cuda',
  'rtx-4090,llama-2-7b,llama.cpp,q4_0,prefill_tok_s,9000,backend=cuda',
  'rtx-4090,llama-3-8b,llama.cpp,q8_0,decode_tok_s,90,backend=cuda',
  'rtx-4090,llama-3-8b,llama.cpp,q8_0,prefill_tok_s,8000,backend=cuda',
];
const csv = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

describe('roofcast validate', () => {
  it('prints rows with what binds them, and scores', async () => {
    const { code, out, err } = await roofcast('validate', write('good.csv', csv(...ROWS)));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('4 rows, 4 predicted, 0 not');
    expect(out).toMatch(/decode_tok_s +2 +2 +1 /);
    expect(out).toContain('memory');
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints one JSON document with an entry per row, in order', async () => {
    const { code, out } = await roofcast('validate', write('json.csv', csv(...ROWS)), '--json');
    expect(code).toBe(0);
    const { rows, summary } = parseOne(out) as { rows: Record<string, unknown>[]; summary: Record<string, unknown> };
    expect(rows.map(({ line, metric, measured, status }) => [line, metric, measured, status])).toEqual([
      [2, 'decode_tok_s', 150, 'ok'],
      [3, 'prefill_tok_s', 9000, 'ok'],
      [4, 'decode_tok_s', 90, 'ok'],
      [5, 'prefill_tok_s', 8000, 'ok'],
    ]);
    expect(summary).toMatchObject({ rows: { all: 4, ok: 4 }, score: { groups: 4 } });
  });

  it('reports the good rows of a mixed file and locates the bad ones', async () => {
    const file = write('mixed.csv', csv('rtx-4090,llama-2-7b,llama.cpp,q4_0,decode_tok_s,fast,', ...ROWS, 'a,b'));
    const { code, out, err } = await roofcast('validate', file);
    expect(code).toBe(0);
    expect(out).toContain('6 rows, 4 predicted, 2 not');
    expect(err).toContain(`${file}:2: invalid: value: "fast" is not a number`);
    expect(err).toContain(`${file}:7: invalid:`);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'text in every number',
      csv('rtx-4090,llama-2-7b,llama.cpp,q4_0,decode_tok_s,fast,'),
      /:2: invalid: value: "fast"/,
    ],
    [
      'an engine that nobody knows',
      csv('rtx-4090,llama-2-7b,llama.rs,q4_0,decode_tok_s,9,'),
      /:2: unsupported: no engine has the id "llama.rs"/,
    ],
    [
      'a missing column',
      'hardware_id,model_id,engine,metric\nrtx-4090,llama-2-7b,llama.cpp,decode_tok_s\n',
      /:1.*value/,
    ],
    ['an empty file', '', /empty/],
    ['a header alone', csv(), /no rows|row/],
    ['binary garbage', Uint8Array.from({ length: 4096 }, (_, index) => (index * 197 + 13) % 256), /binary|UTF-8|NUL/],
    ['JSON that says something else', '{"hello": "world"}', /\w/],
  ])('exits 1 with a located message for %s', async (name, text, message) => {
    const file = write(`${name.replaceAll(' ', '-')}.csv`, text);
    const { code, out, err } = await roofcast('validate', file);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).toContain(path.basename(file));
    expect(`${out}${err}`).not.toMatch(/NaN|undefined|internal error/);
  });

  it('exits 1 where there is no file', async () => {
    const { code, err } = await roofcast('validate', path.join(folder, 'none.csv'));
    expect(code).toBe(1);
    expect(err).toContain('there is no such file');
  });

  it('reads what llama-bench prints, for the machine of a flag', async () => {
    const file = write(
      'bench.md',
      [
        '| model                          |       size |     params | backend    | ngl |          test |                  t/s |',
        '| ------------------------------ | ---------: | ---------: | ---------- | --: | ------------: | -------------------: |',
        '| llama 7B Q4_0                  |   3.56 GiB |     6.74 B | CUDA       |  99 |         pp512 |      9000.12 ± 10.00 |',
        '| llama 7B Q4_0                  |   3.56 GiB |     6.74 B | CUDA       |  99 |         tg128 |       150.34 ± 0.20 |',
      ].join('\n'),
    );
    const { code, out } = await roofcast('validate', file, '--hardware', 'rtx-4090', '--json');
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({
      rows: [
        { metric: 'prefill_tok_s', measured: 9000.12, status: 'ok' },
        { metric: 'decode_tok_s', measured: 150.34, status: 'ok' },
      ],
    });
  });
});

describe('roofcast calibrate', () => {
  it('writes an engine that estimate and validate take', async () => {
    const file = write('mine.csv', csv(...ROWS));
    const engine = path.join(folder, 'mine.yaml');
    const { code, out, err } = await roofcast('calibrate', file, '--engine', 'llama.cpp', '--out', engine);
    expect(code).toBe(0);
    expect(out).toContain('calibrated on 4 of 4 rows');
    expect(out).toMatch(/kernelOverhead \(us\) .* (?:fitted|kept) /);
    expect(err).toBe('');
    expect(out).toContain(`--engine ${engine}`);
    expect(readFileSync(engine, 'utf8')).toContain('id: llama.cpp-calibrated');
    const asked = ['--model', 'llama-2-7b', '--hardware', 'rtx-4090', '--weights', 'q4_0', '--json'];
    const used = await roofcast('estimate', ...asked, '--engine', engine);
    expect(used.code).toBe(0);
    expect(parseOne(used.out)).toMatchObject({ engine: { id: 'llama.cpp-calibrated' } });
    const again = await roofcast('validate', file, '--engine', engine, '--json');
    const before = await roofcast('validate', file, '--json');
    const medianOf = (text: string): number =>
      (parseOne(text) as { summary: { score: { median: number } } }).summary.score.median;
    expect(medianOf(again.out)).toBeLessThan(medianOf(before.out));
  });

  it('says what is missing: a file for the engine, an engine that exists, a row to fit on', async () => {
    const file = write('some.csv', csv(...ROWS));
    const none = write('none-of-use.csv', csv('rtx-4090,llama-9,llama.cpp,q4_0,decode_tok_s,9,'));
    const out = path.join(folder, 'never.yaml');
    const cases = [
      [['calibrate', file, '--engine', 'llama.cpp'], /--out/],
      [['calibrate', file, '--engine', 'llama.rs', '--out', out], /no engine has the id "llama.rs"/],
      [['calibrate', none, '--engine', 'llama.cpp', '--out', out], /no row that llama.cpp can be fitted on/],
    ] as const;
    for (const [args, message] of cases) {
      const { code, err } = await roofcast(...args);
      expect([args, code]).toEqual([args, 1]);
      expect(err).toMatch(message);
    }
  });
});
