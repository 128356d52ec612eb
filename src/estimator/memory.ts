import { loadsFamily } from '../engine/select.js';
import { DoesNotFitError } from '../errors.js';
import { cacheBytes } from '../model/cache.js';
import { getScheme } from '../model/schemes.js';
import type { Bytes } from '../quantities.js';
import { type Demand, layoutOf, residencyOf } from '../roofline/memory-times.js';
import { bytesOf, contextOf, demandOf, demandsOf } from './prepare.js';
import type { Load, Setting } from './scenario.js';
import type { MemoryReport } from './types.js';

/** Formats tried, widest first, when weights do not fit. */
const NARROWER = ['fp8', 'int8', 'q8_0', 'q6_k', 'q5_k_m', 'q4_k_m', 'awq', 'mlx-q4', 'q3_k_m', 'q2_k', 'iq2_xxs'];

/** Most sequences and tokens that the searches for the largest ones go up to. */
const LARGEST = 2 ** 30;

/** Why a load does not fit a setting, with what would. */
export function misfitOf(setting: Setting, load: Load): DoesNotFitError {
  const { hardware, model } = setting;
  const requiredBytes = requiredOf(setting, load, load.batch);
  const availableBytes = layoutOf(hardware.memory).usable;
  const remedies = remediesOf(setting, load, requiredBytes, availableBytes);
  return new DoesNotFitError({ hardware: hardware.id, model: model.id, requiredBytes, availableBytes, remedies });
}

/** Memory of a load that fits, and how much more would. */
export function reportMemory(setting: Setting, load: Load, demand: Demand): MemoryReport {
  const { hardware, model, kvFormat } = setting;
  const layout = layoutOf(hardware.memory);
  const totalBytes = bytesOf(demand);
  const context = contextOf(load, setting.engineClass.fixedContext);
  return {
    weightBytes: demand.weightBytes,
    cacheBytes: demand.cacheBytes,
    activationBytes: demand.activationBytes,
    cacheBytesPerToken: cacheBytes(model, kvFormat, context) / context,
    totalBytes,
    usableBytes: layout.usable,
    capacityBytes: layout.capacity,
    freeBytes: layout.usable - totalBytes,
    largestBatch: largestBatch(setting, load, context),
    longestContext: longestContext(setting, load),
    levels: residencyOf(layout, demand).map(({ level, weightBytes, cacheBytes: cached }) => ({
      name: level.name,
      weightBytes,
      cacheBytes: cached,
      bandwidth: level.bandwidth,
    })),
  };
}

/** Most sequences of so many tokens that fit. */
export function largestBatch(setting: Setting, { promptTokens }: Load, context: number): number {
  const { usable } = layoutOf(setting.hardware.memory);
  const demand = demandsOf(setting);
  return largestWithin(usable, LARGEST, (batch) => bytesOf(demand(batch, context, promptTokens)));
}

function longestContext(setting: Setting, { batch, promptTokens }: Load): number {
  const { usable } = layoutOf(setting.hardware.memory);
  const most = setting.model.context ?? LARGEST;
  const demand = demandsOf(setting);
  return largestWithin(usable, most, (context) => bytesOf(demand(batch, context, promptTokens)));
}

function requiredOf(setting: Setting, load: Load, batch: number): Bytes {
  return bytesOf(demandOf(setting, batch, contextOf(load, setting.engineClass.fixedContext), load.promptTokens));
}

/**
 * Largest whole number up to `most` whose bytes fit, when they grow with it; 0 when not even those of 1 do. They grow
 * almost evenly, so that every other guess is taken from the line between two ends, and finds it in a few.
 */
export function largestWithin(usable: Bytes, most: number, bytesAt: (value: number) => Bytes): number {
  let high = most;
  let above = bytesAt(high);
  if (above <= usable) return most;
  let low = 0;
  let below = bytesAt(low);
  if (below > usable) return 0;
  for (let byLine = true; high - low > 1; byLine = !byLine) {
    const part = byLine ? (usable - below) / (above - below) : 0.5;
    const guess = Math.min(Math.max(low + Math.floor(part * (high - low)), low + 1), high - 1);
    const bytes = bytesAt(guess);
    if (bytes <= usable) {
      low = guess;
      below = bytes;
    } else {
      high = guess;
      above = bytes;
    }
  }
  return low;
}

/** Changes that would make the load fit: a smaller batch, the widest narrower format, more devices. */
function remediesOf(setting: Setting, load: Load, required: Bytes, available: Bytes): string[] {
  const batch = load.batch > 1 ? largestWithin(available, load.batch, (size) => requiredOf(setting, load, size)) : 0;
  const narrower = NARROWER.map(getScheme).find(
    (scheme) =>
      loadsFamily(setting.engine, scheme.family) && requiredOf({ ...setting, scheme }, load, load.batch) <= available,
  );
  const devices = Math.ceil(required / available);
  return [
    ...(batch > 0 ? [`a batch of ${batch}`] : []),
    ...(narrower ? [`${narrower.id} weights`] : []),
    `${devices} such devices`,
  ];
}
