import { estimateAny, isUnitEstimate } from '../index.js';
import { estimateText } from '../report/estimate.js';
import { unitEstimateText } from '../report/unit-estimate.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { readAsked, readMachine } from './scenario.js';
import type { Terminal } from './terminal.js';

/** `roofcast estimate`: one model on one machine. */
export async function runEstimate(flags: ScenarioFlags, terminal: Terminal): Promise<void> {
  const found = estimateAny({ ...(await readAsked(flags, terminal)), hardware: await readMachine(flags) });
  // The text has its warnings; the data has them too, but nobody reads it.
  if (flags.json) for (const { message } of found.warnings) terminal.warn(`warning: ${message}\n`);
  await emit(
    {
      json: () => found,
      text: (width) => (isUnitEstimate(found) ? unitEstimateText(found, { width }) : estimateText(found, { width })),
    },
    flags,
    terminal,
  );
}
