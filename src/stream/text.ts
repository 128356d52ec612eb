import type { SweepColumns } from '../study/sweep.js';
import type { AxisLabel } from '../study/walk.js';
import type { Encoder } from './format.js';
import { axisCells, type SweepColumn, type SweepTable } from './table.js';

/** Points of one piece of text: a fraction of a second of work, and a few megabytes at most. */
const PIECE_SIZE = 4096;

/** The first line of a CSV file: names, with the unit of numbers in brackets. */
export function csvHeader({ columns }: SweepTable): string {
  return `${columns.map(({ name, unit }) => csvCell(unit === '' ? name : `${name} [${unit}]`)).join(',')}\n`;
}

/** CSV after RFC 4180, with lines that end as on Unix. What a point does not have is empty. */
export function csvEncoder(table: SweepTable): Encoder {
  return textEncoder(table, {
    start: (index) => String(index),
    axis: (value) => `,${csvCell(String(value))}`,
    metric: (value) => (value === undefined ? ',' : `,${csvCell(String(value))}`),
    end: (error) => (error === undefined ? ',\n' : `,${error}\n`),
  });
}

/** JSON Lines: an object for each point. What a point does not have is absent. */
export function jsonLinesEncoder(table: SweepTable): Encoder {
  return textEncoder(table, {
    start: (index) => `{"index":${index}`,
    axis: (value, { name }) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
    metric: (value, { name, kind }) =>
      value === undefined ? '' : `,${JSON.stringify(name)}:${kind === 'text' ? JSON.stringify(value) : value}`,
    end: (error) => (error === undefined ? '}\n' : `,"error":"${error}"}\n`),
  });
}

/** How a line is written. Numbers are written as ECMAScript does: with the fewest digits that read back as the same. */
interface LineStyle {
  start(index: number): string;
  axis(value: AxisLabel, column: SweepColumn): string;
  metric(value: number | string | undefined, column: SweepColumn): string;
  end(error: string | undefined): string;
}

/** Points whose lines are made at once: long texts of short parts live long, and fill the memory meanwhile. */
const LINES = 32;

function textEncoder(table: SweepTable, style: LineStyle): Encoder {
  const axes = axisCells(table, style.axis);
  const { metrics } = table;
  const sink = byteSink();
  const encode = ({ from, length, values, failed, reasons }: SweepColumns) => {
    let next = 0;
    let text = '';
    for (let place = 0; place < length; place++) {
      const index = from + place;
      const error = failed[next] === index ? reasons[next++] : undefined;
      text += style.start(index);
      for (const cell of axes) text += cell(index);
      for (let at = 0; at < metrics.length; at++) {
        text += style.metric(present(values[at]?.[place]), metrics[at] as SweepColumn);
      }
      text += style.end(error);
      if ((place + 1) % LINES !== 0 && place + 1 < length) continue;
      sink.add(text);
      text = '';
    }
    return { bytes: sink.take(), points: length, failed: failed.length };
  };
  return { pieceSize: PIECE_SIZE, encode };
}

/** Gathers text as UTF-8, in memory that is used again. */
function byteSink() {
  let buffer = Buffer.alloc(1 << 16);
  let end = 0;
  return {
    add(text: string): void {
      // No character of a string takes more than three bytes.
      const needed = end + 3 * text.length;
      if (needed > buffer.length) {
        const larger = Buffer.alloc(2 * needed);
        larger.set(buffer.subarray(0, end));
        buffer = larger;
      }
      end += buffer.write(text, end);
    },
    /** What was gathered since the last time. */
    take(): Uint8Array<ArrayBuffer> {
      const bytes = new Uint8Array(end);
      bytes.set(buffer.subarray(0, end));
      end = 0;
      return bytes;
    },
  };
}

/** What can be written: no number stands for one that is not there, or has no end. */
export function present(value: number | string | undefined): number | string | undefined {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

function csvCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
