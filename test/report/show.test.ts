import { describe, expect, it } from 'vitest';
import { getEngine, getHardware, getModel, sourcesOf } from '../../src/index.js';
import { engineText } from '../../src/report/show-engine.js';
import { hardwareJson, hardwareText } from '../../src/report/show-hardware.js';
import { modelJson, modelText } from '../../src/report/show-model.js';

describe('a machine as text', () => {
  const id = 'h100-sxm-80gb';
  const text = hardwareText(getHardware(id), sourcesOf('hardware', id), 100);

  it('shows figures as they were written, with the ridge point of each peak', () => {
    // 989.4e12 FLOP/s / 3.35e12 B/s = 295 FLOP/B
    expect(text).toMatch(/matrix +f16 +f32 +989\.4 +1,830 +295 +0\.00339 +\d/);
    expect(text).toMatch(/hbm +hbm +weights +80 GiB +3\.35 TB\/s/);
    expect(text).toMatch(/TDP +700 W \[\d+\]/);
  });

  it('lists every source that it numbers', () => {
    const numbers = [...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number));
    const listed = [...text.matchAll(/^ {2}(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(listed).toEqual(listed.map((_, index) => index + 1));
    for (const number of numbers) expect(listed).toContain(number);
  });
});

describe('a model as text', () => {
  it('shows parameters, sizes and cache', () => {
    const text = modelText(getModel('llama-2-7b'), sourcesOf('model', 'llama-2-7b'), 100);
    expect(text).toContain('total             6.74 billion (6,738,415,616)');
    // 2 x 32 layers x 4096 x 2 B = 524,288 B per token; 13.5 GB at 16 bits.
    expect(text).toMatch(/f16 +524 +2\.15\n/);
    expect(text).toMatch(/f16 +13\.5 +16\.0\n/);
  });

  it('tells what one token uses of a mixture', () => {
    const model = getModel('mixtral-8x7b');
    expect(modelText(model, sourcesOf('model', model.id), 100)).toMatch(/active per token +12\.9 billion/);
    expect(modelJson(model, sourcesOf('model', model.id))).toMatchObject({
      kind: 'model',
      derived: { activeParameters: 12_879_925_248 },
    });
  });
});

describe('an engine as text', () => {
  it('shows the constants of each class', () => {
    const text = engineText(getEngine('llama.cpp'), sourcesOf('engine', 'llama.cpp'), 100);
    expect(text).toMatch(/class +memory +matrix +vector +attention/);
    expect(text).toMatch(/usual engine for +.*metal/);
  });
});

describe('what follows from the figures of a machine', () => {
  const derivedOf = (id: string) =>
    (hardwareJson(getHardware(id), sourcesOf('hardware', id)) as { derived: object }).derived;

  it('has ridge points by memory level', () => {
    // 989.4e12 / 7e12 = 141.3 FLOP/B of L2, 989.4e12 / 3.35e12 = 295.3 of HBM
    expect(derivedOf('h100-sxm-80gb')).toMatchObject({
      ridgesByLevel: [
        { path: 'matrix', format: 'f16', ridgePoints: { l2: 989.4e12 / 7e12, hbm: 989.4e12 / 3.35e12 } },
        ...Array(8).fill({}),
      ],
    });
    const text = hardwareText(getHardware('h100-sxm-80gb'), sourcesOf('hardware', 'h100-sxm-80gb'), 100);
    expect(text).toMatch(/matrix +f16 +f32 +141 +295\n/);
  });

  it('has price and power for bandwidth and peak, where they are known', () => {
    const { ratios } = derivedOf('h100-sxm-80gb') as { ratios: Record<string, number> };
    expect((ratios.usdPerBandwidth ?? 0) * 1e12).toBeCloseTo(30000 / 3.35, 6);
    expect((ratios.usdPerPeak16Bit ?? 0) * 1e12).toBeCloseTo(30000 / 989.4, 6);
    expect((ratios.wattsPerBandwidth ?? 0) * 1e12).toBeCloseTo(700 / 3.35, 6);
    // No price is known of a board that is only sold in racks.
    expect(derivedOf('gb200-nvl72-186gb')).not.toHaveProperty('ratios.usdPerBandwidth');
    const text = hardwareText(getHardware('rpi-cm5-cluster10'), sourcesOf('hardware', 'rpi-cm5-cluster10'), 100);
    expect(text).not.toContain('to buy');
  });
});

describe('a published count of parameters', () => {
  it('stands beside the one that follows from the dimensions', () => {
    const shown = (id: string) => modelText(getModel(id), sourcesOf('model', id), 100);
    expect(shown('llama-3.1-8b')).toMatch(
      /published total +8\.03 billion \(8,030,261,248\); by the dimensions the same/,
    );
    expect(shown('mixtral-8x7b')).toMatch(/published total .*; by the dimensions (?:the same|[\d.<]+ % (?:less|more))/);
  });
});
