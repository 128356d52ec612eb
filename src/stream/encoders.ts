import type { Encoder, SweepFormat } from './format.js';
import type { SweepTable } from './table.js';
import { csvEncoder, jsonLinesEncoder } from './text.js';

/** What writes a format. Parquet is loaded where it is asked for. */
export async function encoderOf(format: SweepFormat, table: SweepTable): Promise<Encoder> {
  switch (format) {
    case 'csv':
      return csvEncoder(table);
    case 'jsonl':
      return jsonLinesEncoder(table);
    case 'parquet':
      return (await import('./parquet.js')).parquetEncoder(table);
  }
}
