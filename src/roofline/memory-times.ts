import type { MemoryLevel } from '../hardware/types.js';
import type { Bytes, Seconds } from '../quantities.js';

/** Where a model's weights and cache lie, and what a byte of each costs at peak bandwidth. */
export interface MemoryTimes {
  readonly bytesPerCacheElement: Bytes;
  readonly secondsPerWeightByte: Seconds;
  readonly secondsPerCacheByte: Seconds;
  readonly secondsPerActivationByte: Seconds;
  /** Activations up to this size stay in the largest cache, at its own price. */
  readonly activationCacheBytes: Bytes;
  readonly secondsPerCachedByte: Seconds;
  /** The cache that everything is read from, when all of it fits. */
  readonly servedBy?: MemoryLevel;
  /** Bytes of weights and of cache that lie in each level, nearest first. */
  readonly residency: readonly Residency[];
}

export interface Residency {
  readonly level: MemoryLevel;
  readonly weightBytes: Bytes;
  readonly cacheBytes: Bytes;
}

/** What must be kept while a model runs. */
export interface Demand {
  readonly weightBytes: Bytes;
  readonly cacheBytes: Bytes;
  readonly activationBytes: Bytes;
}

/** Bytes that a model may use over all levels that hold weights. */
export function usableBytes(levels: readonly MemoryLevel[]): Bytes {
  return levels
    .filter((level) => level.holds === 'weights')
    .reduce((sum, level) => sum + level.capacity * level.usable, 0);
}

/**
 * Places weights, then cache, from the nearest level that holds them outwards, and prices a byte of each.
 * Levels that stream at once share a tensor in time `max(f_i / b_i)`; a serial level adds its own.
 * A cache serves everything when all that a step streams fits into half of it: otherwise the stream evicts itself.
 */
export function placeInMemory(
  levels: readonly MemoryLevel[],
  demand: Demand,
  bytesPerCacheElement: Bytes,
): MemoryTimes {
  const homes = levels.filter((level) => level.holds === 'weights');
  const caches = levels.filter((level) => level.holds === 'cache');
  const residency = fill(homes, demand);
  const main = homes[0];
  const resident = caches.find((level) => demand.weightBytes + demand.cacheBytes <= level.capacity / 2);
  const perWeight = price(residency, (home) => home.weightBytes, demand.weightBytes);
  const perCache = price(residency, (home) => home.cacheBytes, demand.cacheBytes);
  const largest = caches.at(-1);
  const plain = main ? 1 / main.bandwidth : 0;
  return {
    bytesPerCacheElement,
    secondsPerWeightByte: resident ? 1 / resident.bandwidth : perWeight,
    secondsPerCacheByte: resident ? 1 / resident.bandwidth : perCache,
    secondsPerActivationByte: plain,
    activationCacheBytes: largest ? largest.capacity / 2 : 0,
    secondsPerCachedByte: largest ? 1 / largest.bandwidth : plain,
    ...(resident ? { servedBy: resident } : {}),
    residency,
  };
}

function fill(homes: readonly MemoryLevel[], demand: Demand): Residency[] {
  let weights = demand.weightBytes;
  let cache = demand.cacheBytes;
  let other = demand.activationBytes;
  return homes.map((level) => {
    let room = level.capacity * level.usable;
    const reserved = Math.min(other, room);
    other -= reserved;
    room -= reserved;
    const weightBytes = Math.min(weights, room);
    weights -= weightBytes;
    room -= weightBytes;
    const cacheBytes = Math.min(cache, room);
    cache -= cacheBytes;
    return { level, weightBytes, cacheBytes };
  });
}

/** Seconds per byte of a tensor that lies on several levels. */
function price(residency: readonly Residency[], bytesIn: (home: Residency) => Bytes, total: Bytes): Seconds {
  const first = residency[0];
  if (!first) return 0;
  if (total === 0) return 1 / first.level.bandwidth;
  let concurrent = 0;
  let serial = 0;
  for (const home of residency) {
    const seconds = bytesIn(home) / total / home.level.bandwidth;
    if (home.level.streams === 'serial') serial += seconds;
    else concurrent = Math.max(concurrent, seconds);
  }
  return concurrent + serial;
}
