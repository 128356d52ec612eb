import type { CountedRun } from '../estimator/pass-time.js';
import { type PhaseRun, poweredWork, powerPhase } from '../estimator/phase-run.js';
import { type PhaseWork, phaseWork } from '../estimator/phase-work.js';
import { kept } from '../kept.js';
import type { Seconds } from '../quantities.js';
import { powerCap, powerOf } from '../roofline/energy.js';
import { ENERGY, type EnergyConstants } from '../roofline/energy-constants.js';
import type { Case } from './case.js';
import { readWatts } from './meter.js';
import { metricOf, totalsOf } from './predict.js';

/** What a case does under the constants that its engine came with: of its mean step, and of its prompts. */
interface CaseWork {
  readonly step: PhaseWork | undefined;
  readonly prompt: PhaseWork | undefined;
}

/** The work of a case, timed once. */
const workOf = kept((found: Case): CaseWork => {
  const work = (runs: readonly CountedRun[]) => (runs.length === 0 ? undefined : phaseWork(found.prepared, runs));
  return { step: work(found.step), prompt: work(found.prompt) };
});

/** Of a whole test: the tokens that it yields, and the sum of something that its step and its prompts have. */
function sumOf(found: Case, pick: (work: PhaseWork) => number): { readonly sum: number; readonly tokensOut: number } {
  const { step, prompt } = workOf(found);
  const costs = {
    step: step ? pick(step) : 0,
    prompt: prompt ? pick(prompt) : 0,
    stepJoules: 0,
    promptJoules: 0,
  };
  const { seconds, tokensOut } = totalsOf(found.measurement, found.batch, costs);
  return { sum: seconds, tokensOut };
}

/** The power or energy of a row with its time predicted too, under the given constants of energy. */
export function energyAsPredicted(found: Case, constants: EnergyConstants = ENERGY): number {
  const { step, prompt } = workOf(found);
  const power = (work: PhaseWork | undefined): PhaseRun['power'] | undefined =>
    work && powerPhase(work, constants).power;
  const [ofStep, ofPrompt] = [power(step), power(prompt)];
  const costs = {
    step: ofStep?.seconds ?? 0,
    prompt: ofPrompt?.seconds ?? 0,
    stepJoules: ofStep?.joules.total ?? 0,
    promptJoules: ofPrompt?.joules.total ?? 0,
  };
  return metricOf(found, costs, constants);
}

/**
 * The power or energy of a row with its time taken as measured: only the energies are the model's. Undefined where the row
 * does not state its rate. Of the time beyond what its kernels are expected to take, a machine that decodes spends all
 * waiting for its host; a prompt's kernels are that much slower.
 */
export function energyAsMeasured(found: Case, constants: EnergyConstants = ENERGY): number | undefined {
  const { measuredTokensPerSecond, steadyTokensPerSecond } = found.measurement.options;
  const rate = measuredTokensPerSecond ?? steadyTokensPerSecond;
  const { step, prompt } = workOf(found);
  const some = step ?? prompt;
  if (!rate || !some) return undefined;
  const { sum: expected, tokensOut } = sumOf(found, ({ cost }) => cost.seconds);
  const seconds = tokensOut / rate;
  const { floor, lanes } = poweredWork(some, constants);
  const whole = {
    seconds,
    stretch: () => 0,
    waiting: waitingOf(found, expected, seconds),
    floor,
    lanes,
    computeJoules: sumOf(found, (work) => poweredWork(work, constants).computeJoules).sum,
    memoryJoules: sumOf(found, (work) => poweredWork(work, constants).memoryJoules).sum,
  };
  const { hardware, unit } = found.prepared.machine;
  const device = Math.min(powerOf(whole, Number.POSITIVE_INFINITY).watts, powerCap(hardware, unit));
  const watts = readWatts(found, device, constants);
  return found.measurement.metric === 'watts' ? watts : (watts * seconds) / tokensOut;
}

/** Of measured seconds, those in which no kernel runs. */
function waitingOf(found: Case, expected: Seconds, measured: Seconds): Seconds {
  const waiting = sumOf(found, ({ cost }) => cost.overhead).sum;
  if (found.measurement.phase === 'prefill') return (waiting / expected) * measured;
  return Math.max(0, measured - (expected - waiting));
}
