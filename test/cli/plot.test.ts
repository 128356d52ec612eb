import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, rooflineData, rooflinePlot } from '../../src/index.js';
import { checkPicture } from '../plot/svg-facts.js';
import { parseOne, roofcast } from './roofcast.js';

const asked = ['--model', 'llama-2-7b', '--weights', 'q4_0', '--hardware', 'm2-ultra-76c'];
const KINDS = ['roofline', 'memory', 'time', 'batch'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-plot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => path.join(folder, name);

describe.each(KINDS)('roofcast plot %s', (kind) => {
  it('draws in the terminal without --out', async () => {
    const { code, out, err } = await roofcast('plot', kind, ...asked);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Llama 2 7B on m2-ultra-76c\n');
    expect(out).not.toMatch(/NaN|undefined|Infinity|<svg/);
  });

  it('writes SVG with --out, and prints nothing', async () => {
    const file = inFolder(`${kind}.svg`);
    expect(await roofcast('plot', kind, ...asked, '-o', file)).toEqual({ code: 0, out: '', err: '' });
    checkPicture(readFileSync(file, 'utf8'));
  });

  it('prints its data with --json, or writes them', async () => {
    const { code, out } = await roofcast('plot', kind, ...asked, '--json');
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({ title: expect.stringContaining('Llama 2 7B on m2-ultra-76c') });
    const file = inFolder(`${kind}.json`);
    expect(await roofcast('plot', kind, ...asked, '--json', '-o', file)).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(file, 'utf8')).toBe(out);
  });

  it('leaves out a machine that is too small, and says so', async () => {
    const args = ['--model', 'llama-2-70b', '--weights', 'q4_0', '--hardware', 'm2-ultra-76c,rtx-4090', '--json'];
    const { code, out, err } = await roofcast('plot', kind, ...args);
    expect(code).toBe(0);
    expect(err).toMatch(/^note: rtx-4090 is left out: llama-2-70b needs [\d.]+ GB and rtx-4090 has .* short/m);
    expect(out).not.toContain('rtx-4090');
  });

  it('fails where no machine can run it, with one document for --json', async () => {
    const { code, out, err } = await roofcast(
      ...['plot', kind, '--model', 'llama-3.1-405b', '--hardware', 'rtx-4090', '--json'],
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^error: llama-3.1-405b needs /);
    expect(parseOne(out)).toMatchObject({ error: { code: 'does-not-fit' } });
  });

  it.each([
    [
      'an unwritable file',
      ['-o', '/no/such/folder/x.svg'],
      '--out: "/no/such/folder/x.svg" cannot be written (ENOENT)',
    ],
    ['another kind of picture', ['-o', 'x.png'], '--out: "x.png" is no SVG file; let its name end in .svg'],
    ['an unknown machine', ['--hardware', 'rtx-4091'], 'no hardware has the id "rtx-4091"; did you mean "rtx-4090"'],
    ['an impossible batch', ['--batch', '0'], '--batch: 0 is not a whole number from 1'],
    ['no batch', ['--batch', 'many'], '--batch: "many" is not a number'],
  ])('objects to %s', async (_, flags, message) => {
    const { code, out, err } = await roofcast('plot', kind, ...asked, ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: ${message}`);
  });
});

describe('roofcast plot roofline', () => {
  it('draws what the library draws', async () => {
    const found = estimate({ model: 'llama-2-7b', weights: 'q4_0', hardware: 'm2-ultra-76c', batch: 4 });
    const file = inFolder('same.svg');
    await roofcast('plot', 'roofline', ...asked, '--batch', '4', '-o', file);
    expect(readFileSync(file, 'utf8')).toBe(rooflinePlot(found));
    const { out } = await roofcast('plot', 'roofline', ...asked, '--batch', '4', '--json');
    expect(parseOne(out)).toEqual(JSON.parse(JSON.stringify(rooflineData(found))));
  });

  it('has the levels and roofs of a machine in a file', async () => {
    const file = inFolder('my-chip.yaml');
    writeFileSync(
      file,
      'id: my-chip\nname: My chip\nextends: h100-sxm-80gb\nsources:\n  wish: { ref: wish, date: 2026-11-21, kind: assumed }\nmemory:\n  l2: { bandwidth: { value: 9 TB/s, source: wish } }\n',
    );
    const { code, out, err } = await roofcast(
      'plot',
      'roofline',
      '--model',
      'llama-2-7b',
      '--hardware',
      file,
      '--json',
    );
    expect(code, err).toBe(0);
    expect(parseOne(out)).toMatchObject({
      machines: [
        {
          slopes: [
            { name: 'l2', bytesPerSecond: 9e12 },
            { name: 'hbm', bytesPerSecond: 3.35e12, main: true },
          ],
        },
      ],
    });
  });
});

describe('roofcast plot batch', () => {
  const batches = async (...flags: string[]): Promise<number[][]> => {
    const { out } = await roofcast('plot', 'batch', ...asked, ...flags, '--json');
    const { panels } = parseOne(out) as { panels: { series: { points: { x: number }[] }[] }[] };
    return panels[0]?.series.map(({ points }) => points.map(({ x }) => x)) ?? [];
  };

  it('takes powers of two up to what fits', async () => {
    const { memory } = estimate({ model: 'llama-2-7b', weights: 'q4_0', hardware: 'm2-ultra-76c' });
    const [line = []] = await batches();
    expect(line).toEqual(line.map((_, index) => 2 ** index));
    expect(line.at(-1)).toBeLessThanOrEqual(memory.largestBatch);
    expect(2 * (line.at(-1) ?? 0)).toBeGreaterThan(memory.largestBatch);
  });

  it('takes a list, in order and once each', async () => {
    expect(await batches('--batch', '8,1,3,8')).toEqual([[1, 3, 8]]);
    expect(await batches('--batch', '1:8')).toEqual([[1, 2, 3, 4, 5, 6, 7, 8]]);
    expect(await batches('--batch', 'log:1:8:5')).toEqual([[1, 2, 3, 5, 8]]);
  });

  it('draws the batches that fit, and says which do not', async () => {
    const args = ['--model', 'llama-2-7b', '--weights', 'q4_0', '--hardware', 'rtx-4090', '--batch', '1,1000'];
    const { code, out, err } = await roofcast('plot', 'batch', ...args);
    expect(code).toBe(0);
    expect(err).toContain('note: rtx-4090 at a batch of 1000 is left out: llama-2-7b needs ');
    expect(out).toContain('a rtx-4090\n');
  });
});

describe('roofcast plot accuracy', () => {
  const rows = [
    'hardware_id,model_id,engine,weight_format,metric,value,options',
    'rtx-4090,llama-2-7b,llama.cpp,q4_0,decode_tok_s,150,backend=cuda',
    'rtx-4090,llama-3-8b,llama.cpp,q8_0,decode_tok_s,90,backend=cuda',
    'rtx-4090,llama-2-7b,llama.cpp,q4_0,prefill_tok_s,9000,backend=cuda',
  ];
  const write = (...lines: string[]): string => {
    const file = inFolder('rows.csv');
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };

  it('draws the metric with most rows, and says what it leaves out', async () => {
    const { code, out, err } = await roofcast('plot', 'accuracy', write(...rows));
    expect(code).toBe(0);
    expect(out).toContain('Predicted against measured: decode, rows.csv\n');
    expect(err).toBe('note: 1 of 3 rows are of other metrics or not predicted; "roofcast validate" has all\n');
  });

  it('draws another as SVG', async () => {
    const file = inFolder('accuracy.svg');
    const { code } = await roofcast('plot', 'accuracy', write(...rows), '--metric', 'prefill_tok_s', '-o', file);
    expect(code).toBe(0);
    const svg = readFileSync(file, 'utf8');
    checkPicture(svg);
    expect(svg).toContain('Predicted against measured: prefill, rows.csv');
  });

  it('says which metrics there are, and fails where nothing is predicted', async () => {
    const other = await roofcast('plot', 'accuracy', write(...rows), '--metric', 'watts');
    expect(other).toMatchObject({
      code: 1,
      err: 'error: --metric: no row of "watts" could be predicted; there are rows of decode_tok_s, prefill_tok_s\n',
    });
    const none = await roofcast('plot', 'accuracy', write(rows[0] ?? '', 'a,b,c,d,decode_tok_s,1,'));
    expect(none.code).toBe(1);
    expect(none.err).toContain('no row could be predicted');
  });
});

describe('roofcast plot', () => {
  it('knows its kinds', async () => {
    const { code, err } = await roofcast('plot', 'rofline');
    expect(code).toBe(1);
    expect(err).toContain(`unknown command 'rofline'`);
    expect(err).toContain('Did you mean roofline?');
    const { err: all } = await roofcast('plot', 'foo');
    expect(all).toBe(`error: unknown command 'foo'; write one of roofline, memory, time, batch, accuracy\n`);
    expect((await roofcast('plot', '--help')).out).toContain('accuracy [options] <file>');
  });
});
