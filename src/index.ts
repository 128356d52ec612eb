/**
 * roofcast: tokens per second, bandwidth utilisation, energy and cost of language models on hardware, from first
 * principles. This entry needs no dependency, no Node and no DOM.
 *
 * @packageDocumentation
 */
import { getEngine, listEngines } from './catalog/engines.js';
import { getHardware, listHardware } from './catalog/hardware.js';
import { getModel, listModels } from './catalog/models.js';
import { getNetwork, listNetworks } from './catalog/networks.js';
import { sourcesOf } from './catalog/sources.js';
import type { Engine } from './engine/types.js';
import { InvalidScenarioError, isRoofcastError, type RoofcastError, UnknownIdError } from './errors.js';
import { checkEstimate, checkInput, checkValue } from './estimator/check-input.js';
import { estimateScenario, type Outcome } from './estimator/estimate.js';
import { type Explanation, explainEstimate } from './estimator/explain.js';
import type { Estimate } from './estimator/types.js';
import { estimateUnits } from './estimator/units/estimate.js';
import { explainUnits } from './estimator/units/explain.js';
import type { AnyEstimate, UnitEstimate, UnitInput } from './estimator/units/types.js';
import { type Calibration, calibrateEngine } from './evidence/calibrate.js';
import { fillRows } from './evidence/given.js';
import { type LocatedRow, type Validation, validateRows } from './evidence/validate.js';
import type { Hardware } from './hardware/types.js';
import {
  type AnyInput,
  builtIn,
  type CompareAnyInput,
  type CompareInput,
  type CompareUnitsInput,
  catalogueSources,
  type EstimateInput,
  type EvidenceOptions,
  engineOf,
  evidenceOf,
  generatingModel,
  machineOf,
  type NoTokens,
  networkOf,
  resolve,
  resolveUnits,
  world,
} from './inputs.js';
import { getScheme, listSchemes } from './model/schemes.js';
import { type Estimates, listOf } from './plot/naming.js';
import { rooflineSvg } from './plot/roofline.js';
import { type RooflineData, rooflineData as rooflineDataOf } from './plot/roofline-data.js';
import { rooflineChart } from './plot/terminal/roofline.js';
import { type Comparison, checkCompared, compareOutcomes } from './study/compare.js';
import { compareUnitOutcomes, type UnitComparison } from './study/compare-units.js';
import { type DesignInput, type DesignSpace, searchDesigns } from './study/design-space.js';
import { type Sensitivity, type SensitivityOptions, sensitivityOf } from './study/sensitivity.js';
import { type Solution, type SolveOptions, solveFor } from './study/solve.js';
import { checkSwept, openSweep, type Sweep, type SweepInput } from './study/sweep.js';
import { vary } from './study/vary.js';

/**
 * What a network gives on a machine: speed with its interval and bound, utilisation, memory, energy and cost. Of one that
 * generates tokens token/s, as `Estimate`; of others images, frames, samples or sequences per second, as `UnitEstimate`.
 * `workload.kind` tells the two apart where an id is known only at run time.
 * Throws `UnknownIdError`, `InvalidScenarioError`, `MissingFactError` or `DoesNotFitError`.
 *
 * @example
 * estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', weights: 'q4_0' }).decode.bound // => 'memory'
 */
export function estimate(input: UnitInput & NoTokens): UnitEstimate;
export function estimate(input: EstimateInput): Estimate;
export function estimate(input: AnyInput): AnyEstimate {
  return estimateAny(input);
}

/** As `estimate`, of a network that is known only at run time: `workload.kind` says what the answer is. */
export function estimateAny(input: AnyInput): AnyEstimate {
  checkInput(input);
  const network = networkOf(input);
  const ideal = getEngine('ideal');
  const model = generatingModel(network);
  if (model) return estimateScenario(resolve(model, input), { ideal });
  return estimateUnits(network, resolveUnits(network, input), { ideal });
}

/** As `estimate`, with what cannot be estimated returned instead of thrown. */
export function tryEstimate(input: UnitInput & NoTokens): UnitOutcome;
export function tryEstimate(input: EstimateInput): Outcome;
export function tryEstimate(input: AnyInput): Answer<AnyEstimate> {
  return attempt(() => estimateAny(input));
}

type Answer<Found> =
  | { readonly ok: true; readonly estimate: Found }
  | { readonly ok: false; readonly error: RoofcastError };

/** An estimate in images, frames, samples or sequences, or why there is none. */
export type UnitOutcome = Answer<UnitEstimate>;

function attempt<Found>(find: () => Found): Answer<Found> {
  try {
    return { ok: true, estimate: find() };
  } catch (error) {
    if (isRoofcastError(error)) return { ok: false, error };
    throw error;
  }
}

/**
 * The same workload, weight format included, on several machines, with ratios to the first that can run it, or to the one
 * that `baseline` names; of `metrics` too. Machines that cannot are entries with their error. Throws for a model, machine,
 * baseline or metric that does not exist.
 */
export function compare(input: CompareUnitsInput & NoTokens): UnitComparison;
export function compare(input: CompareInput): Comparison;
export function compare(input: CompareAnyInput): Comparison | UnitComparison {
  return compareAny(input);
}

/** As `compare`, of a network that is known only at run time. */
export function compareAny({ hardware, baseline, metrics, ...workload }: CompareAnyInput): Comparison | UnitComparison {
  checkCompared(workload, hardware);
  const network = networkOf(workload);
  const ideal = getEngine('ideal');
  const each = <Found>(find: (asked: AnyInput) => Found) =>
    hardware.map(machineOf).map((machine) => {
      const asked = { ...workload, hardware: machine };
      return { hardware: machine.id, outcome: attempt(() => find(asked)) };
    });
  const model = generatingModel(network);
  if (model) {
    const outcomes = known(each((asked) => estimateScenario(resolve(model, asked), { ideal })));
    return compareOutcomes(outcomes, { ...(baseline && { baseline }), ...(metrics && { metrics }) });
  }
  if (metrics)
    throw new InvalidScenarioError('metrics', metrics, `ratios of metrics are of networks that generate tokens`);
  const outcomes = known(each((asked) => estimateUnits(network, resolveUnits(network, asked), { ideal })));
  return compareUnitOutcomes(outcomes, baseline);
}

/** The outcomes, unless one names something that does not exist. */
function known<Found>(outcomes: readonly { readonly hardware: string; readonly outcome: Answer<Found> }[]) {
  for (const { outcome } of outcomes) if (!outcome.ok && outcome.error instanceof UnknownIdError) throw outcome.error;
  return outcomes;
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
  checkSwept(input);
  return openSweep(input, world());
}

/**
 * What limits a run and what would change it: the elasticity of metrics, percent per percent, to every positive figure of
 * the machine and the model and to the engine's constants, the strongest first. By differences of a percent to both sides
 * (whole numbers: of whole steps). Throws as `estimate` does.
 *
 * @example
 * const asked = { model: 'llama-2-7b', hardware: 'h100', engine: 'ideal' };
 * sensitivity(asked, { metric: 'decode.tokensPerSecond' }).metrics[0]?.figures[1]?.figure // => 'hardware.memory.hbm.bandwidth'
 */
export function sensitivity(scenario: EstimateInput, options: SensitivityOptions = {}): Sensitivity {
  checkInput(scenario);
  return sensitivityOf(scenario, options, world());
}

/**
 * The value of a field at which a metric reaches a target: bandwidth, batch, prompt length, price, formats in their order
 * (`values`). Ends of the range are numbers in SI units, quantities with their unit or multiples (`4x`); without them, loads
 * go from 1 to 2^20 and figures from a 64th to 64 times what they are. `ok: false` says why there is no such value. Throws
 * `InvalidScenarioError` for a field, metric or range that cannot be, and as `estimate` where nothing of the range runs.
 *
 * @example
 * const asked = { model: 'llama-2-7b', hardware: 'h100', engine: 'ideal' };
 * const found = solve(asked, { field: 'hardware.memory.hbm.bandwidth', metric: 'decode.tokensPerSecond', atLeast: 400 });
 * found.ok // => true
 */
export function solve(scenario: EstimateInput, options: SolveOptions): Solution {
  checkInput(scenario);
  const ideal = getEngine('ideal');
  return solveFor(scenario, options, { ...world(), estimate: (found) => estimateScenario(found, { ideal }) });
}

/**
 * Hypothetical machines under budgets of area, power or price: the best values of some free figures of a machine, and the
 * front of objective against budget. Constraints are functions of your own, `(hardware, estimate) => number`. More of the
 * objective is better where it is a rate or a function of your own; of any other figure `better` says whether less is.
 *
 * A grid at equal ratios, then steps around its best designs along the edge of what is allowed. It finds the optimum where
 * there is one hill; of several it finds the one that the grid shows, and nothing says that there is no better.
 */
export function designSpace(base: string | Hardware, input: DesignInput<Omit<EstimateInput, 'hardware'>>): DesignSpace {
  checkValue('hardware', base);
  return searchDesigns(machineOf(base), input, world());
}

/** How an estimate came about: every term with its formula, numbers and sources, and what is not modelled. */
export function explain(estimated: AnyEstimate): Explanation {
  checkEstimate(estimated);
  return isUnitEstimate(estimated)
    ? explainUnits(estimated, catalogueSources)
    : explainEstimate(estimated, catalogueSources);
}

/** Whether an estimate is in images, frames, samples or sequences. */
export function isUnitEstimate(estimated: AnyEstimate): estimated is UnitEstimate {
  return estimated.workload.kind !== 'generate';
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
export type {
  AnyEstimate,
  StageReport,
  UnitCostReport,
  UnitEnergyReport,
  UnitEstimate,
  UnitInput,
  UnitMemoryReport,
  UnitWorkloadReport,
} from './estimator/units/types.js';
export type { CalibratedConstant, Calibration, CalibrationResidual, ClassCalibration } from './evidence/calibrate.js';
export type { OrderScore } from './evidence/order.js';
export type { Column, Row } from './evidence/row.js';
export type { Score } from './evidence/score.js';
export type { MetricSummary, Summary } from './evidence/summary.js';
export type { LocatedRow, ValidatedRow, Validation } from './evidence/validate.js';
export type { Hardware } from './hardware/types.js';
export type {
  AnyInput,
  CompareAnyInput,
  CompareInput,
  CompareUnitsInput,
  EstimateInput,
  EvidenceOptions,
} from './inputs.js';
export { cacheBytes, getKvFormat, listKvFormats } from './model/cache.js';
export { activeParameters, totalParameters } from './model/parameters.js';
export { type WeightScheme, weightBytes } from './model/schemes.js';
export type { Model } from './model/types.js';
export { unitParameters } from './model/unit/plan.js';
export { isUnitNetwork, kindOf, type Network, type UnitNetwork, type WorkloadKind } from './model/unit/types.js';
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
export type { UnitComparison, UnitComparisonEntry, UnitRatios } from './study/compare-units.js';
export type { Constraint, Design, DesignInput, DesignSpace } from './study/design-space.js';
export type { Metric, MetricFunction, MetricInput, MetricValue } from './study/metric.js';
export { type Aim, type Aims, paretoFront, paretoRows as pareto } from './study/pareto.js';
export type {
  Edge,
  Elasticity,
  MetricSensitivity,
  Outdrawn,
  Sensitivity,
  SensitivityOptions,
} from './study/sensitivity.js';
export { sramArea } from './study/silicon.js';
export type { Solution, SolveOptions, Tried } from './study/solve.js';
export { type Sweep, type SweepColumns, type SweepInput, type SweepRow, shardOf } from './study/sweep.js';
export type { Changes } from './study/vary.js';
export type { AxisLabel } from './study/walk.js';
export type { FieldValue, Variation } from './variation.js';
export {
  getEngine,
  getHardware,
  getModel,
  getNetwork,
  getScheme,
  isRoofcastError,
  listEngines,
  listHardware,
  listModels,
  listNetworks,
  listSchemes,
  sourcesOf,
  vary,
};
