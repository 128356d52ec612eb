import { entryOf, mapBeside } from '../kept.js';
import { cacheOf } from '../model/cache.js';
import { activeParameters, totalParameters } from '../model/parameters.js';
import { planOperators } from '../model/plan.js';
import { type WeightScheme, weightBytes } from '../model/schemes.js';
import { expandPattern } from '../model/tensors.js';
import type { Model } from '../model/types.js';
import type { Bytes } from '../quantities.js';
import { machineOf } from '../roofline/machine.js';
import { type Demand, layoutOf, type MemoryTimes, placeInMemory } from '../roofline/memory-times.js';
import { type Plan, type Prepared, planOf } from './pass-time.js';
import type { Workload } from './scenario.js';

/** What depends on model and weight format alone; models are immutable, so it is kept beside them. */
interface ModelFacts {
  readonly plan: Plan;
  readonly layers: number;
  readonly weightBytes: Bytes;
  readonly parameters: number;
  readonly activeParameters: number;
  /** Elements of input and output of the widest product, per row. */
  readonly widest: number;
}

const factsByScheme = mapBeside<Model, string, ModelFacts>();

/** Operators, depth and weight bytes of a model in a format. */
export function modelFacts(model: Model, scheme: WeightScheme): ModelFacts {
  return entryOf(factsByScheme(model), scheme.id, () => findFacts(model, scheme));
}

function findFacts(model: Model, scheme: WeightScheme): ModelFacts {
  const operators = planOperators(model, scheme);
  const widths = operators.map((operator) =>
    operator.kind === 'product' && operator.rows === 'tokens' ? operator.outer + operator.inner : 0,
  );
  return {
    plan: planOf(operators),
    layers: expandPattern(model).length,
    weightBytes: weightBytes(model, scheme),
    parameters: totalParameters(model),
    activeParameters: activeParameters(model),
    widest: Math.max(model.hidden, ...widths),
  };
}

/** Bytes that a workload needs at its longest: weights, cache and state of all sequences, activations of a pass. */
export function demandOf(workload: Workload, batch = workload.batch, context = contextOf(workload)): Demand {
  return demandBy(workload)(batch, context);
}

/** The same as a function of the batch and of the tokens in the cache of each sequence. */
export function demandBy(workload: Workload): (batch: number, context: number) => Demand {
  const { model, scheme, kvFormat, engineClass, promptTokens } = workload;
  const { weightBytes, widest } = modelFacts(model, scheme);
  const cachedBytes = cacheOf(model, kvFormat);
  const { chunk, activationBytes } = engineClass;
  return (batch, context) => ({
    weightBytes,
    cacheBytes: batch * cachedBytes(context),
    activationBytes: activationElements(model, widest, batch, Math.min(chunk, batch * promptTokens)) * activationBytes,
  });
}

/** Tokens in the cache of a sequence when its request ends, or as many as the engine keeps room for from the start. */
export function contextOf({ cachedTokens, promptTokens, outputTokens, engineClass }: Workload): number {
  return Math.max(cachedTokens + promptTokens + outputTokens, engineClass.fixedContext ?? 0);
}

/**
 * Working memory of the largest pass: input and output of the widest operator for every row of a chunk, and one row of
 * logits per sequence.
 */
function activationElements({ vocabulary }: Model, widest: number, batch: number, chunk: number): number {
  return Math.max(batch, chunk) * widest + batch * vocabulary;
}

/** Everything that no pass changes: operators, rates, and where weights and cache lie (`memory`, where that is known). */
export function prepare(workload: Workload, memory = placeWorkload(workload)): Prepared {
  const { model, hardware, unit, engineClass, scheme, threads } = workload;
  const { plan, layers } = modelFacts(model, scheme);
  return { plan, layers, machine: machineOf(hardware, unit, engineClass, threads), memory };
}

function placeWorkload(workload: Workload): MemoryTimes {
  const { hardware, kvFormat } = workload;
  return placeInMemory(layoutOf(hardware.memory), demandOf(workload), kvFormat.bitsPerElement / 8);
}
