import type { PhaseReport } from '../estimator/types.js';
import { formatQuantity, unitFor } from '../format.js';
import { type Estimates, listOf, nameEstimates } from './naming.js';
import { type BarPanel, type StackedBars, stackedBarsSvg } from './stacked-bars.js';
import { stackedBarsText } from './terminal/bars.js';

const TERMS = ['compute', 'dequantisation', 'memory', 'load', 'overhead'] as const;

/** Terms of the time of a decode step and of the whole prompt. They overlap: the mark is the time they take together. */
export function timeBars(given: Estimates): StackedBars {
  const estimates = listOf(given);
  const { common, names } = nameEstimates('Time by term', estimates);
  const panelOf = (name: string, phases: readonly PhaseReport[]): BarPanel => {
    const { name: unit, factor } = unitFor(
      phases.map(({ noOverlap }) => noOverlap),
      'duration',
    );
    const bars = phases.map(({ terms, seconds, bound }, index) => ({
      name: names[index] ?? '',
      values: TERMS.map((term) => terms[term] / factor),
      mark: seconds / factor,
      note: `${formatQuantity(seconds, 'duration')}, bound by ${bound}`,
    }));
    return { axis: { name, unit, scale: 'linear' }, bars };
  };
  return {
    ...common,
    parts: TERMS.map((name) => ({ name, look: 'colour' })),
    mark: 'time together, for terms overlap',
    panels: [
      panelOf(
        'decode step',
        estimates.map(({ decode }) => decode),
      ),
      panelOf(
        'prefill of the whole prompt',
        estimates.map(({ prefill }) => prefill),
      ),
    ],
  };
}

/** Terms of the time of both phases, as SVG. */
export function timePlot(estimates: Estimates): string {
  return stackedBarsSvg(timeBars(estimates));
}

/** The same as characters, in so many columns. */
export function timeText(estimates: Estimates, width = 80): string {
  return stackedBarsText(timeBars(estimates), width);
}
