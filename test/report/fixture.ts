import type { Estimate, OperatorReport, PhaseReport, Prediction } from '../../src/estimator/types.js';

const basis = '212 measurements of llama.cpp (metal) on 16 machines, each left out of its own fit';

/** A prediction with an interval of a tenth either way; rates have their ideal above, times below. */
function predict(expected: number, ideal: number): Prediction {
  return { expected, low: expected * 0.9, high: expected * 1.1, ideal, basis };
}

function operator(name: string, seconds: number, bytes: number, flops: number): OperatorReport {
  return {
    name,
    class: name === 'norms' ? 'normalisation' : 'contraction',
    ...(name === 'norms' ? {} : { format: 'q4_0' }),
    count: 32,
    flops,
    bytes,
    seconds,
    arithmeticIntensity: flops / bytes,
    bound: 'memory',
  };
}

const decodePhase: PhaseReport = {
  bound: 'memory',
  mbu: 0.482,
  mfu: 0.0497,
  arithmeticIntensity: 3.46,
  ridgePoint: 34.0,
  flops: 13.5e9,
  weightBytes: 3.79e9,
  cacheBytes: 0.3e9,
  bytes: 4.11e9,
  seconds: 10.7e-3,
  terms: { compute: 2.1e-3, dequantisation: 1.2e-3, memory: 8.4e-3, load: 0, overhead: 0.9e-3 },
  perfectOverlap: 9.4e-3,
  noOverlap: 12.6e-3,
  operators: [
    operator('feed-forward up and gate', 4.2e-3, 1.62e9, 5.77e9),
    operator('feed-forward down', 2.2e-3, 0.81e9, 2.89e9),
    operator('norms', 0.1e-3, 1.1e6, 1.3e6),
    operator('attention projections', 2.9e-3, 1.21e9, 4.29e9),
  ],
  classes: [
    { class: 'contraction', flopShare: 0.9994, timeShare: 0.951 },
    { class: 'normalisation', flopShare: 0.0003, timeShare: 0.021 },
  ],
  power: {
    watts: 58.3,
    limited: false,
    clock: 1,
    joules: { static: 0.25, lanes: 0.05, compute: 0.1, memory: 0.22, total: 0.62 },
  },
};

const prefillPhase: PhaseReport = {
  ...decodePhase,
  bound: 'compute',
  mbu: 0.013,
  mfu: 0.556,
  arithmeticIntensity: 1580,
  flops: 6.8e12,
  seconds: 0.412,
  terms: { compute: 0.391, dequantisation: 0.015, memory: 0.012, load: 0, overhead: 0.004 },
  perfectOverlap: 0.41,
  noOverlap: 0.422,
  power: { watts: 131, limited: false, clock: 1, joules: { static: 12, lanes: 11, compute: 35, memory: 1, total: 59 } },
};

const estimate: Estimate = {
  schemaVersion: 1,
  model: { id: 'llama-2-7b', name: 'Llama 2 7B', parameters: 6738415616, activeParameters: 6738415616 },
  hardware: {
    id: 'm2-ultra-76c',
    name: 'Apple M2 Ultra (76-core GPU)',
    unit: 'gpu',
    cores: 76,
    clock: 1.398e9,
    peakBandwidth: 800e9,
    peakFlops: 27.2e12,
  },
  engine: {
    id: 'llama.cpp',
    name: 'llama.cpp',
    class: 'metal',
    backend: 'metal',
    usual: true,
    constants: {
      memoryEfficiency: 0.85,
      matrixEfficiency: 0.6,
      vectorEfficiency: 0.6,
      attentionEfficiency: 0.3,
      kernelOverhead: 1.5e-6,
      stepOverhead: 50e-6,
      requestOverhead: 0,
    },
    overlap: 2,
    chunk: 512,
    attention: 'fused',
  },
  workload: {
    kind: 'generate',
    weights: 'q4_0',
    kvCache: 'f16',
    batch: 1,
    promptTokens: 512,
    outputTokens: 128,
    cachedTokens: 0,
    devices: 1,
  },
  decode: {
    ...decodePhase,
    tokensPerSecond: predict(93.5, 201),
    tokensPerSecondPerSequence: predict(93.5, 201),
    timePerOutputToken: predict(10.7e-3, 4.98e-3),
  },
  prefill: { ...prefillPhase, timeToFirstToken: predict(0.412, 0.25), tokensPerSecond: predict(1243, 2050) },
  request: { latency: predict(1.78, 0.89), outputTokensPerSecond: predict(71.9, 144) },
  memory: {
    weightBytes: 3.83e9,
    cacheBytes: 0.336e9,
    cacheBytesPerToken: 524288,
    activationBytes: 12.3e6,
    totalBytes: 4.18e9,
    usableBytes: 154.6e9,
    capacityBytes: 206.2e9,
    freeBytes: 150.4e9,
    largestBatch: 441,
    longestContext: 4096,
    levels: [{ name: 'unified', weightBytes: 3.83e9, cacheBytes: 0.336e9, bandwidth: 800e9 }],
  },
  energy: {
    joulesPerToken: 1.07,
    joulesPerDecodedToken: 0.62,
    joulesPerPromptToken: 0.115,
    prediction: predict(1.07, 0.4),
    watts: predict(77, 90),
    scope: 'system',
    basis: 'energy per FLOP and per byte, and the busy floor',
  },
  cost: {
    usdPerMillionOutputTokens: 0.61,
    usdPerHour: 0.158,
    purchaseUsd: 5299,
    basis: 'bought for 5,299 USD (2023-06), written off over 4 years at full use, and electricity at 0.12 USD/kWh',
  },
  warnings: [{ code: 'assumed-figure', message: 'memory.slc.bandwidth of m2-ultra-76c is assumed' }],
  assumptions: ['The KV cache is kept in f16.'],
};

/** An estimate with believable numbers, changed where a test needs it. */
export function sampleEstimate(changes: Partial<Estimate> = {}): Estimate {
  return { ...structuredClone(estimate), ...changes };
}
