import type { KeyValue, RowGroup } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { SweepColumns } from '../study/sweep.js';
import type { Encoder } from './format.js';
import { axisCells, type SweepColumn, type SweepTable } from './table.js';
import { present } from './text.js';

/** Points of one row group: some megabytes, so that a few fit into memory and a reader finds few. */
const PIECE_SIZE = 65_536;

/** What every Parquet file begins and ends with. */
export const MAGIC = new TextEncoder().encode('PAR1');

/** Under this key of a file's metadata stands which sweep it holds. */
export const METADATA_KEY = 'roofcast.sweep';

const types = { number: 'DOUBLE', text: 'STRING', truth: 'BOOLEAN' } as const;

/** Parquet, compressed with Snappy: each piece is a row group. What a point does not have is null. */
export function parquetEncoder(table: SweepTable): Encoder {
  const axes = axisCells(table, (value, { kind }) => (kind === 'text' ? String(value) : value));
  const encode = (columns: SweepColumns) => {
    const writer = new ByteWriter();
    const parquet = new ParquetWriter({ writer, schema: schemaOf(table), statistics: false });
    parquet.write({ columnData: dataOf(table, axes, columns), rowGroupSize: columns.length });
    const bytes = writer.getBytes().slice(MAGIC.length) as Uint8Array<ArrayBuffer>;
    const group = moved(parquet.row_groups[0] as RowGroup, -MAGIC.length);
    return { bytes, points: columns.length, failed: columns.failed.length, group };
  };
  return { pieceSize: PIECE_SIZE, encode };
}

/** A row group so many bytes further on. */
export function moved(group: RowGroup, by: number): RowGroup {
  const shift = (offset: bigint): bigint => offset + BigInt(by);
  return {
    ...group,
    columns: group.columns.map((column) => {
      const { meta_data: data } = column;
      if (data === undefined) return column;
      const { dictionary_page_offset: dictionary } = data;
      return {
        ...column,
        file_offset: column.file_offset === 0n ? 0n : shift(column.file_offset),
        meta_data: {
          ...data,
          data_page_offset: shift(data.data_page_offset),
          ...(dictionary === undefined ? {} : { dictionary_page_offset: shift(dictionary) }),
        },
      };
    }),
  };
}

/** The end of a file of some row groups: where everything lies, and which sweep it is. */
export function parquetFooter(table: SweepTable, groups: readonly RowGroup[], about: string): Uint8Array {
  const writer = new ByteWriter();
  const kvMetadata: KeyValue[] = [{ key: METADATA_KEY, value: about }];
  const parquet = new ParquetWriter({ writer, schema: schemaOf(table), createdBy: 'roofcast', kvMetadata });
  parquet.row_groups = [...groups];
  parquet.num_rows = groups.reduce((sum, { num_rows }) => sum + num_rows, 0n);
  parquet.finish();
  return writer.getBytes().slice(MAGIC.length);
}

function schemaOf({ axes, metrics }: SweepTable) {
  const source = ({ name, kind }: SweepColumn, nullable: boolean): ColumnSource => {
    return { name, data: [], type: types[kind], nullable };
  };
  return schemaFromColumnData({
    columnData: [
      { name: 'index', data: [], type: 'INT64', nullable: false },
      ...axes.map((axis) => source(axis, false)),
      ...metrics.map((metric) => source(metric, true)),
      { name: 'error', data: [], type: 'STRING', nullable: true },
    ],
  });
}

function dataOf(
  { axes, metrics }: SweepTable,
  cells: readonly ((index: number) => number | string | boolean)[],
  { from, length, values, failed, reasons }: SweepColumns,
): ColumnSource[] {
  const each = <Value>(make: (place: number) => Value): Value[] => Array.from({ length }, (_, place) => make(place));
  const errors = new Array<string | null>(length).fill(null);
  for (let at = 0; at < failed.length; at++) errors[(failed[at] ?? 0) - from] = reasons[at] ?? null;
  const sources: ColumnSource[] = [
    { name: 'index', data: BigInt64Array.from(each((place) => BigInt(from + place))), encoding: 'DELTA_BINARY_PACKED' },
    ...axes.map(({ name }, at) => ({ name, data: each((place) => cells[at]?.(from + place)) })),
    ...metrics.map((metric, at) => ({
      name: metric.name,
      data: each((place) => cellOf(metric, present(values[at]?.[place]))),
      // Almost every number is another one: a dictionary of them would only cost time.
      ...(metric.kind === 'number' ? { encoding: 'PLAIN' as const } : {}),
    })),
    { name: 'error', data: errors },
  ];
  // Without an index of pages, a row group is all bytes between the one before and the one behind.
  return sources.map((source) => ({ ...source, offsetIndex: false }));
}

function cellOf({ kind }: SweepColumn, value: number | string | undefined): number | string | boolean | null {
  if (value === undefined) return null;
  return kind === 'truth' ? value === 'true' : value;
}
