import { MeasurementFileError } from '../errors.js';
import { cellsOf } from './columns.js';
import type { JsonObject } from './json-objects.js';
import { isLlamaBenchResult, rowOfLlamaBenchResult } from './llama-bench-json.js';
import { isSglangBatch, isSglangServing, rowsOfSglangBatch, rowsOfSglangServing } from './sglang.js';
import type { MeasurementFile, MeasurementFormat, MeasurementRow } from './types.js';
import {
  isVllmLatency,
  isVllmServing,
  isVllmThroughput,
  rowsOfVllmLatency,
  rowsOfVllmServing,
  rowsOfVllmThroughput,
} from './vllm.js';

interface Reader {
  readonly format: MeasurementFormat;
  readonly knows: (value: JsonObject['value']) => boolean;
  readonly rows: (object: JsonObject) => readonly MeasurementRow[];
}

/** The first that knows an object reads it; those with the most telling fields come first. */
const readers: readonly Reader[] = [
  { format: 'llama-bench', knows: isLlamaBenchResult, rows: (object) => [rowOfLlamaBenchResult(object)] },
  { format: 'sglang', knows: isSglangServing, rows: rowsOfSglangServing },
  { format: 'sglang', knows: isSglangBatch, rows: rowsOfSglangBatch },
  { format: 'vllm', knows: isVllmServing, rows: rowsOfVllmServing },
  { format: 'vllm', knows: isVllmThroughput, rows: rowsOfVllmThroughput },
  { format: 'vllm', knows: isVllmLatency, rows: rowsOfVllmLatency },
];

/** Rows of the results of a benchmark tool, which their fields tell. The first that is known tells the format. */
export function readResults(objects: readonly JsonObject[], file: string): MeasurementFile {
  const known = objects.map((object) => readers.find(({ knows }) => knows(object.value)));
  const format = known.find((reader) => reader !== undefined)?.format;
  if (format === undefined) throw unknownShape(objects[0], file);
  return { format, rows: objects.flatMap((object, i) => known[i]?.rows(object) ?? [strange(object)]) };
}

function strange({ line, column }: JsonObject): MeasurementRow {
  return { line, column, cells: cellsOf(), problem: `the object of line ${line} is no benchmark result that is known` };
}

function unknownShape(object: JsonObject | undefined, file: string): MeasurementFileError {
  const fields = Object.keys(object?.value ?? {}).slice(0, 5);
  const named = fields.map((field) => field.slice(0, 40)).join(', ');
  return new MeasurementFileError({
    file,
    line: object?.line ?? 1,
    column: object?.column ?? 1,
    problem: `this JSON is no benchmark result that is known (its fields: ${named === '' ? 'none' : named})`,
    remedy:
      'results are read of llama-bench -o json, of vllm bench serve --save-result, vllm bench throughput and ' +
      'vllm bench latency --output-json, and of sglang.bench_serving and sglang.bench_one_batch',
  });
}
