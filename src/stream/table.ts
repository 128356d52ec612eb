import type { Axis } from '../study/axis.js';
import type { Sweep } from '../study/sweep.js';
import type { AxisLabel } from '../study/walk.js';

/** A column of a file of points. */
export interface SweepColumn {
  readonly name: string;
  /** Numbers are exact, words are text, truths are true or false. */
  readonly kind: 'number' | 'text' | 'truth';
  /** Unit of its numbers: `token/s`; empty for plain ones and for words. */
  readonly unit: string;
}

/** A sweep as a table: the index of the point, its axes, its metrics, and what stands in its way. */
export interface SweepTable {
  readonly sweep: Sweep;
  readonly axes: readonly SweepColumn[];
  readonly metrics: readonly SweepColumn[];
  /** All of them, in their order. */
  readonly columns: readonly SweepColumn[];
}

/** Lays out the table of a sweep. */
export function tableOf(sweep: Sweep, given: Readonly<Record<string, Axis>>): SweepTable {
  const axes = sweep.axes.map(({ name }) => axisColumn(name, given[name] ?? []));
  const metrics = sweep.metrics.map(({ name, kind, unit }) => ({ name, kind, unit }));
  const index: SweepColumn = { name: 'index', kind: 'number', unit: '' };
  const error: SweepColumn = { name: 'error', kind: 'text', unit: '' };
  const columns = [index, ...axes, ...metrics, error];
  return { sweep, axes, metrics, columns };
}

function axisColumn(name: string, axis: Axis): SweepColumn {
  if ('kind' in axis) return { name, kind: 'number', unit: axis.unit ?? '' };
  const all = (type: string): boolean => axis.every((value) => typeof value === type);
  return { name, kind: all('number') ? 'number' : all('boolean') ? 'truth' : 'text', unit: '' };
}

/** Values of an axis that are kept once they are made; a longer axis makes them each time. */
const MOST_KEPT = 65_536;

/**
 * Tells what stands in the cell of an axis at a point. Each value of an axis is made once, as a rule, for it comes again
 * and again.
 */
export function axisCells<Cell>(
  { sweep, axes }: SweepTable,
  make: (value: AxisLabel, column: SweepColumn) => Cell,
): readonly ((index: number) => Cell)[] {
  let stride = sweep.length;
  return axes.map((column, place) => {
    const length = sweep.axes[place]?.length ?? 1;
    stride /= length;
    const step = stride;
    const cellAt = (digit: number): Cell => make(axisValue(sweep, column, digit * step), column);
    if (length > MOST_KEPT) return (index) => cellAt(Math.floor(index / step) % length);
    const kept = new Array<Cell | undefined>(length);
    return (index) => {
      const digit = Math.floor(index / step) % length;
      const known = kept[digit];
      if (known !== undefined) return known;
      const cell = cellAt(digit);
      kept[digit] = cell;
      return cell;
    };
  });
}

/** The value of an axis at a point: the number of a quantity whose unit is that of the column. */
function axisValue(sweep: Sweep, { name, kind, unit }: SweepColumn, index: number): AxisLabel {
  const value = sweep.pointAt(index)[name] ?? '';
  return kind === 'number' && unit !== '' ? Number.parseFloat(String(value)) : value;
}
