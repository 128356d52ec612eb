import type { Engine } from '../engine/types.js';
import { DoesNotFitError, InvalidScenarioError, isRoofcastError, MissingFactError, UnknownIdError } from '../errors.js';
import { largestBatch } from '../estimator/memory.js';
import { type CountedRun, countRuns } from '../estimator/pass-time.js';
import { demandOf, prepare } from '../estimator/prepare.js';
import type { Prepared } from '../estimator/prepared.js';
import { decodeRun, prefillRuns } from '../estimator/runs.js';
import { resolveScenario, type Workload } from '../estimator/scenario.js';
import type { Hardware } from '../hardware/types.js';
import { kept } from '../kept.js';
import { withFileSize } from '../model/file-size.js';
import { findScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import { layoutOf } from '../roofline/memory-times.js';
import type { Measurement } from './measurement.js';
import { type Reading, type Refusal, refuse } from './row.js';
import { steadyRuns } from './serving-steps.js';

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
  /** Sequences served together, in the mean. */
  readonly batch: number;
  /** Requests that wait for a place, for each that is served: a server's memory or its scheduler may hold no more. */
  readonly waiting: number;
  /** The mean decode step, under load with the prompts that ride along; empty where the measurement has none. */
  readonly step: readonly CountedRun[];
  /** All prompts of the batch, or under load the passes that take in the prompt of one sequence. */
  readonly prompt: readonly CountedRun[];
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
    const batch = servedOf(measurement, workload);
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

/** Sequences served at once: as many as were sent; where requests take turns, only those that there is room for. */
function servedOf({ batch, phase }: Measurement, workload: Workload): number {
  if (batch === 'max') return largestServed(workload);
  const turns = phase === 'serving' || (phase === 'request' && workload.engineClass.scheduler === 'continuous');
  return turns ? Math.min(batch, largestServed(workload)) : batch;
}

/**
 * Sequences that an engine serves at once when it takes as many as it can: as many as memory holds, for in the mean they are
 * half grown.
 */
function largestServed(workload: Workload): number {
  const { promptTokens, outputTokens, engineClass } = workload;
  const grown = promptTokens + Math.ceil(outputTokens / 2);
  return Math.max(1, Math.min(largestBatch(workload, workload, grown), engineClass.mostSequences));
}

/** Runs that were made did fit, if only just: the whole memory counts, not its usable part, and of requests half their growth. */
function checkCapacity({ phase }: Measurement, workload: Workload, batch: number): void {
  const { hardware, model, promptTokens, outputTokens, cachedTokens } = workload;
  const availableBytes = layoutOf(hardware.memory).capacity;
  const grown = phase === 'request' || phase === 'serving' ? Math.ceil(outputTokens / 2) : outputTokens;
  const context = cachedTokens + promptTokens + grown;
  const { weightBytes, cacheBytes } = demandOf(workload, Math.max(1, Math.floor(batch)), context, promptTokens);
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
  const prepared = prepare(workload);
  const { engine, weights, metric, options } = measurement;
  const shape = shapeOf(workload.model);
  const hardware = workload.hardware.id;
  return {
    measurement,
    workload,
    prepared,
    batch,
    waiting: measurement.batch === 'max' ? 0 : measurement.batch / batch - 1,
    ...runsOf(measurement, prepared, workload.engineClass.chunk, batch),
    device: hardware,
    shape,
    group: [hardware, shape, weights, engine, options.backend ?? '', metric].join('|'),
  };
}

/** Runs of a test: of a batch that starts and ends together, or of a server in steady state. */
export function runsOf(
  { phase, metric, inputTokens, outputTokens, options: { cachedTokens } }: Measurement,
  prepared: Prepared,
  chunk: number,
  batch: number,
): Pick<Case, 'step' | 'prompt'> {
  const { step, prompt } =
    phase === 'serving'
      ? steadyRuns({ batch, cachedTokens, inputTokens, outputTokens, chunk })
      : {
          step: [decodeRun(batch, cachedTokens + inputTokens, Math.max(1, outputTokens))],
          prompt: prefillRuns(batch, Math.max(1, Math.round(inputTokens)), cachedTokens, chunk),
        };
  const decodes = phase === 'decode' || phase === 'serving' || (phase === 'request' && metric !== 'ttft_ms');
  return {
    step: decodes ? countRuns(prepared, step) : [],
    prompt: phase === 'decode' ? [] : countRuns(prepared, prompt),
  };
}

/** Models with equal layers are one network as far as speed goes, whatever their names; fine-tunes add a token or two. */
const shapeOf = kept(({ hidden, layers, pattern }: Model): string => JSON.stringify([hidden, layers, pattern]));
