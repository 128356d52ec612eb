import type { Engine } from '../engine/types.js';
import type { RoofcastError } from '../errors.js';
import { describeEngine, describeHardware, describeModel, describeWorkload } from './describe.js';
import { misfitOf } from './memory.js';
import { Point } from './point.js';
import { contextError, resolveLoad, resolveSetting } from './scenario.js';
import { setupOf } from './setup.js';
import type { Estimate, Scenario } from './types.js';
import { assumptionsOf, warningsOf } from './warnings.js';

/** The engine whose value is the bound of every other: efficiency 1, no overhead, perfect overlap. */
export interface Bounding {
  readonly ideal: Engine;
}

/** An estimate, or why there is none. */
export type Outcome =
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly error: RoofcastError };

/**
 * Tokens per second, latency, memory, energy and cost of a model on a machine under an engine.
 * Throws `InvalidScenarioError`, `MissingFactError` or `DoesNotFitError`.
 */
export function estimateScenario(scenario: Scenario, { ideal }: Bounding): Estimate {
  const setting = resolveSetting(scenario);
  const load = resolveLoad(scenario);
  const point = new Point(setupOf(setting, ideal), load);
  const obstacle = obstacleError(point);
  if (obstacle) throw obstacle;
  return reportPoint(point);
}

/** Why a point cannot be estimated, if so. */
export function obstacleError({ obstacle, setup, load }: Point): RoofcastError | undefined {
  switch (obstacle) {
    case 'context':
      return contextError(setup.setting.model, load);
    case 'memory':
      return misfitOf(setup.setting, load);
    case undefined:
      return undefined;
  }
}

/** All of a point, as plain data. */
function reportPoint(point: Point): Estimate {
  // Phases first: what follows takes their speeds from them.
  const { setup, load, decode, prefill, cost } = point;
  const { setting } = setup;
  return {
    schemaVersion: 1,
    model: describeModel(setup),
    hardware: describeHardware(setting, setup.peakBandwidth, prefill),
    engine: describeEngine(setting),
    workload: describeWorkload(setting, load),
    decode,
    prefill,
    request: point.request,
    memory: point.memory,
    energy: point.energy,
    ...(cost ? { cost } : {}),
    warnings: warningsOf(point),
    assumptions: assumptionsOf(setting, load),
  };
}
