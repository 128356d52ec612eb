import type { Dimension } from './dimensions.js';
import { AS_WRITTEN, formatNumber, formatQuantity, type Kind, type NumberStyle } from './format.js';
import type { FigureSource, FigureSources } from './provenance.js';

/** What a figure of a spec can hold. */
export type FieldValue = number | string | boolean | readonly string[];

/** A figure that somebody changed: what it was, what it is. Numbers are in SI units. */
export interface Variation {
  /** As YAML names it: `memory.hbm.bandwidth`. */
  readonly path: string;
  /** Absent where the spec did not state it, or where several figures of different values were changed at once. */
  readonly from?: FieldValue;
  /** Absent where several figures of different values were multiplied. */
  readonly to?: FieldValue;
  /** What several figures of different values were multiplied by. */
  readonly factor?: number;
  /** What the numbers measure; absent for words. */
  readonly dimension?: Dimension;
  /** What changed with it: `its peaks with it`. */
  readonly also?: string;
  /** Paths, as the sources of the spec name them, of all figures that are others now. */
  readonly figures: readonly string[];
}

/**
 * A variation in words.
 * @example variationText({ path: 'memory.hbm.bandwidth', from: 3.35e12, to: 4.8e12, dimension: 'bandwidth' })
 * // => 'memory.hbm.bandwidth 3.35 TB/s -> 4.8 TB/s'
 */
export function variationText({ path, from, to, factor, dimension, also }: Variation): string {
  const change =
    to === undefined
      ? `x ${formatNumber(factor, EXACT)}`
      : `${from === undefined ? '' : `${valueText(from, dimension)} -> `}${valueText(to, dimension)}`;
  return `${path} ${change}${also === undefined ? '' : `, ${also}`}`;
}

/** What of some specs somebody changed, a line for each figure. */
export function variationLines(specs: readonly { readonly id: string; readonly varied?: readonly Variation[] }[]) {
  return specs.flatMap(({ id, varied = [] }) => varied.map((variation) => `${id} ${variationText(variation)}`));
}

/** Digits enough to tell a figure from one a little larger. */
const EXACT: NumberStyle = { digits: 6, trim: true };

const kinds: Readonly<Partial<Record<Dimension, Kind>>> = {
  bandwidth: 'bandwidth',
  'FLOP rate': 'FLOP rate',
  'OP rate': 'OP rate',
  frequency: 'frequency',
  time: 'duration',
  power: 'power',
  energy: 'energy',
  length: 'length',
};

/** A value of a spec as text, with its unit. */
export function valueText(value: FieldValue, dimension?: Dimension, style = EXACT): string {
  if (typeof value !== 'number') return typeof value === 'object' ? value.join(' ') || 'none' : String(value);
  if (dimension === 'capacity') return capacityText(value, style);
  if (dimension === 'money') return `${formatNumber(value, style)} USD`;
  if (dimension === 'rental') return `${formatNumber(value * 3600, style)} USD/h`;
  const kind = dimension === undefined ? undefined : kinds[dimension];
  return kind === undefined ? formatNumber(value, style) : formatQuantity(value, kind, style);
}

/** In GiB where that is a round number, otherwise in GB. */
export function capacityText(bytes: number, style = AS_WRITTEN): string {
  const binary = formatQuantity(bytes, 'binary bytes', EXACT);
  const decimal = formatQuantity(bytes, 'bytes', EXACT);
  return binary.length <= decimal.length ? binary : formatQuantity(bytes, 'bytes', style);
}

/** The sources of a spec once it is varied: of a figure that somebody changed, the source is the change. */
export function variedFigures(figures: FigureSources, varied: readonly Variation[]): FigureSources {
  const changed = varied.flatMap((variation) => variation.figures.map((path) => [path, variation] as const));
  const made: Record<string, FigureSource> = {};
  for (const [path, variation] of changed) {
    const before = figures[path];
    const said = `varied: ${variationText(variation)}`;
    const known = made[path];
    made[path] =
      known === undefined
        ? {
            ref: before === undefined ? said : `${said}; before: ${before.ref}`,
            date: before?.date ?? '',
            kind: 'assumed',
          }
        : { ...known, ref: `${said}; ${known.ref}` };
  }
  return { ...figures, ...made };
}
