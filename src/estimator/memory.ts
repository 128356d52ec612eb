import { loadsFamily } from '../engine/select.js';
import { DoesNotFitError } from '../errors.js';
import { cacheBytes } from '../model/cache.js';
import { getScheme } from '../model/schemes.js';
import type { Bytes } from '../quantities.js';
import { type Demand, layoutOf, residencyOf } from '../roofline/memory-times.js';
import { contextOf, demandBy, demandOf } from './prepare.js';
import type { Workload } from './scenario.js';
import type { MemoryReport } from './types.js';

/** Formats tried, widest first, when weights do not fit. */
const NARROWER = ['fp8', 'int8', 'q8_0', 'q6_k', 'q5_k_m', 'q4_k_m', 'awq', 'mlx-q4', 'q3_k_m', 'q2_k', 'iq2_xxs'];

/** Most sequences and tokens that the searches for the largest ones go up to. */
const LARGEST = 2 ** 30;

/** Throws `DoesNotFitError`, with what would fit, when the workload needs more memory than the machine has. */
export function checkFit(workload: Workload): void {
  const required = totalBytes(workload);
  const available = layoutOf(workload.hardware.memory).usable;
  if (required <= available) return;
  throw new DoesNotFitError({
    hardware: workload.hardware.id,
    model: workload.model.id,
    requiredBytes: required,
    availableBytes: available,
    remedies: remedies(workload, required, available),
  });
}

/** Memory of a workload that fits, and how much more would. */
export function reportMemory(workload: Workload): MemoryReport {
  const { hardware, model, kvFormat } = workload;
  const layout = layoutOf(hardware.memory);
  const demandAt = demandBy(workload);
  const { usable, capacity } = layout;
  const context = contextOf(workload);
  const demand = demandAt(workload.batch, context);
  const total = sumOf(demand);
  return {
    weightBytes: demand.weightBytes,
    cacheBytes: demand.cacheBytes,
    cacheBytesPerToken: cacheBytes(model, kvFormat, context) / context,
    activationBytes: demand.activationBytes,
    totalBytes: total,
    usableBytes: usable,
    capacityBytes: capacity,
    freeBytes: usable - total,
    largestBatch: largest(LARGEST, (batch) => sumOf(demandAt(batch, context)) <= usable),
    longestContext: largest(model.context ?? LARGEST, (tokens) => sumOf(demandAt(workload.batch, tokens)) <= usable),
    levels: residencyOf(layout, demand).map(({ level, weightBytes, cacheBytes: cached }) => ({
      name: level.name,
      weightBytes,
      cacheBytes: cached,
      bandwidth: level.bandwidth,
    })),
  };
}

/** Most sequences of so many tokens that fit. */
export function largestBatch(workload: Workload, context = contextOf(workload)): number {
  const { usable } = layoutOf(workload.hardware.memory);
  const demandAt = demandBy(workload);
  return largest(LARGEST, (batch) => sumOf(demandAt(batch, context)) <= usable);
}

function totalBytes(workload: Workload, batch = workload.batch): Bytes {
  return sumOf(demandOf(workload, batch));
}

function sumOf({ weightBytes, cacheBytes: cached, activationBytes }: Demand): Bytes {
  return weightBytes + cached + activationBytes;
}

/** Largest whole number up to `most` that holds, of a property that holds up to some point; 0 when not even 1 does. */
function largest(most: number, holds: (value: number) => boolean): number {
  if (holds(most)) return most;
  let low = 0;
  let high = most;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Changes that would make the workload fit: a smaller batch, the widest narrower format, more devices. */
function remedies(workload: Workload, required: Bytes, available: Bytes): string[] {
  const batch = workload.batch > 1 ? largest(workload.batch, (size) => totalBytes(workload, size) <= available) : 0;
  const narrower = NARROWER.map(getScheme).find(
    (scheme) => loadsFamily(workload.engine, scheme.family) && totalBytes({ ...workload, scheme }) <= available,
  );
  const devices = Math.ceil(required / available);
  return [
    ...(batch > 0 ? [`a batch of ${batch}`] : []),
    ...(narrower ? [`${narrower.id} weights`] : []),
    `${devices} such devices`,
  ];
}
