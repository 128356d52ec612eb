import type { Metric } from './measurement.js';

/** A metric in words, and the unit of its values. */
export interface MetricName {
  readonly metric: Metric;
  readonly name: string;
  readonly unit: string;
}

/** Every metric, speed before energy. */
export const METRIC_NAMES: readonly MetricName[] = [
  { metric: 'decode_tok_s', name: 'decode', unit: 'token/s' },
  { metric: 'prefill_tok_s', name: 'prefill', unit: 'token/s' },
  { metric: 'total_tok_s', name: 'whole request, static batch', unit: 'token/s' },
  { metric: 'output_tok_s', name: 'output under load', unit: 'token/s' },
  { metric: 'output_tok_s_per_device', name: 'output under load, per device', unit: 'token/s' },
  { metric: 'tpot_ms', name: 'time per output token', unit: 'ms' },
  { metric: 'ttft_ms', name: 'time to first token', unit: 'ms' },
  { metric: 'latency_s', name: 'latency', unit: 's' },
  { metric: 'joules_per_output_token', name: 'energy per output token', unit: 'J' },
  { metric: 'watts', name: 'power', unit: 'W' },
];
