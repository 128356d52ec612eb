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
import { type Plan, type Prepared, planOf, workspaceOf } from './prepared.js';
import { type Load, type Setting, tokensOf, type Workload } from './scenario.js';

/** What depends on model and weight format alone; models are immutable, so it is kept beside them. */
export interface ModelFacts {
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

/** Tokens in the cache of a sequence when its request ends, or as many as the engine keeps room for from the start. */
export function contextOf(load: Load, fixedContext = 0): number {
  return Math.max(tokensOf(load), fixedContext);
}

/** What so many sequences of `context` tokens in the cache need, with prompts of so many tokens. */
export type DemandOf = (batch: number, context: number, promptTokens: number) => Demand;

/** Bytes that a setting needs for some load. */
export function demandOf(setting: Setting, ...load: Parameters<DemandOf>): Demand {
  return demandsOf(setting)(...load);
}

/**
 * The same as a function of the load: weights, cache and state of all sequences, and the activations of the largest pass:
 * input and output of the widest operator for every row of a chunk, and one row of logits per sequence.
 */
export function demandsOf({ model, scheme, kvFormat, engineClass }: Setting): DemandOf {
  const { weightBytes, widest } = modelFacts(model, scheme);
  const cacheBytes = cacheOf(model, kvFormat);
  const { chunk, activationBytes } = engineClass;
  const { vocabulary } = model;
  return (batch, context, promptTokens) => {
    const rows = Math.max(batch, Math.min(chunk, batch * promptTokens));
    return {
      weightBytes,
      cacheBytes: batch * cacheBytes(context),
      activationBytes: (rows * widest + batch * vocabulary) * activationBytes,
    };
  };
}

/** All bytes of a demand. */
export function bytesOf({ weightBytes, cacheBytes, activationBytes }: Demand): Bytes {
  return weightBytes + cacheBytes + activationBytes;
}

/** Everything that no pass changes: operators, rates, and where weights and cache lie (`memory`, where that is known). */
export function prepare(workload: Workload, memory = placeWorkload(workload)): Prepared {
  const { model, hardware, unit, engineClass, scheme, threads } = workload;
  const { plan, layers } = modelFacts(model, scheme);
  const machine = machineOf(hardware, unit, engineClass, threads);
  return { plan, layers, machine, memory, workspace: workspaceOf(plan, machine) };
}

function placeWorkload(workload: Workload): MemoryTimes {
  const { hardware, kvFormat, batch, promptTokens } = workload;
  const demand = demandOf(workload, batch, contextOf(workload, workload.engineClass.fixedContext), promptTokens);
  return placeInMemory(layoutOf(hardware.memory), demand, kvFormat.bitsPerElement / 8);
}
