/**
 * roofcast: tokens per second, bandwidth utilisation, energy and cost of language models on hardware, from first
 * principles. This entry needs no dependency, no Node and no DOM.
 *
 * @packageDocumentation
 */
import { getEngine, listEngines } from './catalog/engines.js';
import { getHardware, listHardware } from './catalog/hardware.js';
import { getModel, listModels } from './catalog/models.js';
import { sourcesOf } from './catalog/sources.js';
import { usualEngine } from './engine/select.js';
import type { Engine } from './engine/types.js';
import { InvalidScenarioError, isRoofcastError, UnknownIdError } from './errors.js';
import { estimateScenario, type Outcome } from './estimator/estimate.js';
import { type Explanation, explainEstimate, type SourceLookup } from './estimator/explain.js';
import type { Estimate, Scenario } from './estimator/types.js';
import { type Calibration, calibrateEngine } from './evidence/calibrate.js';
import type { Specs } from './evidence/case.js';
import { fillRows, type Given, withGiven } from './evidence/given.js';
import { type LocatedRow, type Validation, validateRows } from './evidence/validate.js';
import type { Hardware } from './hardware/types.js';
import { getScheme, listSchemes, schemeOf } from './model/schemes.js';
import type { Model } from './model/types.js';
import { type Estimates, listOf } from './plot/naming.js';
import { rooflineSvg } from './plot/roofline.js';
import { type RooflineData, rooflineData as rooflineDataOf } from './plot/roofline-data.js';
import { rooflineChart } from './plot/terminal/roofline.js';
import type { FigureChanges } from './study/axis-fields.js';
import { type Comparison, compareOutcomes } from './study/compare.js';
import { openSweep, type Sweep, type SweepInput } from './study/sweep.js';
import { type Changes, type Spec, vary } from './study/vary.js';

/** A scenario in which specs may be named by id or alias; without an engine, the machine's usual one is taken. */
export interface EstimateInput
  extends Omit<Scenario, 'model' | 'hardware' | 'engine' | 'engineIsUsual' | 'engineStandsIn'> {
  readonly model: string | Model;
  readonly hardware: string | Hardware;
  readonly engine?: string | Engine;
}

/** One workload on several machines; each may have an engine of its own. */
export interface CompareInput extends Omit<EstimateInput, 'hardware'> {
  readonly hardware: readonly (string | Hardware)[];
}

/**
 * What a model gives on a machine: speed with its interval and bound, utilisation, memory, energy and cost.
 * Throws `UnknownIdError`, `InvalidScenarioError`, `MissingFactError` or `DoesNotFitError`.
 *
 * @example
 * estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', weights: 'q4_0' }).decode.bound // => 'memory'
 */
export function estimate(input: EstimateInput): Estimate {
  return estimateScenario(resolve(input), { ideal: getEngine('ideal') });
}

/** As `estimate`, with what cannot be estimated returned instead of thrown. */
export function tryEstimate(input: EstimateInput): Outcome {
  try {
    return { ok: true, estimate: estimate(input) };
  } catch (error) {
    if (isRoofcastError(error)) return { ok: false, error };
    throw error;
  }
}

/**
 * The same workload, weight format included, on several machines, with ratios to the first that can run it.
 * Machines that cannot are entries with their error. Throws for a model or machine that does not exist.
 */
export function compare({ hardware, ...workload }: CompareInput): Comparison {
  if (hardware.length === 0)
    throw new InvalidScenarioError('hardware', hardware, 'no machine is named', 'name one or more');
  const machines = hardware.map(machineOf);
  const outcomes = machines.map((machine) => ({
    hardware: machine.id,
    outcome: tryEstimate({ ...workload, hardware: machine }),
  }));
  for (const { outcome } of outcomes) if (!outcome.ok && outcome.error instanceof UnknownIdError) throw outcome.error;
  return compareOutcomes(outcomes);
}

/**
 * Every combination of the values of some axes, worked out as it is read. An axis is a field of the scenario (`batch`,
 * `weights`, `hardware`), of its price, or a figure of a spec (`hardware.memory.hbm.bandwidth`, as `vary` takes it). What
 * cannot run is a row with its error. Throws for an axis or a metric that there is not.
 *
 * @example
 * const base = { model: 'llama-2-7b', hardware: 'h100', weights: 'q4_0' };
 * for (const row of sweep({ base, axes: { batch: [1, 8, 64] } })) if (row.ok) console.log(row.point, row.values);
 */
export function sweep(input: SweepInput<EstimateInput>): Sweep {
  return openSweep(input, { ideal: getEngine('ideal'), resolve: resolveVaried });
}

/** A scenario whose specs have figures changed. */
function resolveVaried(input: EstimateInput, changes: FigureChanges): Scenario {
  const changed = <S extends Spec>(spec: S, of: Changes): S => (Object.keys(of).length > 0 ? vary(spec, of) : spec);
  const model = changed(typeof input.model === 'string' ? getModel(input.model) : input.model, changes.model);
  const hardware = changed(machineOf(input.hardware), changes.hardware);
  if (Object.keys(changes.engine).length === 0) return resolve({ ...input, model, hardware });
  const { engine } = resolve({ ...input, model, hardware });
  return resolve({ ...input, model, hardware, engine: vary(engine, changes.engine) });
}

/** How an estimate came about: every term with its formula, numbers and sources, and what is not modelled. */
export function explain(estimated: Estimate): Explanation {
  return explainEstimate(estimated, catalogueSources);
}

/** What `validate` and `calibrate` may be told besides their rows. */
export interface EvidenceOptions extends Omit<Given, 'engine'> {
  readonly engine?: string | Engine;
}

/**
 * Predicts measured rows (`readMeasurementFile` of `roofcast/node` reads them) and scores the predictions. Every row is
 * answered, in order: what cannot be predicted with its reason. Throws `UnknownIdError` for an engine that does not exist.
 *
 * @example
 * const cells = { hardware_id: 'rtx-4090', model_id: 'llama-2-7b', engine: 'llama.cpp', weight_format: 'q4_0',
 *   metric: 'decode_tok_s', value: '150' };
 * validate([{ line: 1, cells }]).rows[0].status // => 'ok'
 */
export function validate(rows: readonly LocatedRow[], options: EvidenceOptions = {}): Validation {
  const { given, specs } = evidenceOf(options);
  return validateRows(fillRows(rows, given.defaults ?? {}), specs, getEngine('ideal'));
}

/**
 * Fits an engine's bounded constants to measured rows, and says what they can and cannot tell. The engine that comes
 * back is for `estimate`. Throws `UnknownIdError` for an engine that does not exist.
 */
export function calibrate(
  rows: readonly LocatedRow[],
  options: EvidenceOptions & { readonly engine: string | Engine },
): Calibration {
  const { given, specs } = evidenceOf(options);
  return calibrateEngine(fillRows(rows, given.defaults ?? {}), engineOf(options.engine), specs);
}

/** What a roofline plot may be told besides its estimates. */
export interface RooflineOptions {
  /** Machines of your own: an estimate names its machine and does not hold its roofs. Built-in ones are known. */
  readonly hardware?: readonly Hardware[];
}

/**
 * Performance against arithmetic intensity as SVG: a roof for each multiply format, a slope for each memory level, ridge
 * points, and decode and prefill with their intervals. One estimate is shown with its operators; several are compared by
 * the roofs and the memory that they use. Throws `InvalidScenarioError` where there is no estimate.
 */
export function rooflinePlot(estimates: Estimates, options: RooflineOptions = {}): string {
  return rooflineSvg(rooflineData(estimates, options));
}

/** The same as characters, in so many columns. */
export function rooflineText(
  estimates: Estimates,
  { width = 80, ...options }: RooflineOptions & { readonly width?: number } = {},
): string {
  return rooflineChart(rooflineData(estimates, options), width);
}

/** What a roofline plot shows, in SI units. */
export function rooflineData(estimates: Estimates, { hardware = [] }: RooflineOptions = {}): RooflineData {
  const list = listOf(estimates);
  return rooflineDataOf(list, [...hardware, ...list.flatMap((found) => builtIn(found.hardware.id))]);
}

function builtIn(id: string): readonly Hardware[] {
  try {
    return [getHardware(id)];
  } catch (error) {
    if (error instanceof UnknownIdError) return [];
    throw error;
  }
}

function evidenceOf({ engine, ...others }: EvidenceOptions): { readonly given: Given; readonly specs: Specs } {
  const given: Given = engine === undefined ? others : { ...others, engine: engineOf(engine) };
  return { given, specs: withGiven({ hardware: getHardware, model: getModel, engine: getEngine }, given) };
}

const catalogueSources: SourceLookup = (kind, id) => {
  try {
    return sourcesOf(kind, id);
  } catch (error) {
    // A spec of the user's own: its sources are in its file.
    if (error instanceof UnknownIdError) return undefined;
    throw error;
  }
};

function resolve(input: EstimateInput): Scenario {
  const { model: namedModel, hardware: namedHardware, engine: namedEngine, ...workload } = input;
  const model = typeof namedModel === 'string' ? getModel(namedModel) : namedModel;
  const hardware = machineOf(namedHardware);
  if (namedEngine !== undefined) {
    return {
      ...workload,
      model,
      hardware,
      engine: engineOf(namedEngine),
    };
  }
  const { family } = schemeOf(workload.weights ?? model.nativeFormat);
  const usual = usualEngine(listEngines(), hardware, family);
  return usual
    ? { ...workload, model, hardware, engine: usual, engineIsUsual: true }
    : { ...workload, model, hardware, engine: getEngine('ideal'), engineStandsIn: true };
}

function engineOf(named: string | Engine): Engine {
  return typeof named === 'string' ? getEngine(named) : named;
}

function machineOf(named: string | Hardware): Hardware {
  return typeof named === 'string' ? getHardware(named) : named;
}

export type { Engine } from './engine/types.js';
export {
  DoesNotFitError,
  InvalidScenarioError,
  MissingFactError,
  RoofcastError,
  UnknownIdError,
} from './errors.js';
export type { Outcome } from './estimator/estimate.js';
export type { ExplainedTerm, Explanation, TermSource } from './estimator/explain.js';
export type * from './estimator/types.js';
export type { CalibratedConstant, Calibration, CalibrationResidual, ClassCalibration } from './evidence/calibrate.js';
export type { OrderScore } from './evidence/order.js';
export type { Column, Row } from './evidence/row.js';
export type { Score } from './evidence/score.js';
export type { MetricSummary, Summary } from './evidence/summary.js';
export type { LocatedRow, ValidatedRow, Validation } from './evidence/validate.js';
export type { Hardware } from './hardware/types.js';
export { cacheBytes, getKvFormat, listKvFormats } from './model/cache.js';
export { activeParameters, totalParameters } from './model/parameters.js';
export { type WeightScheme, weightBytes } from './model/schemes.js';
export type { Model } from './model/types.js';
export { type AccuracyOptions, accuracyPoints } from './plot/accuracy.js';
export type { Axis as PlotAxis } from './plot/axis.js';
export { batchLines } from './plot/batch.js';
export type { Heading } from './plot/heading.js';
export { type LinePanel, type LinePlot, type LinePoint, type LineSeries, linePlot } from './plot/line.js';
export { memoryBars, memoryPlot, memoryText } from './plot/memory.js';
export type { Estimates } from './plot/naming.js';
export { type ParetoPlot, type ParetoPoint, paretoPlot } from './plot/pareto.js';
export type {
  Roof,
  RooflineData,
  RooflineMachine,
  RooflineOperator,
  RooflinePhase,
  Slope,
} from './plot/roofline-data.js';
export { accuracyPlot, type ScatterPlot, type ScatterSeries } from './plot/scatter.js';
export type { Bar, BarPanel, BarPart, StackedBars } from './plot/stacked-bars.js';
export { tornadoText } from './plot/terminal/bars.js';
export { accuracyText, lineText, paretoText } from './plot/terminal/xy.js';
export { timeBars, timePlot, timeText } from './plot/time.js';
export { type TornadoBar, type TornadoPlot, tornadoPlot } from './plot/tornado.js';
export { type Axis, type AxisValue, linearRange, logRange, type Range, range } from './study/axis.js';
export type { Change } from './study/change.js';
export type { Comparison, ComparisonEntry, Ratios } from './study/compare.js';
export type { Metric, MetricFunction, MetricInput, MetricValue } from './study/metric.js';
export { type Aim, paretoFront } from './study/pareto.js';
export {
  type AxisLabel,
  type Sweep,
  type SweepColumns,
  type SweepInput,
  type SweepRow,
  shardOf,
} from './study/sweep.js';
export type { Changes } from './study/vary.js';
export type { FieldValue, Variation } from './variation.js';
export {
  getEngine,
  getHardware,
  getModel,
  getScheme,
  isRoofcastError,
  listEngines,
  listHardware,
  listModels,
  listSchemes,
  sourcesOf,
  vary,
};
