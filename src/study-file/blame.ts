import { InvalidScenarioError, type RoofcastError, type SpecProblem, UnknownIdError } from '../errors.js';
import { problemAt } from '../spec/problems.js';
import type { Tree } from '../spec/tree.js';
import type { RunCase } from './scenario.js';
import type { Setting } from './settings.js';

/** How the cases with one setting went. */
interface Record_ {
  readonly setting: Setting;
  cases: number;
  impossible: number;
  error?: RoofcastError;
}

/** Which settings the impossible cases of a study are due to. */
export interface Blame {
  note(settings: readonly Setting[], run: RunCase): void;
  /** Settings with which no case was possible: they are mistakes, and no findings. */
  problems(tree: Tree): readonly SpecProblem[];
}

/** Counts the cases of each setting as they are run. */
export function keepBlame(): Blame {
  const records = new Map<string, Record_>();
  const baseline: Setting = { field: 'baseline', value: '', path: ['baseline'] };
  const recordOf = (setting: Setting): Record_ => {
    const key = JSON.stringify(setting.path);
    const known = records.get(key) ?? { setting, cases: 0, impossible: 0 };
    records.set(key, known);
    return known;
  };
  return {
    note: (settings, { run: { outcome }, blamed = baseline }) => {
      for (const setting of [baseline, ...settings]) recordOf(setting).cases++;
      if (outcome.ok || !isImpossible(outcome.error)) return;
      const record = recordOf(blamed);
      record.impossible++;
      record.error ??= outcome.error;
    },
    problems: (tree) =>
      [...records.values()].flatMap(({ setting, cases, impossible, error }) =>
        error !== undefined && impossible === cases ? [problemOf(tree, setting, error)] : [],
      ),
  };
}

/** True of errors that say that the question is wrong, and not that the answer is no. */
function isImpossible(error: RoofcastError): boolean {
  return error instanceof InvalidScenarioError || error instanceof UnknownIdError;
}

function problemOf(tree: Tree, { path, field }: Setting, error: RoofcastError): SpecProblem {
  const remedy = error instanceof InvalidScenarioError ? error.remedy : undefined;
  const named = error instanceof InvalidScenarioError ? error.message.replace(`${error.field}: `, '') : error.message;
  const problem = remedy === undefined ? named : named.replace(`; ${remedy}`, '');
  return problemAt(tree, path, field === 'baseline' ? error.message : problem, remedy);
}
