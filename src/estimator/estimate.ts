import type { Engine } from '../engine/types.js';
import type { RoofcastError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import type { BytesPerSecond } from '../quantities.js';
import { misfitOf } from './memory.js';
import { Point } from './point.js';
import { checkContext, type Load, resolveLoad, resolveSetting, type Setting } from './scenario.js';
import { type Setup, setupOf } from './setup.js';
import type { Estimate, PhaseReport, Scenario } from './types.js';
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
  checkContext({ ...setting, ...load });
  if (point.obstacle === 'memory') throw misfitOf(setting, load);
  return describe(point);
}

function describe(point: Point): Estimate {
  const { setup, load, cost } = point;
  const { setting } = setup;
  return {
    schemaVersion: 1,
    model: describeModel(setup),
    hardware: describeHardware(setting, setup.peakBandwidth, point.prefill),
    engine: describeEngine(setting),
    workload: describeWorkload(setting, load),
    decode: point.decode,
    prefill: point.prefill,
    request: point.request,
    memory: point.memory,
    energy: point.energy,
    ...(cost ? { cost } : {}),
    warnings: warningsOf(point),
    assumptions: assumptionsOf(setting, load),
  };
}

function describeModel({ setting: { model }, facts }: Setup): Estimate['model'] {
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

function describeWorkload({ scheme, kvFormat }: Setting, load: Load): Estimate['workload'] {
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
