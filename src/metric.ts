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
