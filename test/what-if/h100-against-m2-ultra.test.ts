/*
 * "An H100 for 30,000 USD or a Mac Studio with an M2 Ultra for 7,000: what do I get for a dollar?"
 *
 * Bandwidth costs the same on both (3.35 TB/s / 30,000 USD and 0.8 TB/s / 6,999 USD are both 0.11 GB/s per dollar), so a
 * single stream, which memory binds, gets as many tokens per second and dollar from either. The Mac gives seven to eight
 * times the memory, the H100 eight times the arithmetic per dollar: prompts and large batches belong there.
 */
import { describe, expect, it } from 'vitest';
import { compare, type Estimate, type EstimateInput, estimate, getHardware } from '../../src/index.js';

const workload = { model: 'llama-3.1-8b', engine: 'ideal', weights: 'f16' } as const;

function perDollar(hardware: string, quantity: (estimate: Estimate) => number, more: Partial<EstimateInput> = {}) {
  const { purchase = Number.NaN } = getHardware(hardware).price;
  return quantity(estimate({ ...workload, hardware, ...more })) / purchase;
}

/** What a dollar buys on the H100, in units of what it buys on the M2 Ultra. */
function h100AgainstM2Ultra(quantity: (estimate: Estimate) => number, more: Partial<EstimateInput> = {}): number {
  return perDollar('h100-sxm-80gb', quantity, more) / perDollar('m2-ultra-76c', quantity, more);
}

describe('A dollar in an H100 against one in an M2 Ultra', () => {
  it('buys about the same bandwidth, and so the same speed of a single stream', () => {
    expect(h100AgainstM2Ultra(({ hardware }) => hardware.peakBandwidth)).toBeCloseTo(0.98, 1);
    expect(h100AgainstM2Ultra(({ decode }) => decode.tokensPerSecond.expected)).toBeCloseTo(0.98, 1);
  });

  it('buys several times less memory', () => {
    expect(h100AgainstM2Ultra(({ memory }) => memory.usableBytes)).toBeLessThan(1 / 5);
  });

  it('buys several times the speed of reading a prompt', () => {
    expect(h100AgainstM2Ultra(({ prefill }) => prefill.tokensPerSecond.expected)).toBeGreaterThan(5);
  });

  it('buys twice the tokens of 128 streams, where the M2 Ultra has run out of arithmetic', () => {
    const streams = { batch: 128, promptTokens: 128 };
    expect(h100AgainstM2Ultra(({ decode }) => decode.tokensPerSecond.expected, streams)).toBeGreaterThan(1.5);
    expect(estimate({ ...workload, ...streams, hardware: 'm2-ultra-76c' }).decode.bound).toBe('compute');
    expect(estimate({ ...workload, ...streams, hardware: 'h100-sxm-80gb' }).decode.bound).toBe('memory');
  });

  it('costs more per token when the H100 is rented by the hour for one stream', () => {
    const { entries } = compare({
      model: 'llama-3.1-8b',
      weights: 'f16',
      hardware: ['h100-sxm-80gb', 'm2-ultra-76c'],
    });
    const [h100, m2Ultra] = entries.map((entry) => (entry.ok ? entry.estimate.cost : undefined));
    expect(h100?.basis).toContain('rented');
    expect(m2Ultra?.basis).toContain('bought');
    expect(h100?.usdPerMillionOutputTokens).toBeGreaterThan(2 * (m2Ultra?.usdPerMillionOutputTokens ?? Number.NaN));
  });
});
