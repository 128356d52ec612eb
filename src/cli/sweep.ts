import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import { type EstimateInput, getHardware, shardOf, sweep } from '../index.js';
import { jsonText } from '../report/json.js';
import { warningLines } from '../report/shared-warnings.js';
import { sweepText } from '../report/sweep.js';
import { SWEEP_FORMATS, type SweepFormat } from '../stream/format.js';
import type { SweepState } from '../stream/write-sweep.js';
import { idlePrice } from '../study/idle-price.js';
import { type SharedWarning, warningsAt } from '../study/shared-warnings.js';
import type { Sweep, SweepInput, SweepRow } from '../study/sweep.js';
import { progressBar } from './progress.js';
import { readSweep, type SweepPointFlags } from './sweep-input.js';
import type { Terminal } from './terminal.js';

export interface SweepFlags extends SweepPointFlags {
  readonly format?: string;
  readonly shard?: string;
  readonly workers?: number;
  readonly resume?: boolean;
}

/** Points that are shown where no file is named. */
const SHOWN = 20;

/** Points that one JSON document may have: it is made as a whole. */
const MOST_IN_JSON = 100_000;

/** Points that are worked out at once to see whether any runs. */
const LOOK = 64;

/** Points up to which each is looked at for doubts. */
const MOST_DOUBTED = 1024;

/** Axis values that are tried, each alone, for slips of the command line. */
const MOST_TRIED = 256;

/** How a sweep ended: with points, with none that runs, or before it was through. */
export type SweepEnd = 'ok' | 'userError' | 'interrupted';

/** `roofcast sweep`: every combination of the values of some axes. */
export async function runSweep(flags: SweepFlags, terminal: Terminal): Promise<SweepEnd> {
  const format = readFormat(flags.format);
  const input = await readSweep(flags, terminal);
  const points = sweep(input);
  const { from, to } = readShard(flags.shard, points.length);
  const slip = slipOf(points);
  if (slip !== undefined) throw slip;
  const warnings = doubtsOf(points, from, to);
  const sayDoubts = (): void => {
    for (const line of [...warnings.lines, ...priceNotes(input)]) terminal.warn(`${line}\n`);
  };
  if (flags.out !== undefined) {
    const end = await writeFile(input, { ...flags, out: flags.out }, format, { from, to }, terminal);
    if (end !== 'interrupted') sayDoubts();
    return end;
  }
  checkNoFile(flags);
  if (flags.json) terminal.write(jsonText(sweepJson(points, from, to, warnings.list)));
  else
    terminal.write(sweepText(points, [...points.rows(from, Math.min(to, from + SHOWN))], to - from, terminal.columns));
  sayDoubts();
  return anyRuns(points, from, to) ? 'ok' : 'userError';
}

/** Writes the points into a file until they are all there, or somebody stops it with Ctrl-C. */
async function writeFile(
  input: SweepInput<EstimateInput>,
  { out, workers, resume, json }: SweepFlags & { readonly out: string },
  format: SweepFormat | undefined,
  range: { readonly from: number; readonly to: number },
  terminal: Terminal,
): Promise<SweepEnd> {
  const { writeSweep } = await import('../stream/write-sweep.js');
  const bar = progressBar(terminal);
  const stop = new AbortController();
  // A second Ctrl-C ends the process as ever.
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const state = await writeSweep(input, out, {
      ...range,
      ...(format === undefined ? {} : { format }),
      ...(workers === undefined ? {} : { workers }),
      resume: resume ?? false,
      signal: stop.signal,
      onProgress: bar.show,
    });
    bar.clear();
    const { done, total, failed } = state;
    const why = failed > 0 && failed === total ? sweep(input).errorAt(range.from) : undefined;
    say(state, out, why, { json: json ?? false }, terminal);
    if (done < total) return 'interrupted';
    return why === undefined ? 'ok' : 'userError';
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Says how far a file has come; `why` the first point cannot run, where none can. */
function say(
  { done, total, failed }: SweepState,
  file: string,
  why: RoofcastError | undefined,
  { json }: { json: boolean },
  terminal: Terminal,
): void {
  if (json) terminal.write(jsonText({ schemaVersion: 1, file, done, total, failed }));
  if (done < total) terminal.warn(`stopped after ${count(done)} of ${count(total)} points; --resume goes on\n`);
  if (why !== undefined)
    terminal.warn(`error: none of the ${count(total)} points can run; the first: ${why.message}\n`);
  else if (failed > 0) terminal.warn(`note: ${count(failed)} of the points cannot run; the column "error" says why\n`);
}

function count(points: number): string {
  return points.toLocaleString('en');
}

function sweepJson(
  { axes, metrics, rows, length }: Sweep,
  from: number,
  to: number,
  warnings: readonly SharedWarning[],
): unknown {
  if (to - from > MOST_IN_JSON) {
    const problem = `${count(to - from)} points are too many for one JSON document`;
    throw new InvalidScenarioError('--json', to - from, problem, 'write them into a file with -o points.jsonl');
  }
  return {
    schemaVersion: 1,
    axes,
    metrics,
    points: length,
    rows: Array.from(rows(from, to), rowJson),
    warnings,
  };
}

function rowJson(row: SweepRow): unknown {
  const { index, point } = row;
  return row.ok
    ? { index, point, values: row.values }
    : { index, point, error: { code: row.error.code, message: row.error.message } };
}

function readFormat(text: string | undefined): SweepFormat | undefined {
  if (text === undefined) return undefined;
  const format = SWEEP_FORMATS.find((one) => one === text);
  if (format !== undefined) return format;
  throw new InvalidScenarioError(
    '--format',
    text,
    `there is no format "${text}"`,
    `write one of ${SWEEP_FORMATS.join(', ')}`,
  );
}

function readShard(text: string | undefined, length: number): { readonly from: number; readonly to: number } {
  if (text === undefined) return { from: 0, to: length };
  const [, index, pieces] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  if (index === undefined || pieces === undefined) {
    throw new InvalidScenarioError('--shard', text, `"${text}" is no piece`, 'write 1/4 for the first of four');
  }
  return shardOf(length, Number(index), Number(pieces));
}

/** Flags about a file where there is none. */
function checkNoFile({ format, resume, workers }: SweepFlags): void {
  const [flag] = Object.entries({ format, resume, workers }).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new InvalidScenarioError(
    `--${flag}`,
    flag,
    'is about a file, and none is named',
    'name one with -o points.csv',
  );
}

/**
 * What is wrong with the question itself, and not with a point: an unknown id, or what no value of an axis accepts.
 * Each value is tried with the first ones of the other axes.
 */
function slipOf(points: Sweep): RoofcastError | undefined {
  const errors: RoofcastError[] = [];
  let runs = false;
  for (const index of triedOf(points)) {
    const error = points.errorAt(index);
    if (error === undefined) runs = true;
    else if (error.code === 'unknown-id') return error;
    else errors.push(error);
  }
  return runs || errors.some(({ code }) => code === 'does-not-fit') ? undefined : errors[0];
}

function* triedOf({ axes, length }: Sweep): Generator<number> {
  yield 0;
  let step = length;
  for (const axis of axes) {
    step /= axis.length;
    for (let place = 1; place < Math.min(axis.length, MOST_TRIED); place++) yield place * step;
  }
}

/** What is doubtful about some points: about all, or, where they are many, about those of each value of an axis. */
function doubtsOf(points: Sweep, from: number, to: number) {
  const isWhole = to - from <= MOST_DOUBTED;
  const list = warningsAt(points, isWhole ? indices(from, to) : triedOf(points));
  return { list, lines: warningLines(list, isWhole ? to - from : undefined).map((line) => `warning: ${line}`) };
}

/** Whether any of some points runs, as far as one can look in a moment. */
function anyRuns(points: Sweep, from: number, to: number): boolean {
  const end = Math.min(to, from + MOST_IN_JSON);
  for (const { failed, length } of points.columns(from, end, LOOK)) if (failed.length < length) return true;
  return end < to || from === to;
}

function* indices(from: number, to: number): Generator<number> {
  for (let index = from; index < to; index++) yield index;
}

/** Axes of a price that change nothing on some machines, and why. */
function priceNotes({ base, axes }: SweepInput<EstimateInput>): readonly string[] {
  const machines = Array.isArray(axes.hardware) ? (axes.hardware as EstimateInput['hardware'][]) : [base.hardware];
  const specs = machines.map((machine) => (typeof machine === 'string' ? getHardware(machine) : machine));
  return Object.keys(axes).flatMap((axis) =>
    specs.flatMap((spec) => idlePrice(axis, spec) ?? []).map((line) => `note: ${line}`),
  );
}
