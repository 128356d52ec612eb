/**
 * Formulas of one's own over the figures of an estimate, with units.
 *
 * @packageDocumentation
 */
export { FormulaError } from './errors.js';
export type { Finding } from './metric/compiled.js';
export {
  compileExpectation,
  compileMetric,
  type Expectation,
  listFigures,
  type Metric,
  type Verdict,
} from './metric/metric.js';
