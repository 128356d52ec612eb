import type { Case } from './case.js';
import { type OrderScore, orderOf } from './order.js';
import { type Score, scoreErrors } from './score.js';
import type { ValidatedRow } from './validate.js';

/** A row with what scoring needs. */
export interface Judged {
  readonly result: ValidatedRow;
  /** What it scores with: hardware x model shape x format x engine x back end x metric. */
  readonly group: string;
  /** Absent for rows that were not predicted. */
  readonly found?: Case;
  /** `ln(expected / measured)` of the rate: positive where the model is too fast. */
  readonly rateError?: number;
}

/** Scores of one metric. Errors are |ln(expected / measured)|; bias is signed, positive where the model is too fast. */
export interface MetricSummary extends Score {
  readonly metric: string;
  readonly devices: number;
  /** Part of the measured values inside the 80 % interval, every group weighing the same. */
  readonly coverage: number;
}

/** How good the predictions of a file are. Without a predicted row there is no score. */
export interface Summary {
  readonly rows: { readonly all: number; readonly ok: number; readonly unsupported: number; readonly invalid: number };
  /** Rows that were not predicted, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly score: Score | null;
  readonly coverage: number | null;
  readonly metrics: readonly MetricSummary[];
  readonly order: OrderScore;
  /** The score with every unsupported row counted as 100 % off. */
  readonly withUnsupported: Score | null;
}

/** Error that an unsupported row counts as. */
const WHOLLY_WRONG = 1;

export function summarise(judged: readonly Judged[]): Summary {
  const ok = judged.filter(isPredicted);
  const unsupported = judged.filter(({ result }) => result.status === 'unsupported');
  const errors = ok.map(({ group, rateError }) => ({ group, error: rateError }));
  const missed = unsupported.map(({ group }) => ({ group, error: WHOLLY_WRONG }));
  const metrics = [...new Set(ok.map(({ result }) => result.metric))];
  return {
    rows: {
      all: judged.length,
      ok: ok.length,
      unsupported: unsupported.length,
      invalid: judged.length - ok.length - unsupported.length,
    },
    reasons: countReasons(judged),
    score: ok.length > 0 ? scoreErrors(errors) : null,
    coverage: ok.length > 0 ? coverageOf(ok) : null,
    metrics: metrics.map((metric) => summariseMetric(metric, ok)),
    order: orderOf(ok.map(({ found, result }) => ({ found, expected: result.expected }))),
    withUnsupported: ok.length + missed.length > 0 ? scoreErrors([...errors, ...missed]) : null,
  };
}

interface Predicted extends Judged {
  readonly found: Case;
  readonly rateError: number;
  readonly result: ValidatedRow & { readonly expected: number; readonly low: number; readonly high: number };
}

function isPredicted(row: Judged): row is Predicted {
  return row.result.status === 'ok';
}

function summariseMetric(metric: string, ok: readonly Predicted[]): MetricSummary {
  const own = ok.filter(({ result }) => result.metric === metric);
  return {
    metric,
    ...scoreErrors(own.map(({ group, rateError }) => ({ group, error: rateError }))),
    devices: new Set(own.map(({ found }) => found.device)).size,
    coverage: coverageOf(own),
  };
}

/** Mean over groups of the part of their rows whose measured value lies in the interval. */
function coverageOf(rows: readonly Predicted[]): number {
  const groups = new Map<string, { inside: number; all: number }>();
  for (const { group, result } of rows) {
    const sum = groups.get(group) ?? { inside: 0, all: 0 };
    groups.set(group, sum);
    const measured = result.measured ?? Number.NaN;
    sum.all += 1;
    if (measured >= result.low && measured <= result.high) sum.inside += 1;
  }
  const parts = [...groups.values()].map(({ inside, all }) => inside / all);
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

function countReasons(judged: readonly Judged[]): Readonly<Record<string, number>> {
  const reasons: Record<string, number> = {};
  for (const { result } of judged) {
    if (result.reason !== undefined) reasons[result.reason] = (reasons[result.reason] ?? 0) + 1;
  }
  return reasons;
}
