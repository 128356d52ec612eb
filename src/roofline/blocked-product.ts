import type { Blocks, MultiplyRule } from '../engine/types.js';
import type { Work } from '../model/measure.js';
import type { ProductOperator } from '../model/operators.js';
import type { Bytes, Seconds } from '../quantities.js';
import type { Machine } from './machine.js';
import type { MemoryTimes } from './memory-times.js';

/** What a kernel that works block by block makes of a product. */
export interface BlockedProduct {
  /** Rows that are computed for each matrix, those that only fill up a block with them. */
  readonly rows: number;
  /** Blocks of rows, of which each takes the weights of its columns anew. */
  readonly rowBlocks: number;
  /** Columns of blocks, over those that there are. */
  readonly columnPadding: number;
  /** Loading blocks, while the arithmetic waits. */
  readonly loading: Seconds;
  /** How often weights are read from memory. */
  readonly timesRead: number;
}

/** A product in blocks of a rule; undefined for other kernels. */
export function blockedProduct(
  rule: MultiplyRule,
  operator: ProductOperator,
  work: Work,
  machine: Machine,
  memory: MemoryTimes,
): BlockedProduct | undefined {
  const { blocks } = rule;
  if (!blocks) return undefined;
  const { inner, outer } = operator;
  const [rows, rowBlocks] = blockRows(blocks, operator, work);
  const columnBlocks = Math.ceil(outer / blocks.columns);
  const inputs = rows * work.matrices * inner * (rule.converted?.[0] || machine.kernels.activationBytes);
  const loaded = work.weightBytes * rowBlocks + inputs * columnBlocks;
  const { clock } = machine.unit;
  return {
    rows,
    rowBlocks,
    columnPadding: (columnBlocks * blocks.columns) / outer,
    loading: clock === undefined ? 0 : loaded / (blocks.bytesPerClock * clock * machine.cores),
    timesRead: timesRead(blocks, operator, work, rowBlocks, inputs, machine, memory),
  };
}

/**
 * Rows computed, and blocks of them: as few blocks as hold the batch, as narrow as they can be. A mixture's blocks are as
 * wide as the whole batch would need them. Its experts' rows spread, so that the last block is half full on average.
 */
function blockRows(blocks: Blocks, { routed }: ProductOperator, work: Work): readonly [number, number] {
  const together = routed ? (work.rows * work.matrices) / routed.active : work.rows;
  const needed = Math.ceil(together / blocks.rows);
  const width = Math.ceil(together / needed / blocks.granule) * blocks.granule;
  const count = routed ? Math.max(1, work.rows / width + 0.5) : needed;
  return [count * width, count];
}

/**
 * Each core goes through all rows of its own columns, so that weights come from memory once per block of rows, unless a
 * cache holds what all cores go through: all of it up to half of the cache, none from the whole on, where the sweep evicts
 * what it needs next.
 */
function timesRead(
  blocks: Blocks,
  { outer }: ProductOperator,
  work: Work,
  rowBlocks: number,
  inputs: Bytes,
  machine: Machine,
  memory: MemoryTimes,
): number {
  if (rowBlocks <= 1) return 1;
  const strips = work.weightBytes * Math.min(1, (machine.cores * blocks.columns) / (outer * work.matrices));
  const missed = (strips + inputs) / memory.activationCacheBytes - 1;
  return 1 + (rowBlocks - 1) * Math.min(1, Math.max(0, missed));
}
