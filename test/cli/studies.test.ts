import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, sensitivity } from '../../src/index.js';
import { checkPicture } from '../plot/svg-facts.js';
import { parseOne, roofcast } from './roofcast.js';

const asked = ['--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb', '--engine', 'ideal'];
const RATE = ['--metric', 'decode.tokensPerSecond', '--at-least', '500'];
const BANDWIDTH = ['--field', 'hardware.memory.hbm.bandwidth', '--metric', 'decode.tokensPerSecond'];

/** What is doubtful about the machine, as every estimate on it says. */
const DOUBT = 'warning: h100-sxm-80gb: assumed, not published: memory.hbm.usable\n';
/** The physical bound knows no power limit. */
const BEYOND =
  'warning: Ideal (physical bound) keeps no power limit: at this speed h100-sxm-80gb would draw 788 W, and it can draw 700 W\n';

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

  it('says what is doubtful about the run, and which memory changes nothing', async () => {
    const machine = ['--model', 'llama-2-7b', '--weights', 'f16', '--hardware'];
    const table = await roofcast('sensitivity', ...machine, 'dgx-h100', '--top', '1');
    expect(table.out).toMatch(/^Warnings\n {2}- dgx-h100 is a system of 8 devices/m);
    expect(table.err).toBe('');
    const data = await roofcast('sensitivity', ...machine, 'dgx-h100', '--json');
    expect(data.err).toMatch(/^warning: dgx-h100 is a system of 8 devices/);
    expect(parseOne(data.out)).toMatchObject({ outdrawn: [], warnings: [{ code: 'one-device-of-several' }, {}] });
    const { out } = await roofcast('sensitivity', ...machine, 'm2-ultra-76c', '--top', '1');
    expect(out.replace(/\s+/g, ' ')).toContain(
      '- hardware.memory.unified.bandwidth changes nothing: it is 800 GB/s, of which no more than 770 GB/s are drawn (hardware.units.gpu.bandwidth)',
    );
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
      const doubts = {
        'h100-sxm-80gb': DOUBT,
        'rtx-4090': 'warning: rtx-4090: assumed, not published: memory.vram.usable\n',
      };
      const err = doubts[hardware as keyof typeof doubts] ?? '';
      expect(await roofcast('sensitivity', ...args)).toEqual({ code: 0, out: '', err });
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
    expect({ code, err }).toEqual({ code: 0, err: `${DOUBT}${BEYOND}` });
    expect(out).toMatch(/^hardware\.memory\.hbm\.bandwidth = 5\.4\d* TB\/s\n/);
  });

  it.each([
    ['batch', '1,2,4,8,16', '4'],
    ['price.lifeYears', '1,2', undefined],
    ['flashAttention', 'false,true', undefined],
    ['hardware.units.gpu.count', '66,132', undefined],
    ['hardware.memory.hbm.bandwidth', '2 TB/s,4x', '4x'],
  ])('goes through a list of %s', async (field, values, answer) => {
    const { out, err } = await roofcast('solve', ...asked, '--field', field, '--values', values, ...RATE);
    expect(err).toContain(DOUBT);
    if (answer === undefined) expect(out).toContain(`no value of ${field} in the list gives`);
    else expect(out).toMatch(new RegExp(`^${field} = ${answer}\n`));
  });

  it('ends with 1, and says why, where none does', async () => {
    const { code, out } = await roofcast('solve', ...asked, ...BANDWIDTH, '--at-least', '400', '--to', '4 TB/s');
    expect(code).toBe(1);
    expect(out).toContain('even 4 TB/s gives');
  });

  it('says what is doubtful about the answer', async () => {
    const machine = ['--model', 'llama-2-7b', '--hardware', 'dgx-h100', '--engine', 'ideal', ...BANDWIDTH];
    for (const to of ['4x', '2x']) {
      const { err } = await roofcast('solve', ...machine, '--at-least', '600', '--to', to);
      expect(err).toMatch(/^warning: dgx-h100 is a system of 8 devices/);
    }
  });

  it('says which draw no memory is beyond', async () => {
    const machine = ['--model', 'llama-2-7b', '--hardware', 'm2-ultra-76c', '--weights', 'f16'];
    const field = ['--field', 'hardware.memory.unified.bandwidth', '--metric', 'decode.tokensPerSecond'];
    const { code, out, err } = await roofcast('solve', ...machine, ...field, '--at-least', '100');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.replace(/\s+/g, ' ')).toContain(
      'of which units.gpu.bandwidth lets through no more than 770 GB/s; change that as well',
    );
  });

  it.each([
    ['price.utilisation', '10', /already .* is charged by its rent, to which price.utilisation adds nothing; change/],
    ['hardware.price.purchase', '0.1', /even .* is charged by its rent, to which hardware.price.purchase adds nothing/],
    ['hardware.links.nvlink.bandwidth', '0.1', /even .*; it changes nothing here$/],
  ])('says why %s changes nothing', async (field, most, why) => {
    const metric = ['--metric', 'cost.usdPerMillionOutputTokens', '--at-most', most];
    const range = ['--from', field.startsWith('price') ? '0.5' : field.includes('links') ? '0.5x' : '100 USD'];
    const to = ['--to', field.startsWith('price') ? '1' : field.includes('links') ? '2x' : '200 USD'];
    const { out } = await roofcast('solve', ...asked, '--field', field, ...metric, ...range, ...to);
    expect(out.replace(/\s+/g, ' ').trim()).toMatch(why);
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
    [['--field', 'batch', '--values', '1,few', ...RATE], '"few" is not a number'],
    [['--field', 'batch', '--to', '2x', ...RATE], '--field batch: "2x" is not a number; write one such as 512'],
    [
      ['--field', 'weights', '--values', 'f16,q4_9', ...RATE],
      '--field weights: no weight format has the id "q4_9"; did',
    ],
    [[...BANDWIDTH, '--at-least', '1', '--from', '8 TB/s', '--to', '1 TB/s'], 'down, from 8 TB/s to 1 TB/s; write the'],
    [['--field', 'weights', '--values', 'f16,', ...RATE], '--values: "f16," has an empty value'],
    [['--field', 'hardware.memory.hbm.bandwidth', '--values', '2,4 TB/s', ...RATE], '"2" has no unit'],
    [['--field', 'memory.hbm.bandwidth', ...RATE], 'did you mean "hardware.memory.hbm.bandwidth"?'],
    [['--field', 'layers.block.mixer.kv-heads', ...RATE], 'did you mean "model.layers.block.mixer.kv-heads"?'],
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

  it('takes a range of batches', async () => {
    const flags = ['--hardware', 'h100-sxm-80gb', ...aims, '--json', '--batch', '1:3'];
    const { out } = await roofcast('pareto', ...machines, ...flags);
    const { rows } = parseOne(out) as { rows: { point: { batch: number } }[] };
    expect(rows.map(({ point }) => point.batch)).toEqual([1, 2, 3]);
  });

  it('says what is doubtful about the choices', async () => {
    const two = ['--model', 'llama-3.1-8b', '--hardware', 'dgx-h100,m2-ultra-76c', ...aims];
    const table = await roofcast('pareto', ...two);
    expect(table.out).toMatch(/^Warnings\n {2}- dgx-h100 is a system of 8 devices[\s\S]*\(1 of 2 choices\)\n/m);
    expect(table.err).toBe('');
    const data = await roofcast('pareto', ...two, '--json');
    expect(data.err).toMatch(/^warning: dgx-h100 is a system of 8 devices/);
    expect(parseOne(data.out)).toMatchObject({ warnings: [{ code: 'one-device-of-several', points: 1 }, {}] });
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
    [['--more', 'decode.mbu', '--weights', 'q4_k_m,q4_km'], 'no weight format has the id "q4_km"; did you mean q4_k_m'],
    [['--more', 'decode.mbu', '--batch', '8:1'], '--batch: no step of 1 leads from 8 to 1; write 1,8,64, 1:64, 1:64:4'],
    [['--more', 'decode.mbu', '--batch', '1:1e6'], '--batch: 1000000 batches are too many; ask for 10000 or fewer'],
  ])('refuses %j', async (flags, message) => {
    const { code, out, err } = await roofcast('pareto', ...machines, '--hardware', 'rtx-4090', ...flags);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });
});
