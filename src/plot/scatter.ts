import { formatNumber } from '../format.js';
import { logScale } from './log-scale.js';
import type { Scale } from './scale.js';
import { element, LOOKS, label, picture } from './svg.js';

/** Points of one kind. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface ScatterPlot {
  readonly title: string;
  /** Quantity of both axes with its unit: `measured token/s`. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** Factor that the band around the diagonal spans: 1.2 for a fifth to either side. */
  readonly band: number;
}

const SIZE = 420;
const LEFT = 64;
const TOP = 40;
const BOTTOM = 48;
const LEGEND = 200;
const LINE = 18;

/** Predicted against measured on logarithmic axes of one scale: what lies on the diagonal was predicted exactly. */
export function scatterSvg({ title, x, y, series, band }: ScatterPlot): string {
  const all = series.flatMap(({ points }) => points.flatMap((point) => [point.x, point.y]));
  const across = logScale(all, LEFT, LEFT + SIZE);
  const up = logScale(all, TOP + SIZE, TOP);
  const width = LEFT + SIZE + LEGEND;
  const height = TOP + SIZE + BOTTOM;
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
    label(x, { x: LEFT + SIZE / 2, y: height - 10, 'text-anchor': 'middle' }),
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
    const text = formatNumber(tick, { digits: 1, trim: true });
    return [
      element('line', { class: 'grid', x1: place, y1: TOP, x2: place, y2: TOP + SIZE }),
      element('line', { class: 'grid', x1: LEFT, y1: level, x2: LEFT + SIZE, y2: level }),
      label(text, { x: place, y: TOP + SIZE + 16, 'text-anchor': 'middle' }),
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

function dots({ points }: Series, index: number, across: Scale, up: Scale): readonly string[] {
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

function legend(series: readonly Series[], band: number): readonly string[] {
  const left = LEFT + SIZE + 20;
  const entries = series.flatMap(({ name, points }, index) => [
    mark(index, left, TOP + 8 + index * LINE, 4),
    label(`${name} (${points.length})`, { x: left + 10, y: TOP + 12 + index * LINE }),
  ]);
  const last = TOP + 12 + series.length * LINE;
  return [
    ...entries,
    element('rect', { class: 'band', x: left - 5, y: last - 10, width: 10, height: 10 }),
    label(`within ${formatNumber(100 * (band - 1), { digits: 2, trim: true })} %`, { x: left + 10, y: last }),
  ];
}
