import { CsvError, parse } from 'csv-parse/sync';
import { MeasurementFileError } from '../errors.js';
import { linesOf } from './lines.js';

/** One record of a CSV file: several lines where a quoted field holds line breaks. */
export interface CsvRecord {
  /** Its first line, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Longest record, in bytes. A quote that is never closed is found here, and not at the end of the file. */
const longestRecord = 2 ** 20;

/** Records of a CSV text (RFC 4180), whatever their number of fields; blank lines are left out. */
export function readRecords(text: string, file: string): readonly CsvRecord[] {
  refuseLongLine(text, file);
  const bytes = Buffer.from(text);
  try {
    const parsed: unknown = parse(bytes, {
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: longestRecord,
    });
    return withLines(parsed as Parsed[], bytes);
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = 'lines' in cause && typeof cause.lines === 'number' ? cause.lines : 1;
    const [problem, remedy] = wrongness(cause.code);
    throw new MeasurementFileError({ file, line, problem, remedy }, { cause });
  }
}

/** The parser counts no commas, and would take minutes over a line of nothing else. */
function refuseLongLine(text: string, file: string): void {
  let line = 0;
  for (const { length } of linesOf(text)) {
    line++;
    if (length <= longestRecord) continue;
    const [problem, remedy] = wrongness('CSV_MAX_RECORD_SIZE');
    throw new MeasurementFileError({ file, line, problem, remedy });
  }
}

/** What csv-parse gives for a record: its own count of lines takes a CRLF within quotes for two. */
interface Parsed {
  readonly record: readonly string[];
  /** Bytes up to the end of the record. */
  readonly info: { readonly bytes: number };
}

function withLines(records: readonly Parsed[], bytes: Buffer): readonly CsvRecord[] {
  let line = 1;
  let from = 0;
  return records.map(({ record, info }) => {
    const raw = bytes.toString('latin1', from, info.bytes);
    const blank = lineBreaks(/^[\r\n]*/.exec(raw)?.[0] ?? '');
    const place = { line: line + blank, fields: record };
    line += lineBreaks(raw);
    from = info.bytes;
    return place;
  });
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function wrongness(code: string): [problem: string, remedy: string] {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return ['a quoted field is never closed', 'close it with "'];
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return ['a quote stands within a field', 'quote the whole field and write "" for a quote'];
    case 'CSV_MAX_RECORD_SIZE':
      return ['a row is longer than 1 MiB', 'close every quoted field, and write one measurement a line'];
  }
  return [`this is not CSV (${code})`, 'separate fields by commas, and quote those that hold one'];
}
