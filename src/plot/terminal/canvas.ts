/** Characters that dots and text are put on. Places count from the upper left: cells for text, two by four dots in a cell. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  /** A straight line between two dots; of a dotted one, every third dot is drawn. */
  line(from: readonly [x: number, y: number], to: readonly [x: number, y: number], dotted?: boolean): void;
  /** Text over the dots; what lies outside is cut off. */
  text(column: number, row: number, text: string): void;
  lines(): readonly string[];
}

/** Dots of a cell across and down. */
export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;

/** First of the braille patterns in Unicode, and the bit of each dot in it, by row and column of the cell. */
const BRAILLE = 0x2800;
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** An empty canvas. */
export function canvas(columns: number, rows: number): Canvas {
  const dots = new Uint8Array(columns * rows);
  const letters = new Map<number, string>();
  const dot = (x: number, y: number): void => {
    const [column, row] = [Math.floor(x / DOTS_ACROSS), Math.floor(y / DOTS_DOWN)];
    if (column < 0 || column >= columns || row < 0 || row >= rows) return;
    const cell = row * columns + column;
    dots[cell] = (dots[cell] ?? 0) | (BITS[y - row * DOTS_DOWN]?.[x - column * DOTS_ACROSS] ?? 0);
  };
  return {
    columns,
    rows,
    line: ([x1, y1], [x2, y2], dotted = false) => {
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1))));
      for (let step = 0; step <= steps; step += dotted ? 3 : 1) {
        dot(Math.round(x1 + ((x2 - x1) * step) / steps), Math.round(y1 + ((y2 - y1) * step) / steps));
      }
    },
    text: (column, row, text) => {
      [...text].forEach((letter, index) => {
        const at = column + index;
        if (at >= 0 && at < columns && row >= 0 && row < rows) letters.set(row * columns + at, letter);
      });
    },
    lines: () =>
      Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (_, column) => {
          const cell = row * columns + column;
          const pattern = dots[cell] ?? 0;
          return letters.get(cell) ?? (pattern === 0 ? ' ' : String.fromCodePoint(BRAILLE + pattern));
        }).join(''),
      ),
  };
}
