import { readBandwidth, selectClass } from '../engine/select.js';
import type { Engine, EngineClass } from '../engine/types.js';
import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import type { PowerResult } from '../roofline/energy.js';
import { costOf } from './cost.js';
import { energyOf } from './energy.js';
import { addTimes, bandOf, predictRate, predictTime, scalePrediction } from './interval.js';
import { checkFit, reportMemory } from './memory.js';
import type { Prepared } from './pass-time.js';
import { reportPhase } from './phase-report.js';
import { runPhase } from './phase-run.js';
import { type CountedPass, countPasses, decodePasses, prefillPasses, type WeightedPass } from './phases.js';
import { modelFacts, prepare } from './prepare.js';
import { checkContext, resolveScenario, type Workload } from './scenario.js';
import type { DecodeReport, Estimate, PhaseReport, Prediction, PrefillReport, Scenario } from './types.js';
import { assumptionsOf, warningsOf } from './warnings.js';

/** The engine whose value is the bound of every other: efficiency 1, no overhead, perfect overlap. */
export interface Bounding {
  readonly ideal: Engine;
}

/**
 * Tokens per second, latency, memory, energy and cost of a model on a machine under an engine.
 * Throws `InvalidScenarioError`, `MissingFactError` or `DoesNotFitError`.
 */
export function estimateScenario(scenario: Scenario, { ideal }: Bounding): Estimate {
  const workload = resolveScenario(scenario);
  checkContext(workload);
  checkFit(workload);
  return estimateWorkload(workload, { ...workload, engineClass: idealClass(ideal, workload) });
}

/** An estimate, or why there is none. */
export type Outcome =
  | { readonly ok: true; readonly estimate: Estimate }
  | { readonly ok: false; readonly error: RoofcastError };

function idealClass(ideal: Engine, workload: Workload): EngineClass {
  const found = selectClass(ideal, workload.hardware);
  if (!found) throw new InvalidScenarioError('engine', ideal.id, `${ideal.id} does not bound ${workload.hardware.id}`);
  return found;
}

function estimateWorkload(workload: Workload, bound: Workload): Estimate {
  const prepared = prepare(workload);
  const bounding = prepare(bound, prepared.memory);
  const peakBandwidth = readBandwidth(workload.hardware, workload.unit) ?? 0;
  const { report: decode, bound: decodeBound } = reportDecode(workload, prepared, bounding);
  const { report: prefill, bound: prefillBound } = reportPrefill(workload, prepared, bounding);
  const latency = latencyOf(workload, prefill, decode);
  const energy = energyOf(workload, prefill, decode, { prefill: prefillBound, decode: decodeBound }, latency);
  const cost = costOf(workload, latency.expected, decode.power.watts);
  const outputTokens = workload.batch * workload.outputTokens;
  return {
    schemaVersion: 1,
    model: describeModel(workload),
    hardware: describeMachine(workload, peakBandwidth, prefill),
    engine: describeEngine(workload),
    workload: describeWorkload(workload),
    decode,
    prefill,
    request: { latency, outputTokensPerSecond: inverse(latency, outputTokens) },
    memory: reportMemory(workload, prepared.memory),
    energy,
    ...(cost ? { cost } : {}),
    warnings: warningsOf(workload),
    assumptions: assumptionsOf(workload),
  };
}

/** A phase as it is expected to run, and on the physical bound. */
interface Bounded<Report> {
  readonly report: Report;
  readonly bound: PowerResult;
}

function reportDecode(workload: Workload, prepared: Prepared, bounding: Prepared): Bounded<DecodeReport> {
  const { batch, cachedTokens, promptTokens, outputTokens, engineClass, scheme } = workload;
  const passes = decodePasses(batch, cachedTokens + promptTokens, outputTokens);
  const counted = countPasses(prepared, passes);
  const report = reportPhase(prepared, counted);
  const bound = boundPower(bounding, passes, prepared, counted);
  const band = bandOf(engineClass, 'decode', scheme.measuredAs ?? scheme.id);
  const perSequence = predictRate(1 / report.seconds, 1 / bound.seconds, band);
  return {
    report: {
      ...report,
      tokensPerSecond: scalePrediction(perSequence, batch),
      tokensPerSecondPerSequence: perSequence,
      timePerOutputToken: predictTime(report.seconds, bound.seconds, band),
    },
    bound,
  };
}

function reportPrefill(workload: Workload, prepared: Prepared, bounding: Prepared): Bounded<PrefillReport> {
  const { batch, cachedTokens, promptTokens, engineClass, scheme } = workload;
  const { requestOverhead } = engineClass.constants;
  const passes = prefillPasses(batch, promptTokens, cachedTokens, engineClass.chunk);
  const counted = countPasses(prepared, passes);
  const report = reportPhase(prepared, counted);
  const best = prefillPasses(batch, promptTokens, cachedTokens, bounding.machine.engine.chunk);
  const bound = boundPower(bounding, best, prepared, counted);
  const time = predictTime(
    report.seconds + requestOverhead,
    bound.seconds,
    bandOf(engineClass, 'prefill', scheme.measuredAs ?? scheme.id),
  );
  return { report: { ...report, timeToFirstToken: time, tokensPerSecond: inverse(time, batch * promptTokens) }, bound };
}

/** Time and energy of passes on the physical bound. Work already counted serves again where it is the same. */
function boundPower(
  bounding: Prepared,
  passes: readonly WeightedPass[],
  prepared: Prepared,
  counted: readonly CountedPass[],
): PowerResult {
  const fusesAlike = bounding.machine.engine.fusion === prepared.machine.engine.fusion;
  const samePasses = passes.every(({ pass, weight }, index) => {
    const known = counted[index];
    return known?.weight === weight && known.pass.tokens === pass.tokens && known.pass.context === pass.context;
  });
  return runPhase(bounding, fusesAlike && samePasses ? counted : countPasses(bounding, passes)).power;
}

/** Time to first token, and a step for each further one. */
function latencyOf({ outputTokens }: Workload, prefill: PrefillReport, decode: DecodeReport): Prediction {
  if (outputTokens === 1) return prefill.timeToFirstToken;
  return addTimes(prefill.timeToFirstToken, scalePrediction(decode.timePerOutputToken, outputTokens - 1));
}

/** The rate `work / time`, with the bounds that swap places. */
function inverse(time: Prediction, work: number): Prediction {
  return {
    expected: work / time.expected,
    low: work / time.high,
    high: work / time.low,
    ideal: work / time.ideal,
    basis: time.basis,
  };
}

function describeModel({ model, scheme }: Workload): Estimate['model'] {
  const { parameters, activeParameters } = modelFacts(model, scheme);
  return { id: model.id, name: model.name, parameters, activeParameters };
}

/** The machine of an estimate; the arithmetic that most FLOPs of a phase ran in gives its peak. */
export function describeMachine(
  { hardware, unit, threads }: Pick<Workload, 'hardware' | 'unit' | 'threads'>,
  peakBandwidth: number,
  phase: Pick<PhaseReport, 'flops' | 'seconds' | 'mfu'>,
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
  };
}

/** The engine of an estimate, as it was used. */
export function describeEngine({
  engine,
  engineClass,
  engineIsUsual,
}: Pick<Workload, 'engine' | 'engineClass' | 'engineIsUsual'>): Estimate['engine'] {
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
  };
}

function describeWorkload(workload: Workload): Estimate['workload'] {
  const { scheme, kvFormat, batch, promptTokens, outputTokens, cachedTokens } = workload;
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
