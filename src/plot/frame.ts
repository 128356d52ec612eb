import { type Axis, axisText, tickText } from './axis.js';
import { type Box, overlap, textBox } from './boxes.js';
import type { Scale } from './scale.js';
import { coordinate, element, LOOKS, label } from './svg.js';

/** The rectangle that an axis across and an axis up span. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly across: Scale;
  readonly up: Scale;
}

/** Room left of a frame for the ticks and the name of its upright axis, and below it for those of the level one. */
export const ROOM_LEFT = 72;
export const ROOM_BELOW = 44;

/** Grid, ticks, names of both axes and the rectangle around them. */
export function axes(frame: Frame, x: Axis, y: Axis): readonly string[] {
  const { left, top, width, height } = frame;
  const bottom = top + height;
  const middle = top + height / 2;
  return [
    ...levelTicks(frame.across, top, bottom),
    ...uprightTicks(frame),
    element('rect', { class: 'axis', x: left, y: top, width, height }),
    label(axisText(x), { x: left + width / 2, y: bottom + 36, 'text-anchor': 'middle' }),
    label(axisText(y), {
      x: left - 56,
      y: middle,
      'text-anchor': 'middle',
      transform: `rotate(-90 ${coordinate(left - 56)} ${coordinate(middle)})`,
    }),
  ];
}

/** Grid lines of a level axis and the numbers below them, as many as do not touch. */
export function levelTicks(scale: Scale, top: number, bottom: number): readonly string[] {
  const boxes: Box[] = [];
  return scale.ticks.flatMap((tick) => {
    const x = scale.place(tick);
    const line = element('line', { class: 'grid', x1: x, y1: top, x2: x, y2: bottom });
    const box = textBox(` ${tickText(tick)} `, x, bottom + 18, 'middle');
    if (boxes.some((other) => overlap(other, box))) return [line];
    boxes.push(box);
    return [line, label(tickText(tick), { x, y: bottom + 18, 'text-anchor': 'middle' })];
  });
}

function uprightTicks({ left, width, up }: Frame): readonly string[] {
  return up.ticks.flatMap((tick) => {
    const y = up.place(tick);
    return [
      element('line', { class: 'grid', x1: left, y1: y, x2: left + width, y2: y }),
      label(tickText(tick), { x: left - 6, y: y + 4, 'text-anchor': 'end' }),
    ];
  });
}

export type Point = readonly [x: number, y: number];

/** Points as an attribute of a line or a polygon. */
export function pointList(points: readonly Point[]): string {
  return points.map(([x, y]) => `${coordinate(x)},${coordinate(y)}`).join(' ');
}

/** Classes of the points of a series: colours first, then their fill and their rim tell them apart. */
export function pointClass(series: number): string {
  const look = ['point', 'hollow', 'rimmed'][Math.floor(series / LOOKS) % 3];
  return `s${series % LOOKS} ${look}`;
}

/** Classes of the line of a series: colours first, then dashes tell them apart. */
export function curveClass(series: number): string {
  const dashes = ['', ' far', ' farther'][Math.floor(series / LOOKS) % 3];
  return `s${series % LOOKS} curve${dashes}`;
}
