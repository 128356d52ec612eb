import type { Bytes } from '../../quantities.js';
import type { Warning } from '../types.js';
import { figureWarnings, powerWarnings, roomWarnings } from '../warnings.js';
import type { UnitWorkload } from './scenario.js';

/** What is doubtful about an estimate in images, frames, samples or sequences. */
export function unitWarnings(workload: UnitWorkload, needed: Bytes): Warning[] {
  const { hardware, network, engine, engineStandsIn } = workload;
  const message = `no measurement has calibrated ${engine.name} on networks that generate no tokens`;
  return [
    ...figureWarnings(workload, network),
    ...(engineStandsIn ? [] : [{ code: 'engine-not-calibrated', message } as const]),
    ...powerWarnings(hardware),
    ...roomWarnings(hardware, needed),
  ];
}

/** What the model takes for granted in every estimate of this kind. */
export function unitAssumptions(workload: UnitWorkload): string[] {
  const { engineIsUsual, engine, engineClass, hardware, batch, output, scheme, kind } = workload;
  const narrower = scheme.id === 'f32' && engineClass.activationBytes === 2;
  return [
    ...(engineIsUsual ? [`engine: ${engine.name}, the usual one for ${hardware.id} and this kind of network`] : []),
    batch === 1 ? `one ${output}, alone on the machine` : `a batch of ${batch} ${output}s together`,
    'room temperature, no other load, power limit as shipped',
    ...(narrower ? ['weights are kept in 32 bits; arithmetic and activations have 16, as under autocast'] : []),
    ...(kind === 'denoise' ? ['steps follow one another; the scheduler between them costs nothing'] : []),
    ...(hardware.execution.kind === 'spatial'
      ? [`a layer begins with a ${output} when the one before has finished it`]
      : []),
    'inputs and outputs are on the device; nothing is read, decoded or sent',
  ];
}
