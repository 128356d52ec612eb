import type { Engine } from '../engine/types.js';
import { DoesNotFitError, InvalidScenarioError, isRoofcastError, MissingFactError, UnknownIdError } from '../errors.js';
import { largestBatch } from '../estimator/memory.js';
import type { Prepared } from '../estimator/pass-time.js';
import { type CountedPass, countPasses, decodePasses, prefillPasses } from '../estimator/phases.js';
import { demandOf, prepare } from '../estimator/prepare.js';
import { resolveScenario, type Workload } from '../estimator/scenario.js';
import type { Hardware } from '../hardware/types.js';
import { kept } from '../kept.js';
import { withFileSize } from '../model/file-size.js';
import { findScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import { layoutOf } from '../roofline/memory-times.js';
import type { Measurement } from './measurement.js';
import { type Reading, type Refusal, refuse } from './row.js';

/** Specs by id. Each throws `UnknownIdError` where there is none. */
export interface Specs {
  hardware(id: string): Hardware;
  model(id: string): Model;
  engine(id: string): Engine;
}

/** A measurement with everything about it that no engine constant changes: its operators are counted once. */
export interface Case {
  readonly measurement: Measurement;
  readonly workload: Workload;
  readonly prepared: Prepared;
  /** Sequences together, in the mean. */
  readonly batch: number;
  /** The mean decode step; empty where the measurement has none. */
  readonly step: readonly CountedPass[];
  /** All prompts of the batch, or under load the prompt of one sequence where a first token is waited for. */
  readonly prompt: readonly CountedPass[];
  /** Device and model shape, which are held out together. */
  readonly device: string;
  readonly shape: string;
  /** What scores together: device x shape x format x engine x back end x metric. */
  readonly group: string;
}

/** Sets up a measurement for prediction, or says what stands in the way. */
export function caseOf(measurement: Measurement, specs: Specs): Reading<Case> {
  try {
    const hardware = limited(specs.hardware(measurement.hardware), measurement.options.powerLimit);
    const model = specs.model(measurement.model);
    const engine = specs.engine(measurement.engine);
    const stated = resolveScenario({ ...scenarioOf(measurement, engine), hardware, model, engine });
    const { fileBytes } = measurement.options;
    const workload =
      fileBytes === undefined ? stated : { ...stated, scheme: withFileSize(stated.scheme, model, fileBytes) };
    const batch = servedTogether(measurement, workload);
    checkCapacity(measurement, workload, batch);
    return { ok: true, value: countCase(measurement, workload, batch) };
  } catch (error) {
    if (isRoofcastError(error)) return { ok: false, refusal: refusalOf(error) };
    throw error;
  }
}

/** A machine whose power somebody limited. Its floor stays what it was. */
function limited(hardware: Hardware, watts: number | undefined): Hardware {
  if (watts === undefined) return hardware;
  return { ...hardware, power: { ...hardware.power, limit: watts } };
}

/** Fields of a scenario that the row states. */
function scenarioOf(measurement: Measurement, engine: Engine) {
  const { options, date, kvCache, weights } = measurement;
  const { backend, threads, chunk, flashAttention, fixedContext } = options;
  return {
    weights,
    kvCache: kvCache ?? usualCache(engine, weights),
    batch: measurement.batch === 'max' ? 1 : Math.max(1, Math.round(measurement.batch)),
    promptTokens: Math.max(1, Math.round(measurement.inputTokens)),
    outputTokens: Math.max(1, Math.round(measurement.outputTokens)),
    cachedTokens: options.cachedTokens,
    ...(backend === undefined ? {} : { backend }),
    ...(threads === undefined ? {} : { threads }),
    ...(chunk === undefined ? {} : { chunk }),
    ...(flashAttention === undefined ? {} : { flashAttention }),
    ...(fixedContext === undefined ? {} : { fixedContext }),
    ...(date === undefined ? {} : { engineDate: date }),
  };
}

/** Cache format that an engine keeps beside weights of some format, when nobody says. */
function usualCache(engine: Engine, weights: string): string {
  const own = engine.weightSchemes?.[weights.toLowerCase()]?.cache;
  if (own !== undefined) return own;
  const family = findScheme(weights)?.family;
  return engine.usualKv.find(({ families }) => family !== undefined && families.includes(family))?.format ?? 'f16';
}

/**
 * Sequences that are served at once. An engine that is asked for more than memory holds, half grown, serves as many as it
 * holds and lets the others wait; of single steps all take part.
 */
function servedTogether({ batch, phase }: Measurement, workload: Workload): number {
  if (batch !== 'max' && (phase === 'decode' || phase === 'prefill')) return batch;
  const { promptTokens, outputTokens, engineClass } = workload;
  const room = Math.max(1, largestBatch(workload, promptTokens + Math.ceil(outputTokens / 2)));
  return batch === 'max' ? Math.min(room, engineClass.mostSequences) : Math.min(room, batch);
}

/** Runs that were made did fit, if only just: the whole memory counts, not its usable part, and of requests half their growth. */
function checkCapacity({ phase }: Measurement, workload: Workload, batch: number): void {
  const { hardware, model, promptTokens, outputTokens, cachedTokens } = workload;
  const availableBytes = layoutOf(hardware.memory).capacity;
  const grown = phase === 'request' || phase === 'serving' ? Math.ceil(outputTokens / 2) : outputTokens;
  const context = cachedTokens + promptTokens + grown;
  const { weightBytes, cacheBytes } = demandOf(workload, Math.max(1, Math.floor(batch)), context);
  const requiredBytes = weightBytes + cacheBytes;
  if (requiredBytes <= availableBytes) return;
  const remedies: string[] = [];
  throw new DoesNotFitError({ hardware: hardware.id, model: model.id, requiredBytes, availableBytes, remedies });
}

function refusalOf(error: Error): Refusal {
  const { message } = error;
  if (error instanceof UnknownIdError) return refuse('unsupported', 'unknown-id', message).refusal;
  if (error instanceof DoesNotFitError) return refuse('unsupported', 'does-not-fit', message).refusal;
  if (error instanceof MissingFactError) return refuse('unsupported', `missing-fact(${error.fact})`, message).refusal;
  if (error instanceof InvalidScenarioError) {
    const reason = error.field === 'weights' ? 'unknown-id' : `missing-fact(${error.field})`;
    return refuse('unsupported', reason, message).refusal;
  }
  return refuse('unsupported', 'missing-fact', message).refusal;
}

function countCase(measurement: Measurement, workload: Workload, batch: number): Case {
  const { phase, metric, inputTokens, outputTokens, options } = measurement;
  const prepared = prepare(workload);
  const alone = phase === 'serving' && metric === 'ttft_ms';
  const steps = decodePasses(batch, options.cachedTokens + inputTokens, Math.max(1, outputTokens));
  const prompts = prefillPasses(
    alone ? 1 : batch,
    Math.max(1, Math.round(inputTokens)),
    options.cachedTokens,
    workload.engineClass.chunk,
  );
  const shape = shapeOf(workload.model);
  const { engine, weights } = measurement;
  const hardware = workload.hardware.id;
  return {
    measurement,
    workload,
    prepared,
    batch,
    step: phase === 'prefill' || (phase === 'request' && metric === 'ttft_ms') ? [] : countPasses(prepared, steps),
    prompt: phase === 'decode' ? [] : countPasses(prepared, prompts),
    device: hardware,
    shape,
    group: [hardware, shape, weights, engine, options.backend ?? '', metric].join('|'),
  };
}

/** Models with equal layers are one network as far as speed goes, whatever their names; fine-tunes add a token or two. */
const shapeOf = kept(({ hidden, layers, pattern }: Model): string => JSON.stringify([hidden, layers, pattern]));
