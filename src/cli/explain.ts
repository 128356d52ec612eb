import { explainEstimate, type SourceLookup } from '../estimator/explain.js';
import { estimate, sourcesOf } from '../index.js';
import { explanationText } from '../report/explain.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { isPath, readAsked, readMachine } from './scenario.js';
import type { Terminal } from './terminal.js';

/** `roofcast explain`: every term of one estimate. */
export async function runExplain(flags: ScenarioFlags, terminal: Terminal): Promise<void> {
  const found = estimate({ ...(await readAsked(flags, terminal)), hardware: await readMachine(flags) });
  const explanation = explainEstimate(found, await sourceLookup(flags));
  await emit({ json: () => explanation, text: (width) => explanationText(found, explanation, width) }, flags, terminal);
}

/** Sources of the user's own files, and of the catalogue for everything else. */
async function sourceLookup({ hardware, model, engine = '' }: ScenarioFlags): Promise<SourceLookup> {
  const files = [hardware, model, engine].filter(isPath);
  if (files.length === 0) return sourcesOf;
  const { loadSpec } = await import('../node.js');
  const own = files.map(loadSpec);
  return (kind, id) => own.find((spec) => spec.kind === kind)?.sources ?? sourcesOf(kind, id);
}
