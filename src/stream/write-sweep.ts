import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { InvalidScenarioError } from '../errors.js';
import { type EstimateInput, sweep } from '../index.js';
import type { SweepColumns, SweepInput } from '../study/sweep.js';
import { factsOf, type SweepFileFacts } from './about.js';
import { encoderOf } from './encoders.js';
import { SWEEP_FORMATS, type SweepFormat } from './format.js';
import { columnsHere, piecesOf, tasksOf } from './pieces.js';
import { factsFile, type Progress, readProgress } from './resume.js';
import { type SweepTable, tableOf } from './table.js';
import { csvHeader } from './text.js';
import { checkForWorkers, inWorkers, workersFor } from './workers.js';

/** Which points are worked out, and by whom. */
export interface SweepWork {
  /** Index of the first point. Default: 0. */
  readonly from?: number;
  /** Index behind the last point. Default: all points. */
  readonly to?: number;
  /** Threads that work. Default: one; of many points, as many as there are cores, unless a metric is a function. */
  readonly workers?: number;
  /** Ends the work early; what is done stays. */
  readonly signal?: AbortSignal;
}

export interface WriteSweepOptions extends SweepWork {
  /** Default: what the name of the file ends in. */
  readonly format?: SweepFormat;
  /** Goes on with a file that was not completed, where there is one. */
  readonly resume?: boolean;
  /** Is told as the file grows. */
  readonly onProgress?: (state: SweepState) => void;
}

/** How far a file has come. */
export interface SweepState {
  /** Points that stand in the file. */
  readonly done: number;
  /** Points that are to stand in it. */
  readonly total: number;
  /** Points, of those that this call has written, that cannot run. */
  readonly failed: number;
}

/**
 * Writes the points of a sweep into a file as they are worked out, in order, and in constant memory: CSV, JSON Lines or
 * Parquet, with an index, the axes, the metrics and the code of the error where a point cannot run. Resolves to how far
 * it came: to less than everything when the signal stopped it, and then the file is whole and `resume` goes on with it.
 * Throws `InvalidScenarioError` for what is no sweep, a file that cannot be written, or one that is of another sweep.
 *
 * @example
 * await writeSweep({ base: { model: 'llama-2-7b', hardware: 'h100' }, axes: { batch: range(1, 64) } }, 'batch.csv');
 */
export async function writeSweep(
  input: SweepInput<EstimateInput>,
  file: string,
  options: WriteSweepOptions = {},
): Promise<SweepState> {
  const { format = formatOf(file), resume = false, onProgress, signal } = options;
  const points = sweep(input);
  const table = tableOf(points, input.axes);
  const { from, to, workers } = workOf(input, points.length, options);
  const facts = factsOf(input, table, format, { from, to });
  const encoder = await encoderOf(format, table);
  return onFile(file, async () => {
    const begun = resume ? await readProgress(file, facts) : undefined;
    const out = await begin(file, facts, table, begun);
    let failed = 0;
    const state = (): SweepState => ({ done: out.next - from, total: to - from, failed });
    try {
      const work = { input, sweep: points, format, encoder, threads: workers };
      const tasks = tasksOf(out.next, to, encoder.pieceSize, from);
      for await (const piece of piecesOf(work, tasks, signal)) {
        await out.add(piece.bytes, piece.points, piece.group);
        failed += piece.failed;
        onProgress?.(state());
      }
      await out.end();
    } finally {
      await out.close();
    }
    return state();
  });
}

/**
 * The points of a sweep by metric, in pieces and in order, worked out by several threads: what `columns` of the sweep
 * gives, but asynchronously. Throws `InvalidScenarioError` for a metric that is a function: no thread can call another's.
 */
export async function* sweepInWorkers(
  input: SweepInput<EstimateInput>,
  options: SweepWork = {},
): AsyncGenerator<SweepColumns> {
  const points = sweep(input);
  const { from, to, workers } = workOf(input, points.length, options);
  const tasks = tasksOf(from, to, COLUMNS_SIZE, from);
  if (workers > 1) yield* inWorkers<SweepColumns>({ input, format: 'columns' }, tasks, workers, options.signal);
  else yield* columnsHere(points, tasks, options.signal);
}

/** Points of one piece of columns, as of a sweep's own. */
const COLUMNS_SIZE = 8192;

function workOf(input: SweepInput<EstimateInput>, length: number, options: SweepWork) {
  const from = Math.min(length, Math.max(0, options.from ?? 0));
  const to = Math.max(from, Math.min(length, options.to ?? length));
  const known = Object.values(input.metrics ?? []).every((metric) => typeof metric === 'string');
  const workers = workersFor(to - from, options.workers ?? (known ? undefined : 1));
  if (workers > 1) checkForWorkers(input);
  return { from, to, workers };
}

/** The format that the name of a file ends in. Throws `InvalidScenarioError` where it is none. */
function formatOf(file: string): SweepFormat {
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const format = SWEEP_FORMATS.find((one) => one === ending);
  if (format !== undefined) return format;
  const remedy = `let its name end in ${SWEEP_FORMATS.map((one) => `.${one}`).join(', ')}, or name the format`;
  throw new InvalidScenarioError('format', file, `nothing tells which format "${file}" is to have`, remedy);
}

/** A file that grows. */
interface Growing {
  /** Index of the first point that it lacks. */
  readonly next: number;
  add(bytes: Uint8Array, points: number, group: RowGroup | undefined): Promise<void>;
  /** Writes what every file ends with. */
  end(): Promise<void>;
  close(): Promise<void>;
}

async function begin(
  file: string,
  facts: SweepFileFacts,
  table: SweepTable,
  begun: Progress | undefined,
): Promise<Growing> {
  const about = `${JSON.stringify(facts, null, 2)}\n`;
  const parquet = facts.format === 'parquet' ? await import('./parquet.js') : undefined;
  if (parquet === undefined) await writeFile(factsFile(file), about);
  else await rm(factsFile(file), { force: true });
  const handle = await open(file, begun === undefined ? 'w' : 'r+');
  let position = begun?.bytes ?? 0;
  let next = begun?.next ?? facts.from;
  const groups = [...(begun?.groups ?? [])];
  const write = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(handle, bytes, position);
    position += bytes.length;
  };
  if (begun !== undefined) await handle.truncate(position);
  const start = parquet === undefined ? new TextEncoder().encode(textStart(facts, table)) : parquet.MAGIC;
  if (position === 0) await write(start);
  return {
    get next() {
      return next;
    },
    add: async (bytes, points, group) => {
      if (parquet !== undefined && group !== undefined) groups.push(parquet.moved(group, position));
      await write(bytes);
      next += points;
    },
    end: async () => {
      if (parquet !== undefined) await write(parquet.parquetFooter(table, groups, about));
    },
    close: () => handle.close(),
  };
}

/** Only the piece with the first point has the heads of the columns: the pieces one behind the other are the whole. */
function textStart({ format, from }: SweepFileFacts, table: SweepTable): string {
  return format === 'csv' && from === 0 ? csvHeader(table) : '';
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Does something to a file of the user's choice. Throws `InvalidScenarioError` where it may or can not be done. */
async function onFile<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) throw cause;
    const remedy = 'name a file in a folder that exists, on a disk with room';
    throw new InvalidScenarioError('file', file, `"${file}" cannot be written (${cause.code})`, remedy);
  }
}
