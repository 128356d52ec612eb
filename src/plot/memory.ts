import type { Estimate } from '../estimator/types.js';
import { formatQuantity, unitFor } from '../format.js';
import { nameEstimates } from './naming.js';
import type { StackedBars } from './stacked-bars.js';

/** What fills the memory of each machine: weights, cache, activations, what is free, and what a model may not use. */
export function memoryBars(estimates: readonly Estimate[]): StackedBars {
  const { common, names } = nameEstimates('Memory', estimates);
  const { name: unit, factor } = unitFor(
    estimates.map(({ memory }) => memory.capacityBytes),
    'bytes',
  );
  const bars = estimates.map(({ memory }, index) => {
    const { weightBytes, cacheBytes, activationBytes, totalBytes, usableBytes, capacityBytes, freeBytes } = memory;
    const unused = Math.max(0, capacityBytes - usableBytes);
    return {
      name: names[index] ?? '',
      values: [weightBytes, cacheBytes, activationBytes, freeBytes, unused].map((bytes) => bytes / factor),
      note: `${formatQuantity(totalBytes, 'bytes')} of ${formatQuantity(usableBytes, 'bytes')} usable`,
    };
  });
  return {
    ...common,
    parts: [
      { name: 'weights', look: 'colour' },
      { name: 'KV cache and state', look: 'colour' },
      { name: 'activations', look: 'colour' },
      { name: 'free', look: 'empty' },
      { name: 'not usable', look: 'unused' },
    ],
    panels: [{ axis: { name: 'memory', unit, scale: 'linear' }, bars }],
  };
}
