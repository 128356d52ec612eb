import { type Axis, axisText, scaleOf, tickText } from '../axis.js';
import type { Scale } from '../scale.js';
import { type Bar, type BarPanel, type BarPart, type StackedBars, totalOf } from '../stacked-bars.js';
import { byStrength, signed, type TornadoPlot } from '../tornado.js';
import { headingLines } from './chart.js';
import { fold } from './fold.js';

const FILLS = ['█', '▒', '▓', '░', '▚', '▞'];
const EMPTY = '·';
const UNUSED = '╌';
const MARK = '┃';
/** Narrowest bars that show anything, and the widest name. */
const NARROWEST = 12;
const LONGEST_NAME = 32;

/** Stacked bars as characters. */
export function stackedBarsText(plot: StackedBars, width: number): string {
  const fills = fillsOf(plot.parts);
  const meanings = plot.parts.map(({ name }, index) => `${fills[index]} ${name}`);
  const legend = plot.mark === undefined ? meanings : [...meanings, `${MARK} ${plot.mark}`];
  const lines = [
    ...headingLines(plot, width),
    ...plot.panels.flatMap((panel) => ['', ...panelLines(panel, fills, width)]),
    '',
    ...fold(legend.join('   '), width),
  ];
  return `${lines.join('\n')}\n`;
}

function fillsOf(parts: readonly BarPart[]): readonly string[] {
  return parts.map(({ look }, index) => {
    if (look !== 'colour') return look === 'empty' ? EMPTY : UNUSED;
    return FILLS[parts.slice(0, index).filter((part) => part.look === 'colour').length % FILLS.length] ?? '';
  });
}

function panelLines({ axis, bars }: BarPanel, fills: readonly string[], width: number): readonly string[] {
  const names = bars.map(({ name }) => cut(name));
  const values = bars.flatMap((bar) => [totalOf(bar), bar.mark ?? 0]);
  const notes = bars.map(({ note }) => note);
  const { margin, room } = layout(names, notes, width);
  const across = scaleOf(axis, values, 0, room);
  const rows = bars.map((bar, index) => {
    const line = barLine(bar, fills, across, room);
    return `${(names[index] ?? '').padEnd(margin)} ${line} ${bar.note}`.trimEnd();
  });
  return [...fold(axisText(axis), width), ...rows, `${' '.repeat(margin + 1)}${tickLine(across, room)}`];
}

/** Columns of the names, and those left for bars. */
function layout(names: readonly string[], notes: readonly string[], width: number): { margin: number; room: number } {
  const margin = Math.max(...names.map((name) => name.length));
  const behind = Math.max(...notes.map((note) => note.length));
  return { margin, room: Math.max(NARROWEST, width - margin - behind - 2) };
}

function barLine({ values, mark }: Bar, fills: readonly string[], across: Scale, room: number): string {
  let from = 0;
  const cells = values.map((value, index) => {
    const [start, end] = [Math.round(across.place(from)), Math.round(across.place(from + value))];
    from += value;
    return (fills[index] ?? '').repeat(end - start);
  });
  const line = [...cells.join('').padEnd(room)];
  if (mark !== undefined) line[Math.min(room - 1, Math.round(across.place(mark)))] = MARK;
  return line.join('');
}

/** Numbers below the bars, each centred on its place as far as there is room. */
function tickLine(across: Scale, room: number): string {
  let line = '';
  for (const tick of across.ticks) {
    const text = tickText(tick);
    const start = Math.max(0, Math.min(room - text.length, Math.round(across.place(tick) - text.length / 2)));
    if (line === '' || start > line.length) line = line.padEnd(start) + text;
  }
  return line;
}

/** A tornado as characters: a line for less and one for more of each figure. */
export function tornadoText(plot: TornadoPlot, width = 80): string {
  const bars = byStrength(plot);
  const notes = bars.flatMap(({ low, high }) => [low, high]).map(signed);
  const { margin, room } = layout(
    bars.map(({ name }) => cut(name)),
    notes,
    width,
  );
  const axis: Axis = plot.x;
  const across = scaleOf(
    axis,
    bars.flatMap(({ low, high }) => [low, high]),
    0,
    room - 1,
  );
  const rowOf = (name: string, value: number, fill: string): string => {
    const [zero, end] = [Math.round(across.place(0)), Math.round(across.place(value))];
    const line = Array.from({ length: room }, (_, column) =>
      column === zero ? '│' : column >= Math.min(zero, end) && column <= Math.max(zero, end) ? fill : ' ',
    ).join('');
    return `${name.padEnd(margin)} ${line} ${signed(value)}`;
  };
  const [less = '', more = ''] = [FILLS[1], FILLS[0]];
  const lines = [
    ...headingLines(plot, width),
    '',
    ...fold(axisText(axis), width),
    ...bars.flatMap(({ name, low, high }) => [rowOf(cut(name), low, less), rowOf('', high, more)]),
    `${' '.repeat(margin + 1)}${tickLine(across, room)}`,
    '',
    ...fold(`${less} ${plot.low}   ${more} ${plot.high}`, width),
  ];
  return `${lines.join('\n')}\n`;
}

function cut(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}
