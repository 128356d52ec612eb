import type { EngineClass, EngineConstants } from '../engine/types.js';
import type { CountedRun } from '../estimator/pass-time.js';
import { powerPhase } from '../estimator/phase-run.js';
import { phaseWork } from '../estimator/phase-work.js';
import { workspaceOf } from '../estimator/prepared.js';
import type { Joules, Seconds } from '../quantities.js';
import type { EnergyConstants } from '../roofline/energy-constants.js';
import { machineOf } from '../roofline/machine.js';
import type { Case } from './case.js';
import type { Measurement, Metric } from './measurement.js';
import { readWatts } from './meter.js';

/** What a test takes: its mean decode step, and the taking in of its prompts; zero where it has none. */
export interface RunCosts {
  readonly step: Seconds;
  readonly prompt: Seconds;
  readonly stepJoules: Joules;
  readonly promptJoules: Joules;
}

/** The measurement's metric as the model predicts it under some constants. */
export function predictCase(
  found: Case,
  constants: EngineConstants,
  overlap = found.workload.engineClass.overlap,
): number {
  return metricOf(found, costsOf(found, constants, overlap));
}

/** Time and energy of a case under some constants. */
export function costsOf(found: Case, constants: EngineConstants, overlap: EngineClass['overlap']): RunCosts {
  const { workload } = found;
  const engine = withConstants(workload.engineClass, constants, overlap);
  const machine = machineOf(workload.hardware, workload.unit, engine, workload.threads);
  const prepared = { ...found.prepared, machine, workspace: workspaceOf(found.prepared.plan, machine) };
  const run = (runs: readonly CountedRun[]) =>
    runs.length === 0 ? undefined : powerPhase(phaseWork(prepared, runs)).power;
  const step = run(found.step);
  const prompt = run(found.prompt);
  return {
    step: step?.seconds ?? 0,
    prompt: prompt ? prompt.seconds + constants.requestOverhead : 0,
    stepJoules: step?.joules.total ?? 0,
    promptJoules: prompt?.joules.total ?? 0,
  };
}

/**
 * A metric from what steps and prompts take. A request: its prompt, then a step for every further token. Under load
 * prompts ride along with the steps.
 */
export function metricOf(
  found: Pick<Case, 'measurement' | 'batch' | 'waiting' | 'workload'>,
  costs: RunCosts,
  constants?: EnergyConstants,
): number {
  const { measurement, batch, waiting } = found;
  const { metric } = measurement;
  const { tokensIn, tokensOut, seconds, joules } = totalsOf(measurement, batch, costs);
  switch (metric) {
    case 'decode_tok_s':
      return batch / costs.step;
    case 'prefill_tok_s':
      return tokensIn / costs.prompt;
    case 'output_tok_s':
    case 'output_tok_s_per_device':
      return tokensOut / seconds;
    case 'total_tok_s':
      return (tokensIn + tokensOut) / seconds;
    case 'tpot_ms':
      return 1e3 * costs.step;
    case 'ttft_ms':
      return 1e3 * firstToken(found, costs);
    case 'latency_s':
      return seconds * (1 + waiting);
    case 'joules_per_output_token':
      return (readWatts(found, joules / seconds, constants) * seconds) / tokensOut;
    case 'watts':
      return readWatts(found, joules / seconds, constants);
  }
}

/**
 * Requests that a closed load sends for each place, all places at once to begin with: `--num-prompts $(( CONC * 10 ))` in
 * the scripts of SemiAnalysisAI/InferenceX and others.
 */
const REQUESTS_PER_PLACE = 10;

/**
 * Seconds to the first token. Under load a request first waits for a place, where there are more requests than places: so
 * many times a whole request as there are of them for each place. Then for half a step and for its own prompt; those of the
 * first burst, one in ten, also for half of the prompts that were sent with them.
 */
function firstToken({ measurement, batch, waiting }: Pick<Case, 'measurement' | 'batch' | 'waiting'>, costs: RunCosts) {
  const { step, prompt } = costs;
  const { phase, outputTokens } = measurement;
  if (phase !== 'serving') return prompt;
  const own = step / 2 + prompt;
  const burst = ((batch - 1) / 2) * (prompt / Math.max(1, batch / outputTokens));
  return own + Math.max(0, burst) / REQUESTS_PER_PLACE + Math.max(0, waiting) * (own + outputTokens * step);
}

export interface Totals {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly seconds: Seconds;
  readonly joules: Joules;
}

/** Tokens, time and energy of a test: of one step, of the prompts, or of a whole batch of requests. */
export function totalsOf({ phase, inputTokens, outputTokens }: Measurement, batch: number, costs: RunCosts): Totals {
  const { step, prompt, stepJoules, promptJoules } = costs;
  const tokensIn = batch * Math.max(1, Math.round(inputTokens));
  switch (phase) {
    case 'decode':
      return { tokensIn: 0, tokensOut: batch, seconds: step, joules: stepJoules };
    case 'prefill':
      return { tokensIn, tokensOut: tokensIn, seconds: prompt, joules: promptJoules };
    case 'request': {
      // The prompt's pass yields the first token.
      const steps = outputTokens - 1;
      return {
        tokensIn,
        tokensOut: batch * outputTokens,
        seconds: prompt + steps * step,
        joules: promptJoules + steps * stepJoules,
      };
    }
    case 'serving':
      // Prompts ride along with the steps.
      return {
        tokensIn,
        tokensOut: batch * outputTokens,
        seconds: outputTokens * step,
        joules: outputTokens * stepJoules,
      };
  }
}

/** Metrics that are better when smaller. */
const TIMES: readonly Metric[] = ['tpot_ms', 'ttft_ms', 'latency_s'];

/** True for a time; the other metrics are rates, energies and powers. */
export function isTime(metric: Metric): boolean {
  return TIMES.includes(metric);
}

/** Error of a prediction, `ln(expected / measured)`; of a time the rate's, so that positive is too fast. */
export function errorOf({ measurement }: Pick<Case, 'measurement'>, predicted: number): number {
  const error = Math.log(predicted / measurement.value);
  return isTime(measurement.metric) ? -error : error;
}

const trials = new WeakMap<EngineConstants, Map<EngineClass, EngineClass>>();

/** A class under trial constants; made once for each, so that the cases of a device share their machine. */
function withConstants(
  engineClass: EngineClass,
  constants: EngineConstants,
  overlap: EngineClass['overlap'],
): EngineClass {
  const known = trials.get(constants) ?? new Map<EngineClass, EngineClass>();
  trials.set(constants, known);
  const made = known.get(engineClass);
  if (made?.overlap === overlap) return made;
  const trial = { ...engineClass, constants, overlap };
  known.set(engineClass, trial);
  return trial;
}
