import { type Anchor, alongStroke, type Box, overlap, textBox } from './boxes.js';

/** A place that a label may take, with the line that ties it to what it names where it stands off. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: Anchor;
  readonly leader?: readonly [from: readonly [number, number], to: readonly [number, number]];
}

/** Room for labels: what is taken stays taken, so that nothing overlaps. */
export interface LabelRoom {
  /** Keeps texts off marks. Lines may pass them. */
  block(...boxes: readonly Box[]): void;
  /** Keeps texts off lines of the plot as long as they find another place. */
  avoid(...boxes: readonly Box[]): void;
  /** Takes the first place that is free for a text, or none. */
  place(text: string, places: readonly Place[]): Place | undefined;
  /** Takes boxes for a text when all are free. */
  take(boxes: readonly Box[]): boolean;
}

/** Room for labels within some bounds. */
export function labelRoom(bounds: Box): LabelRoom {
  const marks: Box[] = [];
  const texts: Box[] = [];
  const leaders: Box[] = [];
  const avoided: Box[] = [];
  const isFree = (box: Box): boolean =>
    isWithin(box, bounds) && ![marks, texts, leaders].some((taken) => taken.some((other) => overlap(box, other)));
  const take = (boxes: readonly Box[], stroke: readonly Box[] = []): boolean => {
    const free = boxes.every(isFree) && !stroke.some((box) => texts.some((text) => overlap(box, text)));
    if (!free) return false;
    texts.push(...boxes);
    leaders.push(...stroke);
    return true;
  };
  return {
    block: (...boxes) => {
      marks.push(...boxes);
    },
    avoid: (...boxes) => {
      avoided.push(...boxes);
    },
    take: (boxes) => take(boxes),
    place: (text, places) => {
      const takes = ({ x, y, anchor, leader }: Place): boolean =>
        take([textBox(text, x, y, anchor)], leader === undefined ? [] : alongStroke(...leader, 3));
      const isClear = ({ x, y, anchor }: Place): boolean =>
        !avoided.some((box) => overlap(box, textBox(text, x, y, anchor)));
      return places.find((place) => isClear(place) && takes(place)) ?? places.find(takes);
    },
  };
}

function isWithin(box: Box, bounds: Box): boolean {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
}

/** Directions in which a label may stand off, best first: beside, above and below, then askew. */
const DIRECTIONS: readonly (readonly [x: number, y: number])[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [0.7, -0.7],
  [-0.7, -0.7],
  [0.7, 0.7],
  [-0.7, 0.7],
  [0.4, -0.9],
  [-0.4, -0.9],
  [0.4, 0.9],
  [-0.4, 0.9],
];
const DISTANCES = [4, 18, 34, 52, 72, 96, 124, 156];
/** Farther than this a line ties label and mark together. */
const NEAR = 10;

/** Places around a mark, nearest first. */
export function placesAround(x: number, y: number, radius: number): Place[] {
  return DISTANCES.flatMap((distance) =>
    DIRECTIONS.map(([toRight, down]): Place => {
      const far = radius + distance;
      const end = [x + toRight * far, y + down * far] as const;
      const anchor: Anchor = toRight > 0 ? 'start' : toRight < 0 ? 'end' : 'middle';
      // The middle of small letters stands a third of their size above the line they stand on.
      const baseline = end[1] + 4 + 5 * down;
      const place = { x: end[0], y: baseline, anchor };
      if (distance <= NEAR) return place;
      const start = [x + toRight * (radius + 1.5), y + down * (radius + 1.5)] as const;
      const stop = [x + toRight * (far - 3), y + down * (far - 3)] as const;
      return { ...place, leader: [start, stop] };
    }),
  );
}

/**
 * Levels for labels that stand below one another, each as near to the level it wishes for as `gap` between them allows.
 * They stay between `from` and `to` where that has room for all.
 */
export function spread(wishes: readonly number[], gap: number, from: number, to: number): number[] {
  const order = wishes.map((_, index) => index).sort((a, b) => (wishes[a] ?? 0) - (wishes[b] ?? 0));
  const levels = [...wishes];
  let least = from;
  for (const index of order) {
    levels[index] = Math.max(levels[index] ?? from, least);
    least = (levels[index] ?? from) + gap;
  }
  let most = to;
  for (const index of [...order].reverse()) {
    levels[index] = Math.min(levels[index] ?? to, most);
    most = (levels[index] ?? to) - gap;
  }
  return levels;
}
