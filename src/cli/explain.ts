import { explainEstimate, type SourceLookup } from '../estimator/explain.js';
import { explainUnits } from '../estimator/units/explain.js';
import { type AnyEstimate, estimateAny, isUnitEstimate, sourcesOf } from '../index.js';
import { explanationText } from '../report/explain.js';
import { scenarioLine, workloadLine } from '../report/headline.js';
import { unitScenarioLine, unitWorkloadLine } from '../report/unit-estimate.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { isPath, readAsked, readMachine } from './scenario.js';
import type { Terminal } from './terminal.js';

/** `roofcast explain`: every term of one estimate. */
export async function runExplain(flags: ScenarioFlags, terminal: Terminal): Promise<void> {
  const found = estimateAny({ ...(await readAsked(flags, terminal)), hardware: await readMachine(flags) });
  const lookup = await sourceLookup(flags);
  const explanation = isUnitEstimate(found) ? explainUnits(found, lookup) : explainEstimate(found, lookup);
  await emit(
    { json: () => explanation, text: (width) => explanationText(headlineOf(found), explanation, width) },
    flags,
    terminal,
  );
}

function headlineOf(found: AnyEstimate): string[] {
  return isUnitEstimate(found)
    ? [unitScenarioLine(found), unitWorkloadLine(found)]
    : [scenarioLine(found), workloadLine(found.workload)];
}

/** Sources of the user's own files, and of the catalogue for everything else. */
async function sourceLookup({ hardware, model, engine = '' }: ScenarioFlags): Promise<SourceLookup> {
  const files = [hardware, model, engine].filter(isPath);
  if (files.length === 0) return sourcesOf;
  const { loadSpec } = await import('../node.js');
  const own = files.map(loadSpec);
  return (kind, id) =>
    own.find((spec) => (spec.kind === 'network' ? 'model' : spec.kind) === kind)?.sources ?? sourcesOf(kind, id);
}
