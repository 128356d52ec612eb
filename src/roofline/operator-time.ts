import type { EngineClass, MultiplyRule } from '../engine/types.js';
import type { BlockFormat } from '../model/formats.js';
import type { Work } from '../model/measure.js';
import type {
  AttentionOperator,
  LatentAttentionOperator,
  PlannedOperator,
  ProductOperator,
} from '../model/operators.js';
import type { Bytes, Seconds } from '../quantities.js';
import { type BlockedProduct, blockedProduct } from './blocked-product.js';
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
  /** Kernels launched. */
  readonly launches: number;
  /** All of the above as the engine overlaps them. */
  readonly total: Seconds;
  /** Bytes that cross the farthest level. */
  readonly bytes: Bytes;
  /** Vector operations beside the product, unpacking above all, hidden or not. */
  readonly operations: number;
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
      return productTime(operator, work, machine, memory);
    case 'attention':
    case 'latent-attention':
      return attentionTime(operator, work, machine, memory);
    default:
      return elementTime(work, machine, memory);
  }
}

/** A product of activations with weights. */
function productTime(operator: ProductOperator, work: Work, machine: Machine, memory: MemoryTimes): OperatorTime {
  const { format, outer, inner, routed } = operator;
  const rate = productRate(machine, format, work.rows, routed !== undefined);
  if (!rate) return elementTime(work, machine, memory);
  const { rule } = rate;
  const blocked = blockedProduct(rule, operator, work, machine, memory);
  const shape = blocked
    ? work.rows / (blocked.rows * blocked.columnPadding)
    : shapeEfficiency(rate, outer, inner, work, machine);
  const compute = work.flops / (rate.peak * rate.efficiency * shape);
  const unpack = unpackTime(rule, format, work, machine, blocked) + (blocked?.loading ?? 0);
  const traffic = streamed(work, machine, memory, work.weightBytes * (blocked?.timesRead ?? 1));
  const products = rule.launchesPerMatrix === undefined ? work.launches : rule.launchesPerMatrix * work.matrices;
  const launches = products * rule.kernels;
  const converting = conversionTime(rule, outer, inner, work, machine, memory);
  const load = loadedBytes(rule, outer, inner, work, machine, traffic.bytes) / rate.loadRate;
  switch (rule.unpacking) {
    case 'none':
    case 'inline':
      return joined(machine, rate, compute, unpack, traffic, launches, converting, load);
    case 'beside':
      // The slower of the two engines decides; the other is hidden behind it.
      return unpack > compute
        ? joined(machine, rate, 0, unpack, traffic, launches, converting)
        : joined(machine, rate, compute, 0, traffic, launches, converting, load, unpack * machine.vectorRate);
    case 'materialised':
      return materialised(machine, rate, memory, work, compute, unpack, launches, converting);
  }
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
  const { activationBytes, constants } = machine.engine;
  const rows = work.rows * work.matrices;
  const read = input > 0 ? rows * inner * (activationBytes + input) : 0;
  const written = output > 0 ? rows * outer * (activationBytes + output) : 0;
  return (secondsMoved(read, machine, memory) + secondsMoved(written, machine, memory)) / constants.memoryEfficiency;
}

/** Time at peak bandwidth of activations that one kernel moves, in the cache if they fit. */
function secondsMoved(bytes: Bytes, { unit }: Machine, memory: MemoryTimes): Seconds {
  if (bytes <= memory.activationCacheBytes) return bytes * memory.secondsPerCachedByte;
  return bytes * Math.max(memory.secondsPerActivationByte, unit.bandwidth === undefined ? 0 : 1 / unit.bandwidth);
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
  const activations = tiles * tileRows * work.matrices * inner * machine.engine.activationBytes;
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
  machine: Machine,
  used: Arithmetic,
  memory: MemoryTimes,
  work: Work,
  compute: Seconds,
  unpack: Seconds,
  launches: number,
  converting: Seconds,
): OperatorTime {
  const wide = 2 * work.weights;
  const widened = streamed(work, machine, memory, work.weightBytes + wide, 0);
  const first = joined(machine, used, 0, unpack, widened, work.launches);
  const second = joined(machine, used, compute, 0, streamed(work, machine, memory, wide), launches, converting);
  return {
    compute: second.compute,
    dequantisation: first.dequantisation,
    memory: first.memory + second.memory,
    load: first.load + second.load,
    overhead: first.overhead + second.overhead,
    launches: first.launches + second.launches,
    total: first.total + second.total,
    bytes: first.bytes + second.bytes,
    operations: first.operations + second.operations,
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
  operator: AttentionOperator | LatentAttentionOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): OperatorTime {
  const { engine } = machine;
  // In latent attention, all heads share one latent key.
  const rate =
    operator.kind === 'attention'
      ? attentionRate(machine, work.rows, operator.headDim, operator.heads > operator.kvHeads)
      : attentionRate(machine, work.rows, operator.mixer.kvRank + operator.mixer.ropeDim, true);
  const tile = rate?.rule.tile;
  const filled = tile === undefined ? 1 : work.rows / (tile * rowTiles(work.rows, tile));
  const flops =
    (rate?.peak ?? machine.vectorRate) * (rate?.efficiency ?? engine.constants.attentionEfficiency) * filled;
  const separate = engine.attention === 'materialised';
  const masked = separate ? work.masked : 1;
  const extra = separate ? (engine.scoreMoves ?? 4) * work.scores * masked : 0;
  const launches = separate ? operator.eager.launches : work.launches;
  const traffic = streamed(
    work,
    machine,
    memory,
    work.weightBytes,
    work.activations + extra,
    timesRead(operator, engine),
  );
  const compute = (work.flops * masked) / flops;
  const used = rate ?? machine.vector;
  const readRows = rate?.rule.readRows;
  const again = readRows === undefined ? 0 : rowTiles(work.rows, readRows) - 1;
  const load = (traffic.bytes + again * work.cacheElements * memory.bytesPerCacheElement) / used.loadRate;
  return joined(machine, used, compute, 0, traffic, launches, 0, load);
}

/** How often a pass reads a cached key and value from memory. */
function timesRead(operator: AttentionOperator | LatentAttentionOperator, { cacheReads }: EngineClass): number {
  return cacheReads === 'query-heads' && operator.kind === 'attention' ? operator.heads / operator.kvHeads : 1;
}

/** Norms, element-wise work, scans and gathers: vector work on activations. */
function elementTime(work: Work, machine: Machine, memory: MemoryTimes): OperatorTime {
  const compute = work.flops / machine.vectorRate;
  const traffic = streamed(work, machine, memory, work.weightBytes);
  return joined(machine, machine.vector, compute, 0, traffic, work.launches);
}

/**
 * Bytes of weights, cache and activations over the achieved bandwidth of the levels that they cross. Weights are long
 * streams; an engine may read its cache, or hand activations on, at a smaller part of the peak, and its cache several times.
 */
function streamed(
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
  weightBytes: Bytes,
  activations = work.activations,
  cacheReads = 1,
): Traffic {
  const { engine } = machine;
  const cacheBytes = cacheReads * work.cacheElements * memory.bytesPerCacheElement + work.stateBytes;
  const activationBytes = activations * engine.activationBytes;
  const inCache = activationBytes <= memory.activationCacheBytes;
  const { memoryEfficiency, cacheEfficiency, activationEfficiency } = engine.constants;
  // A unit that shares its memory with others may draw less of it than it gives.
  const drawn = machine.unit.bandwidth === undefined ? 0 : 1 / machine.unit.bandwidth;
  const seconds =
    (weightBytes * Math.max(memory.secondsPerWeightByte, drawn)) / memoryEfficiency +
    (cacheBytes * Math.max(memory.secondsPerCacheByte, drawn)) / (cacheEfficiency ?? memoryEfficiency) +
    (activationBytes * (inCache ? memory.secondsPerCachedByte : Math.max(memory.secondsPerActivationByte, drawn))) /
      (activationEfficiency ?? memoryEfficiency);
  return { bytes: weightBytes + cacheBytes + (inCache ? 0 : activationBytes), seconds };
}

function joined(
  machine: Machine,
  arithmetic: Arithmetic,
  compute: Seconds,
  dequantisation: Seconds,
  traffic: Traffic,
  launches: number,
  converting: Seconds = 0,
  load: Seconds = traffic.bytes / arithmetic.loadRate,
  operations: number = dequantisation * machine.vectorRate,
): OperatorTime {
  const { bytes } = traffic;
  const product = smoothmax(compute + dequantisation, traffic.seconds, load, machine.engine.overlap);
  const memory = traffic.seconds + converting;
  const overhead = launches * machine.kernelOverhead;
  const total = product + converting + overhead;
  return { compute, dequantisation, memory, load, overhead, launches, total, bytes, operations, arithmetic };
}

function shapeEfficiency(rate: ProductRate, outer: number, inner: number, work: Work, machine: Machine): number {
  // The bound assumes that every shape fills the machine.
  if (machine.engine.choice === 'fastest') return 1;
  const { tile } = rate.rule;
  if (rate.shape?.kind === 'systolic') return systolicEfficiency(work.rows, outer, inner, rate.shape);
  return tile ? tileEfficiency(work.rows, outer, work.matrices, tile, machine.cores, rate.rule.experts) : 1;
}
