import { linearRange, range } from '../../src/index.js';

const base = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'q4_0' };

/** Points of every kind: numbers, quantities, words and truths; some cannot run. */
export const mixed = {
  base,
  axes: {
    hardware: ['h100-sxm-80gb', 'm2-ultra-76c'],
    weights: ['q4_0', 'no "format"'],
    flashAttention: [true, false],
    'price.lifeYears': linearRange(1, 2, 3),
    batch: [1, 64, 100_000],
  },
  metrics: {
    rate: 'decode.tokensPerSecond',
    bound: 'decode.bound',
    cost: 'cost.usdPerMillionOutputTokens',
    known: 'engine.usual',
  },
};

/** A quantity as an axis. */
export const quantities = {
  base,
  axes: { 'hardware.memory.hbm.bandwidth': linearRange('1 TB/s', '2 TB/s', 4), batch: range(1, 3) },
  metrics: ['decode.tokensPerSecond'],
};

/** More points than one piece of text has. The largest batches do not fit. */
export const large = {
  base,
  axes: { batch: [1, 2, 64, 512, 256], promptTokens: range(1, 2000) },
  metrics: ['decode.tokensPerSecond', 'decode.bound'],
};
