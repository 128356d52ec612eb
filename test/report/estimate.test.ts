import { describe, expect, it } from 'vitest';
import { estimateText } from '../../src/report/estimate.js';
import { sampleEstimate } from './fixture.js';

const text = estimateText(sampleEstimate());

describe('the report on an estimate', () => {
  it('begins with what was asked and how fast it is', () => {
    expect(text).toContain('Llama 2 7B on Apple M2 Ultra (76-core GPU) with llama.cpp (metal)\n');
    expect(text).toContain('q4_0 weights, f16 KV cache, batch 1, 512 prompt + 128 output tokens\n');
    expect(text).toMatch(/decode +token\/s +93\.5 +84\.2 - 103 +201\n/);
    expect(text).toMatch(/time to first token +ms +412 +371 - 453 +250\n/);
  });

  it('says what binds, what it takes and what it costs', () => {
    expect(text).toMatch(/bound by +memory +compute\n/);
    expect(text).toMatch(/bandwidth utilisation \(MBU\) +% +48\.2 +1\.3\n/);
    expect(text).toMatch(/weights +3\.83 +2\.5 +q4_0\n/);
    expect(text).toMatch(/usable +155 +100\.0 +of 206 GB installed\n/);
    expect(text).toMatch(/per output token, prefill included +J +1\.07 /);
    expect(text).toMatch(/per million output tokens +0\.610 USD\n/);
  });

  it('shows the operators that take the most time first', () => {
    const names = [...text.matchAll(/^ {2}(feed-forward up and gate|attention projections|norms) .*memory$/gm)];
    expect(names.slice(0, 3).map(([, name]) => name)).toEqual([
      'feed-forward up and gate',
      'attention projections',
      'norms',
    ]);
  });

  it('reads as it did when somebody last looked at it', async () => {
    await expect(text).toMatchFileSnapshot('estimate.txt');
  });

  it('fits a page of 100 columns, and holds nothing that is not a number', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it('says so when there is no price, and shows both rates of a batch', () => {
    const { cost: _, ...free } = sampleEstimate();
    expect(estimateText(free)).toContain('unknown: the machine has no price');
    const batch = sampleEstimate({ workload: { ...sampleEstimate().workload, batch: 8 } });
    expect(estimateText(batch)).toMatch(/decode, all sequences .*\n.*decode, each sequence/);
  });

  it('shows a clock only under a power limit', () => {
    expect(text).not.toContain('clock');
    const estimate = sampleEstimate();
    const power = { ...estimate.prefill.power, limited: true, clock: 0.8 };
    const limited = estimateText({ ...estimate, prefill: { ...estimate.prefill, power } });
    expect(limited).toMatch(/clock under the power limit +% +100\.0 +80\.0\n/);
  });
});
