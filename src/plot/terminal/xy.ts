import { formatNumber } from '../../format.js';
import type { LinePanel, LinePlot } from '../line.js';
import { frontOf, type ParetoPlot } from '../pareto.js';
import type { ScatterPlot } from '../scatter.js';
import { type Chart, type ChartLine, chartsText } from './chart.js';
import { signOf } from './fold.js';

/** Lines as characters, each with a letter at its points; of a single one, the interval is dotted. */
export function lineText(plot: LinePlot, width = 80): string {
  const chartOf = ({ y, series }: LinePanel): Chart => ({
    x: plot.x,
    y,
    lines: [...series.map(({ points }) => ({ points })), ...(series.length === 1 ? intervals(series) : [])],
    marks: series.flatMap(({ points }, index) => points.map((point) => ({ ...point, sign: signOf(index) }))),
    legend: series.map(({ name }, index) => `${signOf(index)} ${name}`),
  });
  return chartsText(plot, plot.panels.map(chartOf), width);
}

function intervals(series: LinePanel['series']): readonly ChartLine[] {
  return series.flatMap(({ points }) => [
    { points: points.map(({ x, y, low = y }) => ({ x, y: low })), dotted: true },
    { points: points.map(({ x, y, high = y }) => ({ x, y: high })), dotted: true },
  ]);
}

/** A Pareto scatter as characters: letters on the front, dots elsewhere. */
export function paretoText(plot: ParetoPlot, width = 80): string {
  const front = frontOf(plot.points);
  const chart: Chart = {
    x: plot.x,
    y: plot.y,
    lines: [{ points: front, dotted: true }],
    marks: [
      ...plot.points.filter((point) => !point.front).map((point) => ({ ...point, sign: '·' })),
      ...front.map((point, index) => ({ ...point, sign: signOf(index) })),
    ],
    legend: front.map(({ name, x, y }, index) => {
      const [first, second] = [withUnit(x, plot.x.unit), withUnit(y, plot.y.unit)];
      return `${signOf(index)} ${name}: ${first}, ${second}`;
    }),
  };
  return chartsText(plot, [chart], width);
}

function withUnit(value: number, unit: string | undefined): string {
  return unit === undefined || unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** Predicted against measured as characters, with the diagonal on which both are equal. */
export function accuracyText({ title, x, y, series }: ScatterPlot, width = 80): string {
  const all = series.flatMap(({ points }) => points.flatMap((point) => [point.x, point.y]));
  const ends = [Math.min(...all), Math.max(...all)];
  const chart: Chart = {
    x: { name: x, scale: 'log' },
    y: { name: y, scale: 'log' },
    extent: { x: all, y: all },
    lines: all.length === 0 ? [] : [{ points: ends.map((value) => ({ x: value, y: value })), dotted: true }],
    marks: series.flatMap(({ points }, index) => points.map((point) => ({ ...point, sign: signOf(index) }))),
    legend: series.map(({ name, points }, index) => `${signOf(index)} ${name} (${points.length})`),
  };
  return chartsText({ title }, [chart], width);
}
