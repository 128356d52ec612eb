import { FormulaError } from '../../src/errors.js';
import type { Estimate } from '../../src/estimator/types.js';
import { estimate } from '../../src/index.js';

/** A machine with a purchase price, and one without. */
export const bought: Estimate = estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', weights: 'q4_0' });
const { cost: _, ...others } = bought;
export const unpriced: Estimate = others;

/** Message of the `FormulaError` that an act throws. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof FormulaError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
