import { type Axis, axisText, scaleOf } from './axis.js';
import { levelTicks } from './frame.js';
import { type Heading, heading, headingHeight, headingText, headingWidth } from './heading.js';
import { legendRows } from './legend.js';
import type { Scale } from './scale.js';
import { PLOT_STYLE } from './style.js';
import { element, LOOKS, label, picture } from './svg.js';
import { shorten, textWidth } from './text-width.js';

/** Bars of parts that stand end to end, in one or more panels with an axis each. */
export interface StackedBars extends Heading {
  readonly parts: readonly BarPart[];
  readonly panels: readonly BarPanel[];
  /** What the mark on a bar means; absent where no bar has one. */
  readonly mark?: string;
}

/** A part of every bar: an amount in a colour, room that is left, or room that cannot be had. */
export interface BarPart {
  readonly name: string;
  readonly look: 'colour' | 'empty' | 'unused';
}

export interface BarPanel {
  /** The quantity along the bars. */
  readonly axis: Axis & { readonly scale: 'linear' };
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly name: string;
  /** Amounts in the order of the parts, in the unit of the axis. */
  readonly values: readonly number[];
  /** A value to mark. */
  readonly mark?: number;
  /** Said behind the bar. */
  readonly note: string;
}

const WIDTH = 480;
const ROW = 26;
const BAR = 16;
const MARGIN = 12;

/** The plot as SVG. */
export function stackedBarsSvg(plot: StackedBars): string {
  const { parts, panels, mark } = plot;
  const bars = panels.flatMap((panel) => panel.bars);
  const left = MARGIN + Math.max(60, ...bars.map(({ name }) => textWidth(shorten(name)))) + 8;
  const notes = Math.max(0, ...bars.map(({ note }) => textWidth(note)));
  const width = Math.max(left + WIDTH + 10 + notes, MARGIN + headingWidth(plot)) + MARGIN;
  const looks = looksOf(parts);
  let top = headingHeight(plot);
  const drawn = panels.flatMap(({ axis, bars: own }) => {
    const height = own.length * ROW + 4;
    const across = scaleOf(
      axis,
      own.flatMap((bar) => [totalOf(bar), bar.mark ?? 0]),
      left,
      left + WIDTH,
    );
    const elements = [
      ...levelTicks(across, top, top + height),
      ...own.flatMap((bar, index) => rowOf(bar, looks, across, left, top + 2 + index * ROW)),
      element('rect', { class: 'axis', x: left, y: top, width: WIDTH, height }),
      label(axisText(axis), { x: left + WIDTH / 2, y: top + height + 36, 'text-anchor': 'middle' }),
    ];
    top += height + 56;
    return elements;
  });
  const signs = parts.map(({ name }, index) => ({
    text: name,
    sign: (x: number, y: number) =>
      element('rect', { class: looks[index] ?? '', x: x - 5, y: y - 5, width: 10, height: 10 }),
  }));
  const markSign = { text: mark ?? '', sign: (x: number, y: number) => tick(x, y - 7, 14) };
  const entries = mark === undefined ? signs : [...signs, markSign];
  const legend = legendRows(entries, { left, top, width: width - left - MARGIN });
  return picture(
    {
      width: Math.ceil(width),
      height: Math.ceil(top + legend.height + 8),
      title: headingText(plot),
      description: describe(plot),
      style: PLOT_STYLE,
    },
    ...heading(plot, MARGIN),
    ...drawn,
    ...legend.elements,
  );
}

/** Whole length of a bar. */
export function totalOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Class of each part; colours are counted among the parts that have one. */
function looksOf(parts: readonly BarPart[]): readonly string[] {
  return parts.map(({ look }, index) => {
    const before = parts.slice(0, index).filter((part) => part.look === 'colour').length;
    return look === 'colour' ? `s${before % LOOKS} bar` : look;
  });
}

function rowOf(
  { name, values, mark, note }: Bar,
  looks: readonly string[],
  across: Scale,
  left: number,
  top: number,
): readonly string[] {
  const y = top + (ROW - BAR) / 2;
  let from = 0;
  const parts = values.flatMap((value, index) => {
    const [x1, x2] = [across.place(from), across.place(from + value)];
    from += value;
    if (value <= 0) return [];
    return [element('rect', { class: looks[index] ?? '', x: x1, y, width: x2 - x1, height: BAR })];
  });
  const middle = top + ROW / 2 + 4;
  return [
    label(shorten(name), { x: left - 8, y: middle, 'text-anchor': 'end' }),
    ...parts,
    ...(mark === undefined ? [] : [tick(across.place(mark), y - 3, BAR + 6)]),
    label(note, { x: left + WIDTH + 10, y: middle }),
  ];
}

function tick(x: number, top: number, height: number): string {
  return element('line', { class: 'tick', x1: x, y1: top, x2: x, y2: top + height });
}

function describe({ parts, panels }: StackedBars): string {
  const named = panels.map(
    ({ axis, bars }) => `${axisText(axis)}: ${bars.map(({ name, note }) => `${name} ${note}`).join('; ')}.`,
  );
  return `Bars made of ${parts.map(({ name }) => name).join(', ')}. ${named.join(' ')}`;
}
