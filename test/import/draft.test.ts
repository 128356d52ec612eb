import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLayers } from '../../src/import/draft.js';
import { idOf } from '../../src/import/names.js';
import type { Layer } from '../../src/model/types.js';

const layer = (width: number): Layer => ({
  mixers: [],
  feedForwards: [{ kind: 'dense', gated: true, width, bias: false }],
  norms: 1,
  extraElements: 0,
});

describe('layers folded into a pattern', () => {
  it('unfold to the same layers', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(widths, (list) => {
        const { layers, pattern } = foldLayers(list.map(layer));
        const names = pattern.flatMap((run) => Array.from({ length: run.repeat }, () => run.layers).flat());
        expect(names.map((name) => layers[name])).toEqual(list.map(layer));
      }),
    );
  });

  it('say what repeats once', () => {
    const widths = [9, ...Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? 2 : 1)), 1];
    expect(foldLayers(widths.map(layer)).pattern).toEqual([
      { layers: ['dense-1'], repeat: 1 },
      { layers: ['dense-2', 'dense-2', 'dense-3'], repeat: 4 },
      { layers: ['dense-2'], repeat: 1 },
    ]);
  });
});

describe('an id', () => {
  it.each([
    ['Meta-Llama-3-8B.Q4_K_M', 'meta-llama-3-8b.q4-k-m'],
    ['  ../..  ', 'imported'],
    ['..a--.b', 'a.b'],
    ['gpt\n2', 'gpt-2'],
  ])('of %j is %s', (name, id) => {
    expect(idOf(name)).toBe(id);
  });

  it('is one whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (name) => {
        expect(idOf(name)).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
      }),
    );
  });
});
