import { InvalidScenarioError } from '../errors.js';
import type { Estimate } from '../estimator/types.js';
import type { AnyEstimate } from '../estimator/units/types.js';
import type { Heading } from './heading.js';

/** What estimates have in common, and a name for each by what tells it from the others. */
export interface Naming {
  readonly common: Heading;
  readonly names: readonly string[];
}

/** Facts of an estimate in the order in which they are said. */
function factsOf({ model, hardware, engine, workload }: Estimate): readonly string[] {
  const { weights, kvCache, batch, promptTokens, outputTokens, cachedTokens } = workload;
  return [
    model.name,
    hardware.id,
    engine.name,
    `${weights} weights`,
    `${kvCache} KV cache`,
    batch > 0 ? `batch ${batch}` : '',
    `${promptTokens} prompt + ${outputTokens} output tokens`,
    cachedTokens > 0 ? `${cachedTokens} cached` : '',
  ];
}

/** One estimate, or several to be set side by side. */
export type Estimates = Estimate | readonly Estimate[];

/** Estimates as a list. */
export function listOf(estimates: Estimates): readonly Estimate[] {
  return 'schemaVersion' in estimates ? [estimates] : estimates;
}

/**
 * Names each of some estimates by the facts in which they differ; what they share goes to the heading behind `what`.
 * Throws `InvalidScenarioError` where there are none.
 */
export function nameEstimates(what: string, estimates: readonly Estimate[]): Naming {
  if (estimates.length === 0)
    throw new InvalidScenarioError('plot', estimates, 'there is no estimate to draw', 'give one or more');
  for (const estimate of estimates) checkGenerates(estimate);
  const facts = estimates.map(factsOf);
  const [first = []] = facts;
  const isShared = first.map((fact, index) => facts.every((own) => own[index] === fact));
  const [model, machine, ...rest] = first.map((fact, index) => (isShared[index] ? fact : ''));
  const subject = [model, machine].filter((fact) => fact).join(' on ');
  const subtitle = rest.filter((fact) => fact).join(', ');
  const title = subject === '' ? what : `${what}: ${subject}`;
  return {
    common: subtitle === '' ? { title } : { title, subtitle },
    names: distinct(
      facts.map((own, at) => {
        const differing = own.filter((fact, index) => fact && !isShared[index]).join(', ');
        return differing || (estimates[at]?.hardware.id ?? '');
      }),
    ),
  };
}

/** Throws for an estimate in images or sequences, which an id that the compiler does not know may have led to. */
function checkGenerates({ model, workload }: AnyEstimate): void {
  if (workload.kind === 'generate') return;
  const problem = `${model.id} gives ${workload.unit}s, and plots show decode and prefill`;
  throw new InvalidScenarioError('plot', workload.kind, problem, 'leave it out');
}

/** Adds a number to names that stand more than once. */
function distinct(names: readonly string[]): readonly string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}
