import { MeasurementFileError } from '../errors.js';
import { cellsOf } from './columns.js';
import { readRecords } from './csv-records.js';
import { rowOfTest } from './llama-bench-row.js';
import type { MeasurementRow } from './types.js';

/** True for the header of the CSV that llama-bench writes. */
export function isLlamaBenchHeader(names: readonly string[]): boolean {
  return ['model_type', 'n_prompt', 'n_gen', 'avg_ts'].every((name) => names.includes(name));
}

/** Rows of `llama-bench -o csv`. Runs may have been appended, each with its header. */
export function readLlamaBenchCsv(text: string, file: string): readonly MeasurementRow[] {
  let header: readonly string[] = [];
  const rows = readRecords(text, file).flatMap(({ line, fields }): readonly MeasurementRow[] => {
    if (isLlamaBenchHeader(fields)) {
      header = fields;
      return [];
    }
    const problem = `line ${line} has ${fields.length} of ${header.length} fields`;
    if (fields.length !== header.length) return [{ line, cells: cellsOf(), problem }];
    return [{ line, ...rowOfTest(Object.fromEntries(header.map((name, at) => [name, fields[at] ?? '']))) }];
  });
  if (rows.length > 0) return rows;
  const remedy = 'llama-bench writes one line a test below it';
  throw new MeasurementFileError({ file, line: 1, problem: 'there is a header and no rows', remedy });
}
