import { textWidth } from './text-width.js';

/** A rectangle in a picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** True when two boxes share more than an edge. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export type Anchor = 'start' | 'middle' | 'end';

/** What a line of text covers whose baseline starts, is centred or ends at a point. */
export function textBox(text: string, x: number, y: number, anchor: Anchor, size = 12): Box {
  const width = textWidth(text, size);
  const left = anchor === 'start' ? x : x - (anchor === 'middle' ? width / 2 : width);
  return { left, top: y - 0.82 * size, right: left + width, bottom: y + 0.26 * size };
}

/** The square around a mark. */
export function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

/** Boxes that cover a straight stroke of some thickness. */
export function alongStroke(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  thickness: number,
): Box[] {
  const pieces = Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / thickness));
  return Array.from({ length: pieces + 1 }, (_, index) => {
    const part = index / pieces;
    return around(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part, thickness / 2);
  });
}
