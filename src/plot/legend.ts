import { label } from './svg.js';
import { textWidth } from './text-width.js';

/** One entry: what draws its sign around a point, and its words. */
export interface LegendEntry {
  readonly text: string;
  sign(x: number, y: number): string;
}

const LINE = 20;
const SIGN = 14;
const BETWEEN = 22;

/** Entries beside one another, in as many lines as they need. `top` is the upper edge of the first. */
export function legendRows(
  entries: readonly LegendEntry[],
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
): { readonly elements: readonly string[]; readonly height: number } {
  let x = left;
  let y = top + LINE / 2;
  const elements = entries.flatMap(({ text, sign }) => {
    const wide = SIGN + textWidth(text);
    if (x > left && x + wide > left + width) {
      x = left;
      y += LINE;
    }
    const own = [sign(x + 5, y), label(text, { x: x + SIGN, y: y + 4 })];
    x += wide + BETWEEN;
    return own;
  });
  return { elements, height: entries.length === 0 ? 0 : y + LINE / 2 - top };
}
