import { formatNumber, formatQuantity } from '../format.js';
import { tickText } from './axis.js';
import { alongStroke, around, type Box } from './boxes.js';
import { curveClass, type Frame, type Point, pointList } from './frame.js';
import { type LabelRoom, spread } from './label-room.js';
import type { Roof, RooflineMachine, Slope } from './roofline-data.js';
import { coordinate, element, label } from './svg.js';
import { shorten, textWidth } from './text-width.js';

/** Distance between the names of two roofs, and width of the lines that tie them to their roofs. */
export const NAME_GAP = 17;
export const LEADER = 22;

/** Slopes, roofs and ridge points of a machine; in grey where it is the only one. */
export function limits(
  { roofs, slopes }: RooflineMachine,
  frame: Frame,
  series: number | undefined,
): readonly string[] {
  const looks = series === undefined ? 'roof' : curveClass(series);
  const fastest = Math.max(...slopes.map(({ bytesPerSecond }) => bytesPerSecond));
  const dashed = (isMinor: boolean): string => (isMinor && series === undefined ? `${looks} far` : looks);
  return [
    ...slopes.map((slope) => {
      const points = pointList(slopeEnds(slope, highestOf(roofs), frame));
      return element('polyline', { class: dashed(!slope.main), points });
    }),
    ...roofs.map((roof) => {
      const [[x1, y1], [x2, y2]] = roofEnds(roof, fastest, frame);
      return element('line', { class: dashed(!roof.used), x1, y1, x2, y2 });
    }),
    ...roofs.map((roof) => {
      const [cx, cy] = ridgeOf(roof, frame);
      return element('circle', { class: 'ring', cx, cy, r: 3.5 });
    }),
  ];
}

function highestOf(roofs: readonly Roof[]): number {
  return Math.max(...roofs.map(({ flopsPerSecond }) => flopsPerSecond));
}

/** Ends of a slope inside the frame: from its left or lower edge up to the highest roof. */
function slopeEnds({ bytesPerSecond }: Slope, highest: number, { across, up }: Frame): readonly [Point, Point] {
  const start = Math.max(across.least, up.least / bytesPerSecond);
  const end = Math.min(across.most, highest / bytesPerSecond);
  return [
    [across.place(start), up.place(start * bytesPerSecond)],
    [across.place(end), up.place(end * bytesPerSecond)],
  ];
}

function roofEnds({ flopsPerSecond }: Roof, fastest: number, { across, up }: Frame): readonly [Point, Point] {
  const y = up.place(flopsPerSecond);
  return [
    [across.place(Math.max(across.least, flopsPerSecond / fastest)), y],
    [across.place(across.most), y],
  ];
}

function ridgeOf({ ridgePoint, flopsPerSecond }: Roof, { across, up }: Frame): Point {
  return [across.place(ridgePoint), up.place(flopsPerSecond)];
}

/** Squares around the ridge points. */
export function ridgeBoxes({ roofs }: RooflineMachine, frame: Frame): readonly Box[] {
  return roofs.map((roof) => around(...ridgeOf(roof, frame), 5));
}

/** What slopes and roofs cover. */
export function limitBoxes({ roofs, slopes }: RooflineMachine, frame: Frame): readonly Box[] {
  const fastest = Math.max(...slopes.map(({ bytesPerSecond }) => bytesPerSecond));
  return [
    ...slopes.map((slope) => slopeEnds(slope, highestOf(roofs), frame)),
    ...roofs.map((roof) => roofEnds(roof, fastest, frame)),
  ].flatMap(([from, to]) => alongStroke(from, to, 4));
}

/** A roof in words: `f16, bf16: 989.4 TFLOP/s, ridge at 295`. */
export function roofText({ name, flopsPerSecond, ridgePoint }: Roof, machine = ''): string {
  const kind = name.split(', ').every((format) => format.startsWith('int')) ? 'OP rate' : 'FLOP rate';
  const rate = formatQuantity(flopsPerSecond, kind, { digits: 4, trim: true });
  const text = `${name}: ${rate}, ridge at ${ridgeText(ridgePoint)}`;
  return machine === '' ? text : `${shorten(machine)}, ${text}`;
}

/** Beyond, a ridge is so far away that its digits say nothing: it is written short, as at a tick. */
const FAR_RIDGE = 1e6;

function ridgeText(ridgePoint: number): string {
  return ridgePoint < FAR_RIDGE ? formatNumber(ridgePoint) : tickText(ridgePoint);
}

/** A slope in words: `hbm 3.35 TB/s`. */
export function slopeText({ name, bytesPerSecond }: Slope): string {
  return `${name} ${formatQuantity(bytesPerSecond, 'bandwidth')}`;
}

/** Names of the roofs of all machines beside the frame, apart from one another and tied to their lines. */
export function roofNames(
  machines: readonly RooflineMachine[],
  texts: readonly string[],
  frame: Frame,
): readonly string[] {
  const { left, top, width, height, up } = frame;
  const right = left + width;
  const levels = machines.flatMap(({ roofs }) => roofs.map(({ flopsPerSecond }) => up.place(flopsPerSecond)));
  const looks = machines.flatMap(({ roofs }, index) =>
    roofs.map(() => (machines.length === 1 ? 'leader' : `${curveClass(index)} thin`)),
  );
  const places = spread(levels, NAME_GAP, top + 8, top + height - 8);
  return texts.flatMap((text, index) => {
    const [from, to] = [levels[index] ?? top, places[index] ?? top];
    const points: readonly Point[] = [
      [right, from],
      [right + LEADER - 4, to],
    ];
    return [
      element('polyline', { class: looks[index] ?? 'leader', points: pointList(points) }),
      label(text, { x: right + LEADER, y: to + 4 }),
    ];
  });
}

/** Parts of a slope at which the middle of its name may stand, and the sides of it: above, or below. */
const ALONG = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2];
const ABOVE = -6;
const BELOW = 14;

/** Names of the slopes along them; that of the fastest above its line, the others below theirs. */
export function slopeNames({ roofs, slopes }: RooflineMachine, frame: Frame, room: LabelRoom): readonly string[] {
  return slopes.flatMap((slope) => {
    const text = slopeText(slope);
    const ends = slopeEnds(slope, highestOf(roofs), frame);
    const sides = slope === slopes[0] ? [ABOVE, BELOW] : [BELOW, ABOVE];
    const places = sides.flatMap((side) => ALONG.map((part) => alongside(ends, part, side, textWidth(text) / 2)));
    const place = places.find(({ covered, fits }) => fits && room.take(covered));
    if (place === undefined) return [];
    const { x, y, angle } = place;
    const transform = `rotate(${coordinate(angle)} ${coordinate(x)} ${coordinate(y)})`;
    return [label(text, { x, y, 'text-anchor': 'middle', class: 'note halo', transform })];
  });
}

/** A place for a text of some half width along a line, so far beside it. */
function alongside([[x1, y1], [x2, y2]]: readonly [Point, Point], part: number, side: number, half: number) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [right, down] = [(x2 - x1) / length, (y2 - y1) / length];
  const [x, y] = [x1 + (x2 - x1) * part - down * side, y1 + (y2 - y1) * part + right * side];
  // The letters' middle lies above the line they stand on.
  const [middle, level] = [x + down * 4, y - right * 4];
  return {
    x,
    y,
    angle: (Math.atan2(down, right) * 180) / Math.PI,
    fits: half <= length * Math.min(part, 1 - part),
    covered: alongStroke(
      [middle - right * half, level - down * half],
      [middle + right * half, level + down * half],
      13,
    ),
  };
}
