import type { EngineClass, ResidualBand } from '../engine/types.js';
import { predictEnergy } from '../estimator/energy-interval.js';
import { bandOf } from '../estimator/interval.js';
import { reportPhase } from '../estimator/phase-report.js';
import { powerPhase, runPhase } from '../estimator/phase-run.js';
import { phaseWork } from '../estimator/phase-work.js';
import { prepare } from '../estimator/prepare.js';
import { prefillRuns } from '../estimator/runs.js';
import type { Bound, Prediction } from '../estimator/types.js';
import type { Watts } from '../quantities.js';
import { busyFloor } from '../roofline/energy.js';
import { ENERGY_RESIDUALS } from '../roofline/energy-constants.js';
import { type Case, runsOf } from './case.js';
import type { Metric } from './measurement.js';
import { energyScopeOf } from './meter.js';
import { costsOf, isTime, metricOf, type RunCosts } from './predict.js';

/**
 * A metric with its interval and its bound. The same formula is worked out four times: as expected, with steps and
 * prompts as slow and as fast as their intervals allow (errors of the two go together), and on the ideal engine.
 */
export function predictionOf(found: Case, costs: RunCosts, idealClass: EngineClass): Prediction {
  const { engineClass } = found.workload;
  const { weights } = found.measurement;
  const { metric } = found.measurement;
  const expected = metricOf(found, costs);
  const ideal = metricOf(found, idealCosts(found, idealClass));
  const loaded = found.measurement.phase === 'serving' && engineClass.residuals.serving !== undefined;
  const [step, prompt] = [
    bandOf(engineClass, loaded ? 'serving' : 'decode', weights),
    bandOf(engineClass, loaded ? 'serving' : 'prefill', weights),
  ];
  const floor = isEnergy(metric) ? busyFloor(found.workload.hardware) : 0;
  const slow = metricOf(found, scaled(costs, Math.exp(-step.low), Math.exp(-prompt.low), floor));
  const fast = metricOf(found, scaled(costs, Math.exp(-step.high), Math.exp(-prompt.high), floor));
  const basis = basisOf(found, step, prompt);
  if (isEnergy(metric)) {
    return predictEnergy(expected, ideal, { slow, fast }, ENERGY_RESIDUALS[energyScopeOf(found)], basis);
  }
  return isTime(metric)
    ? bounded({ expected, low: fast, high: slow, ideal, basis }, Math.max)
    : bounded({ expected, low: slow, high: fast, ideal, basis }, Math.min);
}

/** Clamps to the ideal from above (rates) or below (times). */
function bounded(prediction: Prediction, clamp: (a: number, b: number) => number): Prediction {
  const { expected, low, high, ideal, basis } = prediction;
  return { expected: clamp(expected, ideal), low: clamp(low, ideal), high: clamp(high, ideal), ideal, basis };
}

function isEnergy(metric: Metric): boolean {
  return metric === 'watts' || metric === 'joules_per_output_token';
}

/** Costs of a run whose steps and prompts take so many times as long; what they take longer costs its floor. */
function scaled(costs: RunCosts, step: number, prompt: number, floor: Watts): RunCosts {
  return {
    step: costs.step * step,
    prompt: costs.prompt * prompt,
    stepJoules: costs.stepJoules + floor * costs.step * (step - 1),
    promptJoules: costs.promptJoules + floor * costs.prompt * (prompt - 1),
  };
}

function basisOf({ step, prompt }: Case, decode: ResidualBand, prefill: ResidualBand): string {
  if (prompt.length === 0) return decode.basis;
  return step.length === 0 ? prefill.basis : `${decode.basis}; ${prefill.basis}`;
}

/**
 * What the test takes on the ideal engine, which chunks and fuses in its own way. Under load its prompts ride along with
 * the steps as whole ones, or evenly spread over them, whichever is faster; a first token waits for its own prompt alone.
 */
function idealCosts(found: Case, idealClass: EngineClass): RunCosts {
  const { workload, prepared, measurement, batch } = found;
  const ideal = { ...workload, engineClass: idealClass };
  const bounding = prepare(ideal, prepared.memory);
  const costs = (chunk: number): RunCosts => {
    const bound: Case = {
      ...found,
      workload: ideal,
      prepared: bounding,
      ...runsOf(measurement, bounding, chunk, batch),
    };
    return costsOf(bound, idealClass.constants, idealClass.overlap);
  };
  const { phase, inputTokens, outputTokens, options } = measurement;
  if (phase !== 'serving') return costs(idealClass.chunk);
  const [whole, spread] = [costs(idealClass.chunk), costs(batch * (1 + inputTokens / outputTokens))];
  const alone = prefillRuns(1, Math.max(1, Math.round(inputTokens)), options.cachedTokens, idealClass.chunk);
  const own = runPhase(bounding, alone).power.seconds;
  return { ...(spread.step < whole.step ? spread : whole), prompt: own };
}

/** What binds the run: the phase that takes longer decides. */
export function boundOf({ step, prompt, prepared, measurement }: Case, costs: RunCosts): Bound {
  const decodes = prompt.length === 0 || (step.length > 0 && costs.step * measurement.outputTokens >= costs.prompt);
  const runs = decodes ? step : prompt;
  return reportPhase(powerPhase(phaseWork(prepared, runs))).bound;
}
