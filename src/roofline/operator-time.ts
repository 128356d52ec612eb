import type { BlockFormat } from '../model/formats.js';
import type { Work } from '../model/measure.js';
import type { PlannedOperator } from '../model/operators.js';
import type { Bytes, Seconds } from '../quantities.js';
import { type Arithmetic, attentionRate, type Machine, type ProductRate, productRate } from './machine.js';
import type { MemoryTimes } from './memory-times.js';
import { rowTiles, systolicEfficiency, tileEfficiency } from './shape-efficiency.js';
import { smoothmax } from './smoothmax.js';

/** Terms of one operator's time: `T = smoothmax(C + D, M, B) + overhead`. */
export interface OperatorTime {
  readonly compute: Seconds;
  readonly dequantisation: Seconds;
  readonly memory: Seconds;
  readonly load: Seconds;
  readonly overhead: Seconds;
  /** All of the above as the engine overlaps them. */
  readonly total: Seconds;
  /** Bytes that cross the farthest level. */
  readonly bytes: Bytes;
  /** What the FLOPs ran in. */
  readonly arithmetic: Arithmetic;
}

interface Traffic {
  readonly bytes: Bytes;
  readonly seconds: Seconds;
}

/** Time of one operator from its work, on a machine whose levels hold weights and cache as `memory` says. */
export function operatorTime(
  operator: PlannedOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): OperatorTime {
  switch (operator.kind) {
    case 'product':
      return productTime(operator.format, operator.outer, operator.inner, work, machine, memory);
    case 'attention':
      return attentionTime(work, machine, memory, 0, operator.eager.launches);
    case 'latent-attention':
      return attentionTime(work, machine, memory, work.weightBytes, operator.eager.launches);
    default:
      return elementTime(work, machine, memory);
  }
}

/** A product of activations with weights. */
function productTime(
  format: BlockFormat,
  outer: number,
  inner: number,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): OperatorTime {
  const rate = productRate(machine, format, work.rows);
  if (!rate) return elementTime(work, machine, memory);
  const flops = rate.peak * rate.efficiency * shapeEfficiency(rate, outer, inner, work, machine);
  const compute = work.flops / flops;
  const { unpacking, unpackWidth, unpackRows } = rate.rule;
  const times = rowTiles(work.rows, unpackRows, rate.rule.experts === 'uneven' && work.matrices > 1);
  const operations = unpacking === 'none' ? 0 : work.weights * format.unpackOperations * times;
  const unpack = operations / (machine.vectorRate * unpackWidth);
  const traffic = streamed(work, machine, memory, work.weightBytes);
  const overhead = work.launches * machine.engine.constants.kernelOverhead;
  switch (unpacking) {
    case 'none':
    case 'inline':
      return joined(machine, rate, compute, unpack, traffic, overhead);
    case 'beside':
      // The slower of the two engines decides; the other is hidden behind it.
      return unpack > compute
        ? joined(machine, rate, 0, unpack, traffic, overhead)
        : joined(machine, rate, compute, 0, traffic, overhead);
    case 'materialised':
      return materialised(machine, rate, memory, work, compute, unpack, overhead);
  }
}

/** Weights written out in 16 bits by a kernel of their own, then read by the product: two operators in turn. */
function materialised(
  machine: Machine,
  used: Arithmetic,
  memory: MemoryTimes,
  work: Work,
  compute: Seconds,
  unpack: Seconds,
  overhead: Seconds,
): OperatorTime {
  const wide = 2 * work.weights;
  const first = joined(machine, used, 0, unpack, streamed(work, machine, memory, work.weightBytes + wide, 0), overhead);
  const second = joined(machine, used, compute, 0, streamed(work, machine, memory, wide), overhead);
  return {
    compute: second.compute,
    dequantisation: first.dequantisation,
    memory: first.memory + second.memory,
    load: first.load + second.load,
    overhead: first.overhead + second.overhead,
    total: first.total + second.total,
    bytes: first.bytes + second.bytes,
    arithmetic: used,
  };
}

/**
 * Scores and values. Materialised scores are written, masked, normalised and read back in activation width; the products
 * before and after compute all of them, those that the mask strikes out too.
 * Where a reading of keys and values serves few rows of queries, cores load the cache anew for each few of them, mostly from
 * on-chip caches: `cache bytes x tiles of rows` count against what they can load, once against memory.
 */
function attentionTime(
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  weightBytes: Bytes,
  unfusedLaunches: number,
): OperatorTime {
  const { engine } = machine;
  const rate = attentionRate(machine, work.rows);
  const flops = (rate?.peak ?? machine.vectorRate) * engine.constants.attentionEfficiency;
  const separate = engine.attention === 'materialised';
  const masked = separate ? work.masked : 1;
  const extra = separate ? 4 * work.scores * masked : 0;
  const launches = separate ? unfusedLaunches : work.launches;
  const traffic = streamed(work, machine, memory, weightBytes, work.activations + extra);
  const readRows = rate?.rule.readRows;
  const again = readRows === undefined ? 0 : rowTiles(work.rows, readRows) - 1;
  const loaded = traffic.bytes + again * work.cacheElements * memory.bytesPerCacheElement;
  return joined(
    machine,
    rate ?? machine.vector,
    (work.flops * masked) / flops,
    0,
    traffic,
    launches * engine.constants.kernelOverhead,
    loaded / machine.loadRate,
  );
}

/** Norms, element-wise work, scans and gathers: vector work on activations. */
function elementTime(work: Work, machine: Machine, memory: MemoryTimes): OperatorTime {
  const compute = work.flops / machine.vectorRate;
  const traffic = streamed(work, machine, memory, work.weightBytes);
  const overhead = work.launches * machine.engine.constants.kernelOverhead;
  return joined(machine, machine.vector, compute, 0, traffic, overhead);
}

/** Bytes of weights, cache and activations over the achieved bandwidth of the levels that they cross. */
function streamed(
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  weightBytes: Bytes,
  activations = work.activations,
): Traffic {
  const { engine } = machine;
  const cacheBytes = work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  const activationBytes = activations * engine.activationBytes;
  const inCache = activationBytes <= memory.activationCacheBytes;
  const seconds =
    weightBytes * memory.secondsPerWeightByte +
    cacheBytes * memory.secondsPerCacheByte +
    activationBytes * (inCache ? memory.secondsPerCachedByte : memory.secondsPerActivationByte);
  const bytes = weightBytes + cacheBytes + (inCache ? 0 : activationBytes);
  // What a unit can draw from shared memory is an achieved figure: no efficiency applies to it.
  const drawn = machine.unit.bandwidth === undefined ? 0 : bytes / machine.unit.bandwidth;
  return { bytes, seconds: Math.max(seconds / engine.constants.memoryEfficiency, drawn) };
}

function joined(
  machine: Machine,
  arithmetic: Arithmetic,
  compute: Seconds,
  dequantisation: Seconds,
  traffic: Traffic,
  overhead: Seconds,
  load: Seconds = traffic.bytes / machine.loadRate,
): OperatorTime {
  const total = smoothmax(compute + dequantisation, traffic.seconds, load, machine.engine.overlap) + overhead;
  return { compute, dequantisation, memory: traffic.seconds, load, overhead, total, bytes: traffic.bytes, arithmetic };
}

function shapeEfficiency(rate: ProductRate, outer: number, inner: number, work: Work, machine: Machine): number {
  // The bound assumes that every shape fills the machine.
  if (machine.engine.choice === 'fastest') return 1;
  const { tile } = rate.rule;
  if (rate.shape?.kind === 'systolic') return systolicEfficiency(work.rows, outer, inner, rate.shape);
  return tile ? tileEfficiency(work.rows, outer, work.matrices, tile, machine.cores, rate.rule.experts) : 1;
}
