import { InvalidScenarioError } from '../errors.js';
import { shownValue } from '../estimator/check-input.js';
import { estimateFigures } from '../estimator/figures.js';
import type { Estimate } from '../estimator/types.js';
import { nearest } from '../nearest.js';

/** What a metric is at a point. */
export type MetricValue = number | string | boolean;

/** Something read of an estimate. */
export interface Metric {
  readonly name: string;
  readonly kind: 'number' | 'text' | 'truth';
  /** Unit of a number: `token/s`; empty for a plain one. */
  readonly unit: string;
  /** Undefined where the estimate does not have it: the cost of a machine without a price. */
  read(estimate: Estimate): MetricValue | undefined;
}

/** Paths of figures of an estimate (`decode.tokensPerSecond.low`), or functions of an estimate by the name of what they give. */
export type MetricInput = readonly string[] | Readonly<Record<string, string | MetricFunction | Metric>>;

export type MetricFunction = (estimate: Estimate) => number | undefined;

const USUAL = [
  'decode.tokensPerSecond',
  'prefill.timeToFirstToken',
  'energy.joulesPerToken',
  'cost.usdPerMillionOutputTokens',
];

/** The metrics that are asked for. Throws `InvalidScenarioError` for a path that there is not, with the nearest. */
export function metricsOf(input: MetricInput = USUAL): readonly Metric[] {
  const named: readonly (readonly [string, string | MetricFunction | Metric])[] = isList(input)
    ? input.map((path) => [path, path])
    : Object.entries(input);
  if (typeof input === 'string')
    throw new InvalidScenarioError('metrics', input, `"${input}" is one metric and not a list`, `write ["${input}"]`);
  if (named.length === 0) throw new InvalidScenarioError('metrics', [], 'no metric is named', 'name one or more');
  return named.map(([name, metric]) => {
    if (typeof metric === 'string') return figureMetric(name, metric);
    if (typeof metric !== 'function' && typeof Object(metric).read !== 'function')
      throw new InvalidScenarioError('metrics', metric, `${shownValue(metric)} is no metric`, 'name a figure');
    return typeof metric === 'function' ? { name, kind: 'number', unit: '', read: metric } : { ...metric, name };
  });
}

function isList(input: MetricInput): input is readonly string[] {
  return Array.isArray(input);
}

/** The metric of a figure's path. */
function figureMetric(name: string, path: string): Metric {
  const figure = estimateFigures.get(path);
  if (figure) {
    const unit = figure.kind === 'number' ? figure.unit : '';
    return { name, kind: figure.kind, unit, read: (estimate) => figure.read(estimate) };
  }
  const near = nearest(path, estimateFigures.keys(), 3).map((one) => `"${one}"`);
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'such as decode.tokensPerSecond';
  throw new InvalidScenarioError('metrics', path, `an estimate has no figure "${path}"`, remedy);
}
