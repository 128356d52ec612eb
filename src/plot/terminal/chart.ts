import { type Axis, axisText, scaleOf, tickText } from '../axis.js';
import type { Heading } from '../heading.js';
import type { Scale } from '../scale.js';
import { canvas, DOTS_ACROSS, DOTS_DOWN } from './canvas.js';
import { fold } from './fold.js';

/** Lines and marks over two axes, as characters. */
export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly ChartLine[];
  /** Later ones lie over earlier ones. */
  readonly marks: readonly ChartMark[];
  /** What the signs mean, a line each. */
  readonly legend: readonly string[];
  /** Values beyond those of lines and marks that the axes have to show. */
  readonly extent?: { readonly x: readonly number[]; readonly y: readonly number[] };
}

export interface ChartLine {
  readonly points: readonly ChartPoint[];
  readonly dotted?: boolean;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface ChartMark extends ChartPoint {
  /** One character. */
  readonly sign: string;
}

const ROWS = 18;
/** Narrowest drawing that shows anything. */
const NARROWEST = 20;

/** Headings and charts below one another, within some columns. */
export function chartsText(heading: Heading, charts: readonly Chart[], width: number): string {
  return `${[headingLines(heading, width), ...charts.map((chart) => chartLines(chart, width))].flat().join('\n')}\n`;
}

/** A heading in the columns that there are. */
export function headingLines({ title, subtitle }: Heading, width: number): readonly string[] {
  return [...fold(title, width), ...(subtitle === undefined ? [] : fold(subtitle, width))];
}

function chartLines(chart: Chart, width: number): readonly string[] {
  const { x, y, lines, marks, legend, extent } = chart;
  const points = [...lines.flatMap((line) => line.points), ...marks];
  const up = scaleOf(y, [...points.map((point) => point.y), ...(extent?.y ?? [])], ROWS * DOTS_DOWN - 1, 0);
  const margin = Math.max(...up.ticks.map((tick) => tickText(tick).length));
  const columns = Math.max(NARROWEST, width - margin - 2);
  const across = scaleOf(x, [...points.map((point) => point.x), ...(extent?.x ?? [])], 0, columns * DOTS_ACROSS - 1);
  const drawing = canvas(columns, ROWS);
  for (const line of lines) {
    line.points.slice(1).forEach((to, index) => {
      const from = line.points[index];
      if (from) drawing.line(placeOf(from, across, up), placeOf(to, across, up), line.dotted);
    });
  }
  for (const mark of marks) {
    const [column, row] = placeOf(mark, across, up);
    drawing.text(Math.floor(column / DOTS_ACROSS), Math.floor(row / DOTS_DOWN), mark.sign);
  }
  const ticks = new Map(up.ticks.map((tick) => [Math.floor(up.place(tick) / DOTS_DOWN), tickText(tick)]));
  const rows = drawing.lines().map((line, row) => {
    const tick = ticks.get(row);
    return `${(tick ?? '').padStart(margin)} ${tick === undefined ? '│' : '┤'}${line}`.trimEnd();
  });
  return [
    '',
    ...fold(axisText(y), width),
    ...rows,
    ...axisLines(across, columns, margin),
    axisText(x).padStart(margin + 2 + columns),
    ...legend.flatMap((line) => fold(line, width)),
  ];
}

function placeOf({ x, y }: ChartPoint, across: Scale, up: Scale): [number, number] {
  return [across.place(x), up.place(y)];
}

/** The level axis: its line, and numbers below it as many as do not touch. */
function axisLines(across: Scale, columns: number, margin: number): readonly string[] {
  const line = Array.from({ length: columns }, () => '─');
  let numbers = '';
  for (const tick of across.ticks) {
    const column = Math.floor(across.place(tick) / DOTS_ACROSS);
    line[column] = '┴';
    const text = tickText(tick);
    const start = Math.min(columns - text.length, Math.max(0, column - Math.floor(text.length / 2)));
    if (start < numbers.length + (numbers === '' ? 0 : 1)) continue;
    numbers = numbers.padEnd(start) + text;
  }
  const indent = ' '.repeat(margin + 1);
  return [`${indent}└${line.join('')}`, `${indent} ${numbers}`];
}
