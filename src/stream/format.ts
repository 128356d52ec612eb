import type { RowGroup } from 'hyparquet';
import type { SweepColumns } from '../study/sweep.js';

/** Forms of a file of points. */
export const SWEEP_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type SweepFormat = (typeof SWEEP_FORMATS)[number];

/** Points in turn, as they stand in a file. It is plain data, so that a thread can hand it on. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly points: number;
  readonly failed: number;
  /** Of Parquet: where the columns of the piece lie, counted from its own first byte. */
  readonly group?: RowGroup;
}

/** Turns points into bytes. Pieces depend on their points alone, so that whoever makes them makes the same. */
export interface Encoder {
  /** Points of one piece: pieces begin at multiples of it, counted from the first point of the file. */
  readonly pieceSize: number;
  encode(columns: SweepColumns): Piece;
}
