/*
 * What publishers say of the size of their models, against the sum over the tensors that their dimensions give.
 */
import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/index.js';
import { activeParameters, totalParameters } from '../../src/model/parameters.js';
import type { Model } from '../../src/model/types.js';

const TOLERANCE = 0.005;

const models = listModels();

function off(model: Model): string[] {
  const { total, active } = model.published;
  return [
    ...(total === undefined ? [] : [{ what: 'total', counted: totalParameters(model), published: total }]),
    ...(active === undefined ? [] : [{ what: 'active', counted: activeParameters(model), published: active }]),
  ]
    .filter(({ counted, published }) => Math.abs(counted / published - 1) > TOLERANCE)
    .map(({ what, counted, published }) => `${model.id}: ${what} ${counted} counted, ${published} published`);
}

describe('the derived parameters of a model', () => {
  it('are within 0.5 % of the published ones, total and active, or the spec explains the difference', () => {
    const unexplained = models.filter(({ published }) => published.difference === undefined);
    expect(unexplained.flatMap(off)).toEqual([]);
  });

  it('are compared for nearly every model: only names that share a shape go without a count of their own', () => {
    const compared = models.filter(({ published }) => published.total !== undefined);
    expect(compared.length / models.length).toBeGreaterThan(0.85);
    const mixtures = models.filter(
      (model) => activeParameters(model) < totalParameters(model) && model.published.total !== undefined,
    );
    const withActive = mixtures.filter(({ published }) => published.active !== undefined);
    expect(withActive.length / mixtures.length).toBeGreaterThan(0.75);
  });

  it('are those that an explanation states', () => {
    const stale = models.flatMap((model) => {
      const stated = statedCounts(model.published.difference ?? '');
      const counted = [totalParameters(model), activeParameters(model)];
      return stated
        .filter(({ value, unit }) => !counted.some((count) => Math.abs(count - value) <= 0.51 * unit))
        .map(({ value }) => `${model.id}: ${value} is stated, ${counted.join(' and ')} are counted`);
    });
    expect(stale).toEqual([]);
  });

  it('are explained only where there is something to explain', () => {
    const idle = models.filter(
      ({ published }) =>
        published.difference !== undefined && published.total === undefined && published.active === undefined,
    );
    expect(idle.map(({ id }) => id)).toEqual([]);
  });
});

/** Counts that an explanation gives as ours: `13.90e9 counted`, `2.66e9 here`, with the unit of their last digit. */
function statedCounts(explanation: string): { value: number; unit: number }[] {
  return [...explanation.matchAll(/(\d+(?:\.(\d+))?)e(\d+) (?:counted|here)\b/g)].map(
    ([, digits, decimals, power]) => ({
      value: Number(`${digits}e${power}`),
      unit: 10 ** (Number(power) - (decimals ?? '').length),
    }),
  );
}
