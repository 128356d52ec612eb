import { type Axis, axisText, scaleOf } from './axis.js';
import { alongStroke, around } from './boxes.js';
import { axes, type Frame, type Point, pointList, ROOM_BELOW, ROOM_LEFT } from './frame.js';
import { type Heading, heading, headingHeight, headingText, headingWidth } from './heading.js';
import { type LabelRoom, labelRoom, placesAround } from './label-room.js';
import { legendRows } from './legend.js';
import { PLOT_STYLE } from './style.js';
import { element, label, picture } from './svg.js';
import { shorten } from './text-width.js';

/** Choices by two quantities, and which of them no other beats in both. */
export interface ParetoPlot extends Heading {
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly ParetoPoint[];
}

export interface ParetoPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** True when no other point is better in one quantity and as good in the other. */
  readonly front: boolean;
}

const WIDTH = 600;
const HEIGHT = 400;
const MARGIN = 12;

/**
 * Points with the front marked and named; of the others as many are named as there is room for.
 * Throws `InvalidScenarioError` where there are none, or an axis cannot show a value.
 */
export function paretoPlot(plot: ParetoPlot): string {
  const { x, y, points } = plot;
  const top = headingHeight(plot);
  const frame: Frame = {
    left: ROOM_LEFT,
    top,
    width: WIDTH,
    height: HEIGHT,
    across: scaleOf(
      x,
      points.map((point) => point.x),
      ROOM_LEFT,
      ROOM_LEFT + WIDTH,
    ),
    up: scaleOf(
      y,
      points.map((point) => point.y),
      top + HEIGHT,
      top,
    ),
  };
  const front = frontOf(points);
  const line = front.map((point) => placeOf(point, frame));
  const width = Math.max(ROOM_LEFT + WIDTH, MARGIN + headingWidth(plot)) + 2 * MARGIN;
  const below = top + HEIGHT + ROOM_BELOW + 6;
  const legend = legendRows(
    [
      { text: 'on the front', sign: (at, level) => mark([at, level], true) },
      { text: 'beaten', sign: (at, level) => mark([at, level], false) },
    ],
    { left: ROOM_LEFT, top: below, width: WIDTH },
  );
  return picture(
    {
      width: Math.ceil(width),
      height: Math.ceil(below + legend.height + 8),
      title: headingText(plot),
      description: `${axisText(y)} against ${axisText(x)} of ${points.length} choices. On the front: ${front.map(({ name }) => name).join(', ')}.`,
      style: PLOT_STYLE,
    },
    ...heading(plot, MARGIN),
    ...axes(frame, x, y),
    element('polyline', { class: 's0 curve thin far', points: pointList(line) }),
    ...[...points.filter((point) => !point.front), ...front].map((point) => mark(placeOf(point, frame), point.front)),
    ...names(points, line, frame),
    ...legend.elements,
  );
}

/** The points on the front, from left to right. */
export function frontOf(points: readonly ParetoPoint[]): readonly ParetoPoint[] {
  return points.filter(({ front }) => front).sort((a, b) => a.x - b.x || a.y - b.y);
}

function placeOf({ x, y }: ParetoPoint, { across, up }: Frame): Point {
  return [across.place(x), up.place(y)];
}

function mark([cx, cy]: Point, isFront: boolean): string {
  return isFront
    ? element('circle', { class: 's0 point', cx, cy, r: 5.5 })
    : element('circle', { class: 's5 dot', cx, cy, r: 3.5 });
}

/** Names of the points, those of the front first, none over another or over a mark. */
function names(points: readonly ParetoPoint[], line: readonly Point[], frame: Frame): readonly string[] {
  const { left, top, width, height } = frame;
  const room = labelRoom({ left: left + 2, top: top + 2, right: left + width - 2, bottom: top + height - 2 });
  for (const point of points) room.block(around(...placeOf(point, frame), point.front ? 6 : 4));
  line.slice(1).forEach((to, index) => {
    const from = line[index];
    if (from) room.avoid(...alongStroke(from, to, 4));
  });
  return [...points.filter(({ front }) => front), ...points.filter(({ front }) => !front)].flatMap((point) =>
    nameOf(point, placeOf(point, frame), room),
  );
}

function nameOf({ name, front }: ParetoPoint, [x, y]: Point, room: LabelRoom): readonly string[] {
  const text = shorten(name);
  const places = placesAround(x, y, front ? 5.5 : 3.5);
  const place = room.place(text, front ? places : places.filter(({ leader }) => leader === undefined));
  if (place === undefined) return [];
  const [from, to] = place.leader ?? [];
  return [
    ...(from && to ? [element('line', { class: 'leader', x1: from[0], y1: from[1], x2: to[0], y2: to[1] })] : []),
    label(text, { x: place.x, y: place.y, 'text-anchor': place.anchor, class: front ? 'halo' : 'note halo' }),
  ];
}
