import { isRoofcastError, MeasurementFileError } from '../errors.js';
import { findCsvHeader, readCsv } from './csv.js';
import { readJsonObjects } from './json-objects.js';
import { isLlamaBenchHeader, readLlamaBenchCsv } from './llama-bench-csv.js';
import { readLlamaBenchTables } from './llama-bench-table.js';
import { readResults } from './results.js';
import type { MeasurementFile } from './types.js';

const formats =
  'what is read: CSV with columns such as hardware_id, model_id, engine, metric and value; ' +
  'llama-bench as JSON, JSONL, CSV or Markdown; the result files of vllm bench and of sglang.bench_serving';

/**
 * Reads measurements out of the text of a file, whose content tells the format. `name` is what errors call the file.
 * Throws `MeasurementFileError` when nothing in it can be read; a single bad row is a row with a `problem`.
 */
export function readMeasurementText(text: string, name: string): MeasurementFile {
  try {
    return read(text.startsWith('\uFEFF') ? text.slice(1) : text, name);
  } catch (cause) {
    if (isRoofcastError(cause)) throw cause;
    // A parser that gives up in its own words: too deep, too long.
    const reason = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw new MeasurementFileError({ file: name, problem: `cannot be read: ${reason}`, remedy: formats }, { cause });
  }
}

function read(text: string, name: string): MeasurementFile {
  refuseNoText(text, name);
  const objects = readJsonObjects(text, name);
  if (objects !== undefined) return readResults(objects, name);
  const header = findCsvHeader(text);
  if (isLlamaBenchHeader(header)) return { format: 'llama-bench', rows: readLlamaBenchCsv(text, name) };
  const tables = readLlamaBenchTables(text);
  if (tables.length > 0) return { format: 'llama-bench', rows: tables };
  if (header.length > 0) return { format: 'csv', rows: readCsv(text, name) };
  throw new MeasurementFileError({ file: name, line: 1, problem: 'is in no format that is known', remedy: formats });
}

function refuseNoText(text: string, name: string): void {
  if (text.trim() === '') throw new MeasurementFileError({ file: name, problem: 'is empty', remedy: formats });
  const nul = text.indexOf('\0');
  if (nul < 0) return;
  const before = text.slice(0, nul);
  const line = before.split('\n').length;
  const column = nul - before.lastIndexOf('\n');
  throw new MeasurementFileError({ file: name, line, column, problem: 'is binary: it holds a NUL', remedy: formats });
}
