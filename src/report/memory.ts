import type { Estimate, MemoryReport } from '../estimator/types.js';
import { formatCount, formatNumber, formatPercentage, formatQuantity, unitFor } from '../format.js';
import type { Section } from './section.js';
import { type Column, renderTable } from './table.js';

/** What is kept in memory, and how much more would fit. */
export function memorySection({ memory, workload }: Estimate, width: number): Section {
  const { name, factor } = unitFor([memory.totalBytes, memory.usableBytes], 'bytes');
  const row = (label: string, bytes: number, note = '') => ({
    cells: [label, formatNumber(bytes / factor), formatPercentage(bytes / memory.usableBytes), note],
  });
  const columns: readonly Column[] = [
    { head: '', align: 'left' },
    { head: 'size', unit: name },
    { head: 'of usable', unit: '%' },
    { head: '', align: 'left' },
  ];
  const rows = [
    row('weights', memory.weightBytes, workload.weights),
    row(
      'KV cache and state',
      memory.cacheBytes,
      `${formatQuantity(memory.cacheBytesPerToken, 'bytes')} per token in ${workload.kvCache}`,
    ),
    row('activations', memory.activationBytes),
    row('needed', memory.totalBytes),
    row('usable', memory.usableBytes, `of ${formatQuantity(memory.capacityBytes, 'bytes')} installed`),
    row('free', memory.freeBytes),
  ];
  return {
    title: 'Memory',
    lines: [...renderTable(columns, rows, { width }), ...roomLines(memory), ...levelLines(memory)],
  };
}

function roomLines({ largestBatch, longestContext }: MemoryReport): string[] {
  return [
    `room for a batch of ${formatCount(largestBatch)} at this length, or ${formatCount(longestContext)} tokens per sequence at this batch`,
  ];
}

/** Levels are worth a line each where more than one holds something. */
function levelLines({ levels }: MemoryReport): string[] {
  const holding = levels.filter(({ weightBytes, cacheBytes }) => weightBytes + cacheBytes > 0);
  if (holding.length < 2) return [];
  return holding.map(
    ({ name, weightBytes, cacheBytes, bandwidth }) =>
      `${name} at ${formatQuantity(bandwidth, 'bandwidth')}: ${formatQuantity(weightBytes, 'bytes')} of weights, ${formatQuantity(cacheBytes, 'bytes')} of cache`,
  );
}
