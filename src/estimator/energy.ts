import type { Joules, Seconds, Watts } from '../quantities.js';
import { busyFloor, type PowerResult } from '../roofline/energy.js';
import { ENERGY_RESIDUALS } from '../roofline/energy-constants.js';
import { predictEnergy } from './energy-interval.js';
import type { Workload } from './scenario.js';
import type { DecodeReport, EnergyReport, PhaseReport, Prediction, PrefillReport } from './types.js';

/** Power of the two phases of a request on the physical bound of speed. */
export interface BoundPower {
  readonly prefill: PowerResult;
  readonly decode: PowerResult;
}

/** Energy of a request: its prompt's, and a step's for every token after the first. */
export function energyOf(
  workload: Workload,
  prefill: PrefillReport,
  decode: DecodeReport,
  bound: BoundPower,
  latency: Prediction,
): EnergyReport {
  const { batch, promptTokens, outputTokens, hardware } = workload;
  const { power } = hardware;
  const tokens = outputTokens * batch;
  const done = ({ seconds, power: { joules } }: PhaseReport): Work => ({ seconds, joules: joules.total });
  const best = ({ seconds, joules }: PowerResult): Work => ({ seconds, joules: joules.total });
  const whole = inTurn(done(prefill), done(decode), outputTokens - 1);
  const ideal = inTurn(best(bound.prefill), best(bound.decode), outputTokens - 1);
  const slow = lasting(whole, latency.high - latency.expected, busyFloor(hardware));
  const fast = lasting(whole, latency.low - latency.expected, busyFloor(hardware));
  const residuals = ENERGY_RESIDUALS[power.scope === 'system' ? 'wall' : 'device'];
  const predict = (value: (work: Work) => number): Prediction =>
    predictEnergy(value(whole), value(ideal), { slow: value(slow), fast: value(fast) }, residuals, latency.basis);
  const prediction = predict(({ joules }) => joules / tokens);
  return {
    joulesPerToken: prediction.expected,
    joulesPerDecodedToken: decode.power.joules.total / batch,
    joulesPerPromptToken: prefill.power.joules.total / (promptTokens * batch),
    prediction,
    watts: below(
      mostWatts(workload),
      predict(({ joules, seconds }) => joules / seconds),
    ),
    scope: power.scope,
    basis: basisOf(workload),
  };
}

/** What the machine draws at most: its limit, or the largest power that is published. The turbo of a CPU goes beyond its TDP. */
export function mostWatts({ hardware: { power }, unit }: Pick<Workload, 'hardware' | 'unit'>): Watts {
  if (power.limit !== undefined) return power.limit;
  return unit.interfaces.includes('cpu') ? Number.POSITIVE_INFINITY : (power.tdp ?? Number.POSITIVE_INFINITY);
}

/** A prediction whose interval ends where the machine does. */
export function below(most: Watts, prediction: Prediction): Prediction {
  return { ...prediction, high: Math.max(prediction.expected, Math.min(prediction.high, most)) };
}

/** Time and energy of some work. */
export interface Work {
  readonly seconds: Seconds;
  readonly joules: Joules;
}

/** A prompt, and so many steps. */
function inTurn(prompt: Work, step: Work, steps: number): Work {
  return { seconds: prompt.seconds + steps * step.seconds, joules: prompt.joules + steps * step.joules };
}

/** Work that takes longer by so much, or less: what it takes longer costs its floor. */
export function lasting({ seconds, joules }: Work, longer: Seconds, floor: Watts): Work {
  return { seconds: seconds + longer, joules: joules + floor * longer };
}

/** Where the energies come from, in words. */
export function basisOf({ hardware: { power } }: Pick<Workload, 'hardware'>): string {
  const stated = power.busyFloor !== undefined && Object.keys(power.perByte).length > 0;
  const energies = stated
    ? 'energies of the spec'
    : 'energies by process node, memory technology and number format, and the floor by the TDP (docs/energy.md)';
  const unknown = power.busyFloor === undefined && power.tdp === undefined && power.idle === undefined;
  return unknown ? `${energies}; no power figure is published, so static power is left out` : energies;
}
