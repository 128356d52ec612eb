import type { RoofcastError } from '../errors.js';
import { compareAny, isUnitEstimate } from '../index.js';
import { comparisonJson, comparisonText } from '../report/compare.js';
import { unitComparisonText } from '../report/unit-compare.js';
import type { Comparison } from '../study/compare.js';
import type { UnitComparison } from '../study/compare-units.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { readAsked, readMachines } from './scenario.js';
import type { Terminal } from './terminal.js';

/** `roofcast compare`: one workload on several machines. True when any of them can run it. */
export async function runCompare(flags: ScenarioFlags, terminal: Terminal): Promise<boolean> {
  const comparison = compareAny({ ...(await readAsked(flags, terminal)), hardware: await readMachines(flags) });
  const slip = slipOf(comparison);
  if (slip !== undefined) throw slip;
  if (flags.json) for (const message of messagesOf(comparison)) terminal.warn(`${message}\n`);
  await emit(
    {
      json: () => comparisonJson(comparison),
      text: (width) =>
        isOfUnits(comparison) ? unitComparisonText(comparison, width) : comparisonText(comparison, width),
    },
    flags,
    terminal,
  );
  return comparison.baseline !== undefined;
}

/** Whether machines answer in images, frames, samples or sequences. */
function isOfUnits(comparison: Comparison | UnitComparison): comparison is UnitComparison {
  return comparison.entries.some((entry) => entry.ok && isUnitEstimate(entry.estimate));
}

/** What is wrong with the question itself, and not with a machine: an unknown id, or what no machine accepts. */
export function slipOf({ entries, baseline }: Comparison | UnitComparison): RoofcastError | undefined {
  const errors = entries.flatMap((entry) => (entry.ok ? [] : [entry.error]));
  const unknown = errors.find(({ code }) => code === 'unknown-id');
  if (unknown !== undefined || baseline !== undefined) return unknown;
  return errors.some(({ code }) => code === 'does-not-fit') ? undefined : errors[0];
}

function messagesOf({ entries }: Comparison | UnitComparison): string[] {
  return entries.flatMap((entry) =>
    entry.ok
      ? entry.estimate.warnings.map(({ message }) => `warning: ${message}`)
      : [`${entry.hardware}: ${entry.error.message}`],
  );
}
