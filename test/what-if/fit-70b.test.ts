/*
 * "I want to run Llama 2 70B on one machine. Which weight format is the first that fits?"
 *
 * Capacity answers first. What fits is at most `usable bytes x 8 / parameters` bits per weight, less what the cache of
 * one sequence takes: 2.8 bits on the 24 GB of an RTX 4090, 5.7 on the 48 GB of an A6000, 17.9 on an M2 Ultra.
 */
import { describe, expect, it } from 'vitest';
import {
  DoesNotFitError,
  estimate,
  getModel,
  getScheme,
  totalParameters,
  tryEstimate,
  weightBytes,
} from '../../src/index.js';

const widestFirst = ['f16', 'q8_0', 'q6_k', 'q4_k_m', 'q3_k_m', 'iq2_xxs'];

function firstThatFits(hardware: string): string | undefined {
  return widestFirst.find(
    (weights) => tryEstimate({ model: 'llama-2-70b', hardware, engine: 'llama.cpp', weights }).ok,
  );
}

describe('Llama 2 70B on one machine', () => {
  it.each([
    ['rtx-4090', 'iq2_xxs'],
    ['rtx-a6000', 'q4_k_m'],
    ['m2-ultra-76c', 'f16'],
  ])('fits on %s first as %s', (hardware, weights) => {
    expect(firstThatFits(hardware)).toBe(weights);
  });

  it.each(['rtx-4090', 'rtx-a6000', 'm2-ultra-76c'])('fits on %s up to the bits that its memory allows', (hardware) => {
    const model = getModel('llama-2-70b');
    const parameters = totalParameters(model);
    const fitting = firstThatFits(hardware) ?? '';
    const { usableBytes } = estimate({ model, hardware, engine: 'llama.cpp', weights: fitting }).memory;
    const limit = (usableBytes * 8) / parameters;
    const bits = (weights: string) => (weightBytes(model, getScheme(weights)) * 8) / parameters;
    expect(bits(fitting)).toBeLessThan(limit);
    const wider = widestFirst[widestFirst.indexOf(fitting) - 1];
    if (wider !== undefined) expect(bits(wider)).toBeGreaterThan(limit);
  });

  it('says what is short and what would do when it does not fit', () => {
    const outcome = tryEstimate({ model: 'llama-2-70b', hardware: 'rtx-4090', weights: 'q4_k_m' });
    const error = outcome.ok ? undefined : outcome.error;
    expect(error).toBeInstanceOf(DoesNotFitError);
    expect(error).toMatchObject({ remedies: ['iq2_xxs weights', '2 such devices'] });
    expect(error?.message).toMatch(/needs 4[12]\.\d+ GB and rtx-4090 has 24\.48 GB/);
  });
});
