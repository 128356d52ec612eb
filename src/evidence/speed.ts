import type { Measurement, Phase } from './measurement.js';

/** Rate that stands beside a power, by what was run. */
const RATE: Readonly<Record<Phase, Measurement['metric']>> = {
  decode: 'decode_tok_s',
  prefill: 'prefill_tok_s',
  request: 'output_tok_s',
  serving: 'output_tok_s',
};

/**
 * The speed that a measurement holds: itself, or of a run whose power was measured the rate that stands beside it.
 * Undefined for an energy: a run has a row in watts and one in joules, and counts once.
 */
export function speedOf(measurement: Measurement): Measurement | undefined {
  const { metric, phase, options } = measurement;
  if (metric !== 'watts' && metric !== 'joules_per_output_token') return measurement;
  const rate = options.measuredTokensPerSecond;
  if (metric !== 'watts' || !rate) return undefined;
  return { ...measurement, metric: RATE[phase], value: rate };
}
