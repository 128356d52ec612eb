import { type Estimate, estimate } from '../../src/index.js';

const real = estimate({
  model: 'llama-2-7b',
  hardware: 'm2-ultra-76c',
  weights: 'q4_0',
  engine: 'llama.cpp',
  batch: 2,
});

const basis = '10 rows of 3 devices';

/** An estimate with figures that are easy to check by hand, in the place of those that were predicted. */
export const sample: Estimate = {
  ...real,
  decode: {
    ...real.decode,
    bound: 'memory',
    mbu: 0.625,
    mfu: 0.05,
    arithmeticIntensity: 2,
    ridgePoint: 40,
    seconds: 0.02,
    terms: { compute: 0.001, dequantisation: 0, memory: 0.016, load: 0.004, overhead: 0.003 },
    operators: real.decode.operators.slice(0, 1).map((one) => ({ ...one, name: 'ffn-up', seconds: 0.005 })),
    tokensPerSecond: { expected: 100, low: 80, high: 130, ideal: 160, basis },
    tokensPerSecondPerSequence: { expected: 50, low: 40, high: 65, ideal: 80, basis },
    power: {
      ...real.decode.power,
      joules: { static: 2, lanes: 0.5, compute: 0.25, memory: 1.25, total: 4 },
    },
  },
  prefill: {
    ...real.prefill,
    bound: 'compute',
    tokensPerSecond: { expected: 1000, low: 900, high: 1100, ideal: 2000, basis },
    timeToFirstToken: { expected: 0.5, low: 0.4, high: 0.6, ideal: 0.25, basis },
  },
  request: {
    latency: { expected: 4, low: 3, high: 5, ideal: 2, basis },
    outputTokensPerSecond: { expected: 64, low: 51, high: 85, ideal: 128, basis },
  },
  energy: {
    ...real.energy,
    joulesPerToken: 3,
    joulesPerPromptToken: 0.5,
    prediction: { expected: 3, low: 2, high: 4, ideal: 1, basis },
    scope: 'system',
  },
  cost: { usdPerMillionOutputTokens: 2, usdPerHour: 0.5, basis: 'rented at 0.50 USD/h' },
};

/** A question whose model is larger than the machine. */
export const misfit = { model: 'llama-2-70b', hardware: 'rtx-4090', weights: 'q4_0' };
