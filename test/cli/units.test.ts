import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseOne, roofcast } from './roofcast.js';

const folder = mkdtempSync(join(tmpdir(), 'networks-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('roofcast estimate of a network that generates no tokens', () => {
  it('prints images per second with their interval, stage by stage', async () => {
    const { code, out, err } = await roofcast(
      ...['estimate', '--model', 'sd-1.5', '--hardware', 'rtx-4090', '--steps', '30', '--batch', '4'],
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('f16 weights, batch 4, 512 x 512 pixels, 30 steps');
    expect(out).toMatch(/images +image\/s +[\d.]+ +[\d.]+ - [\d.]+ +[\d.]+/);
    expect(out).toMatch(/unet +860 million +30 x 2/);
    expect(out).toMatch(/per thousand images +[\d.]+ USD/);
    expect(out).not.toMatch(/NaN|undefined|Infinity|token\/s/);
  });

  it('prints the same as one JSON document', async () => {
    const { code, out, err } = await roofcast(
      ...['estimate', '--model', 'sdxl', '--hardware', 'h100', '--width', '512', '--height', '512', '--json'],
    );
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({
      model: { id: 'sdxl-1.0-base' },
      workload: { kind: 'denoise', unit: 'image', width: 512, height: 512, steps: 50 },
      unitsPerSecond: { expected: expect.any(Number), basis: expect.stringContaining('nothing of this kind') },
    });
    expect(err).toContain('warning: no measurement has calibrated');
  });

  it('answers sequences and tokens per second for an encoder', async () => {
    const { out } = await roofcast('estimate', '--model', 'bert-large', '--hardware', 'h100', '--prompt-tokens', '128');
    expect(out).toMatch(/sequences +sequence\/s/);
    expect(out).toMatch(/input tokens +token\/s/);
  });

  it.each([
    [['--model', 'sd-1.5', '--steps', '0'], '--steps: 0 is not a whole number from 1'],
    [['--model', 'sd-1.5', '--width', '500'], '--width: sd-1.5 halves its image'],
    [['--model', 'sd-1.5', '--output-tokens', '3'], '--output-tokens: sd-1.5 generates no tokens'],
    [['--model', 'llama-2-7b', '--steps', '3'], '--steps: llama-2-7b generates tokens'],
  ])('%j is refused in a line', async (flags, message) => {
    const { code, out, err } = await roofcast('estimate', '--hardware', 'h100', ...flags);
    expect([code, out]).toEqual([1, '']);
    expect(err.startsWith(`error: ${message}`)).toBe(true);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('the other commands', () => {
  it('compare sets machines side by side, and says which cannot', async () => {
    const { code, out } = await roofcast(
      ...['compare', '--model', 'sdxl', '--hardware', 'h100,m2-ultra-76c,gddr6-aim,raspberry-pi-5', '--batch', '2'],
    );
    expect(code).toBe(0);
    expect(out).toContain('Machines (ratio: image/s against h100-sxm-80gb)');
    expect(out).toMatch(/1\.00x/);
    expect(out).not.toMatch(/NaN|undefined/);
  });

  it('explain gives every stage its terms', async () => {
    const { code, out } = await roofcast('explain', '--model', 'nerf', '--hardware', 'v100-sxm-32gb');
    expect(code).toBe(0);
    for (const heading of ['Coarse', 'Fine', 'Request', 'Memory', 'Energy', 'Not modelled', 'Sources'])
      expect(out).toMatch(new RegExp(`^${heading}$`, 'm'));
    expect(out).toContain('nerf-mlp stages.coarse.rowsPerPass');
  });

  it('show prints parameters and work of the stages', async () => {
    const { out } = await roofcast('show', 'sd-1.5');
    expect(out).toMatch(/unet +860 +860 +805 +2 in each step/);
    const { out: json } = await roofcast('show', 'resnet50', '--json');
    expect(parseOne(json)).toMatchObject({ kind: 'network', derived: { parameters: 25_557_032 } });
  });

  it('list has them among the models, with what they give', async () => {
    const { out } = await roofcast('list', 'models', '--json');
    const listed = parseOne(out) as { id: string; unit: string; kind: string }[];
    const found = (id: string) => listed.find((one) => one.id === id);
    for (const id of ['sd-1.5', 'sd-2.1', 'sdxl-1.0-base']) expect(found(id)?.unit).toBe('image');
    expect(found('nerf-mlp')).toMatchObject({ unit: 'frame', kind: 'encode' });
    expect(found('bert-large')).toMatchObject({ unit: 'sequence', kind: 'encode' });
    expect(found('llama-2-7b')).toMatchObject({ unit: 'token', kind: 'generate' });
  });

  it("take a network of one's own from a file, its sources with it", async () => {
    const file = join(folder, 'my-net.yaml');
    writeFileSync(file, readFileSync('network-specs/resnet-50.yaml', 'utf8').replace('id: resnet-50', 'id: my-net'));
    const { code, out } = await roofcast('explain', '--model', file, '--hardware', 'rtx-4090');
    expect(code).toBe(0);
    expect(out).toContain('my-net dimensions');
    expect((await roofcast('show', file)).out).toContain('my-net');
  });

  it('list narrows and sorts them with the others', async () => {
    const listed = async (...flags: string[]) =>
      (parseOne((await roofcast('list', 'models', ...flags, '--json')).out) as { id: string }[]).map(({ id }) => id);
    expect(await listed('--vendor', 'stability ai', '--min-parameters', '3.4B', '--max-parameters', '3.5B')).toEqual([
      'sdxl-1.0-base',
    ]);
    expect(await listed('--max-parameters', '30M')).toEqual(['nerf-mlp', 'resnet-50']);
    expect(await listed('--sort', 'active', '--reverse', '--limit', '2')).toEqual(['nerf-mlp', 'resnet-50']);
    // A network of stages has no context, and what is not known comes last.
    expect((await listed('--sort', 'context')).slice(-1)).toEqual(['sdxl-1.0-base']);
  });

  it('a figure of the machine is varied, and the answer says so', async () => {
    const asked = ['compare', '--model', 'sd-1.5', '--hardware', 'h100', '--set', 'power.tdp=0.5x'];
    const { code, out } = await roofcast(...asked);
    expect(code).toBe(0);
    expect(out).toContain('h100-sxm-80gb (varied)');
    expect(out).toContain('h100-sxm-80gb power.tdp 700 W -> 350 W');
    const { out: one } = await roofcast('estimate', ...asked.slice(1));
    expect(one).toContain('varied: h100-sxm-80gb power.tdp 700 W -> 350 W');
  });

  it('an encoder is varied as any model', async () => {
    const asked = [
      'estimate',
      '--model',
      'bert-large',
      '--hardware',
      'h100',
      '--set',
      'model.vocabulary=60000',
      '--json',
    ];
    expect(parseOne((await roofcast(...asked)).out)).toMatchObject({
      model: { varied: [{ path: 'vocabulary', from: 30_522, to: 60_000 }] },
    });
  });

  it.each([
    [
      ['estimate', '--model', 'sdxl', '--hardware', 'h100', '--set', 'model.hidden=2x'],
      '--model: sdxl-1.0-base is a network of stages',
    ],
    [['show', 'sdxl', '--set', 'hidden=2x'], '--model: sdxl-1.0-base is a network of stages'],
    [['plot', 'roofline', '--model', 'sdxl', '--hardware', 'h100'], '--model: sdxl-1.0-base generates no tokens'],
    [['plot', 'batch', '--model', 'bert-large', '--hardware', 'h100'], '--model: bert-large generates no tokens'],
  ])('%j is refused by name', async (args, message) => {
    const { code, out, err } = await roofcast(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err.startsWith(`error: ${message}`)).toBe(true);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('validate takes rows of tokens alone', async () => {
    const file = join(folder, 'net.yaml');
    writeFileSync(file, readFileSync('network-specs/resnet-50.yaml', 'utf8').replace('id: resnet-50', 'id: net'));
    const { code, err } = await roofcast('validate', 'measurements/local.csv', '--model', file);
    expect([code, err.startsWith('error: --model: net makes images')]).toEqual([1, true]);
  });
});
