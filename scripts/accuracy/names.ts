import type { Metric } from '../../src/evidence/measurement.js';

/** Metrics in the order of the page, in words, and as an axis. */
export const METRIC_NAMES: readonly { readonly metric: Metric; readonly name: string; readonly axis: string }[] = [
  { metric: 'decode_tok_s', name: 'decode', axis: 'token/s' },
  { metric: 'prefill_tok_s', name: 'prefill', axis: 'token/s' },
  { metric: 'total_tok_s', name: 'whole request, static batch', axis: 'token/s' },
  { metric: 'output_tok_s', name: 'output under load', axis: 'token/s' },
  { metric: 'output_tok_s_per_device', name: 'output under load, per device', axis: 'token/s' },
  { metric: 'tpot_ms', name: 'time per output token', axis: 'ms' },
  { metric: 'ttft_ms', name: 'time to first token', axis: 'ms' },
  { metric: 'latency_s', name: 'latency', axis: 's' },
];
