import { type Axis, axisText, scaleOf } from './axis.js';
import { axes, curveClass, type Frame, type Point, pointClass, pointList, ROOM_BELOW, ROOM_LEFT } from './frame.js';
import { type Heading, heading, headingHeight, headingText, headingWidth } from './heading.js';
import { spread } from './label-room.js';
import { PLOT_STYLE } from './style.js';
import { coordinate, element, LOOKS, label, picture } from './svg.js';
import { shorten, textWidth } from './text-width.js';

/** One or more panels of lines over the same quantity. */
export interface LinePlot extends Heading {
  readonly x: Axis;
  readonly panels: readonly LinePanel[];
}

export interface LinePanel {
  readonly y: Axis;
  readonly series: readonly LineSeries[];
}

export interface LineSeries {
  readonly name: string;
  /** In the order in which the line passes them. */
  readonly points: readonly LinePoint[];
}

/** A point in the units of the axes. `low` and `high` span a band around the line. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

const WIDTH = 520;
const HEIGHT = 270;
const NAME_GAP = 17;
const LEADER = 22;
const MARGIN = 12;
const BETWEEN = 14;

/**
 * Lines over a quantity, each with its name at its end and the band of its interval.
 * Throws `InvalidScenarioError` for a panel without points, and for a value that its axis cannot show.
 *
 * @example
 * linePlot({ title: 'Rate', x: { name: 'batch', scale: 'log' },
 *   panels: [{ y: { name: 'rate', unit: 'token/s', scale: 'linear' }, series: [{ name: 'a', points: [{ x: 1, y: 50 }] }] }] })
 */
export function linePlot(plot: LinePlot): string {
  const { x, panels } = plot;
  const series = panels.flatMap((panel) => panel.series);
  const column = Math.max(0, ...series.map(({ name }) => textWidth(shorten(name))));
  const width = Math.max(ROOM_LEFT + WIDTH + LEADER + column, MARGIN + headingWidth(plot)) + MARGIN;
  let top = headingHeight(plot);
  const drawn = panels.flatMap((panel) => {
    const frame = frameOf(x, plot, panel, top);
    top += frame.height + ROOM_BELOW + BETWEEN;
    return [
      ...axes(frame, x, panel.y),
      ...panel.series.flatMap((own, index) => curve(own, index, frame)),
      ...names(panel, frame),
    ];
  });
  const description = panels
    .map(({ y, series: own }) => `${axisText(y)} against ${axisText(x)}: ${own.map(({ name }) => name).join(', ')}.`)
    .join(' ');
  return picture(
    {
      width: Math.ceil(width),
      height: Math.ceil(top - BETWEEN + 4),
      title: headingText(plot),
      description,
      style: PLOT_STYLE,
    },
    ...heading(plot, MARGIN),
    ...drawn,
  );
}

function frameOf(x: Axis, { panels }: LinePlot, { y, series }: LinePanel, top: number): Frame {
  const height = Math.max(HEIGHT, (series.length + 1) * NAME_GAP);
  const across = panels.flatMap((panel) => panel.series.flatMap(({ points }) => points.map((point) => point.x)));
  return {
    left: ROOM_LEFT,
    top,
    width: WIDTH,
    height,
    across: scaleOf(x, across, ROOM_LEFT, ROOM_LEFT + WIDTH),
    up: scaleOf(y, heightsOf(series), top + height, top),
  };
}

/** Every value that an upright axis has to show. */
function heightsOf(series: readonly LineSeries[]): readonly number[] {
  return series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
}

function curve({ points }: LineSeries, index: number, { across, up }: Frame): readonly string[] {
  const line = points.map(({ x, y }): Point => [across.place(x), up.place(y)]);
  const above = points.map(({ x, y, high = y }): Point => [across.place(x), up.place(high)]);
  const below = points.map(({ x, y, low = y }): Point => [across.place(x), up.place(low)]);
  const hasBand = points.some(({ low, high }) => low !== undefined || high !== undefined);
  const colour = `s${index % LOOKS}`;
  return [
    ...(hasBand
      ? [element('polygon', { class: `${colour} area`, points: pointList([...above, ...below.reverse()]) })]
      : []),
    element('polyline', { class: curveClass(index), points: pointList(line) }),
    ...line.map(([cx, cy]) => element('circle', { class: pointClass(index), cx, cy, r: 3.5 })),
  ];
}

/** Names beside the frame, apart from one another and tied to the last points of their lines. */
function names({ series }: LinePanel, { left, top, width, height, across, up }: Frame): readonly string[] {
  const ends = series.map(({ points }): Point => {
    const last = points.at(-1);
    return last === undefined ? [left, top] : [across.place(last.x), up.place(last.y)];
  });
  const levels = spread(
    ends.map(([, y]) => y),
    NAME_GAP,
    top + 8,
    top + height - 8,
  );
  const right = left + width;
  return series.flatMap(({ name, points }, index) => {
    if (points.length === 0) return [];
    const [[x, y] = [left, top], level = top] = [ends[index], levels[index]];
    const tie = element('path', {
      class: `${curveClass(index)} thin`,
      d: `M${coordinate(Math.max(x + 6, right))} ${coordinate(y)}L${coordinate(right + LEADER - 4)} ${coordinate(level)}`,
    });
    const reach = x + 6 < right ? [element('line', { class: 'leader', x1: x + 6, y1: y, x2: right, y2: y })] : [];
    return [...reach, tie, label(shorten(name), { x: right + LEADER, y: level + 4 })];
  });
}
