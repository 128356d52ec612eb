import type { MatrixShape } from '../hardware/types.js';
import type { Fraction } from '../quantities.js';

/**
 * Part of a matrix engine's work that is not wasted on padding and on the last, partly filled wave.
 * `(M / ceil(M/tm) tm) (N / ceil(N/tn) tn) (w / ceil(w))` with w output tiles per core.
 */
export function tileEfficiency(
  rows: number,
  columns: number,
  matrices: number,
  tile: readonly [number, number],
  cores: number,
  experts?: 'uneven',
): Fraction {
  const uneven = experts === 'uneven' && matrices > 1;
  const tilesOfRows = uneven ? rowTiles(rows, tile[0], true) : Math.ceil(rows / tile[0]);
  const columnTiles = Math.ceil(columns / tile[1]);
  const padding = (rows / (tilesOfRows * tile[0])) * (columns / (columnTiles * tile[1]));
  const waves = (tilesOfRows * columnTiles * matrices) / cores;
  return padding * (waves / Math.ceil(waves));
}

/**
 * Part of a systolic array that works: weights of `inner` x `columns` padded to the array, and fewer `rows` than the array
 * has waiting for the next weights to load, `min(1, M / r)`.
 */
export function systolicEfficiency(rows: number, columns: number, inner: number, shape: MatrixShape): Fraction {
  if (shape.kind !== 'systolic') return 1;
  const padding =
    (inner / (Math.ceil(inner / shape.rows) * shape.rows)) *
    (columns / (Math.ceil(columns / shape.columns) * shape.columns));
  return padding * Math.min(1, rows / shape.rows);
}

/**
 * Tiles of `tile` rows that hold so many rows. Expected rows per expert are fractions, for which it lies between those
 * of the whole numbers around them: with a tile of one row, `rows` itself.
 *
 * Of a mixture's experts `rows` is the mean. Where routing deals them `uneven` numbers, the last tile of each is filled to any
 * degree alike: in the mean `rows / tile + (tile - 1) / (2 tile)`, and never less than one.
 */
export function rowTiles(rows: number, tile: number, uneven = false): number {
  if (uneven) return Math.max(1, rows / tile + (tile - 1) / (2 * tile));
  const below = Math.floor(rows);
  const fewer = Math.ceil(below / tile);
  return fewer + (rows - below) * (Math.ceil((below + 1) / tile) - fewer);
}
