import type { FileHandle } from 'node:fs/promises';
import { open, readFile } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { InvalidScenarioError } from '../errors.js';
import type { SweepFileFacts } from './about.js';

/** How far a file has come. */
export interface Progress {
  /** Index of the first point that it lacks. */
  readonly next: number;
  /** Bytes of it that are kept. */
  readonly bytes: number;
  readonly failed: number;
  /** Of Parquet: what it holds. */
  readonly groups: readonly RowGroup[];
}

/** The file that stands beside a file of text and says which sweep it holds. */
export function factsFile(file: string): string {
  return `${file}.sweep.json`;
}

/**
 * Reads how far a file of a sweep has come; undefined where there is none. Throws `InvalidScenarioError` for a file of
 * another sweep, and for one that cannot go on.
 */
export async function readProgress(file: string, facts: SweepFileFacts): Promise<Progress | undefined> {
  if (facts.fingerprint === undefined) {
    throw refusal(file, 'a metric is a function, and nothing tells whether it is the same', 'start anew');
  }
  const handle = await openExisting(file);
  if (handle === undefined) return undefined;
  try {
    return await (facts.format === 'parquet' ? parquetProgress : textProgress)(file, handle, facts);
  } finally {
    await handle.close();
  }
}

async function openExisting(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Whole lines count: what a line lacks its end, is written again. */
async function textProgress(file: string, handle: FileHandle, facts: SweepFileFacts): Promise<Progress> {
  checkFacts(file, parsed(await readFile(factsFile(file), 'utf8').catch(() => '')), facts);
  const { line, bytes } = await lastLine(handle);
  const [, csv, json] = /^(?:(\d+),|\{"index":(\d+),)/.exec(line) ?? [];
  const last = csv ?? json;
  const next = last === undefined ? facts.from : Number(last) + 1;
  const kept = last === undefined ? 0 : bytes;
  if (next < facts.from || next > facts.to) throw refusal(file, `its last line has the index ${last}`, 'start anew');
  return { next, bytes: kept, failed: 0, groups: [] };
}

/** Bytes at the end of a file among which its last lines are looked for; no line is near as long. */
const TAIL = 1 << 20;

async function lastLine(handle: FileHandle): Promise<{ readonly line: string; readonly bytes: number }> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - TAIL);
  const tail = await readBytes(handle, start, size - start);
  const end = tail.lastIndexOf(0x0a);
  if (end < 0) return { line: '', bytes: 0 };
  const before = end === 0 ? -1 : tail.lastIndexOf(0x0a, end - 1);
  return { line: tail.subarray(before + 1, end).toString('utf8'), bytes: start + end + 1 };
}

/** The row groups of a whole file are kept; its footer is written again behind those that follow. */
async function parquetProgress(file: string, handle: FileHandle, facts: SweepFileFacts): Promise<Progress> {
  const { parquetMetadata } = await import('hyparquet');
  const { MAGIC, METADATA_KEY } = await import('./parquet.js');
  const { size } = await handle.stat();
  const end = await readBytes(handle, Math.max(0, size - 8), Math.min(8, size));
  if (size < 12 || !end.subarray(4).equals(MAGIC)) {
    throw refusal(file, 'it has no footer, so it was not ended as it should be', 'start anew');
  }
  const length = end.readUInt32LE(0) + 8;
  if (length > size - MAGIC.length) throw refusal(file, 'its footer is damaged', 'start anew');
  const footer = await readBytes(handle, size - length, length);
  const metadata = parquetMetadata(new Uint8Array(footer).buffer);
  const about = metadata.key_value_metadata?.find(({ key }) => key === METADATA_KEY)?.value;
  checkFacts(file, parsed(about ?? ''), facts);
  const next = facts.from + Number(metadata.num_rows);
  return { next, bytes: size - length, failed: 0, groups: metadata.row_groups };
}

async function readBytes(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function parsed(text: string): Partial<SweepFileFacts> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkFacts(file: string, found: Partial<SweepFileFacts> | undefined, facts: SweepFileFacts): void {
  if (found === undefined)
    throw refusal(file, 'nothing tells which sweep it holds', 'start anew, or name another file');
  if (found.roofcast !== facts.roofcast) {
    throw refusal(file, `roofcast ${found.roofcast} wrote it, and this is ${facts.roofcast}`, 'start anew');
  }
  if (found.fingerprint !== facts.fingerprint || found.format !== facts.format) {
    throw refusal(file, 'it is of another sweep', 'repeat its model, machines, axes and metrics, or name another file');
  }
  if (found.from !== facts.from || found.to !== facts.to) {
    throw refusal(file, `it holds the points from ${found.from} to ${found.to}`, 'ask for the same shard');
  }
}

function refusal(file: string, problem: string, remedy: string): InvalidScenarioError {
  return new InvalidScenarioError('resume', file, `"${file}" cannot be gone on with: ${problem}`, remedy);
}
