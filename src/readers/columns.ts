/** Columns of a measurement file, in the order in which they are written. */
export const measurementColumns = [
  'source',
  'date',
  'hardware',
  'hardware_id',
  'device_count',
  'model',
  'model_id',
  'engine',
  'engine_version',
  'weight_format',
  'kv_format',
  'parallelism',
  'phase',
  'batch',
  'input_tokens',
  'output_tokens',
  'metric',
  'value',
  'options',
  'note',
] as const;

/** Name of a column of a measurement file. */
export type MeasurementColumn = (typeof measurementColumns)[number];

/** Columns without which no row can be predicted. */
export const requiredColumns: readonly MeasurementColumn[] = ['hardware_id', 'model_id', 'engine', 'metric', 'value'];

/** The text of every column of a row. */
export type Cells = Readonly<Record<MeasurementColumn, string>>;

const blank = Object.fromEntries(measurementColumns.map((column) => [column, ''])) as Cells;

/** A row that says what is given and nothing else. */
export function cellsOf(given: Partial<Cells> = {}): Cells {
  return { ...blank, ...given };
}

/**
 * The column `options`, without what is not known.
 * @example joinOptions({ backend: 'cuda', fa: undefined, ubatch: '512' }) // => 'backend=cuda;ubatch=512'
 */
export function joinOptions(options: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(options)
    .flatMap(([key, value]) => (value === undefined || value === '' ? [] : [`${key}=${value}`]))
    .join(';');
}
