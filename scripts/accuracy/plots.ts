import type { HeldOut } from '../../src/evidence/cross-validate.js';
import { accuracyPlot } from '../../src/plot/scatter.js';
import { METRIC_NAMES } from './names.js';
import type { Results } from './results.js';

/** A picture in docs/accuracy/. */
export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** Fewest points that make a picture worth a look. */
const ENOUGH = 10;

/** Predicted against measured for every engine and metric with enough rows, each point predicted without its device. */
export function plotsOf(results: Results): readonly Plot[] {
  return results.engines.flatMap(({ evidence: { engine }, device }) =>
    METRIC_NAMES.flatMap(({ metric, name, unit }) => {
      const own = device.filter(({ found }) => found.measurement.metric === metric);
      if (own.length < ENOUGH) return [];
      const title = `${engine.name}: ${name}, each device predicted without its rows`;
      const file = `${engine.id}-${metric}.svg`.replaceAll('_', '-');
      const plot = { title, x: `measured ${unit}`, y: `predicted ${unit}`, series: seriesOf(own), band: 1.2 };
      return [{ file, title, svg: accuracyPlot(plot) }];
    }),
  );
}

function seriesOf(held: readonly HeldOut[]) {
  const classes = [...new Set(held.map(({ found }) => found.workload.engineClass.id))];
  return classes.map((name) => ({
    name,
    points: held
      .filter(({ found }) => found.workload.engineClass.id === name)
      .map(({ found, predicted }) => ({ x: found.measurement.value, y: predicted })),
  }));
}
