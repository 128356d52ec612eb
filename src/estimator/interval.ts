import type { EngineClass, ResidualBand, ResidualKind } from '../engine/types.js';
import { entryOf, mapBeside } from '../kept.js';
import type { Prediction } from './types.js';

/** Band for a class without a single measurement: half to one and a half times, in logarithms. */
const UNMEASURED: ResidualBand = {
  low: Math.log(0.5),
  high: Math.log(1.5),
  basis: 'no measurement of this class of hardware under this engine; the interval is assumed',
};

/** What a band is widened by for a weight format that none of its rows has. */
const UNSEEN_FORMAT = 1.25;

/** Residuals of the class for a phase, or the assumed band; wider for weights in a format that no row had. */
export function bandOf(engineClass: EngineClass, phase: ResidualKind, weights: string): ResidualBand {
  const band = engineClass.residuals[phase] ?? UNMEASURED;
  if (!band.formats || band.formats.includes(weights)) return band;
  return entryOf(widened(band), weights, () => ({
    low: band.low * UNSEEN_FORMAT,
    high: band.high * UNSEEN_FORMAT,
    basis: `${band.basis}; none of them in ${weights}: a quarter wider`,
  }));
}

const widened = mapBeside<ResidualBand, string, ResidualBand>();

/** A band as factors, `exp(q)` at the quantiles q of the residuals. */
export interface Spread {
  readonly low: number;
  readonly high: number;
  readonly basis: string;
}

export function spreadOf({ low, high, basis }: ResidualBand): Spread {
  return { low: Math.exp(low), high: Math.exp(high), basis };
}

/** A rate with its interval, the expected one times the factors of its spread, clamped to the ideal rate from above. */
export function predictRate(expected: number, ideal: number, { low, high, basis }: Spread): Prediction {
  const bounded = Math.min(expected, ideal);
  return {
    expected: bounded,
    low: Math.min(bounded, expected * low),
    high: Math.min(ideal, Math.max(bounded, expected * high)),
    ideal,
    basis,
  };
}

/** A time with its interval: what the rate's interval is upside down. */
export function predictTime(expected: number, ideal: number, spread: Spread): Prediction {
  const rate = predictRate(1 / expected, 1 / ideal, spread);
  return {
    expected: 1 / rate.expected,
    low: 1 / rate.high,
    high: 1 / rate.low,
    ideal: 1 / rate.ideal,
    basis: rate.basis,
  };
}

/** A prediction times a positive factor. */
export function scalePrediction(prediction: Prediction, factor: number): Prediction {
  const { expected, low, high, ideal, basis } = prediction;
  return { expected: expected * factor, low: low * factor, high: high * factor, ideal: ideal * factor, basis };
}

/** Two times in turn; their errors are taken to go together, so that the interval is not too narrow. */
export function addTimes(a: Prediction, b: Prediction): Prediction {
  return {
    expected: a.expected + b.expected,
    low: a.low + b.low,
    high: a.high + b.high,
    ideal: a.ideal + b.ideal,
    basis: a.basis === b.basis ? a.basis : `${a.basis}; ${b.basis}`,
  };
}
