import { describe, expect, it } from 'vitest';
import { parseHardware } from '../../src/spec/hardware.js';
import { changed, machine } from './samples.js';

const parse = (text: string) => parseHardware(text, { file: 'box.yaml' });

describe('a machine in YAML', () => {
  const { hardware, sources } = parse(machine);

  it('becomes SI numbers', () => {
    expect(hardware.units.gpu).toEqual({
      name: 'gpu',
      count: 100,
      clock: 1.5e9,
      interfaces: ['cuda'],
      features: [],
      peaks: [{ path: 'matrix', format: 'f16', accumulate: 'f32', rate: 153.6e12, clock: 1.5e9, sparsity: 'dense' }],
    });
    expect(hardware.memory.hbm).toEqual({
      name: 'hbm',
      technology: 'hbm',
      capacity: 80 * 2 ** 30,
      bandwidth: 3.35e12,
      holds: 'weights',
      managed: 'software',
      arrangement: 'partitioned',
      usable: 1,
      streams: 'concurrent',
    });
    expect(hardware.power).toEqual({ scope: 'board', tdp: 700, perFlop: {}, perByte: { hbm: 98e-12 } });
    expect(hardware.price).toEqual({ rental: 0.001, rentalDate: '2026-05-01' });
  });

  it('may say that a rate counts two operations at once', () => {
    const text = changed(machine, '1024 FLOP/clock, source: sheet }', '1024 FLOP/clock, source: sheet, issue: dual }');
    expect(parse(text).hardware.units.gpu?.peaks[0]?.issue).toBe('dual');
  });

  it('has its defaults: the first unit computes, a cache fills itself, one operator runs after the other', () => {
    expect(hardware.computeWith).toBe('gpu');
    expect(hardware.memory.l2?.managed).toBe('hardware');
    expect(hardware.execution).toEqual({ kind: 'temporal' });
    expect(hardware.links).toEqual({});
    expect(hardware).not.toHaveProperty('year');
  });

  it('keeps the order of its memory, from nearest to farthest', () => {
    expect(Object.keys(hardware.memory)).toEqual(['l2', 'hbm']);
  });

  it('says where each figure comes from, by its path in the object', () => {
    expect(sources.figures['memory.hbm.bandwidth']).toEqual({
      ref: 'acme.example/box',
      date: '2026-11-21',
      kind: 'vendor',
    });
    expect(sources.figures['units.gpu.peaks.0.rate']?.kind).toBe('vendor');
    expect(sources.figures['memory.hbm.busWidth']?.kind).toBe('vendor');
    expect(sources.details).toEqual({ 'memory.hbm.type': 'HBM3' });
  });

  it('lists what is assumed and what is rumoured', () => {
    const doubtful = changed(machine, '7 TB/s, source: sheet', '7 TB/s, source: sheet, kind: assumed, note: a guess');
    const { hardware, sources } = parse(
      changed(doubtful, '700 W, source: sheet', '700 W, source: sheet, kind: rumour'),
    );
    expect(hardware.assumed).toEqual(['memory.l2.bandwidth']);
    expect(hardware.rumoured).toEqual(['power.tdp']);
    expect(sources.figures['memory.l2.bandwidth']).toMatchObject({ kind: 'assumed', note: 'a guess' });
  });

  it('may lay its layers out in space', () => {
    const spatial =
      'execution: { kind: spatial, hop-latency: { value: 2 us, source: sheet }, hops-per-layer: { value: 1.5, source: sheet } }';
    const { hardware } = parse(`${machine}${spatial}\n`);
    expect(hardware.execution).toEqual({ kind: 'spatial', hopLatency: 2e-6, hopsPerLayer: 1.5 });
  });

  it('may repeat itself by anchors', () => {
    const anchored = changed(
      machine,
      'capacity: { value: 80 GiB, source: sheet }',
      'capacity: &size { value: 80 GiB, source: sheet }',
    );
    const { hardware } = parse(`${anchored}year: { value: 2022, source: sheet }\nnotes: [seen]\n`);
    expect(hardware.year).toBe(2022);
  });
});
