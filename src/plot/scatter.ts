import { formatNumber } from '../format.js';
import { scaleOf, tickText } from './axis.js';
import type { Scale } from './scale.js';
import { element, LOOKS, label, picture } from './svg.js';
import { textWidth } from './text-width.js';

/** Points of one kind. */
export interface ScatterSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ScatterPlot {
  readonly title: string;
  /** Quantity of both axes with its unit: `measured token/s`. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly ScatterSeries[];
  /** Factor that the band around the diagonal spans: 1.2 for a fifth to either side. */
  readonly band: number;
}

const SIZE = 420;
const LEFT = 64;
const TOP = 40;
const BOTTOM = 48;
const LEGEND = 200;
const LINE = 18;

/**
 * Predicted against measured on logarithmic axes of one scale, as SVG: what lies on the diagonal was predicted exactly.
 * Throws `InvalidScenarioError` where there is no point, or one that is not above zero.
 */
export function accuracyPlot({ title, x, y, series, band }: ScatterPlot): string {
  const all = series.flatMap(({ points }) => points.flatMap((point) => [point.x, point.y]));
  const across = scaleOf({ name: x, scale: 'log' }, all, LEFT, LEFT + SIZE);
  const up = scaleOf({ name: y, scale: 'log' }, all, TOP + SIZE, TOP);
  const widest = Math.max(0, ...series.map((own) => textWidth(seriesText(own))));
  const width = Math.ceil(
    Math.max(LEFT + SIZE + Math.max(LEGEND, 38 + widest), LEFT + 1.12 * textWidth(title, 14) + 8),
  );
  const square = TOP + SIZE + BOTTOM;
  const height = Math.max(square, TOP + (series.length + 1) * LINE + 12);
  const counted = series.reduce((sum, { points }) => sum + points.length, 0);
  const description = `${counted} points in ${series.length} series; ${y} against ${x}, with the diagonal on which both are equal.`;
  return picture(
    { width, height, title, description },
    label(title, { x: LEFT, y: 22, class: 'head' }),
    ...grid(across, up),
    bandAround(across, up, band),
    element('line', {
      class: 'line',
      x1: across.place(across.least),
      y1: up.place(across.least),
      x2: across.place(across.most),
      y2: up.place(across.most),
    }),
    ...series.flatMap((own, index) => dots(own, index, across, up)),
    element('rect', { class: 'axis', x: LEFT, y: TOP, width: SIZE, height: SIZE }),
    label(x, { x: LEFT + SIZE / 2, y: square - 10, 'text-anchor': 'middle' }),
    label(y, {
      x: 16,
      y: TOP + SIZE / 2,
      'text-anchor': 'middle',
      transform: `rotate(-90 16 ${TOP + SIZE / 2})`,
    }),
    ...legend(series, band),
  );
}

function grid(across: Scale, up: Scale): readonly string[] {
  return across.ticks.flatMap((tick) => {
    const [place, level] = [across.place(tick), up.place(tick)];
    const text = tickText(tick);
    return [
      element('line', { class: 'grid', x1: place, y1: TOP, x2: place, y2: TOP + SIZE }),
      element('line', { class: 'grid', x1: LEFT, y1: level, x2: LEFT + SIZE, y2: level }),
      label(text, { x: place, y: TOP + SIZE + 18, 'text-anchor': 'middle' }),
      label(text, { x: LEFT - 6, y: level + 4, 'text-anchor': 'end' }),
    ];
  });
}

/** The part of the square within a factor of the diagonal. */
function bandAround(across: Scale, up: Scale, factor: number): string {
  const { least, most } = across;
  const corners = [
    [least, least],
    [least, least * factor],
    [most / factor, most],
    [most, most],
    [most, most / factor],
    [least * factor, least],
  ] as const;
  const points = corners.map(([x, y]) => `${across.place(x).toFixed(1)},${up.place(y).toFixed(1)}`).join(' ');
  return element('polygon', { class: 'band', points });
}

function dots({ points }: ScatterSeries, index: number, across: Scale, up: Scale): readonly string[] {
  return points.map(({ x, y }) => mark(index, across.place(x), up.place(y), 3));
}

/** A mark of a series: colours first, then shapes tell them apart. */
function mark(series: number, x: number, y: number, size: number): string {
  const look = { class: `dot s${series % LOOKS}` };
  switch (Math.floor(series / LOOKS) % 3) {
    case 0:
      return element('circle', { ...look, cx: x, cy: y, r: size });
    case 1:
      return element('rect', { ...look, x: x - size, y: y - size, width: 2 * size, height: 2 * size });
    default:
      return element('path', {
        ...look,
        d: `M${x.toFixed(1)} ${(y - size).toFixed(1)}l${size} ${2 * size}h${-2 * size}z`,
      });
  }
}

function seriesText({ name, points }: ScatterSeries): string {
  return `${name} (${points.length})`;
}

function legend(series: readonly ScatterSeries[], band: number): readonly string[] {
  const left = LEFT + SIZE + 20;
  const entries = series.flatMap((own, index) => [
    mark(index, left, TOP + 8 + index * LINE, 4),
    label(seriesText(own), { x: left + 10, y: TOP + 12 + index * LINE }),
  ]);
  const last = TOP + 12 + series.length * LINE;
  return [
    ...entries,
    element('rect', { class: 'band', x: left - 5, y: last - 10, width: 10, height: 10 }),
    label(`within ${formatNumber(100 * (band - 1), { digits: 2, trim: true })} %`, { x: left + 10, y: last }),
  ];
}
