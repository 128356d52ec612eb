import type { ResidualBand } from '../engine/types.js';
import type { Prediction } from './types.js';

/** An energy or power as it comes out when the work takes as long, and as short, as its interval allows. */
export interface TimedValues {
  readonly slow: number;
  readonly fast: number;
}

/**
 * The interval of an energy or power: errors of the time and of the energies do not go together, so that their logarithms
 * add in squares. `ideal` is what the physical bound would draw; it bounds nothing, for a machine can always be more frugal.
 */
export function predictEnergy(
  expected: number,
  ideal: number,
  { slow, fast }: TimedValues,
  { low, high, basis }: ResidualBand,
  timeBasis: string,
): Prediction {
  const shifts = [Math.log(slow / expected), Math.log(fast / expected)];
  const up = Math.hypot(high, Math.max(0, ...shifts));
  const down = Math.hypot(low, Math.min(0, ...shifts));
  return {
    expected,
    low: expected * Math.exp(-down),
    high: expected * Math.exp(up),
    ideal,
    basis: `power with the time given: ${basis}; time: ${timeBasis}`,
  };
}
