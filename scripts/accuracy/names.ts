import { METRIC_NAMES as ALL } from '../../src/evidence/metric-names.js';

/** Metrics of speed in the order of the page; energy has a page of its own. */
export const METRIC_NAMES = ALL.filter(({ metric }) => metric !== 'joules_per_output_token' && metric !== 'watts');
