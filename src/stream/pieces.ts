import { setImmediate } from 'node:timers/promises';
import type { EstimateInput } from '../index.js';
import type { Sweep, SweepColumns, SweepInput } from '../study/sweep.js';
import type { Encoder, Piece, SweepFormat } from './format.js';
import { inWorkers, type WorkerTask } from './workers.js';

/** Points that are worked out at a stretch in this thread, before it looks at what else happens. */
const STRETCH = 8192;

/** The work from one index up to another, in pieces that begin at multiples of a size, counted from `origin`. */
export function* tasksOf(from: number, to: number, size: number, origin: number): Generator<WorkerTask> {
  let start = from;
  while (start < to) {
    const end = Math.min(to, origin + (Math.floor((start - origin) / size) + 1) * size);
    yield { from: start, to: end };
    start = end;
  }
}

/** The points of some work as they are to stand in a file, in order; fewer once the signal stops it. */
export async function* piecesOf(
  work: {
    readonly input: SweepInput<EstimateInput>;
    readonly sweep: Sweep;
    readonly format: SweepFormat;
    readonly encoder: Encoder;
    readonly threads: number;
  },
  tasks: Iterable<WorkerTask>,
  signal?: AbortSignal,
): AsyncGenerator<Piece> {
  const { input, sweep, format, encoder, threads } = work;
  if (threads > 1) {
    yield* inWorkers<Piece>({ input, format }, tasks, threads, signal, ({ bytes }) => bytes.buffer);
    return;
  }
  for await (const columns of columnsHere(sweep, tasks, signal)) yield encoder.encode(columns);
}

/** Works out pieces in this thread. */
export async function* columnsHere(
  sweep: Sweep,
  tasks: Iterable<WorkerTask>,
  signal?: AbortSignal,
): AsyncGenerator<SweepColumns> {
  for (const { from, to } of tasks) {
    const stretches: SweepColumns[] = [];
    for (const stretch of sweep.columns(from, to, STRETCH)) {
      await setImmediate();
      if (signal?.aborted) return;
      stretches.push(stretch);
    }
    yield joined(stretches, from, to - from);
  }
}

function joined(stretches: readonly SweepColumns[], from: number, length: number): SweepColumns {
  const [first] = stretches;
  if (first === undefined || stretches.length === 1)
    return first ?? { from, length, values: [], failed: [], reasons: [] };
  const values = first.values.map((column, at) => {
    const whole = column instanceof Float64Array ? new Float64Array(length) : new Array<string | undefined>(length);
    for (const stretch of stretches) copy(stretch.values[at] ?? [], whole, stretch.from - from);
    return whole;
  });
  return {
    from,
    length,
    values,
    failed: stretches.flatMap(({ failed }) => failed),
    reasons: stretches.flatMap(({ reasons }) => reasons),
  };
}

type Column = SweepColumns['values'][number];

function copy(part: Column, whole: Column, start: number): void {
  if (whole instanceof Float64Array) whole.set(part as Float64Array, start);
  else for (let place = 0; place < part.length; place++) whole[start + place] = part[place] as string | undefined;
}
