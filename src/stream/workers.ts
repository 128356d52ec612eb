import os from 'node:os';
import { InvalidScenarioError } from '../errors.js';
import type { EstimateInput } from '../index.js';
import { moduleFile } from '../package.js';
import type { SweepInput } from '../study/sweep.js';
import type { SweepFormat } from './format.js';

/** What a thread is started with: which sweep it works at, and what becomes of its points. */
export interface WorkerStart {
  readonly input: SweepInput<EstimateInput>;
  readonly format: SweepFormat | 'columns';
}

/** One piece of work: points from one index up to, and without, another. */
export interface WorkerTask {
  readonly from: number;
  readonly to: number;
  /** Memory that nobody needs any more, for what is made. */
  readonly spare?: ArrayBuffer;
}

/** Pieces that each thread has been given ahead: enough that none waits, few enough that they fit into memory. */
const AHEAD = 2;

/** What a point leaves behind is given up at once: room for the young would only be filled. */
const LIMITS = { maxYoungGenerationSizeMb: 3 };

/** Points from which threads are worth their start, which takes about as long as a few thousand of them. */
const WORTH_THREADS = 200_000;

/** Threads that may be asked for: each takes tens of MB, and beyond a few for each core none has a core to work on. */
const MOST_THREADS = 64;
const MOST_PER_CORE = 4;

/** How many threads work at a sweep: as many as are asked for, or as there are cores if it is large. */
export function workersFor(points: number, asked: number | undefined): number {
  const cores = os.availableParallelism();
  if (asked === undefined) return points < WORTH_THREADS ? 1 : cores;
  const most = Math.max(MOST_THREADS, MOST_PER_CORE * cores);
  if (asked > most) {
    const problem = `${asked} threads are more than ${cores} ${cores === 1 ? 'core' : 'cores'} can use`;
    throw new InvalidScenarioError('workers', asked, problem, `ask for at most ${most}`);
  }
  if (Number.isInteger(asked) && asked >= 1) return asked;
  throw new InvalidScenarioError('workers', asked, `${asked} is no number of threads`, 'ask for 1 or more');
}

/** Throws `InvalidScenarioError` for a sweep that cannot be handed to a thread. */
export function checkForWorkers(input: SweepInput<EstimateInput>): void {
  const { metrics = [] } = input;
  const ours = Object.entries(metrics).find(([, metric]) => typeof metric !== 'string');
  if (ours === undefined) {
    checkPlain(input);
    return;
  }
  const remedy = 'name a figure such as decode.tokensPerSecond, or ask for one worker';
  throw new InvalidScenarioError(
    'metrics',
    ours[0],
    `"${ours[0]}" is a function, which no other thread can call`,
    remedy,
  );
}

function checkPlain(input: SweepInput<EstimateInput>): void {
  try {
    structuredClone(input);
  } catch (cause) {
    const problem = `what is swept is not plain data (${cause instanceof Error ? cause.message : cause})`;
    throw new InvalidScenarioError('workers', input, problem, 'take specs without functions, or ask for one worker');
  }
}

/**
 * What threads make of pieces of a sweep, in the order of the pieces whoever is done first. Ends early, without an error,
 * once the signal says so. `spareOf` tells the memory of a result that is done with: threads use it again, for this one
 * makes too little garbage for anybody to collect it.
 */
export async function* inWorkers<Result>(
  start: WorkerStart,
  tasks: Iterable<WorkerTask>,
  threads: number,
  signal?: AbortSignal,
  spareOf: (result: Result) => ArrayBuffer | undefined = () => undefined,
): AsyncGenerator<Result> {
  const rest = tasks[Symbol.iterator]();
  const first = takenFrom(rest, threads * AHEAD);
  if (first.length === 0) return;
  const { Tinypool } = await import('tinypool');
  // A thread without a piece would start for nothing.
  const count = Math.min(threads, first.length);
  const pool = new Tinypool({
    ...flagsOfThreads(),
    filename: moduleFile('stream/worker'),
    name: 'work',
    minThreads: count,
    maxThreads: count,
    resourceLimits: LIMITS,
    workerData: start,
  });
  const stopped = stopOf(signal);
  const given: Promise<Result>[] = [];
  const give = (value: WorkerTask, spare?: ArrayBuffer): void => {
    const result: Promise<Result> = spare ? pool.run({ ...value, spare }, { transferList: [spare] }) : pool.run(value);
    // Those behind a failure, or behind the end, are let go: nobody waits for them.
    result.catch(() => undefined);
    given.push(result);
  };
  let spare: ArrayBuffer | undefined;
  try {
    for (const task of first) give(task);
    for (let next = given.shift(); next !== undefined; next = given.shift()) {
      // What stops comes first, also where the next piece is there already.
      const result = await Promise.race([stopped.promise, next]);
      if (result === STOPPED) return;
      for (const task of takenFrom(rest, 1)) give(task, spare);
      yield result;
      spare = spareOf(result);
    }
  } finally {
    stopped.forget();
    await pool.destroy();
  }
}

/** The next so many of an iterator, or as many as it has. */
function takenFrom<Item>(iterator: Iterator<Item>, most: number): readonly Item[] {
  const taken: Item[] = [];
  while (taken.length < most) {
    const { done, value } = iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

/** Threads take the flags of node on, but that of code which is given as text is not for a file. */
function flagsOfThreads(): { readonly execArgv?: string[] } {
  return process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};
}

const STOPPED = Symbol('stopped');

function stopOf(signal: AbortSignal | undefined) {
  let stop = (): void => undefined;
  const promise = new Promise<typeof STOPPED>((resolve) => {
    stop = () => resolve(STOPPED);
  });
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  return { promise, forget: () => signal?.removeEventListener('abort', stop) };
}
