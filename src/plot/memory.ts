import { formatQuantity, unitFor } from '../format.js';
import { type Estimates, listOf, nameEstimates } from './naming.js';
import { type StackedBars, stackedBarsSvg } from './stacked-bars.js';
import { stackedBarsText } from './terminal/bars.js';

/** What fills the memory of each machine: weights, cache, activations, what is free, and what a model may not use. */
export function memoryBars(given: Estimates): StackedBars {
  const estimates = listOf(given);
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

/** What fills the memory of each machine, as SVG. */
export function memoryPlot(estimates: Estimates): string {
  return stackedBarsSvg(memoryBars(estimates));
}

/** The same as characters, in so many columns. */
export function memoryText(estimates: Estimates, width = 80): string {
  return stackedBarsText(memoryBars(estimates), width);
}
