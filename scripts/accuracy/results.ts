import { type BandScale, coverageOf, type Reach, reachOf, scaleOf } from '../../src/evidence/coverage.js';
import { type HeldOut, leaveOneOut } from '../../src/evidence/cross-validate.js';
import { kindOf } from '../../src/evidence/residual-band.js';
import type { Evidence } from '../evidence.js';

/** Every case of an engine, predicted without its device and without its model shape. */
export interface Result {
  readonly evidence: Evidence;
  readonly device: readonly HeldOut[];
  readonly shape: readonly HeldOut[];
  /** Of the rows of `device`. */
  readonly reach: Reach;
}

/** All engines, and the scale that their intervals share. */
export interface Results {
  readonly engines: readonly Result[];
  readonly scale: BandScale;
  /** Part of some rows inside intervals made without their device. */
  coverage(held: readonly HeldOut[]): number;
}

export function resultsOf(evidence: readonly Evidence[]): Results {
  const engines = evidence.map(resultOf);
  const scale = scaleOf(engines.map(({ device, reach }) => ({ held: device, reach })));
  const scaled: Reach = new Map(
    engines.flatMap(({ reach }) => [...reach].map(([one, far]) => [one, far / scale[kindOf(one.found)]] as const)),
  );
  return { engines, scale, coverage: (held) => coverageOf(held, scaled) };
}

function resultOf(evidence: Evidence): Result {
  const device = leaveOneOut(evidence.engine, evidence.cases, 'device');
  const shape = leaveOneOut(evidence.engine, evidence.cases, 'shape');
  return { evidence, device, shape, reach: reachOf(evidence.engine, device) };
}
