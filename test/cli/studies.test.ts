import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, sensitivity } from '../../src/index.js';
import { checkPicture } from '../plot/svg-facts.js';
import { parseOne, roofcast } from './roofcast.js';

const asked = ['--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--engine', 'ideal'];
const BANDWIDTH = ['--field', 'hardware.memory.hbm.bandwidth', '--metric', 'decode.tokensPerSecond'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-studies-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('roofcast sensitivity', () => {
  it('ranks what limits the decode rate', async () => {
    const { code, out, err } = await roofcast('sensitivity', ...asked, '--top', '3');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('decode.tokensPerSecond: 248 token/s');
    expect(out).toMatch(/hardware\.memory\.hbm\.bandwidth +3\.35 TB\/s +\+1\.000 +\+1\.000 +\+1\.000/);
    expect(out).toMatch(/\d+ more change it less, \d+ nothing\./);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints what the library gives with --json', async () => {
    const { code, out } = await roofcast('sensitivity', ...asked, '--json', '--metric', 'request.latency');
    expect(code).toBe(0);
    const question = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', engine: 'ideal' };
    expect(parseOne(out)).toEqual(JSON.parse(JSON.stringify(sensitivity(question, { metric: 'request.latency' }))));
  });

  it('draws a tornado, in the terminal or as SVG', async () => {
    const { code, out } = await roofcast('sensitivity', ...asked, '--plot');
    expect(code).toBe(0);
    expect(out).toContain('1 % less of the figure');
    expect(out).not.toContain('<svg');
    for (const hardware of ['h100-sxm-80gb', 'm2-ultra-76c', 'rtx-4090']) {
      const file = path.join(folder, `${hardware}.svg`);
      const args = ['--model', 'llama-2-7b', '--weights', 'q4_0', '--hardware', hardware, '-o', file];
      expect(await roofcast('sensitivity', ...args)).toEqual({ code: 0, out: '', err: '' });
      checkPicture(readFileSync(file, 'utf8'));
    }
  });

  it.each([
    [['--metric', 'decode.bound'], 'is no number'],
    [['--top', '0'], '--top: 0 is not a whole number'],
    [['--plot', '--metric', 'decode.mbu,decode.mfu'], 'a tornado is of one metric'],
    [['--metric', 'workload.batch', '--plot'], 'no figure changes it'],
    [['-o', 'x.png'], '--out: "x.png" would not hold what its name says; let it end in .txt, .json, .svg'],
  ])('refuses %j', async (flags, message) => {
    const { code, out, err } = await roofcast('sensitivity', ...asked, ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });
});

describe('roofcast solve', () => {
  it('says which value reaches the target', async () => {
    const { code, out, err } = await roofcast('solve', ...asked, ...BANDWIDTH, '--at-least', '400');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^hardware\.memory\.hbm\.bandwidth = 5\.4\d* TB\/s\n/);
  });

  it('ends with 1, and says why, where none does', async () => {
    const { code, out } = await roofcast('solve', ...asked, ...BANDWIDTH, '--at-least', '400', '--to', '4 TB/s');
    expect(code).toBe(1);
    expect(out).toContain('even 4 TB/s gives');
  });

  it('prints one document with the whole estimate', async () => {
    const flags = ['--field', 'weights', '--values', 'f16,fp8,int4', '--metric', 'memory.weightBytes', '--json'];
    const { weightBytes } = estimate({ model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'fp8' }).memory;
    const { code, out } = await roofcast('solve', ...asked, ...flags, '--at-most', String(weightBytes));
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({ ok: true, value: 'fp8', estimate: { workload: { weights: 'fp8' } } });
  });

  it.each([
    [[...BANDWIDTH], '0 targets are given'],
    [['--field', 'devices', '--metric', 'decode.mbu', '--target', '1'], 'only one device'],
    [[...BANDWIDTH, '--at-least', 'much'], '"much" is not a number'],
    [[...BANDWIDTH, '--at-least', '1', '--from', '3 Tb/s'], 'in bits'],
  ])('refuses %j', async (flags, message) => {
    const { code, out, err } = await roofcast('solve', ...asked, ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });
});

describe('roofcast pareto', () => {
  const machines = ['--model', 'llama-3.1-8b', '--engine', 'llama.cpp'];
  const choices = ['--hardware', 'rtx-4090,m2-ultra-76c,h100-sxm-80gb,rtx-3060-12gb', '--weights', 'q4_k_m,f16'];
  const aims = ['--more', 'decode.tokensPerSecond', '--less', 'cost.usdPerMillionOutputTokens'];

  it('prints the front, and what does not run', async () => {
    const { code, out, err } = await roofcast('pareto', ...machines, ...choices, '--batch', '1,8', ...aims);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^\d+ of 16 choices on the front, \d+ beaten, 2 that do not run$/m);
    expect(out).toMatch(/h100-sxm-80gb +q4_k_m +8 +/);
    expect(out).toContain('rtx-3060-12gb f16 batch 1: llama-3.1-8b needs');
  });

  it('prints every choice with --json', async () => {
    const { code, out } = await roofcast('pareto', ...machines, ...choices, ...aims, '--json');
    expect(code).toBe(0);
    const { rows, front } = parseOne(out) as { rows: { ok: boolean; front?: boolean }[]; front: unknown[] };
    expect(rows).toHaveLength(8);
    expect(rows.filter((row) => row.front)).toHaveLength(front.length);
  });

  it('says which choices lack a figure, and compares those not at all', async () => {
    const flags = ['--model', 'qwen3-0.6b', '--hardware', 'raspberry-pi-400,rtx-4090', ...aims];
    const { out } = await roofcast('pareto', ...flags);
    expect(out).toContain('1 of 2 choices on the front, 0 beaten, 1 without a figure to compare, 0 that do not run');
    expect(out).toContain('- raspberry-pi-400: no cost.usdPerMillionOutputTokens');
    const { rows } = parseOne((await roofcast('pareto', ...flags, '--json')).out) as { rows: { lacks?: string[] }[] };
    expect(rows.map(({ lacks }) => lacks)).toEqual([['cost.usdPerMillionOutputTokens'], undefined]);
  });

  it('has a choice once, however often it is named', async () => {
    const { out } = await roofcast('pareto', ...machines, '--hardware', 'rtx-4090,rtx-4090', '--batch', '1,1', ...aims);
    expect(out).toContain('1 of 1 choice on the front');
  });

  it('says why there is nothing to draw', async () => {
    const flags = ['--model', 'llama-3.1-405b', '--hardware', 'rtx-4090', ...aims, '--plot'];
    const { code, err } = await roofcast('pareto', ...flags);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: llama-3.1-405b needs .* short/);
  });

  it('writes JSON into a file that is called so', async () => {
    const file = path.join(folder, 'front.json');
    await roofcast('pareto', ...machines, ...choices, ...aims, '-o', file);
    expect(parseOne(readFileSync(file, 'utf8'))).toHaveProperty('front');
  });

  it('draws them, in the terminal or as SVG', async () => {
    const file = path.join(folder, 'front.svg');
    expect(await roofcast('pareto', ...machines, ...choices, ...aims, '-o', file)).toMatchObject({ code: 0, out: '' });
    checkPicture(readFileSync(file, 'utf8'));
    expect((await roofcast('pareto', ...machines, ...choices, ...aims, '--plot')).out).toContain('rtx-4090 q4_k_m');
  });

  it.each([
    [[], 'nothing is aimed at'],
    [['--more', 'decode.mbu', '--plot'], 'a picture has two axes'],
    [['--more', 'decode.tokenPerSecond'], 'did you mean "decode.tokensPerSecond"'],
    [['--more', 'decode.mbu', '--weights', 'q9_9'], 'q9_9'],
    [['--more', 'decode.mbu', '--less', 'decode.mbu'], '"decode.mbu" is wanted as large and as small as can be'],
    [['--more', 'decode.mbu', '-o', 'x.pdf'], '--out: "x.pdf" would not hold what its name says'],
  ])('refuses %j', async (flags, message) => {
    const { code, out, err } = await roofcast('pareto', ...machines, '--hardware', 'rtx-4090', ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });
});
