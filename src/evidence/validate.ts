import { selectClass } from '../engine/select.js';
import type { Engine } from '../engine/types.js';
import type { Bound, Prediction } from '../estimator/types.js';
import { type Case, caseOf, type Specs } from './case.js';
import { type Measurement, type Metric, readMeasurement } from './measurement.js';
import { costsOf, errorOf } from './predict.js';
import { boundOf, predictionOf } from './prediction.js';
import { type Refusal, type Row, refuse } from './row.js';
import { type Judged, type Summary, summarise } from './summary.js';

/** A row of a measurement file and where it stands. */
export interface LocatedRow {
  /** Counted from 1; the header of a CSV file is line 1. */
  readonly line: number;
  readonly cells: Row;
  /** What is wrong with the row as a row: a missing cell, a broken quote. */
  readonly problem?: string;
}

/** What became of one row. Predicted fields are null unless the status is `ok`. */
export interface ValidatedRow {
  readonly line: number;
  readonly metric: string;
  readonly measured: number | null;
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly ideal: number | null;
  /** `ln(expected / measured)`. */
  readonly error: number | null;
  readonly status: 'ok' | Refusal['status'];
  /** `unknown-id`, `missing-fact(NAME)`, `missing-row-field(NAME)`, `does-not-fit`, `impossible-by-physics`, `invalid-value(NAME)`. */
  readonly reason?: string;
  /** The reason in words. */
  readonly message?: string;
  /** What the row does that an estimate would refuse. */
  readonly warnings?: readonly string[];
  /** What binds the predicted run. */
  readonly bound?: Bound;
  /** Class of the engine that served it. */
  readonly engineClass?: string;
}

/** Predictions beside measured values, and how good they are. */
export interface Validation {
  readonly rows: readonly ValidatedRow[];
  readonly summary: Summary;
}

/** Predicts every row, in order, and scores the predictions. Never throws for what a row says. */
export function validateRows(rows: readonly LocatedRow[], specs: Specs, ideal: Engine): Validation {
  const judged = judgeRows(rows, specs, ideal);
  return { rows: judged.map(({ result }) => result), summary: summarise(judged) };
}

/** Predicts every row, in order, with what scoring needs beside it. */
export function judgeRows(rows: readonly LocatedRow[], specs: Specs, ideal: Engine): readonly Judged[] {
  return rows.map((row) => judge(row, specs, ideal));
}

function judge(row: LocatedRow, specs: Specs, ideal: Engine): Judged {
  if (row.problem !== undefined) {
    return refused(row, refuse('invalid', 'invalid-row', row.problem).refusal);
  }
  const reading = readMeasurement(row.cells);
  if (!reading.ok) return refused(row, reading.refusal);
  const set = caseOf(reading.value, specs);
  if (!set.ok) return refused(row, set.refusal, reading.value);
  const found = set.value;
  const best = selectClass(ideal, found.workload.hardware);
  if (!best) throw new Error(`${ideal.id} does not bound ${found.workload.hardware.id}`);
  const { constants, overlap } = found.workload.engineClass;
  const costs = costsOf(found, constants, overlap);
  const prediction = predictionOf(found, costs, best);
  if (isImpossible(found.measurement, prediction)) {
    const message = `${reading.value.value} is beyond what the machine can do: ${prediction.ideal.toPrecision(4)} without any loss`;
    return refused(row, refuse('unsupported', 'impossible-by-physics', message).refusal, reading.value);
  }
  return predicted(row, found, prediction, boundOf(found, costs));
}

/** Rates this far above the physical bound are not of the test that the row names; nearer ones may be luck of the routers. */
const BEYOND = 1.5;

/** Energies have no bound: a machine can always be more frugal. */
const BOUNDED_ABOVE: readonly Metric[] = [
  'decode_tok_s',
  'prefill_tok_s',
  'output_tok_s',
  'output_tok_s_per_device',
  'total_tok_s',
];
const BOUNDED_BELOW: readonly Metric[] = ['tpot_ms', 'ttft_ms', 'latency_s'];

function isImpossible({ metric, value }: Measurement, { ideal }: Prediction): boolean {
  if (BOUNDED_ABOVE.includes(metric)) return value > BEYOND * ideal;
  return BOUNDED_BELOW.includes(metric) && value * BEYOND < ideal;
}

function predicted({ line }: LocatedRow, found: Case, prediction: Prediction, bound: Bound): Judged {
  const { measurement, workload } = found;
  const { metric, value } = measurement;
  const { expected, low, high, ideal } = prediction;
  const warnings = warningsOf(found);
  return {
    group: found.group,
    found,
    result: {
      line,
      metric,
      measured: value,
      expected,
      low,
      high,
      ideal,
      error: Math.log(expected / value),
      status: 'ok',
      ...(warnings.length > 0 ? { warnings } : {}),
      bound,
      engineClass: workload.engineClass.id,
    },
    rateError: errorOf(found, expected),
  };
}

function refused({ line, cells }: LocatedRow, { status, reason, message }: Refusal, measurement?: Measurement): Judged {
  const measured = Number(cells.value);
  const { hardware_id, model_id, weight_format, engine, metric } = cells;
  return {
    group: [hardware_id, model_id, weight_format, engine, measurement?.options.backend ?? '', metric].join('|'),
    result: {
      line,
      metric: metric ?? '',
      measured: cells.value && Number.isFinite(measured) ? measured : null,
      expected: null,
      low: null,
      high: null,
      ideal: null,
      error: null,
      status,
      reason,
      message,
    },
  };
}

/** A run past the model's context was made all the same: no reason not to predict it. */
function warningsOf({ workload, measurement }: Case): readonly string[] {
  const { context, id } = workload.model;
  const { inputTokens, outputTokens, options } = measurement;
  const total = options.cachedTokens + inputTokens + outputTokens;
  if (context === undefined || total <= context) return [];
  return [`${Math.round(total)} tokens, and ${id} was made for a context of ${context}`];
}
