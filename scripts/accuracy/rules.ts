import { timeOperators, visitRuns } from '../../src/estimator/operators-apart.js';
import type { CountedRun } from '../../src/estimator/pass-time.js';
import type { Prepared } from '../../src/estimator/prepared.js';
import type { HeldOut } from '../../src/evidence/cross-validate.js';
import { quantile, type ScoredError } from '../../src/evidence/score.js';

/** Errors of two simpler models on the decode rows of one engine: what roofcast has to beat. */
export interface SimplerModels {
  /** Weights and cache at peak bandwidth, and nothing else. */
  readonly bandwidth: readonly ScoredError[];
  /** The same times one efficiency per class of hardware: the median of the class's other devices. */
  readonly oneFactor: readonly ScoredError[];
}

export function simplerModels(decode: readonly HeldOut[]): SimplerModels {
  const bare = decode.map(({ found }) => ({
    group: found.group,
    device: found.device,
    engineClass: found.workload.engineClass.id,
    error: Math.log(bandwidthRule(found) / found.measurement.value),
  }));
  const oneFactor = bare.map((own) => {
    const others = bare.filter(({ engineClass, device }) => engineClass === own.engineClass && device !== own.device);
    const factor =
      others.length > 0
        ? quantile(
            others.map(({ error }) => error),
            0.5,
          )
        : 0;
    return { group: own.group, error: own.error - factor };
  });
  return { bandwidth: bare, oneFactor };
}

/** What weights and cache take at the peak bandwidth of where they lie. */
function streamingOf(prepared: Prepared, runs: readonly CountedRun[]): number {
  const { bytesPerCacheElement, secondsPerWeightByte, secondsPerCacheByte } = prepared.memory;
  let seconds = 0;
  visitRuns(
    prepared.plan,
    timeOperators(prepared, runs),
    (_operator, { weightBytes, cacheElements, stateBytes }, _time, times) => {
      const cacheBytes = cacheElements * bytesPerCacheElement + stateBytes;
      seconds += times * (weightBytes * secondsPerWeightByte + cacheBytes * secondsPerCacheByte);
    },
  );
  return seconds;
}

/** Tokens per second at peak bandwidth: `batch bandwidth / (weights + cache)`. */
function bandwidthRule({ step, prepared, batch }: HeldOut['found']): number {
  return batch / streamingOf(prepared, step);
}

/** How far apart published values of one test are: same device, network, format, back end, lengths and attention. */
export interface NoiseFloor {
  readonly tests: number;
  /** Median and 90th percentile over tests of the largest ratio between two values, less one. */
  readonly median: number;
  readonly p90: number;
}

/** Tests that stand in the evidence more than once, from other sources, builds or hosts. */
export function noiseFloor(held: readonly HeldOut[]): NoiseFloor {
  const tests = new Map<string, number[]>();
  for (const { found } of held) {
    const { measurement, batch } = found;
    const { inputTokens, outputTokens, options } = measurement;
    const { cachedTokens, threads, flashAttention } = options;
    const key = [found.group, batch, inputTokens, outputTokens, cachedTokens, threads, flashAttention].join('|');
    tests.set(key, [...(tests.get(key) ?? []), measurement.value]);
  }
  const spreads = [...tests.values()]
    .filter((values) => values.length > 1)
    .map((values) => Math.max(...values) / Math.min(...values) - 1);
  return { tests: spreads.length, median: quantile(spreads, 0.5), p90: quantile(spreads, 0.9) };
}
