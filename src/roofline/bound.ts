import type { Seconds } from '../quantities.js';

/** Terms that run side by side in an operator. */
export interface RacingTerms {
  readonly compute: Seconds;
  readonly dequantisation: Seconds;
  readonly memory: Seconds;
  readonly load: Seconds;
}

/**
 * The term that decides an operator's time: compute and unpacking race together, as `C + D`, against memory and load;
 * when they win, the larger of the two is named.
 */
export function largestTerm(terms: RacingTerms): keyof RacingTerms {
  const { compute, dequantisation, memory, load } = terms;
  const arithmetic = compute + dequantisation;
  if (memory >= arithmetic && memory >= load) return 'memory';
  if (load >= arithmetic) return 'load';
  return compute >= dequantisation ? 'compute' : 'dequantisation';
}
