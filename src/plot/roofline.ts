import { formatNumber, formatQuantity } from '../format.js';
import { type Axis, scaleOf } from './axis.js';
import { axes, curveClass, type Frame, pointClass, ROOM_BELOW, ROOM_LEFT } from './frame.js';
import { heading, headingHeight, headingText, headingWidth } from './heading.js';
import { labelRoom } from './label-room.js';
import { type LegendEntry, legendRows } from './legend.js';
import type { RooflineData, RooflineMachine } from './roofline-data.js';
import {
  LEADER,
  limitBoxes,
  limits,
  NAME_GAP,
  ridgeBoxes,
  roofNames,
  roofText,
  slopeNames,
} from './roofline-limits.js';
import {
  blockPhase,
  intervalBar,
  operatorMarks,
  operatorNames,
  phaseMark,
  phaseName,
  phaseSign,
} from './roofline-points.js';
import { PLOT_STYLE } from './style.js';
import { element, picture } from './svg.js';
import { shorten, textWidth } from './text-width.js';

const WIDTH = 600;
const HEIGHT = 430;
const MARGIN = 12;

export const INTENSITY: Axis = { name: 'arithmetic intensity', unit: 'FLOP/byte', scale: 'log' };
export const PERFORMANCE: Axis = { name: 'performance', unit: 'FLOP/s', scale: 'log' };

/** The plot as SVG. One machine has its operators and all roofs; of several, each has the roofs and the memory in use. */
export function rooflineSvg(data: RooflineData): string {
  const shown = essentials(data.machines);
  const isSingle = shown.length === 1;
  const roofs = shown.flatMap((machine) => machine.roofs.map((roof) => roofText(roof, isSingle ? '' : machine.name)));
  const top = headingHeight(data);
  const height = Math.max(HEIGHT, (roofs.length + 1) * NAME_GAP);
  const column = Math.max(0, ...roofs.map((text) => textWidth(text)));
  const width = Math.max(ROOM_LEFT + WIDTH + LEADER + column, MARGIN + headingWidth(data)) + MARGIN;
  const frame = frameOf(shown, top, height);
  const below = top + height + ROOM_BELOW + 6;
  const legend = legendRows(legendOf(shown), { left: ROOM_LEFT, top: below, width: width - ROOM_LEFT - MARGIN });
  return picture(
    {
      width: Math.ceil(width),
      height: Math.ceil(below + legend.height + 8),
      title: headingText(data),
      description: describe(data),
      style: PLOT_STYLE,
    },
    ...heading(data, MARGIN),
    ...axes(frame, INTENSITY, PERFORMANCE),
    ...shown.flatMap((machine, index) => limits(machine, frame, isSingle ? undefined : index)),
    ...roofNames(shown, roofs, frame),
    ...shown.flatMap((machine, index) =>
      isSingle ? contents(machine, frame) : machine.phases.map((phase) => phaseMark(phase, frame, index)),
    ),
    ...legend.elements,
  );
}

/** What is drawn of machines beside one another: the roofs that their phases run below, and the memory that feeds them. */
export function essentials(machines: readonly RooflineMachine[]): readonly RooflineMachine[] {
  if (machines.length === 1) return machines;
  return machines.map(({ name, roofs, slopes, phases }) => ({
    name,
    roofs: roofs.filter(({ used }) => used),
    slopes: slopes.filter(({ main }) => main),
    phases: phases.map((phase) => ({ ...phase, operators: [] })),
  }));
}

/** Room beside the outermost points, as a factor. */
const AROUND = 1.6;

/** The least and the most that both axes have to show. */
export function extentOf(machines: readonly RooflineMachine[]): {
  readonly x: readonly number[];
  readonly y: readonly number[];
} {
  const phases = machines.flatMap((machine) => machine.phases);
  const marks = phases.flatMap((phase) => [phase, ...phase.operators]);
  const roofs = machines.flatMap((machine) => machine.roofs);
  const x = [
    ...marks.map(({ arithmeticIntensity }) => arithmeticIntensity),
    ...roofs.map(({ ridgePoint }) => ridgePoint),
  ];
  const y = [...marks, ...roofs].map(({ flopsPerSecond }) => flopsPerSecond).concat(phases.map(({ low }) => low));
  const widened = (values: readonly number[]): readonly number[] => [
    Math.min(...values) / AROUND,
    Math.max(...values) * AROUND,
  ];
  return { x: widened(x), y: widened(y) };
}

function frameOf(machines: readonly RooflineMachine[], top: number, height: number): Frame {
  const { x, y } = extentOf(machines);
  return {
    left: ROOM_LEFT,
    top,
    width: WIDTH,
    height,
    across: scaleOf(INTENSITY, x, ROOM_LEFT, ROOM_LEFT + WIDTH),
    up: scaleOf(PERFORMANCE, y, top + height, top),
  };
}

/** Phases and operators of the only machine and the names of its slopes, none over another. */
function contents(machine: RooflineMachine, frame: Frame): readonly string[] {
  const { left, top, width, height } = frame;
  const { phases } = machine;
  const room = labelRoom({ left: left + 2, top: top + 2, right: left + width - 2, bottom: top + height - 2 });
  room.block(...ridgeBoxes(machine, frame));
  room.avoid(...limitBoxes(machine, frame));
  for (const phase of phases) blockPhase(phase, frame, room);
  const names = [
    ...phases.flatMap((phase, index) => phaseName(phase, frame, index, room)),
    ...slopeNames(machine, frame, room),
    ...phases.flatMap((phase, index) => operatorNames(phase, frame, index, room)),
  ];
  const marks = phases.flatMap((phase, index) => operatorMarks(phase, frame, index));
  return [...marks, ...phases.map((phase, index) => phaseMark(phase, frame, index)), ...names];
}

function legendOf(machines: readonly RooflineMachine[]): readonly LegendEntry[] {
  const isSingle = machines.length === 1;
  const looks = (series: number): string => (isSingle ? `s${series} point` : 'ring');
  const signs: readonly LegendEntry[] = [
    { text: 'decode', sign: (x, y) => phaseSign('decode', x, y, looks(0)) },
    { text: 'prefill', sign: (x, y) => phaseSign('prefill', x, y, looks(1)) },
    { text: '80 % interval', sign: (x, y) => element('path', { class: 'line', d: intervalBar(x, y - 6, y + 6) }) },
    { text: 'ridge point (FLOP/byte)', sign: (x, y) => element('circle', { class: 'ring', cx: x, cy: y, r: 3.5 }) },
  ];
  const area = 'operators, area by their part of the time';
  if (isSingle)
    return [...signs, { text: area, sign: (x, y) => element('circle', { class: 'dot s5', cx: x, cy: y, r: 5 }) }];
  const own = machines.map(({ name, slopes }, index): LegendEntry => {
    const bandwidth = slopes.map(({ bytesPerSecond }) => formatQuantity(bytesPerSecond, 'bandwidth')).join(', ');
    return {
      text: `${shorten(name)}: ${bandwidth}`,
      sign: (x, y) =>
        element('line', { class: curveClass(index), x1: x - 6, y1: y, x2: x + 6, y2: y }) +
        element('circle', { class: pointClass(index), cx: x, cy: y, r: 3.5 }),
    };
  });
  return [...own, ...signs];
}

function describe({ machines }: RooflineData): string {
  const parts = machines.map(({ name, phases }) => {
    const said = phases.map(({ name: phase, arithmeticIntensity, flopsPerSecond, bound }) => {
      const place = `${formatNumber(arithmeticIntensity)} FLOP/byte and ${formatQuantity(flopsPerSecond, 'FLOP rate')}`;
      return `${phase} at ${place}, bound by ${bound}`;
    });
    return `${name}: ${said.join('; ')}.`;
  });
  return `Performance against arithmetic intensity on logarithmic axes, below peaks and bandwidths. ${parts.join(' ')}`;
}
