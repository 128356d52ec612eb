import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pareto, paretoFront, sweep } from '../../src/index.js';

type Item = readonly number[];

/** The definition: what no other item is at least as good as in all, and better than in one. */
function byDefinition(items: readonly Item[], signs: readonly number[]): Item[] {
  const score = (item: Item, at: number): number => (signs[at] ?? 1) * (item[at] ?? 0);
  const beats = (a: Item, b: Item): boolean =>
    signs.every((_, at) => score(a, at) >= score(b, at)) && signs.some((_, at) => score(a, at) > score(b, at));
  return items.filter((item) => !items.some((other) => beats(other, item)));
}

const sorted = (items: readonly Item[]): string[] => items.map(String).sort();

describe('a Pareto front', () => {
  it.each([1, 2, 3, 4])('of %i aims is that of the definition', (count) => {
    // Few values, so that many items are equal in an aim or in all.
    const item = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: count, maxLength: count });
    const signs = fc.array(fc.constantFrom(1, -1), { minLength: count, maxLength: count });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), signs, (items, directions) => {
        const aims = directions.map((sign, at) => {
          return { of: (one: Item) => one[at], better: sign > 0 ? ('more' as const) : ('less' as const) };
        });
        const front = paretoFront(items, aims);
        expect(sorted(front)).toEqual(sorted(byDefinition(items, directions)));
        const first = front.map((one) => (directions[0] ?? 1) * (one[0] ?? 0));
        expect(first).toEqual([...first].sort((a, b) => b - a));
      }),
    );
  });

  it('takes far fewer comparisons than pairs with two aims', () => {
    // Every item is on the front: a comparison with each before would read 10^10 scores.
    const items = Array.from({ length: 1e5 }, (_, index) => [index, -index]);
    let reads = 0;
    const aims = [0, 1].map((at) => {
      return {
        better: 'more' as const,
        of: (item: Item) => {
          reads++;
          return item[at];
        },
      };
    });
    expect(paretoFront(items, aims)).toHaveLength(1e5);
    expect(reads).toBe(2e5);
  });

  it('leaves out what has no value', () => {
    const aims = [{ of: (item: Item) => item[0], better: 'more' as const }];
    expect(paretoFront([[], [1], [Number.NaN], [2]], aims)).toEqual([[2]]);
  });
});

describe('a front of the rows of a sweep', () => {
  const swept = sweep({
    base: { model: 'llama-2-70b', hardware: 'h100-sxm-80gb', weights: 'q4_0', engine: 'llama.cpp' },
    axes: { hardware: ['h100-sxm-80gb', 'rtx-4090', 'm2-ultra-76c'], batch: [1, 8] },
    metrics: ['decode.tokensPerSecond', 'cost.usdPerMillionOutputTokens', 'energy.joulesPerToken', 'decode.bound'],
  });

  it('has those that no other beats, best in the first aim first', () => {
    const front = pareto(swept, { more: ['decode.tokensPerSecond'], less: ['cost.usdPerMillionOutputTokens'] });
    const ran = [...swept].filter((row) => row.ok);
    expect(ran).toHaveLength(4);
    const rates = ran.map(({ values }) => Number(values['decode.tokensPerSecond']));
    expect(front[0]?.values['decode.tokensPerSecond']).toBe(Math.max(...rates));
    const costs = ran.map(({ values }) => Number(values['cost.usdPerMillionOutputTokens']));
    expect(front.at(-1)?.values['cost.usdPerMillionOutputTokens']).toBe(Math.min(...costs));
  });

  it('grows with the aims', () => {
    const one = pareto(swept, { more: ['decode.tokensPerSecond'] });
    const two = pareto(swept, { more: ['decode.tokensPerSecond'], less: ['cost.usdPerMillionOutputTokens'] });
    const both = ['cost.usdPerMillionOutputTokens', 'energy.joulesPerToken'];
    const three = pareto(swept, { more: ['decode.tokensPerSecond'], less: both });
    expect(one).toHaveLength(1);
    expect(two.length).toBeGreaterThan(1);
    expect(three.map(({ index }) => index)).toEqual(expect.arrayContaining(two.map(({ index }) => index)));
  });

  it.each([
    [{}, 'nothing is aimed at'],
    [{ more: ['decode.tokenPerSecond'] }, 'did you mean "decode.tokensPerSecond"'],
    [{ more: ['decode.bound'] }, 'no row has a number for "decode.bound"'],
    [{ mor: ['decode.tokensPerSecond'] } as object, 'did you mean "more"'],
    [{ more: 'decode.mbu' } as object, 'aims: "decode.mbu" is not a list'],
    [
      { more: ['decode.tokensPerSecond'], less: ['decode.tokensPerSecond'] },
      '"decode.tokensPerSecond" is wanted as large and as small as can be',
    ],
  ])('refuses %j', (aims, message) => {
    expect(() => pareto(swept, aims)).toThrow(message);
  });

  it('refuses what has no rows', () => {
    expect(() => pareto(3 as never, { more: ['decode.mbu'] })).toThrow('rows: 3 is not rows; give those of a sweep');
  });
});
