import { formatNumber } from '../format.js';
import { type Axis, axisText, scaleOf } from './axis.js';
import { levelTicks } from './frame.js';
import { type Heading, heading, headingHeight, headingText, headingWidth } from './heading.js';
import { legendRows } from './legend.js';
import type { Scale } from './scale.js';
import { PLOT_STYLE } from './style.js';
import { element, label, picture } from './svg.js';
import { shorten, textWidth } from './text-width.js';

/** How a result answers to each of some figures. */
export interface TornadoPlot extends Heading {
  /** The answer: `decode rate`, in `%`, or an elasticity without a unit. */
  readonly x: Axis & { readonly scale: 'linear' };
  /** What was done to a figure for the first and the second bar of its row: `10 % less`, `10 % more`. */
  readonly low: string;
  readonly high: string;
  /** Drawn from the strongest to the weakest. */
  readonly bars: readonly TornadoBar[];
}

export interface TornadoBar {
  /** The figure that was changed. */
  readonly name: string;
  /** Answers to both changes, in the unit of the axis. */
  readonly low: number;
  readonly high: number;
}

const WIDTH = 460;
const ROW = 30;
const BAR = 10;
const MARGIN = 12;

/**
 * Figures from the strongest to the weakest, each with a bar for less and one for more of it.
 * Throws `InvalidScenarioError` where there are none, or a value is no number.
 */
export function tornadoPlot(plot: TornadoPlot): string {
  const { x, low, high } = plot;
  const bars = byStrength(plot);
  const left = MARGIN + Math.max(60, ...bars.map(({ name }) => textWidth(shorten(name)))) + 8;
  const texts = bars.map((bar) => `${signed(bar.low)} / ${signed(bar.high)}`);
  const column = Math.max(0, ...texts.map((text) => textWidth(text)));
  const width = Math.max(left + WIDTH + 10 + column, MARGIN + headingWidth(plot)) + MARGIN;
  const top = headingHeight(plot);
  const bottom = top + bars.length * ROW + 4;
  const across = scaleOf(
    x,
    bars.flatMap((bar) => [bar.low, bar.high]),
    left,
    left + WIDTH,
  );
  const legend = legendRows(
    [low, high].map((text, index) => ({ text, sign: (at: number, y: number) => square(index, at - 5, y - 5, 10) })),
    { left, top: bottom + 52, width: width - left - MARGIN },
  );
  const zero = across.place(0);
  return picture(
    {
      width: Math.ceil(width),
      height: Math.ceil(bottom + 52 + legend.height + 8),
      title: headingText(plot),
      description: `${axisText(x)} for ${low} and ${high} of each figure: ${bars.map(({ name }, index) => `${name} ${texts[index]}`).join('; ')}.`,
      style: PLOT_STYLE,
    },
    ...heading(plot, MARGIN),
    ...levelTicks(across, top, bottom),
    ...bars.flatMap((bar, index) => rowOf(bar, texts[index] ?? '', across, left, top + 2 + index * ROW)),
    element('rect', { class: 'axis', x: left, y: top, width: WIDTH, height: bottom - top }),
    element('line', { class: 'line', x1: zero, y1: top, x2: zero, y2: bottom }),
    label(axisText(x), { x: left + WIDTH / 2, y: bottom + 36, 'text-anchor': 'middle' }),
    ...legend.elements,
  );
}

/** Bars from the strongest to the weakest. */
export function byStrength({ bars }: TornadoPlot): readonly TornadoBar[] {
  const strength = ({ low, high }: TornadoBar): number => Math.max(Math.abs(low), Math.abs(high));
  return [...bars].sort((a, b) => strength(b) - strength(a));
}

/** A number with its sign: `+0.91`. */
export function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value, { trim: true })}`;
}

function rowOf(
  { name, low, high }: TornadoBar,
  text: string,
  across: Scale,
  left: number,
  top: number,
): readonly string[] {
  const middle = top + ROW / 2;
  return [
    label(shorten(name), { x: left - 8, y: middle + 4, 'text-anchor': 'end' }),
    ...[low, high].map((value, index) => {
      const [from, to] = [across.place(0), across.place(value)];
      const place = { x: Math.min(from, to), y: middle + (index - 1) * BAR, width: Math.abs(to - from), height: BAR };
      return element('rect', { class: `s${index} bar`, ...place });
    }),
    label(text, { x: left + WIDTH + 10, y: middle + 4 }),
  ];
}

function square(series: number, x: number, y: number, size: number): string {
  return element('rect', { class: `s${series} bar`, x, y, width: size, height: size });
}
