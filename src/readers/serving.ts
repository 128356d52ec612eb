import { type Cells, cellsOf, joinOptions } from './columns.js';
import { type Fields, numberIn, textIn } from './fields.js';
import type { JsonObject } from './json-objects.js';
import type { MeasurementRow } from './types.js';

/** A figure that a result may hold: the metric of the row, the fields it may stand in, and the statistic where it is no mean. */
export interface Figure {
  readonly metric: string;
  readonly fields: readonly string[];
  readonly stat?: string;
}

/** Figures of a load test by vLLM or SGLang, the second tool having grown out of the first. Of a mean and a median, the mean. */
const figures: readonly (readonly Figure[])[] = [
  [{ metric: 'output_tok_s', fields: ['output_throughput', 'output_token_throughput'] }],
  [
    { metric: 'tpot_ms', fields: ['mean_tpot_ms'] },
    { metric: 'tpot_ms', fields: ['median_tpot_ms'], stat: 'median' },
  ],
  [
    { metric: 'ttft_ms', fields: ['mean_ttft_ms'] },
    { metric: 'ttft_ms', fields: ['median_ttft_ms', 'median_ttft'], stat: 'median' },
  ],
];

/** One row for each figure that the load test measured; `about` is what its tool says of the machine and the engine. */
export function rowsOfServing({ line, column, value }: JsonObject, about: Partial<Cells>): readonly MeasurementRow[] {
  const { options, ...load } = loadOf(value);
  const model = about.model ?? '';
  const names = model === '' ? {} : { names: { model } };
  const common = { phase: 'serving', ...lengthsOf(value), ...load, ...about };
  const found = figures.flatMap((ways) => firstOf(ways, value) ?? []);
  if (found.length === 0) {
    const problem = `the result of line ${line} has no throughput and no latency`;
    return [{ line, column, cells: cellsOf(common), ...names, problem }];
  }
  const completed = numberIn(value, 'completed') ?? 0;
  const problem = completed > 0 ? {} : { problem: 'no request was completed' };
  return found.map(({ metric, figure, stat }) => {
    const cells = { ...common, metric, value: String(figure), options: joinOptions({ ...options, stat }) };
    return { line, column, cells: cellsOf(cells), ...names, ...problem };
  });
}

function firstOf(
  ways: readonly Figure[],
  value: Fields,
): { metric: string; figure: number; stat?: string } | undefined {
  for (const { metric, fields, stat } of ways) {
    const figure = numberIn(value, ...fields);
    // A tool writes 0 for what it did not measure.
    if (figure !== undefined && figure > 0) return { metric, figure, ...(stat === undefined ? {} : { stat }) };
  }
  return undefined;
}

/** Mean lengths of the requests that were completed. */
function lengthsOf(value: Fields): Partial<Cells> {
  const completed = numberIn(value, 'completed') ?? 0;
  const mean = (total: number | undefined): string =>
    total === undefined || !(completed > 0) ? '' : String(Math.round(total / completed));
  return {
    input_tokens: mean(numberIn(value, 'total_input_tokens', 'total_input')),
    output_tokens: mean(numberIn(value, 'total_output_tokens', 'total_output')),
  };
}

/**
 * How many sequences there were: the fixed concurrency, or as many as the engine admits when all requests came at once.
 * Requests that arrive at a rate leave it open, whatever limit was set.
 */
function loadOf(value: Fields): { batch: string; options: Readonly<Record<string, string>> } {
  const rate = numberIn(value, 'request_rate') ?? Number(textIn(value, 'request_rate'));
  if (Number.isFinite(rate) && rate > 0) return { batch: '', options: { batching: 'continuous', load: 'open' } };
  const concurrency = numberIn(value, 'max_concurrency');
  return concurrency === undefined
    ? { batch: 'max', options: { batching: 'continuous', load: 'offline' } }
    : { batch: String(concurrency), options: { batching: 'continuous', load: 'closed' } };
}

/** Engine behind the back end that a load test spoke to; the tool's own engine behind those that many speak. */
export function engineOf(backend: string, own: string): string {
  if (/^sglang/i.test(backend)) return 'sglang';
  if (/^vllm/i.test(backend)) return 'vllm';
  if (/^(?:tensorrt-llm|trt)/i.test(backend)) return 'tensorrt-llm';
  return backend === '' || /^openai/i.test(backend) ? own : backend;
}

/** `20251121-083000`, as the tools write it, as a date. */
export function dateOf(text: string): string {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text) ?? [];
  return day === undefined ? '' : `${year}-${month}-${day}`;
}
