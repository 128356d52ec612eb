import { readBandwidth } from '../../engine/select.js';
import { isUnitNetwork, type Network } from '../../model/unit/types.js';
import type { BytesPerSecond } from '../../quantities.js';
import { busyFloor, type PowerResult } from '../../roofline/energy.js';
import { ENERGY_RESIDUALS } from '../../roofline/energy-constants.js';
import { machineRate } from '../cost.js';
import { describeEngine, describeHardware, variedOf } from '../describe.js';
import { basisOf, below, lasting, mostWatts, type Work } from '../energy.js';
import { predictEnergy } from '../energy-interval.js';
import type { Bounding } from '../estimate.js';
import { bandOf, predictRate, predictTime, scalePrediction, spreadOf } from '../interval.js';
import { reportPhase } from '../phase-report.js';
import { powerPhase } from '../phase-run.js';
import { phaseWork } from '../phase-work.js';
import { bytesOf } from '../prepare.js';
import { idealClass } from '../setup.js';
import type { PhaseReport, Prediction } from '../types.js';
import { drawWarnings } from '../warnings.js';
import {
  checkUnitsFit,
  demandOfUnits,
  machineOfWorkload,
  placeUnits,
  reportUnitMemory,
  type StagedWorkload,
} from './memory.js';
import { resolveUnits, type UnitWorkload } from './scenario.js';
import { countStage, type PlacedMachine, type PlannedStage, prepareStage, stagesOf } from './stages.js';
import { sumOperators, sumStages } from './sum.js';
import type {
  StageReport,
  UnitCostReport,
  UnitEnergyReport,
  UnitEstimate,
  UnitScenario,
  UnitWorkloadReport,
} from './types.js';
import { unitAssumptions, unitWarnings } from './warnings.js';

/**
 * Images, frames, samples or sequences per second, latency, memory, energy and cost of a network that generates no tokens.
 * Throws `InvalidScenarioError`, `MissingFactError` or `DoesNotFitError`.
 */
export function estimateUnits(network: Network, scenario: UnitScenario, { ideal }: Bounding): UnitEstimate {
  const workload = resolveUnits(network, scenario);
  const stages = stagesOf(workload);
  const staged: StagedWorkload = { workload, stages, machine: machineOfWorkload(workload) };
  checkUnitsFit(staged);
  const engineClass = idealClass(ideal, workload.hardware);
  const bounding = { ...staged, machine: machineOfWorkload({ ...workload, engineClass }) };
  return estimateStaged(staged, bounding);
}

function estimateStaged(staged: StagedWorkload, bounding: StagedWorkload): UnitEstimate {
  const { workload, stages } = staged;
  const peakBandwidth = readBandwidth(workload.hardware, workload.unit) ?? 0;
  const placed = placeUnits(staged);
  const reports = stages.map((stage) => reportStage(stage, workload, placed, peakBandwidth));
  const bound = placeUnits(bounding);
  const best = stages.map((stage) => {
    const counted = countStage(stage, workload, bound.machine);
    return powerPhase(phaseWork(prepareStage(stage, bound), counted)).power;
  });
  const run = sumStages(reports);
  const { batch, promptTokens } = workload;
  const speed = speedOf(workload, run, best);
  return {
    schemaVersion: 1,
    model: {
      id: workload.network.id,
      name: workload.network.name,
      parameters: stages.reduce((sum, stage) => sum + stage.parameters, 0),
      ...(isUnitNetwork(workload.network) ? {} : variedOf(workload.network)),
    },
    hardware: describeHardware(workload, peakBandwidth, run),
    engine: describeEngine(workload),
    workload: describeUnits(workload),
    ...speed,
    ...(promptTokens === undefined ? {} : { tokensPerSecond: scalePrediction(speed.unitsPerSecond, promptTokens) }),
    ...stepTime(workload, stages, reports),
    bound: run.bound,
    run,
    stages: reports,
    memory: reportUnitMemory(staged),
    energy: energyOfUnits(workload, run, best, speed.latency),
    ...costOfUnits(workload, speed.latency.expected / batch, run.power.watts),
    warnings: [
      ...unitWarnings(workload, bytesOf(demandOfUnits(staged))),
      ...drawWarnings(workload, placed.memory, () => run.bound),
    ],
    assumptions: unitAssumptions(workload),
  };
}

/** A stage, all of its runs. What it has to move are activations as well as weights: those that leave the caches. */
function reportStage(
  stage: PlannedStage,
  workload: UnitWorkload,
  placed: PlacedMachine,
  peakBandwidth: BytesPerSecond,
): StageReport {
  const counted = countStage(stage, workload, placed.machine);
  const prepared = prepareStage(stage, placed);
  const report = reportPhase(powerPhase(phaseWork(prepared, counted)));
  const activations = report.bytes - report.weightBytes - report.cacheBytes;
  const runs = stage.runs;
  return {
    ...report,
    name: stage.name,
    runs,
    evaluations: stage.evaluations,
    parameters: stage.parameters,
    mbu: report.mbu + activations / peakBandwidth / report.seconds,
    arithmeticIntensity: report.flops / report.bytes,
    operators: sumOperators([report]).map((one) => ({ ...one, count: one.count * runs })),
  };
}

function speedOf(
  workload: UnitWorkload,
  run: PhaseReport,
  best: readonly PowerResult[],
): Pick<UnitEstimate, 'unitsPerSecond' | 'latency'> {
  const { engineClass, scheme, batch } = workload;
  const spread = spreadOf(bandOfUnits(engineClass, scheme.measuredAs ?? scheme.id));
  const seconds = run.seconds + engineClass.constants.requestOverhead;
  const ideal = best.reduce((sum, stage) => sum + stage.seconds, 0);
  return {
    unitsPerSecond: scalePrediction(predictRate(1 / seconds, 1 / ideal, spread), batch),
    latency: predictTime(seconds, ideal, spread),
  };
}

/** What an interval is widened by when nothing of the kind was measured. */
const UNSEEN_KIND = 1.5;

/** No engine was measured on such networks: the interval of prompts, whose operators are as large, half as wide again. */
function bandOfUnits(engineClass: UnitWorkload['engineClass'], weights: string): ReturnType<typeof bandOf> {
  const band = bandOf(engineClass, 'prefill', weights);
  const { low, high, basis } = band;
  // The physical bound has no error to be widened.
  if (low === 0 && high === 0) return band;
  return {
    low: low * UNSEEN_KIND,
    high: high * UNSEEN_KIND,
    basis: `nothing of this kind was measured: the interval of prompts, half as wide again (${basis})`,
  };
}

function stepTime(
  { kind, steps }: UnitWorkload,
  stages: readonly PlannedStage[],
  reports: readonly StageReport[],
): Pick<UnitEstimate, 'secondsPerStep'> {
  if (kind !== 'denoise') return {};
  const inSteps = reports.filter((_, place) => stages[place]?.eachStep);
  return { secondsPerStep: inSteps.reduce((sum, { seconds }) => sum + seconds, 0) / steps };
}

function energyOfUnits(
  workload: UnitWorkload,
  run: PhaseReport,
  best: readonly PowerResult[],
  latency: Prediction,
): UnitEnergyReport {
  const { hardware, unit, batch } = workload;
  const { power } = hardware;
  const { joules } = run.power;
  const whole: Work = { seconds: latency.expected, joules: joules.total };
  const ideal: Work = {
    seconds: latency.ideal,
    joules: best.reduce((sum, stage) => sum + stage.joules.total, 0),
  };
  const slow = lasting(whole, latency.high - latency.expected, busyFloor(hardware));
  const fast = lasting(whole, latency.low - latency.expected, busyFloor(hardware));
  const residuals = ENERGY_RESIDUALS[power.scope === 'system' ? 'wall' : 'device'];
  const predict = (value: (work: Work) => number): Prediction =>
    predictEnergy(value(whole), value(ideal), { slow: value(slow), fast: value(fast) }, residuals, latency.basis);
  return {
    joulesPerUnit: predict((work) => work.joules / batch),
    joules: {
      static: joules.static / batch,
      lanes: joules.lanes / batch,
      compute: joules.compute / batch,
      memory: joules.memory / batch,
      total: joules.total / batch,
    },
    watts: below(
      mostWatts(hardware, unit),
      predict((work) => work.joules / work.seconds),
    ),
    scope: power.scope,
    basis: basisOf(hardware),
  };
}

function costOfUnits(
  workload: UnitWorkload,
  secondsPerUnit: number,
  watts: number,
): { readonly cost?: UnitCostReport } {
  const rate = machineRate(workload, watts, `${workload.output}s`);
  if (!rate) return {};
  const { purchase } = workload.hardware.price;
  return {
    cost: {
      usdPerThousandUnits: rate.usdPerSecond * secondsPerUnit * 1000,
      usdPerHour: rate.usdPerSecond * 3600,
      ...(purchase === undefined ? {} : { purchaseUsd: purchase }),
      basis: rate.basis,
    },
  };
}

function describeUnits(workload: UnitWorkload): UnitWorkloadReport {
  const { kind, output, scheme, batch, steps, pixels, promptTokens } = workload;
  const common = { unit: output, weights: scheme.id, batch, ...pixels, devices: 1 };
  return kind === 'denoise'
    ? { kind, ...common, steps }
    : { kind, ...common, ...(promptTokens === undefined ? {} : { promptTokens }) };
}
