import type { MemoryLevel } from '../hardware/types.js';
import { entryOf, kept, mapBeside } from '../kept.js';
import type { Bytes, Fraction, Seconds } from '../quantities.js';

/** The memory of a machine by what its levels hold. */
export interface MemoryLayout {
  /** Levels that hold weights, nearest first, and those that keep what was read a moment ago. */
  readonly homes: readonly MemoryLevel[];
  readonly caches: readonly MemoryLevel[];
  /** Bytes that a model may use, and all that there are, over the levels that hold weights. */
  readonly usable: Bytes;
  readonly capacity: Bytes;
}

/** The layout of a machine's memory, `hardware.memory`. */
export const layoutOf = kept((memory: Readonly<Record<string, MemoryLevel>>): MemoryLayout => {
  const levels = Object.values(memory);
  const homes = levels.filter((level) => level.holds === 'weights');
  return {
    homes,
    caches: levels.filter((level) => level.holds === 'cache'),
    usable: homes.reduce((sum, level) => sum + level.capacity * level.usable, 0),
    capacity: homes.reduce((sum, level) => sum + level.capacity, 0),
  };
});

/** What a byte of a model's weights and cache costs at peak bandwidth, from where they lie. */
export interface MemoryTimes {
  readonly bytesPerCacheElement: Bytes;
  readonly secondsPerWeightByte: Seconds;
  readonly secondsPerCacheByte: Seconds;
  readonly secondsPerActivationByte: Seconds;
  /** Activations up to this size stay in the largest cache, at its own price. */
  readonly activationCacheBytes: Bytes;
  readonly secondsPerCachedByte: Seconds;
  /** Levels that weights and cache are read from, each with its part of their bytes. */
  readonly readFrom: readonly { readonly level: MemoryLevel; readonly part: Fraction }[];
}

/** Bytes of weights and of cache that lie in a level. */
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

/** Places weights, then cache, from the nearest level that holds them outwards, and prices a byte of each. */
export function placeInMemory(layout: MemoryLayout, demand: Demand, bytesPerCacheElement: Bytes): MemoryTimes {
  return placerOf(layout, bytesPerCacheElement)(demand);
}

/**
 * The same as a function of what must be kept; demands that are read from one level have one answer.
 * Levels that stream at once share a tensor in time `max(f_i / b_i)`; a serial level adds its own.
 * A cache serves everything when all that a step streams fits into half of it: otherwise the stream evicts itself.
 */
export function placerOf(layout: MemoryLayout, bytesPerCacheElement: Bytes): (demand: Demand) => MemoryTimes {
  return entryOf(placers(layout), bytesPerCacheElement, () => {
    const within = (level: MemoryLevel, room: Bytes) => ({
      room,
      times: oneLevel(layout, level, bytesPerCacheElement),
    });
    const caches = layout.caches.map((level) => within(level, level.capacity / 2));
    const main = layout.homes.slice(0, 1).map((level) => within(level, level.capacity * level.usable));
    return (demand) => {
      const streamed = demand.weightBytes + demand.cacheBytes;
      for (const { room, times } of caches) if (streamed <= room) return times;
      for (const { room, times } of main) if (streamed + demand.activationBytes <= room) return times;
      return spread(layout, demand, bytesPerCacheElement);
    };
  });
}

const placers = mapBeside<MemoryLayout, Bytes, (demand: Demand) => MemoryTimes>();

/** Where weights and cache lie, nearest level first; activations are given their room before. */
export function residencyOf({ homes }: MemoryLayout, demand: Demand): Residency[] {
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

/** Everything read from one level, be it the nearest home or a cache. */
function oneLevel(layout: MemoryLayout, level: MemoryLevel, bytesPerCacheElement: Bytes): MemoryTimes {
  return {
    bytesPerCacheElement,
    secondsPerWeightByte: 1 / level.bandwidth,
    secondsPerCacheByte: 1 / level.bandwidth,
    ...activationTimes(layout),
    readFrom: [{ level, part: 1 }],
  };
}

function spread(layout: MemoryLayout, demand: Demand, bytesPerCacheElement: Bytes): MemoryTimes {
  const residency = residencyOf(layout, demand);
  // What is asked for may be more than fits: a server that holds as much as it can.
  const read = residency.reduce((sum, { weightBytes, cacheBytes }) => sum + weightBytes + cacheBytes, 0);
  return {
    bytesPerCacheElement,
    secondsPerWeightByte: price(residency, (home) => home.weightBytes, demand.weightBytes),
    secondsPerCacheByte: price(residency, (home) => home.cacheBytes, demand.cacheBytes),
    ...activationTimes(layout),
    readFrom: residency.map(({ level, weightBytes, cacheBytes }) => ({
      level,
      part: (weightBytes + cacheBytes) / read,
    })),
  };
}

function activationTimes({
  homes,
  caches,
}: MemoryLayout): Pick<MemoryTimes, 'secondsPerActivationByte' | 'activationCacheBytes' | 'secondsPerCachedByte'> {
  const main = homes[0];
  const largest = caches.at(-1);
  const plain = main ? 1 / main.bandwidth : 0;
  return {
    secondsPerActivationByte: plain,
    activationCacheBytes: largest ? largest.capacity / 2 : 0,
    secondsPerCachedByte: largest ? 1 / largest.bandwidth : plain,
  };
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
