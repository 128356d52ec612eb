import type { Bytes } from '../../quantities.js';
import { layoutOf } from '../../roofline/memory-times.js';
import { variationLines } from '../../variation.js';
import type { Warning } from '../types.js';
import { addPowerWarning, addRoomWarning, figureWarnings } from '../warnings.js';
import type { UnitWorkload } from './scenario.js';

/** What is doubtful about an estimate in images, frames, samples or sequences. */
export function unitWarnings(workload: UnitWorkload, needed: Bytes): Warning[] {
  const { hardware, network, engine, engineStandsIn } = workload;
  const warnings = figureWarnings(workload, network);
  if (!engineStandsIn) {
    const message = `no measurement has calibrated ${engine.name} on networks that generate no tokens`;
    warnings.push({ code: 'engine-not-calibrated', message });
  }
  addPowerWarning(warnings, hardware);
  addRoomWarning(warnings, needed, layoutOf(hardware.memory));
  return warnings;
}

/** What the model takes for granted in every estimate of this kind. */
export function unitAssumptions(workload: UnitWorkload): string[] {
  const { network, engineIsUsual, engine, engineClass, hardware, batch, output, scheme, kind } = workload;
  const narrower = scheme.id === 'f32' && engineClass.activationBytes === 2;
  return [
    ...variationLines([hardware, network, engine]).map((line) => `varied: ${line}`),
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
