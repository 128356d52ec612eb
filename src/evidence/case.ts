import type { Engine, EngineClass, EngineConstants } from '../engine/types.js';
import { isRoofcastError } from '../errors.js';
import type { Prepared } from '../estimator/pass-time.js';
import { runPhase } from '../estimator/phase-run.js';
import { type CountedPass, countPasses, decodePasses, prefillPasses, type WeightedPass } from '../estimator/phases.js';
import { demandOf, prepare } from '../estimator/prepare.js';
import { resolveScenario, type Workload } from '../estimator/scenario.js';
import type { Hardware } from '../hardware/types.js';
import type { Model } from '../model/types.js';
import { machineOf } from '../roofline/machine.js';
import type { Measurement } from './measurement.js';

/** Specs by id; undefined where there is none. */
export interface Specs {
  hardware(id: string): Hardware | undefined;
  model(id: string): Model | undefined;
  engine(id: string): Engine | undefined;
}

/** A measurement with everything about it that no engine constant changes: its operators are counted once. */
export interface Case {
  readonly measurement: Measurement;
  readonly workload: Workload;
  readonly prepared: Prepared;
  readonly decode: readonly CountedPass[];
  readonly prefill: readonly CountedPass[];
  /** Device and model shape, which are held out together. */
  readonly device: string;
  readonly shape: string;
  /** What scores together: device x shape x format x engine x back end x metric. */
  readonly group: string;
}

export type CaseResult = { readonly ok: true; readonly found: Case } | { readonly ok: false; readonly reason: string };

/** Sets up a measurement for prediction, or says what stands in the way. */
export function caseOf(measurement: Measurement, specs: Specs): CaseResult {
  const hardware = specs.hardware(measurement.hardware);
  const model = specs.model(measurement.model);
  const engine = specs.engine(measurement.engine);
  if (!hardware || !model || !engine) return { ok: false, reason: 'unknown-id' };
  try {
    const workload = resolveScenario({ ...scenarioOf(measurement), hardware, model, engine });
    const { weightBytes, cacheBytes } = demandOf(workload);
    const held = Object.values(hardware.memory).filter((level) => level.holds === 'weights');
    const capacity = held.reduce((sum, level) => sum + level.capacity, 0);
    if (weightBytes + cacheBytes > capacity) return { ok: false, reason: 'does-not-fit' };
    return { ok: true, found: countCase(measurement, workload) };
  } catch (error) {
    if (isRoofcastError(error)) return { ok: false, reason: error.code };
    throw error;
  }
}

/** Fields of a scenario that the row states. */
function scenarioOf(measurement: Measurement) {
  const { backend, threads, chunk, flashAttention, date } = measurement;
  return {
    weights: measurement.weights,
    kvCache: measurement.kvCache,
    batch: measurement.batch,
    promptTokens: Math.max(1, measurement.inputTokens),
    outputTokens: measurement.outputTokens,
    cachedTokens: measurement.cachedTokens,
    ...(backend === undefined ? {} : { backend }),
    ...(threads === undefined ? {} : { threads }),
    ...(chunk === undefined ? {} : { chunk }),
    ...(flashAttention === undefined ? {} : { flashAttention }),
    ...(date === undefined ? {} : { engineDate: date }),
  };
}

function countCase(measurement: Measurement, workload: Workload): Case {
  const { metric, batch, inputTokens, cachedTokens, outputTokens } = measurement;
  const prepared = prepare(workload);
  const count = (passes: readonly WeightedPass[]): readonly CountedPass[] => countPasses(prepared, passes);
  const decodes = metric === 'decode_tok_s' || (metric === 'total_tok_s' && outputTokens > 1);
  const { chunk } = workload.engineClass;
  const shape = shapeOf(workload.model);
  const { engine, backend, weights } = measurement;
  const hardware = workload.hardware.id;
  return {
    measurement,
    workload,
    prepared,
    decode: decodes ? count(decodePasses(batch, cachedTokens + inputTokens, outputTokens)) : [],
    prefill:
      metric === 'decode_tok_s' ? [] : count(prefillPasses(batch, Math.max(1, inputTokens), cachedTokens, chunk)),
    device: hardware,
    shape,
    group: [hardware, shape, weights, engine, backend ?? '', metric].join('|'),
  };
}

const shapes = new WeakMap<Model, string>();

/** Models with equal shapes are one network as far as speed goes, whatever their names. */
function shapeOf(model: Model): string {
  const { hidden, vocabulary, layers, pattern } = model;
  const known = shapes.get(model) ?? JSON.stringify([hidden, vocabulary, layers, pattern]);
  shapes.set(model, known);
  return known;
}

/** The measurement's metric as the model predicts it under some constants. */
export function predictCase(
  found: Case,
  constants: EngineConstants,
  overlap = found.workload.engineClass.overlap,
): number {
  const { measurement, workload } = found;
  const engine = withConstants(workload.engineClass, constants, overlap);
  const machine = machineOf(workload.hardware, workload.unit, engine, workload.threads);
  const prepared = { ...found.prepared, machine };
  const seconds = (passes: readonly CountedPass[]): number =>
    passes.length === 0 ? 0 : runPhase(prepared, passes).power.seconds;
  const { metric, batch, inputTokens, outputTokens } = measurement;
  switch (metric) {
    case 'decode_tok_s':
      return batch / seconds(found.decode);
    case 'prefill_tok_s':
      return (batch * Math.max(1, inputTokens)) / (seconds(found.prefill) + constants.requestOverhead);
    case 'ttft_ms':
      return 1e3 * (seconds(found.prefill) + constants.requestOverhead);
    case 'total_tok_s': {
      const latency = seconds(found.prefill) + constants.requestOverhead + (outputTokens - 1) * seconds(found.decode);
      return (batch * (inputTokens + outputTokens)) / latency;
    }
  }
}

const trials = new WeakMap<EngineConstants, Map<EngineClass, EngineClass>>();

/** A class under trial constants; made once for each, so that the cases of a device share their machine. */
function withConstants(
  engineClass: EngineClass,
  constants: EngineConstants,
  overlap: EngineClass['overlap'],
): EngineClass {
  const known = trials.get(constants) ?? new Map<EngineClass, EngineClass>();
  trials.set(constants, known);
  const made = known.get(engineClass);
  if (made?.overlap === overlap) return made;
  const trial = { ...engineClass, constants, overlap };
  known.set(engineClass, trial);
  return trial;
}

/** Error of a prediction, `ln(expected / measured)` of the rate: positive where the model is too fast. */
export function errorOf(found: Case, predicted: number): number {
  const error = Math.log(predicted / found.measurement.value);
  return found.measurement.metric === 'ttft_ms' ? -error : error;
}
