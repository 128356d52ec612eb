import type { EngineClass, EngineConstants } from '../engine/types.js';
import { runPhase } from '../estimator/phase-run.js';
import type { CountedPass } from '../estimator/phases.js';
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
  const prepared = {
    ...found.prepared,
    machine: machineOf(workload.hardware, workload.unit, engine, workload.threads),
  };
  const run = (passes: readonly CountedPass[]) => (passes.length === 0 ? undefined : runPhase(prepared, passes).power);
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
 * every sequence that ends makes room for another, so that each step of B sequences takes in B / N prompts beside it,
 * N being the tokens that a sequence generates; a first token waits for half a step, then for its own prompt.
 */
export function metricOf(
  found: Pick<Case, 'measurement' | 'batch' | 'workload'>,
  costs: RunCosts,
  constants?: EnergyConstants,
): number {
  const { measurement, batch } = found;
  const { metric, phase } = measurement;
  const { tokensIn, tokensOut, seconds, joules } = totalsOf(measurement, batch, costs);
  const perToken = tokenTime(measurement, costs);
  switch (metric) {
    case 'decode_tok_s':
      return batch / (phase === 'request' ? costs.step : perToken);
    case 'prefill_tok_s':
      return tokensIn / costs.prompt;
    case 'output_tok_s':
    case 'output_tok_s_per_device':
      return tokensOut / seconds;
    case 'total_tok_s':
      return (tokensIn + tokensOut) / seconds;
    case 'tpot_ms':
      return 1e3 * perToken;
    case 'ttft_ms':
      return 1e3 * (costs.prompt + (phase === 'serving' ? costs.step / 2 : 0));
    case 'latency_s':
      return seconds;
    case 'joules_per_output_token':
      return (readWatts(found, joules / seconds, constants) * seconds) / tokensOut;
    case 'watts':
      return readWatts(found, joules / seconds, constants);
  }
}

/** Seconds between two tokens of a sequence. */
function tokenTime({ phase, outputTokens }: Measurement, { step, prompt }: RunCosts): Seconds {
  return phase === 'serving' ? step + prompt / outputTokens : step;
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
    case 'request':
    case 'serving': {
      // Of a batch that starts together, the prompt's pass yields the first token.
      const steps = phase === 'request' ? outputTokens - 1 : outputTokens;
      return {
        tokensIn,
        tokensOut: batch * outputTokens,
        seconds: prompt + steps * step,
        joules: promptJoules + steps * stepJoules,
      };
    }
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
