import type { ComputeUnit, Hardware } from '../hardware/types.js';
import type { Joules, Seconds, Watts } from '../quantities.js';
import { busyFloor, type PowerResult } from '../roofline/energy.js';
import { ENERGY_RESIDUALS } from '../roofline/energy-constants.js';
import { predictEnergy } from './energy-interval.js';
import type { Load, Setting } from './scenario.js';
import type { EnergyReport, Prediction } from './types.js';

/** Power of a phase as it is expected to run, and on the physical bound of speed. */
export interface PhasePower {
  readonly expected: PowerResult;
  readonly best: PowerResult;
}

/** Energy of a request: its prompt's, and a step's for every token after the first. */
export function energyOf(
  { hardware, unit }: Setting,
  { batch, promptTokens, outputTokens }: Load,
  prefill: PhasePower,
  decode: PhasePower,
  latency: Prediction,
): EnergyReport {
  const { power } = hardware;
  const tokens = outputTokens * batch;
  const whole = inTurn(prefill.expected, decode.expected, outputTokens - 1);
  const ideal = inTurn(prefill.best, decode.best, outputTokens - 1);
  const floor = busyFloor(hardware);
  const slow = lasting(whole, latency.high - latency.expected, floor);
  const fast = lasting(whole, latency.low - latency.expected, floor);
  const residuals = ENERGY_RESIDUALS[power.scope === 'system' ? 'wall' : 'device'];
  const predict = (value: (work: Work) => number): Prediction =>
    predictEnergy(value(whole), value(ideal), { slow: value(slow), fast: value(fast) }, residuals, latency.basis);
  const prediction = predict(({ joules }) => joules / tokens);
  return {
    joulesPerToken: prediction.expected,
    joulesPerDecodedToken: decode.expected.joules.total / batch,
    joulesPerPromptToken: prefill.expected.joules.total / (promptTokens * batch),
    prediction,
    watts: below(
      mostWatts(hardware, unit),
      predict(({ joules, seconds }) => joules / seconds),
    ),
    scope: power.scope,
    basis: basisOf(hardware),
  };
}

/** What the machine draws at most: its limit, or the largest power that is published. The turbo of a CPU goes beyond its TDP. */
export function mostWatts({ power }: Hardware, unit: ComputeUnit): Watts {
  if (power.limit !== undefined) return power.limit;
  return unit.interfaces.includes('cpu') ? Number.POSITIVE_INFINITY : (power.tdp ?? Number.POSITIVE_INFINITY);
}

/** A prediction whose interval ends where the machine does; one that keeps no limit, as the physical bound, has it whole. */
export function below(most: Watts, prediction: Prediction): Prediction {
  return prediction.expected > most ? prediction : { ...prediction, high: Math.min(prediction.high, most) };
}

/** Time and energy of some work. */
export interface Work {
  readonly seconds: Seconds;
  readonly joules: Joules;
}

/** A prompt, and so many steps. */
function inTurn(prompt: PowerResult, step: PowerResult, steps: number): Work {
  return {
    seconds: prompt.seconds + steps * step.seconds,
    joules: prompt.joules.total + steps * step.joules.total,
  };
}

/** Work that takes longer by so much, or less: what it takes longer costs its floor. */
export function lasting({ seconds, joules }: Work, longer: Seconds, floor: Watts): Work {
  return { seconds: seconds + longer, joules: joules + floor * longer };
}

/** Where the energies come from, in words. */
export function basisOf({ power }: Hardware): string {
  const stated = power.busyFloor !== undefined && Object.keys(power.perByte).length > 0;
  const energies = stated
    ? 'energies of the spec'
    : 'energies by process node, memory technology and number format, and the floor by the TDP (docs/energy.md)';
  const unknown = power.busyFloor === undefined && power.tdp === undefined && power.idle === undefined;
  return unknown ? `${energies}; no power figure is published, so static power is left out` : energies;
}
