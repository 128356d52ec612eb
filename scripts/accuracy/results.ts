import { type BandScale, coverageOf, type Reach, reachOf, scalesOf } from '../../src/evidence/coverage.js';
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

/** All engines, and how wide their intervals are. */
export interface Results {
  readonly engines: readonly Result[];
  /** By engine. */
  readonly scales: readonly BandScale[];
  /** Part of some rows inside intervals made without their device. */
  coverage(held: readonly HeldOut[]): number;
}

export function resultsOf(evidence: readonly Evidence[]): Results {
  const engines = evidence.map(resultOf);
  const scales = scalesOf(engines.map(({ device, reach }) => ({ held: device, reach })));
  const scaled: Reach = new Map(
    engines.flatMap(({ reach }, index) =>
      [...reach].map(([one, far]) => [one, far / (scales[index]?.[kindOf(one.found)] ?? 1)] as const),
    ),
  );
  return { engines, scales, coverage: (held) => coverageOf(held, scaled) };
}

function resultOf(evidence: Evidence): Result {
  const device = leaveOneOut(evidence.engine, evidence.cases, 'device');
  const shape = leaveOneOut(evidence.engine, evidence.cases, 'shape');
  return { evidence, device, shape, reach: reachOf(evidence.engine, device) };
}
