import type { Hardware } from '../hardware/types.js';
import type { Load, Setting } from './scenario.js';
import type { Setup } from './setup.js';
import type { Estimate, PhaseReport } from './types.js';

export function describeModel({ setting: { model }, facts }: Setup): Estimate['model'] {
  const { parameters, activeParameters } = facts;
  return { id: model.id, name: model.name, parameters, activeParameters, ...variedOf(model) };
}

export function describeHardware({ setting, peakBandwidth }: Setup, prefill: PhaseReport): Estimate['hardware'] {
  const { hardware, unit, threads } = setting;
  const cores = Math.min(threads ?? unit.count, unit.count);
  const clock = unit.clock === undefined ? {} : { clock: unit.clock };
  const resident = unit.threads === undefined ? {} : { residentThreads: unit.threads };
  const peakFlops = prefill.flops / prefill.seconds / prefill.mfu;
  return {
    id: hardware.id,
    name: hardware.name,
    unit: unit.name,
    cores,
    ...clock,
    ...resident,
    peakBandwidth,
    peakFlops,
    ...variedOf(hardware),
  };
}

function variedOf({ varied }: Pick<Hardware, 'varied'>): Pick<Hardware, 'varied'> {
  return varied === undefined ? {} : { varied };
}

export function describeEngine({ engine, engineClass, engineIsUsual }: Setting): Estimate['engine'] {
  const { constants, overlap, chunk, attention } = engineClass;
  return {
    id: engine.id,
    name: engine.name,
    class: engineClass.id,
    backend: engineClass.backend,
    usual: engineIsUsual,
    constants,
    overlap,
    chunk,
    attention,
    ...variedOf(engine),
  };
}

export function describeWorkload({ scheme, kvFormat }: Setting, load: Load): Estimate['workload'] {
  const { batch, promptTokens, outputTokens, cachedTokens } = load;
  return {
    kind: 'generate',
    weights: scheme.id,
    kvCache: kvFormat.id,
    batch,
    promptTokens,
    outputTokens,
    cachedTokens,
    devices: 1,
  };
}
