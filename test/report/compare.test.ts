import { describe, expect, it } from 'vitest';
import { DoesNotFitError } from '../../src/errors.js';
import { comparisonJson, comparisonText } from '../../src/report/compare.js';
import { compareOutcomes } from '../../src/study/compare.js';
import { sampleEstimate } from './fixture.js';

const misfit = new DoesNotFitError({
  hardware: 'rtx-4090',
  model: 'llama-2-70b',
  requiredBytes: 138e9,
  availableBytes: 23.3e9,
  remedies: ['iq2_xxs weights', '6 such devices'],
});

const estimate = sampleEstimate();
const { expected, low, high, ideal, basis } = estimate.decode.tokensPerSecond;
const twice = { expected: 2 * expected, low: 2 * low, high: 2 * high, ideal: 2 * ideal, basis };
const faster = { ...estimate, decode: { ...estimate.decode, tokensPerSecond: twice } };
const comparison = compareOutcomes([
  { hardware: 'm2-ultra-76c', outcome: { ok: true, estimate } },
  { hardware: 'h100-sxm-80gb', outcome: { ok: true, estimate: faster } },
  { hardware: 'rtx-4090', outcome: { ok: false, error: misfit } },
]);

describe('the table of a comparison', () => {
  it('has a row per machine with rates, ideal and ratio to the first', () => {
    const text = comparisonText(comparison, 200);
    expect(text).toMatch(
      /m2-ultra-76c +llama\.cpp \(metal\) +93\.5 +84\.2 - 103 +201 +1\.00x +412 +48\.2 +memory +compute/,
    );
    expect(text).toMatch(/h100-sxm-80gb .* 187 .* 2\.00x /);
  });

  it('says by how much a machine is too small, and what would fit', () => {
    const text = comparisonText(comparison, 200);
    expect(text).toContain(
      'needs 138 GB of 23.3 GB usable, 115 GB short; it fits with iq2_xxs weights, or 6 such devices',
    );
  });

  it('reads as it did when somebody last looked at it', async () => {
    await expect(comparisonText(comparison, 100)).toMatchFileSnapshot('compare.txt');
  });

  it('fits a page of 100 columns', () => {
    for (const line of comparisonText(comparison, 100).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('names formats, workload, engines, bases and prices below', () => {
    const text = comparisonText(comparison, 100);
    expect(text).toContain('q4_0 weights, f16 KV cache, batch 1, 512 prompt + 128 output tokens');
    expect(text).toContain('212 measurements of llama.cpp (metal) on 16 machines');
    expect(text).toContain('bought for 5,299 USD');
  });

  it('is only sentences where no machine can run the model', () => {
    const none = comparisonText(
      compareOutcomes([{ hardware: 'rtx-4090', outcome: { ok: false, error: misfit } }]),
      100,
    );
    expect(none).toMatch(/^No machine can run this\.\n\nMachines\n {2}machine\n {2}rtx-4090 {2}does not fit: needs/);
  });
});

describe('the data of a comparison', () => {
  it('keeps what an error says', () => {
    const data = JSON.parse(JSON.stringify(comparisonJson(comparison)));
    expect(data.baseline).toBe(0);
    expect(data.entries[1].ratios.decodeTokensPerSecond).toBeCloseTo(2);
    expect(data.entries[2]).toMatchObject({
      ok: false,
      hardware: 'rtx-4090',
      error: { code: 'does-not-fit', shortBytes: 114.7e9, remedies: ['iq2_xxs weights', '6 such devices'] },
    });
  });
});
