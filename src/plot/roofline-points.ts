import { formatPercent, formatQuantity } from '../format.js';
import { around } from './boxes.js';
import { type Frame, pointClass } from './frame.js';
import { type LabelRoom, placesAround } from './label-room.js';
import type { RooflineOperator, RooflinePhase } from './roofline-data.js';
import { coordinate, element, LOOKS, label } from './svg.js';

/** A phase with the ends of its interval. */
export function phaseMark(phase: RooflinePhase, { across, up }: Frame, series: number): string {
  const x = across.place(phase.arithmeticIntensity);
  return (
    element('path', {
      class: `s${series % LOOKS} curve`,
      d: intervalBar(x, up.place(phase.high), up.place(phase.low)),
    }) + phaseSign(phase.name, x, up.place(phase.flopsPerSecond), pointClass(series))
  );
}

/** An upright bar with a cap at both ends. */
export function intervalBar(x: number, top: number, bottom: number): string {
  const cap = (y: number): string => `M${coordinate(x - 4)} ${coordinate(y)}h8`;
  return `M${coordinate(x)} ${coordinate(top)}V${coordinate(bottom)}${cap(top)}${cap(bottom)}`;
}

/** A disc for decode, a square for prefill. */
export function phaseSign(phase: RooflinePhase['name'], x: number, y: number, looks: string): string {
  return phase === 'decode'
    ? element('circle', { class: looks, cx: x, cy: y, r: 5.5 })
    : element('rect', { class: looks, x: x - 5, y: y - 5, width: 10, height: 10 });
}

/** Marks of the operators of a phase. */
export function operatorMarks({ operators }: RooflinePhase, { across, up }: Frame, series: number): readonly string[] {
  return operators.map((operator) =>
    element('circle', {
      class: `dot s${series % LOOKS}`,
      cx: across.place(operator.arithmeticIntensity),
      cy: up.place(operator.flopsPerSecond),
      r: radiusOf(operator),
    }),
  );
}

/** Radius of an operator's mark: its area goes with its part of the time. */
function radiusOf({ timeShare }: RooflineOperator): number {
  return Math.max(2.5, 14 * Math.sqrt(timeShare));
}

/** Keeps texts off the marks of a phase and its operators. */
export function blockPhase(phase: RooflinePhase, { across, up }: Frame, room: LabelRoom): void {
  const x = across.place(phase.arithmeticIntensity);
  room.block(around(x, up.place(phase.flopsPerSecond), 7), {
    left: x - 5,
    right: x + 5,
    top: up.place(phase.high) - 2,
    bottom: up.place(phase.low) + 2,
  });
  for (const operator of phase.operators) {
    const [cx, cy] = [across.place(operator.arithmeticIntensity), up.place(operator.flopsPerSecond)];
    room.block(around(cx, cy, radiusOf(operator)));
  }
}

/** The name of a phase and what it achieves. */
export function phaseName(
  phase: RooflinePhase,
  { across, up }: Frame,
  series: number,
  room: LabelRoom,
): readonly string[] {
  const text = `${phase.name} ${formatQuantity(phase.flopsPerSecond, 'FLOP rate')}`;
  const [x, y] = [across.place(phase.arithmeticIntensity), up.place(phase.flopsPerSecond)];
  return named({ text, x, y, radius: 7, looks: 'halo' }, series, room);
}

/** Least part of the time that gives an operator a name, and most names of a phase. */
const WORTH_A_NAME = 0.04;
const MOST_NAMES = 4;

/** Names of the operators that take longest, as far as there is room. */
export function operatorNames(
  { operators }: RooflinePhase,
  { across, up }: Frame,
  series: number,
  room: LabelRoom,
): readonly string[] {
  const worth = operators.filter(({ timeShare }) => timeShare >= WORTH_A_NAME).slice(0, MOST_NAMES);
  return worth.flatMap((operator) => {
    const [x, y] = [across.place(operator.arithmeticIntensity), up.place(operator.flopsPerSecond)];
    const text = operatorText(operator);
    return named({ text, x, y, radius: radiusOf(operator), looks: 'note halo' }, series, room);
  });
}

/** `ffn-gate, ffn-up and 2 more 41.2 %`: names and their part of the time. */
export function operatorText({ name, timeShare }: RooflineOperator): string {
  const names = name.split(', ');
  const said = names.length <= 3 ? name : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
  return `${said} ${formatPercent(timeShare)}`;
}

interface Name {
  readonly text: string;
  /** The middle of the mark that it names, and the mark's radius. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly looks: string;
}

/** A name near its mark; where it stands off, a line in the colour of the mark ties them together. */
function named({ text, x, y, radius, looks }: Name, series: number, room: LabelRoom): readonly string[] {
  const place = room.place(text, placesAround(x, y, radius));
  if (place === undefined) return [];
  const [from, to] = place.leader ?? [];
  const tie = `s${series % LOOKS} curve thin`;
  return [
    ...(from && to ? [element('line', { class: tie, x1: from[0], y1: from[1], x2: to[0], y2: to[1] })] : []),
    label(text, { x: place.x, y: place.y, 'text-anchor': place.anchor, class: looks }),
  ];
}
