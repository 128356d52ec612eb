import { hasAll } from './fields.js';
import type { JsonObject } from './json-objects.js';
import { rowOfTest } from './llama-bench-row.js';
import type { MeasurementRow } from './types.js';

/** True for one test of `llama-bench -o json` or `-o jsonl`. */
export function isLlamaBenchResult(value: JsonObject['value']): boolean {
  return hasAll(value, 'model_type', 'n_prompt', 'n_gen', 'avg_ts');
}

/** The row of one test. */
export function rowOfLlamaBenchResult({ line, column, value }: JsonObject): MeasurementRow {
  const scalars = Object.entries(value).flatMap(([name, field]) =>
    typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean' ? [[name, String(field)]] : [],
  );
  return { line, column, ...rowOfTest(Object.fromEntries(scalars)) };
}
