import type { Case } from './case.js';
import { isTime } from './predict.js';
import { quantile } from './score.js';

/** How often the faster of two machines is named. */
export interface OrderScore {
  /** Pairs of devices measured in the same test and more than 5 % apart. */
  readonly pairs: number;
  readonly right: number;
  /** Null where there are no pairs. */
  readonly share: number | null;
}

/** Machines nearer than this are equal: which of them is faster is noise. */
const APART = 1.05;

/** What one device measured and was predicted to measure in one test. */
interface Standing {
  readonly measured: number[];
  readonly expected: number[];
}

/**
 * Compares every two devices in the same test: model shape, format, engine, metric, lengths, batch and threads. Of several
 * rows of one device the medians stand.
 */
export function orderOf(rows: readonly { readonly found: Case; readonly expected: number }[]): OrderScore {
  const tests = new Map<string, Map<string, Standing>>();
  for (const { found, expected } of rows) {
    const devices = tests.get(testOf(found)) ?? new Map<string, Standing>();
    tests.set(testOf(found), devices);
    const standing = devices.get(found.device) ?? { measured: [], expected: [] };
    devices.set(found.device, standing);
    const rate = (value: number): number => (isTime(found.measurement.metric) ? 1 / value : value);
    standing.measured.push(rate(found.measurement.value));
    standing.expected.push(rate(expected));
  }
  let pairs = 0;
  let right = 0;
  for (const devices of tests.values()) {
    const standings = [...devices.values()].map(({ measured, expected }) => ({
      measured: quantile(measured, 0.5),
      expected: quantile(expected, 0.5),
    }));
    standings.forEach((one, index) => {
      for (const other of standings.slice(index + 1)) {
        const ratio = one.measured / other.measured;
        if (ratio < APART && ratio > 1 / APART) continue;
        pairs += 1;
        if (ratio > 1 === one.expected > other.expected) right += 1;
      }
    });
  }
  return { pairs, right, share: pairs > 0 ? right / pairs : null };
}

function testOf({ measurement, shape, batch }: Case): string {
  const { weights, engine, metric, phase, inputTokens, outputTokens, options } = measurement;
  const { cachedTokens, threads } = options;
  return [shape, weights, engine, metric, phase, batch, inputTokens, outputTokens, cachedTokens, threads].join('|');
}
