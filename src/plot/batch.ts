import type { Estimate, Prediction } from '../estimator/types.js';
import { unitFor } from '../format.js';
import type { LinePlot, LineSeries } from './line.js';
import { nameEstimates } from './naming.js';

/** Decode rate and time per output token against batch: one line for each list of estimates that differ in batch alone. */
export function batchLines(runs: readonly (readonly Estimate[])[]): LinePlot {
  const drawn = runs.filter((run) => run.length > 0);
  const { common, names } = nameEstimates(
    'Rate and latency against batch',
    // The batch is the axis, and no part of a name.
    drawn.flatMap(([first]) => (first ? [{ ...first, workload: { ...first.workload, batch: 0 } }] : [])),
  );
  const times = drawn.flat().map(({ decode }) => decode.timePerOutputToken.expected);
  const { name: unit, factor } = unitFor(times, 'duration');
  const seriesOf = (quantity: (estimate: Estimate) => Prediction, divisor: number): readonly LineSeries[] =>
    drawn.map((run, index) => ({
      name: names[index] ?? '',
      points: run.map((estimate) => {
        const { expected, low, high } = quantity(estimate);
        return { x: estimate.workload.batch, y: expected / divisor, low: low / divisor, high: high / divisor };
      }),
    }));
  return {
    ...common,
    x: { name: 'batch', unit: 'sequences', scale: 'log' },
    panels: [
      {
        y: { name: 'decode, all sequences', unit: 'token/s', scale: 'log' },
        series: seriesOf(({ decode }) => decode.tokensPerSecond, 1),
      },
      {
        y: { name: 'time per output token', unit, scale: 'log' },
        series: seriesOf(({ decode }) => decode.timePerOutputToken, factor),
      },
    ],
  };
}
