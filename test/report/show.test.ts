import { describe, expect, it } from 'vitest';
import { getEngine, getHardware, getModel, sourcesOf } from '../../src/index.js';
import { engineText } from '../../src/report/show-engine.js';
import { hardwareText } from '../../src/report/show-hardware.js';
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
