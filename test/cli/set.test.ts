import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, getEngine, getHardware, getModel, vary } from '../../src/index.js';
import { parseOne, roofcast } from './roofcast.js';

const asked = ['--model', 'llama-3.1-8b', '--hardware', 'h100-sxm-80gb'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-set-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('--set', () => {
  it('varies machine, model and engine as the library does', async () => {
    const { code, out } = await roofcast(
      ...['estimate', ...asked, '--engine', 'vllm', '--json'],
      ...['--set', 'memory.hbm.bandwidth=4 TB/s', '--set', 'hardware.units.gpu.count=2x'],
      ...['--set', 'model.pattern.0.repeat=16', '--set', 'engine.constants.memory-efficiency=0.9'],
    );
    const expected = estimate({
      model: vary(getModel('llama-3.1-8b'), { 'pattern.0.repeat': 16 }),
      hardware: vary(getHardware('h100-sxm-80gb'), { 'memory.hbm.bandwidth': '4 TB/s', 'units.gpu.count': '2x' }),
      engine: vary(getEngine('vllm'), { 'constants.memory-efficiency': 0.9 }),
    });
    expect(code).toBe(0);
    expect(parseOne(out)).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('is said in the report', async () => {
    const { out } = await roofcast('estimate', ...asked, '--set', 'memory.hbm.bandwidth=+20 %');
    expect(out).toContain('Llama 3.1 8B on NVIDIA H100 SXM5 80 GB (varied) with');
    expect(out).toContain('- varied: h100-sxm-80gb memory.hbm.bandwidth 3.35 TB/s -> 4.02 TB/s');
  });

  it('varies every machine of a comparison', async () => {
    const machines = ['--model', 'llama-3.1-8b', '--hardware', 'h100-sxm-80gb,a100-sxm-80gb'];
    const { code, out } = await roofcast('compare', ...machines, '--set', 'memory.hbm.bandwidth=2x');
    expect(code).toBe(0);
    expect(out).toContain('ratio: decode rate against h100-sxm-80gb (varied)');
    expect(out).toContain('a100-sxm-80gb memory.hbm.bandwidth 2.039 TB/s -> 4.078 TB/s');
  });

  it('is a source of what it explains', async () => {
    const { out } = await roofcast('explain', ...asked, '--set', 'memory.hbm.bandwidth=2x');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'assumed, 2026-11-21: varied: memory.hbm.bandwidth 3.35 TB/s -> 6.7 TB/s',
    );
  });

  it('varies what is shown, of whatever kind it is', async () => {
    const machine = await roofcast('show', 'h100-sxm-80gb', '--set', 'memory.hbm.bandwidth=6.7 TB/s', '--json');
    expect(parseOne(machine.out)).toMatchObject({
      hardware: { memory: { hbm: { bandwidth: 6.7e12 } } },
      sources: { figures: { 'memory.hbm.bandwidth': { kind: 'assumed' }, year: { kind: 'vendor' } } },
    });
    const model = await roofcast('show', 'llama-3.1-8b', '--set', 'layers.block.mixer.kv-heads=32');
    expect(model.out).toContain('Llama 3.1 8B (varied)');
    const engine = await roofcast('show', 'vllm', '--set', 'engine.constants.step-overhead=0 s', '--json');
    expect(parseOne(engine.out)).toMatchObject({ engine: { varied: [{ path: 'constants.step-overhead', to: 0 }] } });
  });

  it('varies a spec of a file', async () => {
    const file = path.join(folder, 'mine.yaml');
    writeFileSync(file, 'id: mine\nextends: h100-sxm-80gb\nname: Mine\naliases: []\n');
    const { code, out } = await roofcast('show', file, '--set', 'power.tdp=0.5x');
    expect(code).toBe(0);
    expect(out).toMatch(/TDP +350 W/);
  });

  it.each([
    ['memory.hbm.bandwidth', '--set: "memory.hbm.bandwidth" has no "="; write it as in --set memory.hbm.bandwidth='],
    ['=4 TB/s', '--set: "=4 TB/s" has no path before the "="'],
    ['model.=4', '--set: "model.=4" has no path before the "="'],
    ['memory.hbm.bandwidth=', '--set: "memory.hbm.bandwidth=" has no value behind the "="'],
    [
      'memory.hmb.bandwidth=4 TB/s',
      'memory.hmb.bandwidth: h100-sxm-80gb has no figure "memory.hmb.bandwidth"; did you',
    ],
    ['bandwith=4 TB/s', 'did you mean "units.gpu.bandwidth" or "memory.l2.bandwidth" or "memory.hbm.bandwidth"'],
    ['memory.hbm.bandwidth=4 TBps', 'memory.hbm.bandwidth: "4 TBps" is not a bandwidth; write it as "4 TB/s"'],
    ['memory.hbm.bandwidth=4 Tb/s', 'memory.hbm.bandwidth: "4 Tb/s" is in bits, not bytes; write TB/s'],
    ['memory.hbm.bandwidth=4', 'memory.hbm.bandwidth: "4" has no unit; write it as in "3.35 TB/s"'],
    ['model.hiden=2x', 'hiden: llama-3.1-8b has no figure "hiden"; did you mean "hidden"?'],
    ['engine.chunk=64', '--set: an engine is varied that is not named; name it with --engine'],
  ])('refuses %s', async (setting, message) => {
    const { code, out, err } = await roofcast('estimate', ...asked, '--set', setting);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('refuses two values of one figure, and figures of what is not shown', async () => {
    const twice = ['--set', 'power.tdp=500 W', '--set', 'hardware.power.tdp=600 W'];
    expect((await roofcast('estimate', ...asked, ...twice)).err).toContain('--set: "power.tdp" is set twice; keep one');
    const other = await roofcast('show', 'llama-3.1-8b', '--set', 'hardware.power.tdp=600 W');
    expect(other.code).toBe(1);
    expect(other.err).toContain('"hardware.power.tdp" is not of llama-3.1-8b, a model; leave it out');
  });
});
