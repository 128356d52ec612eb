import { MeasurementFileError } from '../errors.js';
import { cellsOf, type MeasurementColumn, measurementColumns, requiredColumns } from './columns.js';
import { type CsvRecord, readRecords } from './csv-records.js';
import type { MeasurementRow } from './types.js';

/** Longest first line that is taken for a header. */
const longestHeader = 8192;

/** Names in the first line, when it is the header of a table of measurements, ours or that of llama-bench; else none. */
export function findCsvHeader(text: string): readonly string[] {
  const first = firstLine(text);
  if (first.length > longestHeader) return [];
  // Also columns that are separated by something else: an error about the header helps more than "no known format".
  const words = first.split(/[,;\t]/).map(nameOf);
  const known = words.filter((word) => word.includes('_') && (isColumn(word) || llamaBenchNames.has(word)));
  return known.length > 0 || words.filter(isColumn).length > 1 ? words : [];
}

const llamaBenchNames: ReadonlySet<string> = new Set(['build_commit', 'model_type', 'n_prompt', 'n_gen', 'avg_ts']);

function firstLine(text: string): string {
  const start = text.search(/\S/);
  const end = text.slice(start, start + longestHeader + 1).search(/[\r\n]/);
  return text.slice(start, end < 0 ? undefined : start + end);
}

/** Rows of a table with our own header: columns in any order, others ignored. */
export function readCsv(text: string, file: string): readonly MeasurementRow[] {
  const [header, ...records] = readRecords(text, file);
  const places = placesOf(header, file);
  const width = header?.fields.length ?? 0;
  const rows = records
    .filter(({ fields }) => fields.some((field) => field !== ''))
    .map(({ line, fields }): MeasurementRow => {
      const problem = `line ${line} has ${fields.length} of ${width} fields`;
      if (fields.length !== width) return { line, cells: cellsOf(), problem };
      return { line, cells: cellsOf(Object.fromEntries([...places].map(([name, at]) => [name, fields[at] ?? '']))) };
    });
  if (rows.length > 0) return rows;
  const remedy = 'each line below the header is one measurement';
  throw new MeasurementFileError({ file, line: header?.line ?? 1, problem: 'there is a header and no rows', remedy });
}

function placesOf(header: CsvRecord | undefined, file: string): ReadonlyMap<MeasurementColumn, number> {
  const names = header?.fields.map(nameOf) ?? [];
  const line = header?.line ?? 1;
  const remedy = `the header is ${measurementColumns.join(',')}`;
  const missing = requiredColumns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const columns = missing.map((column) => `"${column}"`).join(', ');
    const problem = missing.length === 1 ? `there is no column ${columns}` : `there are no columns ${columns}`;
    throw new MeasurementFileError({ file, line, problem, remedy });
  }
  const twice = measurementColumns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) {
    throw new MeasurementFileError({ file, line, problem: `the column "${twice}" stands there twice`, remedy });
  }
  return new Map(measurementColumns.flatMap((name) => (names.includes(name) ? [[name, names.indexOf(name)]] : [])));
}

function nameOf(field: string): string {
  return field
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
    .toLowerCase();
}

function isColumn(name: string): boolean {
  return measurementColumns.some((column) => column === name);
}
