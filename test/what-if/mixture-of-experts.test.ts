/*
 * "Mixtral 8x7B has 47 billion parameters and uses 13. Is it as fast as a 13B model?"
 *
 * For one stream, yes: a token reads 2 of 8 experts. Tokens of a step share some, as routers prefer some (Zipf's law), and
 * from a batch of 32 on read nearly all, so batching gains little until then, while the memory must hold all of it always.
 */
import { describe, expect, it } from 'vitest';
import { estimate, getModel } from '../../src/index.js';

function decodeOf(model: string, batch: number) {
  const workload = { weights: 'bf16', batch, promptTokens: 128, outputTokens: 128, engine: 'ideal' };
  return estimate({ model, hardware: 'h200-sxm-141gb', ...workload }).decode;
}

const weightsHeld = estimate({ model: 'mixtral-8x7b', hardware: 'h200-sxm-141gb', weights: 'bf16', engine: 'ideal' });

describe('Mixtral 8x7B', () => {
  it('holds all of its 47 billion parameters, 93 GB in 16 bits', () => {
    expect(weightsHeld.memory.weightBytes / 1e9).toBeCloseTo(93.4, 1);
  });

  it('reads for one token its active parameters alone, less the embeddings that are not streamed', () => {
    const { vocabulary, hidden } = getModel('mixtral-8x7b');
    const streamed = weightsHeld.model.activeParameters - vocabulary * hidden;
    expect(decodeOf('mixtral-8x7b', 1).weightBytes / (2 * streamed)).toBeCloseTo(1, 2);
  });

  it('reads for four tokens 58 % of its experts: the sum of 1 - (1 - p)^4, with p = 2 / (2.71786 rank)', () => {
    const oneExpertOfEach = 32 * 3 * 4096 * 14_336 * 2;
    const more = decodeOf('mixtral-8x7b', 4).weightBytes - decodeOf('mixtral-8x7b', 1).weightBytes;
    expect(more / oneExpertOfEach).toBeCloseTo(4.6251 - 2, 3);
  });

  it('reads nearly all of them for a batch of 64', () => {
    const read = decodeOf('mixtral-8x7b', 64).weightBytes / weightsHeld.memory.weightBytes;
    expect(read).toBeGreaterThan(0.99);
    expect(read).toBeLessThan(1);
  });

  it('is as fast as a dense 13B for one stream', () => {
    const ratio =
      decodeOf('mixtral-8x7b', 1).tokensPerSecond.expected / decodeOf('llama-2-13b', 1).tokensPerSecond.expected;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.2);
  });

  it('gains less than threefold from a batch of eight, where the dense one gains more than sixfold', () => {
    const gain = (model: string) =>
      decodeOf(model, 8).tokensPerSecond.expected / decodeOf(model, 1).tokensPerSecond.expected;
    expect(gain('mixtral-8x7b')).toBeLessThan(3);
    expect(gain('llama-2-13b')).toBeGreaterThan(6);
  });
});
