import type { MultiplyRule } from '../engine/types.js';
import type { BlockFormat } from '../model/formats.js';
import type { Work } from '../model/measure.js';
import type {
  AttentionOperator,
  LatentAttentionOperator,
  OwnOperator,
  PlannedOperator,
  ProductOperator,
} from '../model/operators.js';
import type { Bytes, Seconds } from '../quantities.js';
import { type BlockedProduct, blockedProduct } from './blocked-product.js';
import {
  type Arithmetic,
  attentionRate,
  type KernelFacts,
  type Machine,
  type ProductRate,
  productRate,
} from './machine.js';
import type { MemoryTimes } from './memory-times.js';
import { rowTiles, systolicEfficiency, tileEfficiency } from './shape-efficiency.js';
import { smoothmax } from './smoothmax.js';

/** Terms of one operator's time: `T = smoothmax(C + D, M, B) + overhead`. */
export interface OperatorTime {
  compute: Seconds;
  dequantisation: Seconds;
  memory: Seconds;
  load: Seconds;
  overhead: Seconds;
  /** Kernels launched. */
  launches: number;
  /** All of the above as the engine overlaps them. */
  total: Seconds;
  /** Bytes that cross the farthest level. */
  bytes: Bytes;
  /** Vector operations beside the product, unpacking above all, hidden or not. */
  operations: number;
  /** What the FLOPs ran in. */
  arithmetic: Arithmetic;
}

/** A time to be written into. */
export function newTime(arithmetic: Arithmetic): OperatorTime {
  return {
    compute: 0,
    dequantisation: 0,
    memory: 0,
    load: 0,
    overhead: 0,
    launches: 0,
    total: 0,
    bytes: 0,
    operations: 0,
    arithmetic,
  };
}

/**
 * Time of one operator from its work, on a machine whose levels hold weights and cache as `memory` says. `time` is written
 * over where it is given.
 */
export function operatorTime(
  operator: PlannedOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  time: OperatorTime = newTime(machine.vector),
): OperatorTime {
  switch (operator.kind) {
    case 'product':
      return productTime(time, operator, work, machine, memory);
    case 'attention':
    case 'latent-attention':
    case 'scan':
      return ownOperatorTime(operator, work, machine, memory, time);
    default:
      return elementTime(time, work, machine, memory);
  }
}

/** The same of an operator that works on each sequence apart. */
export function ownOperatorTime(
  operator: OwnOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  time: OperatorTime = newTime(machine.vector),
): OperatorTime {
  return operator.kind === 'scan'
    ? elementTime(time, work, machine, memory)
    : attentionTime(time, operator, work, machine, memory);
}

/** A product of activations with weights. */
function productTime(
  time: OperatorTime,
  operator: ProductOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): OperatorTime {
  const { format, outer, inner, routed } = operator;
  const rate = productRate(machine, format, work.rows, routed !== undefined);
  if (!rate) return elementTime(time, work, machine, memory);
  const { rule } = rate;
  const blocked = blockedProduct(rule, operator, work, machine, memory);
  const shape = blocked
    ? work.rows / (blocked.rows * blocked.columnPadding)
    : shapeEfficiency(rate, outer, inner, work, machine);
  const products = rule.launchesPerMatrix === undefined ? work.launches : rule.launchesPerMatrix * work.matrices;
  stream(time, work, machine, memory, work.weightBytes * (blocked?.timesRead ?? 1));
  time.compute = work.flops / (rate.peak * rate.efficiency * shape);
  time.dequantisation = unpackTime(rule, format, work, machine, blocked) + (blocked?.loading ?? 0);
  time.operations = time.dequantisation * machine.vectorRate;
  time.load = loadedBytes(rule, outer, inner, work, machine, time.bytes) / rate.loadRate;
  time.launches = products * rule.kernels;
  time.arithmetic = rate;
  if (rule.unpacking === 'beside') hideSlower(time, rate);
  else if (rule.unpacking === 'materialised') return materialised(time, work, machine, memory, rule, operator);
  return finish(time, machine, conversionTime(rule, outer, inner, work, machine, memory));
}

/** Of two engines that work side by side, the slower decides; the other is hidden behind it. */
function hideSlower(time: OperatorTime, { loadRate }: ProductRate): void {
  if (time.dequantisation > time.compute) {
    time.compute = 0;
    time.load = time.bytes / loadRate;
  } else time.dequantisation = 0;
}

/** Kernels beside the product that write inputs or outputs in another format: each reads one and writes the other. */
function conversionTime(
  rule: MultiplyRule,
  outer: number,
  inner: number,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): Seconds {
  if (!rule.converted) return 0;
  const [input, output] = rule.converted;
  const { activationBytes, weightStream } = machine.kernels;
  const rows = work.rows * work.matrices;
  const read = input > 0 ? rows * inner * (activationBytes + input) : 0;
  const written = output > 0 ? rows * outer * (activationBytes + output) : 0;
  return (secondsMoved(read, machine, memory) + secondsMoved(written, machine, memory)) / weightStream;
}

/** Time at peak bandwidth of activations that one kernel moves, in the cache if they fit. */
function secondsMoved(bytes: Bytes, { kernels }: Machine, memory: MemoryTimes): Seconds {
  if (bytes <= memory.activationCacheBytes) return bytes * memory.secondsPerCachedByte;
  return bytes * Math.max(memory.secondsPerActivationByte, kernels.drawTime);
}

/**
 * Bytes that count against what the cores can have in flight: those from memory, or for a kernel that waits for the operands
 * of its tiles all that it brings into them, `weights x tiles of rows + activations x tiles of columns`.
 */
function loadedBytes(
  { loads, tile }: MultiplyRule,
  outer: number,
  inner: number,
  work: Work,
  machine: Machine,
  streamedBytes: Bytes,
): Bytes {
  if (loads === undefined || tile === undefined) return streamedBytes;
  const [tileRows, tileColumns] = tile;
  const tiles = rowTiles(work.rows, tileRows);
  // A tile that is not full waits as long as a full one.
  const activations = tiles * tileRows * work.matrices * inner * machine.kernels.activationBytes;
  return work.weightBytes * tiles + activations * Math.ceil(outer / tileColumns);
}

/**
 * Vector work beside the products: unpacking, once per tile of rows, and bringing the sums of blocks to scale, once per row.
 * `weights (operations x tiles / width + rescaling x rows / weights per scale) / vector rate`
 */
function unpackTime(
  rule: MultiplyRule,
  format: BlockFormat,
  work: Work,
  machine: Machine,
  blocked: BlockedProduct | undefined,
): Seconds {
  const { unpacking, unpackTo, unpackWidth, unpackRows, rescale } = rule;
  const each = unpackTo === 'bytes' ? format.byteOperations : format.unpackOperations;
  const times = blocked?.rowBlocks ?? rowTiles(work.rows, unpackRows, rule.experts === 'uneven' && work.matrices > 1);
  const operations = unpacking === 'none' ? 0 : (each * times) / unpackWidth;
  let seconds = operations / machine.vectorRate;
  if (rescale) {
    const scaled = rescale.per === 'block' ? format.blockSize : format.scaleGroup;
    // A scale for the whole row, or none, is applied once to the result.
    if (scaled > 1) seconds += (rescale.operations * (blocked?.rows ?? work.rows)) / (scaled * machine.multiplyAddRate);
  }
  return work.weights * seconds;
}

/** Weights written out in 16 bits by a kernel of their own, then read by the product: two operators in turn. */
function materialised(
  time: OperatorTime,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  rule: MultiplyRule,
  { outer, inner }: ProductOperator,
): OperatorTime {
  const { loadRate } = time.arithmetic;
  const wide = 2 * work.weights;
  const widening = newTime(time.arithmetic);
  stream(widening, work, machine, memory, work.weightBytes + wide, 0);
  widening.dequantisation = time.dequantisation;
  widening.operations = time.operations;
  widening.load = widening.bytes / loadRate;
  widening.launches = work.launches;
  finish(widening, machine);
  stream(time, work, machine, memory, wide);
  time.dequantisation = 0;
  time.operations = 0;
  time.load = time.bytes / loadRate;
  finish(time, machine, conversionTime(rule, outer, inner, work, machine, memory));
  return addTime(time, widening);
}

/** Adds the terms of an operator that runs before. */
function addTime(time: OperatorTime, before: OperatorTime): OperatorTime {
  time.compute += before.compute;
  time.dequantisation += before.dequantisation;
  time.memory += before.memory;
  time.load += before.load;
  time.overhead += before.overhead;
  time.launches += before.launches;
  time.total += before.total;
  time.bytes += before.bytes;
  time.operations += before.operations;
  return time;
}

/**
 * Scores and values. Materialised scores are written, masked, normalised and read back in activation width; the products
 * before and after compute all of them, those that the mask strikes out too.
 * Where a reading of keys and values serves few rows of queries, cores load the cache anew for each few of them, mostly from
 * on-chip caches: `cache bytes x tiles of rows` count against what they can load, once against memory.
 */
function attentionTime(
  time: OperatorTime,
  operator: AttentionOperator | LatentAttentionOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): OperatorTime {
  const { attentionEfficiency, scoreMoves, cacheReads } = machine.kernels;
  // In latent attention, all heads share one latent key.
  const rate =
    operator.kind === 'attention'
      ? attentionRate(machine, work.rows, operator.headDim, operator.heads > operator.kvHeads)
      : attentionRate(machine, work.rows, operator.mixer.kvRank + operator.mixer.ropeDim, true);
  const tile = rate?.rule.tile;
  const filled = tile === undefined ? 1 : work.rows / (tile * rowTiles(work.rows, tile));
  const flops = (rate?.peak ?? machine.vectorRate) * (rate?.efficiency ?? attentionEfficiency) * filled;
  const separate = scoreMoves > 0;
  const masked = separate ? work.masked : 1;
  const extra = scoreMoves * work.scores * masked;
  const activations = separate ? work.activations + extra : undefined;
  stream(time, work, machine, memory, undefined, activations, timesRead(operator, cacheReads));
  const used = rate ?? machine.vector;
  const readRows = rate?.rule.readRows;
  const again = readRows === undefined ? 0 : rowTiles(work.rows, readRows) - 1;
  time.compute = (work.flops * masked) / flops;
  time.dequantisation = 0;
  time.operations = 0;
  time.load = (time.bytes + again * work.cacheElements * memory.bytesPerCacheElement) / used.loadRate;
  time.launches = separate ? operator.eager.launches : work.launches;
  time.arithmetic = used;
  return finish(time, machine);
}

/** How often a pass reads a cached key and value from memory. */
function timesRead(
  operator: AttentionOperator | LatentAttentionOperator,
  cacheReads: KernelFacts['cacheReads'],
): number {
  return cacheReads === 'query-heads' && operator.kind === 'attention' ? operator.heads / operator.kvHeads : 1;
}

/** Norms, element-wise work, scans and gathers: vector work on activations. */
function elementTime(time: OperatorTime, work: Work, machine: Machine, memory: MemoryTimes): OperatorTime {
  stream(time, work, machine, memory);
  time.compute = work.flops / machine.vectorRate;
  time.dequantisation = 0;
  time.operations = 0;
  time.load = time.bytes / machine.vector.loadRate;
  time.launches = work.launches;
  time.arithmetic = machine.vector;
  return finish(time, machine);
}

/**
 * Bytes of weights, cache and activations over the achieved bandwidth of the levels that they cross. Weights are long
 * streams; an engine may read its cache, or hand activations on, at a smaller part of the peak, and its cache several times.
 */
function stream(
  time: OperatorTime,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  weightBytes: Bytes = work.weightBytes,
  activations = work.activations,
  cacheReads = 1,
): void {
  const { weightStream, cacheStream, activationStream, drawTime, activationBytes } = machine.kernels;
  const cacheBytes = cacheReads * work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  const passedBytes = activations * activationBytes;
  const inCache = passedBytes <= memory.activationCacheBytes;
  time.bytes = weightBytes + cacheBytes + (inCache ? 0 : passedBytes);
  // A unit that shares its memory with others may draw less of it than it gives.
  time.memory =
    (weightBytes * Math.max(memory.secondsPerWeightByte, drawTime)) / weightStream +
    (cacheBytes * Math.max(memory.secondsPerCacheByte, drawTime)) / cacheStream +
    (passedBytes * (inCache ? memory.secondsPerCachedByte : Math.max(memory.secondsPerActivationByte, drawTime))) /
      activationStream;
}

/** Joins the terms as the engine overlaps them; what kernels beside it convert comes on top, as its launches do. */
function finish(time: OperatorTime, machine: Machine, converting: Seconds = 0): OperatorTime {
  const { compute, dequantisation, memory, load, launches } = time;
  time.overhead = launches * machine.kernelOverhead;
  time.total = smoothmax(compute + dequantisation, memory, load, machine.kernels.overlap) + converting + time.overhead;
  time.memory = memory + converting;
  return time;
}

function shapeEfficiency(rate: ProductRate, outer: number, inner: number, work: Work, machine: Machine): number {
  // The bound assumes that every shape fills the machine.
  if (machine.engine.choice === 'fastest') return 1;
  const { tile } = rate.rule;
  if (rate.shape?.kind === 'systolic') return systolicEfficiency(work.rows, outer, inner, rate.shape);
  return tile ? tileEfficiency(work.rows, outer, work.matrices, tile, machine.cores, rate.rule.experts) : 1;
}
