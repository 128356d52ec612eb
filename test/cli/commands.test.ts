import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate } from '../../src/index.js';
import { parseOne, roofcast } from './roofcast.js';

const asked = ['--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--weights', 'q4_0'];
const machines = ['--model', 'llama-2-7b', '--weights', 'q4_0', '--hardware', 'h100-sxm-80gb,rtx-4090,m2-ultra-76c'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('roofcast estimate', () => {
  it('reports on one machine', async () => {
    const { code, out, err } = await roofcast('estimate', ...asked);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Llama 2 7B on NVIDIA H100 SXM5 80 GB with ');
    expect(out).toMatch(/decode +token\/s +[\d.,]+ +[\d.,]+ - [\d.,]+ +[\d.,]+\n/);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints as JSON what the library returns', async () => {
    const { code, out } = await roofcast('estimate', ...asked, '--json');
    expect(code).toBe(0);
    const expected = estimate({ model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'q4_0' });
    expect(parseOne(out)).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('hands every flag to the library', async () => {
    const { out } = await roofcast(
      ...['estimate', ...asked, '--engine', 'llama.cpp', '--backend', 'cuda', '--kv-cache', 'q8_0', '--batch', '4'],
      ...['--prompt-tokens', '1000', '--output-tokens', '1e2', '--cached-tokens', '10', '--devices', '1', '--json'],
    );
    expect(parseOne(out)).toMatchObject({
      engine: { id: 'llama.cpp', backend: 'cuda' },
      workload: { kvCache: 'q8_0', batch: 4, promptTokens: 1000, outputTokens: 100, cachedTokens: 10, devices: 1 },
    });
  });

  it('writes to a file and leaves standard output alone', async () => {
    const file = path.join(folder, 'estimate.json');
    const { code, out } = await roofcast('estimate', ...asked, '--json', '-o', file);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(parseOne(readFileSync(file, 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });
});

describe('roofcast compare', () => {
  it('has a row per machine, in the order asked', async () => {
    const { code, out, err } = await roofcast('compare', ...machines);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const rows = [...out.matchAll(/^ {2}(h100-sxm-80gb|rtx-4090|m2-ultra-76c) .* [\d.]+x/gm)].map(([, id]) => id);
    expect(rows).toEqual(['h100-sxm-80gb', 'rtx-4090', 'm2-ultra-76c']);
    expect(out).toContain('q4_0 weights, f16 KV cache, batch 1, 512 prompt + 128 output tokens');
  });

  it('holds the weight format equal where none is given', async () => {
    const { out } = await roofcast(
      'compare',
      '--model',
      'llama-2-7b',
      '--hardware',
      'h100-sxm-80gb,m2-ultra-76c',
      '--json',
    );
    const { entries } = parseOne(out) as { entries: { estimate: { workload: { weights: string } } }[] };
    expect(entries.map(({ estimate }) => estimate.workload.weights)).toEqual(['f16', 'f16']);
  });

  it('keeps a machine that is too small as a row that says so', async () => {
    const args = ['compare', '--model', 'llama-2-70b', '--weights', 'q8_0', '--hardware', 'm2-ultra-76c,rtx-4090'];
    const { code, out } = await roofcast(...args);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /rtx-4090 does not fit: needs [\d.]+ GB of [\d.]+ GB usable, [\d.]+ GB short; it fits with/,
    );
    const json = await roofcast(...args, '--json');
    expect(json.err).toContain('rtx-4090: llama-2-70b needs');
    expect(parseOne(json.out)).toMatchObject({
      entries: [{ ok: true }, { ok: false, error: { code: 'does-not-fit' } }],
    });
  });

  it('ends with 1 where no machine has an answer', async () => {
    const { code, out } = await roofcast('compare', '--model', 'llama-3.1-405b', '--hardware', 'rtx-4090');
    expect(code).toBe(1);
    expect(out).toMatch(/^No machine can run this\./);
  });
});

describe('roofcast explain', () => {
  it('gives formula, numbers and sources of every term', async () => {
    const { code, out } = await roofcast('explain', ...asked);
    expect(code).toBe(0);
    expect(out).toMatch(/formula +M = bytes/);
    expect(out).toMatch(/sources +h100-sxm-80gb memory\.hbm\.bandwidth \[1\]/);
    expect(out).toContain('Not modelled\n');
    expect(out).toMatch(/Sources\n {2}1\. \w+, \d{4}-\d\d-\d\d: /);
  });

  it('is data with --json', async () => {
    const { out } = await roofcast('explain', ...asked, '--json');
    const { terms, notModelled } = parseOne(out) as { terms: { sources: unknown[] }[]; notModelled: string[] };
    expect(terms.length).toBeGreaterThan(5);
    expect(terms.some(({ sources }) => sources.length > 0)).toBe(true);
    expect(notModelled.length).toBeGreaterThan(0);
  });
});

describe('roofcast list', () => {
  it.each([
    ['hardware', 'h100-sxm-80gb'],
    ['models', 'llama-2-7b'],
    ['engines', 'llama.cpp'],
    ['formats', 'q4_k_m'],
  ])('names %s, one to a line, and as JSON', async (what, id) => {
    const { code, out } = await roofcast('list', what);
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith(`${id} `))).toHaveLength(1);
    const json = JSON.parse((await roofcast('list', what, '--json')).out) as { id: string }[];
    expect(json.filter((entry) => entry.id === id)).toHaveLength(1);
  });

  it('says which lists there are', async () => {
    const { code, err } = await roofcast('list', 'gpus');
    expect(code).toBe(1);
    expect(err).toBe('error: list: there is no list of "gpus"; write one of hardware, models, engines, formats\n');
  });
});

describe('roofcast show', () => {
  it.each([
    ['h100', 'hardware', 'ridge point'],
    ['llama2-7b', 'model', 'KV cache of one sequence'],
    ['llamacpp', 'engine', 'Constants'],
  ])('shows %s, whose kind is %s', async (id, kind, heading) => {
    const { code, out } = await roofcast('show', id);
    expect(code).toBe(0);
    expect(out).toContain(heading);
    expect(out).toMatch(/^Sources\n {2}1\. /m);
    expect(parseOne((await roofcast('show', id, '--json')).out)).toMatchObject({ kind });
  });

  it('guesses what was meant', async () => {
    const { code, err } = await roofcast('show', 'lama-2-7b');
    expect(code).toBe(1);
    expect(err).toContain('show: nothing has the id "lama-2-7b"; did you mean "llama-2-7b"');
  });
});

describe('roofcast', () => {
  it('prints help and version on standard output', async () => {
    expect(await roofcast('--help')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('roofcast estimate'),
    });
    expect(await roofcast('compare', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--hardware <ids>'),
    });
    expect(await roofcast('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
