import { expect, it } from 'vitest';
import { compare, InvalidScenarioError } from '../../src/index.js';

const asked = { model: 'llama-2-70b', weights: 'q4_0', engine: 'llama.cpp' } as const;
const hardware = ['rtx-4090', 'h100-sxm-80gb', 'm2-ultra-76c'];
const rateOf = (comparison: ReturnType<typeof compare>, index: number): number => {
  const entry = comparison.entries[index];
  return entry?.ok ? (entry.ratios?.decodeTokensPerSecond ?? 0) : 0;
};

it('takes the ratios to the first machine that can run it, or to the one that is named', () => {
  const usual = compare({ ...asked, hardware });
  const named = compare({ ...asked, hardware, baseline: 'm2-ultra-76c' });
  expect([usual.baseline, named.baseline]).toEqual([1, 2]);
  expect(rateOf(named, 2)).toBe(1);
  expect(rateOf(named, 1)).toBeCloseTo(1 / rateOf(usual, 2), 12);
});

it('has no ratios to a machine that cannot run it', () => {
  const { baseline, entries } = compare({ ...asked, hardware, baseline: 'rtx-4090' });
  expect(baseline).toBeUndefined();
  expect(entries[1]).toMatchObject({ ok: true });
  expect(entries[1]).not.toHaveProperty('ratios');
});

it('has the ratios of any metric', () => {
  const metrics = ['memory.usableBytes', 'hardware.peakBandwidth', 'decode.bound', 'workload.cachedTokens'];
  const { entries } = compare({ ...asked, hardware, metrics });
  const [, first, second] = entries.map((entry) => (entry.ok ? entry : undefined));
  const ratio = (first?.estimate.hardware.peakBandwidth ?? 0) / (second?.estimate.hardware.peakBandwidth ?? 0);
  // Words have no ratio, and nothing is a multiple of 0.
  expect(Object.keys(second?.ratios?.metrics ?? {})).toEqual(metrics.slice(0, 2));
  expect(second?.ratios?.metrics?.['hardware.peakBandwidth']).toBeCloseTo(1 / ratio, 12);
});

it('refuses a baseline that is no machine of the list, and a metric that there is not', () => {
  expect(() => compare({ ...asked, hardware, baseline: 'm2-ultra' })).toThrow('"m2-ultra" is none of the machines');
  expect(() => compare({ ...asked, hardware, metrics: ['decode.rate'] })).toThrow('an estimate has no figure');
});

it.each<[object, string]>([
  [{ hardware: 'rtx-4090' }, 'hardware: "rtx-4090" is not a list of machines'],
  [{ hardware: undefined }, 'hardware: undefined is not a list of machines'],
  [{ hardware: [{}] }, 'hardware: an object without fields is not a machine'],
  [{ hardware: [] }, 'no machine is named'],
  [{ bach: 4 }, 'did you mean "batch"?'],
])('refuses %j', (changes, message) => {
  const question = { ...asked, hardware, ...changes } as Parameters<typeof compare>[0];
  expect(() => compare(question)).toThrow(InvalidScenarioError);
  expect(() => compare(question)).toThrow(message);
});
