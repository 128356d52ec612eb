import type { Hardware } from '../hardware/types.js';
import type { BytesPerSecond } from '../quantities.js';
import type { Load, Setting } from './scenario.js';
import type { Setup } from './setup.js';
import type { Estimate, PhaseReport } from './types.js';

export function describeModel({ setting: { model }, facts }: Setup): Estimate['model'] {
  const { parameters, activeParameters } = facts;
  return { id: model.id, name: model.name, parameters, activeParameters, ...variedOf(model) };
}

/** The machine of an estimate; the arithmetic that most FLOPs of a phase ran in gives its peak. */
export function describeHardware(
  { hardware, unit, threads }: Pick<Setting, 'hardware' | 'unit' | 'threads'>,
  peakBandwidth: BytesPerSecond,
  phase: PhaseReport,
): Estimate['hardware'] {
  const cores = Math.min(threads ?? unit.count, unit.count);
  const clock = unit.clock === undefined ? {} : { clock: unit.clock };
  const resident = unit.threads === undefined ? {} : { residentThreads: unit.threads };
  const peakFlops = phase.flops / phase.seconds / phase.mfu;
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

/** What of a spec somebody changed; nothing where nobody did. */
export function variedOf({ varied }: Pick<Hardware, 'varied'>): Pick<Hardware, 'varied'> {
  return varied === undefined ? {} : { varied };
}

/** The engine of an estimate, as it was used. */
export function describeEngine({
  engine,
  engineClass,
  engineIsUsual,
}: Pick<Setting, 'engine' | 'engineClass' | 'engineIsUsual'>): Estimate['engine'] {
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
