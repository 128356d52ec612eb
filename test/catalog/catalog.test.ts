import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { getEngine, listEngines } from '../../src/catalog/engines.js';
import { getHardware, listHardware } from '../../src/catalog/hardware.js';
import { getModel, listModels } from '../../src/catalog/models.js';
import { getNetwork, listNetworks } from '../../src/catalog/networks.js';
import { sourcesOf } from '../../src/catalog/sources.js';
import { UnknownIdError } from '../../src/errors.js';

const idsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();

describe('the catalogue', () => {
  it('has every spec of the folders, under the name of its file', () => {
    expect(listHardware().map(({ id }) => id)).toEqual(idsIn('hardware-specs'));
    expect(listModels().map(({ id }) => id)).toEqual(idsIn('model-specs'));
    expect(listEngines().map(({ id }) => id)).toEqual(idsIn('engine-specs'));
    const networks = [...idsIn('model-specs'), ...idsIn('network-specs')].sort();
    expect(listNetworks().map(({ id }) => id)).toEqual(networks);
  });

  it('has networks that generate no tokens beside the language models', () => {
    for (const network of listNetworks()) {
      for (const name of [network.id, ...network.aliases]) expect(getNetwork(name)).toBe(network);
    }
    expect(getNetwork('llama-2-7b')).toBe(getModel('llama-2-7b'));
    expect(() => getModel('sdxl')).toThrow(
      /^model: sdxl-1.0-base makes images; .*; estimate, compare and explain take it, and getNetwork/,
    );
    expect(() => getNetwork('resnet-51')).toThrow(/did you mean "resnet-50"/);
  });

  it('finds all by id and by alias, letter case aside', () => {
    for (const [get, list] of [
      [getHardware, listHardware],
      [getModel, listModels],
      [getEngine, listEngines],
    ] as const) {
      for (const item of list()) {
        for (const name of [item.id, item.id.toUpperCase(), ...item.aliases]) expect(get(name)).toBe(item);
      }
    }
  });

  it('returns what the YAML says, in SI units', () => {
    expect(getHardware('H100')).toMatchObject({ id: 'h100-sxm-80gb', memory: { hbm: { bandwidth: 3.35e12 } } });
    expect(getHardware('m2-max-cpu').computeWith).toBe('cpu');
    expect(getModel('llama3-8b')).toMatchObject({ id: 'llama-3-8b', hidden: 4096, vocabulary: 128256 });
  });

  it('returns one frozen object to all who ask', () => {
    const hardware = getHardware('h100');
    expect(getHardware('h100-sxm-80gb')).toBe(hardware);
    expect(Object.isFrozen(hardware.memory.hbm)).toBe(true);
    expect(Object.isFrozen(hardware.units.gpu?.peaks[0])).toBe(true);
  });

  it('suggests the nearest ids for an unknown one', () => {
    expect(() => getHardware('h10-sxm')).toThrow(UnknownIdError);
    expect(() => getHardware('h100-smx-80gb')).toThrow(
      /^no hardware has the id "h100-smx-80gb"; did you mean "h100-sxm-80gb" or /,
    );
    expect(() => getModel('lama-3-8b')).toThrow(/did you mean "llama-3-8b"/);
    expect(() => getModel('zzzzzzzzzzzz')).toThrow(/^no model has the id "zzzzzzzzzzzz"$/);
    expect(() => getEngine('vlmm')).toThrow(UnknownIdError);
  });

  it('takes no name of Object for an id', () => {
    for (const name of ['constructor', '__proto__', 'toString', '']) {
      expect(() => getHardware(name)).toThrow(UnknownIdError);
      expect(() => sourcesOf('hardware', name)).toThrow(UnknownIdError);
    }
  });
});

describe('the sources of the catalogue', () => {
  it('tell of a figure by its path in the object', () => {
    const { figures, details } = sourcesOf('hardware', 'h100-sxm-80gb');
    expect(figures['memory.hbm.bandwidth']).toMatchObject({
      ref: expect.any(String),
      date: '2026-11-21',
      kind: 'vendor',
    });
    expect(details['memory.hbm.type']).toBe('HBM3');
  });

  it('know every machine, model and engine', () => {
    for (const { id } of listHardware()) expect(Object.keys(sourcesOf('hardware', id).figures)).not.toHaveLength(0);
    for (const { id } of listNetworks()) expect(sourcesOf('model', id).figures).toHaveProperty('dimensions');
    for (const { id } of listEngines()) expect(Object.keys(sourcesOf('engine', id).figures)).not.toHaveLength(0);
  });

  it('lead to the figure: every path of a machine that is no detail is a number in it', () => {
    for (const hardware of listHardware()) {
      for (const path of Object.keys(sourcesOf('hardware', hardware.id).figures)) {
        if (/\.(busWidth|dataRate)$/.test(path)) continue;
        expect(at(hardware, path), `${hardware.id} ${path}`).toBeTypeOf('number');
      }
    }
  });
});

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, step) => (here as Record<string, unknown> | undefined)?.[step], value);
}
