import Tinypool from 'tinypool';
import { sweep } from '../index.js';
import type { SweepColumns } from '../study/sweep.js';
import { encoderOf } from './encoders.js';
import { tableOf } from './table.js';
import type { WorkerStart, WorkerTask } from './workers.js';

const { input, format } = Tinypool.workerData as WorkerStart;
const points = sweep(input);
const encoder = format === 'columns' ? undefined : await encoderOf(format, tableOf(points, input.axes));

/** Works out some points of the sweep that this thread was started for. What is large is moved, not copied. */
export function work({ from, to, spare }: WorkerTask): unknown {
  const [columns] = points.columns(from, to, to - from);
  if (columns === undefined) throw new RangeError(`there are no points from ${from} to ${to}`);
  if (encoder === undefined) return moving(columns, buffersOf(columns));
  const piece = encoder.encode(columns);
  const bytes = placed(piece.bytes, spare);
  return moving({ ...piece, bytes }, [bytes.buffer]);
}

/** Bytes in memory that there is, or in some with a little room, so that it will do for others. */
function placed(bytes: Uint8Array, spare: ArrayBuffer | undefined): Uint8Array<ArrayBuffer> {
  const fits = spare !== undefined && spare.byteLength >= bytes.length;
  const view = new Uint8Array(fits ? spare : new ArrayBuffer(Math.ceil(1.25 * bytes.length)), 0, bytes.length);
  view.set(bytes);
  return view;
}

function buffersOf({ values }: SweepColumns): ArrayBufferLike[] {
  return values.flatMap((column) => (column instanceof Float64Array ? [column.buffer] : []));
}

function moving(value: object, buffers: readonly ArrayBufferLike[]): unknown {
  return Tinypool.move({ [Tinypool.transferableSymbol]: buffers, [Tinypool.valueSymbol]: value } as never);
}
