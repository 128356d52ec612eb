import { InvalidScenarioError } from '../errors.js';
import { type AxisValue, type Solution, type SolveOptions, solve } from '../index.js';
import { wrap } from '../report/table.js';
import { kindOfAxis } from '../study/axis-fields.js';
import { readFieldValue } from '../study/axis-text.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { readAskedOfTokens, readMachine } from './scenario.js';
import type { Terminal } from './terminal.js';

export interface SolveFlags extends ScenarioFlags {
  readonly field: string;
  readonly metric: string;
  readonly target?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly from?: string;
  readonly to?: string;
  readonly values?: string;
}

/** `roofcast solve`: the value of a field that reaches a target. True where there is one. */
export async function runSolve(flags: SolveFlags, terminal: Terminal): Promise<boolean> {
  const asked = { ...(await readAskedOfTokens(flags, terminal)), hardware: await readMachine(flags) };
  const solution = ofField(flags, () => solve(asked, optionsOf(flags)));
  await emit({ json: () => solution, text: (width) => solutionText(solution, width) }, flags, terminal);
  for (const { message } of solution.warnings)
    if (!solution.sentence.includes(message)) terminal.warn(`warning: ${message}\n`);
  return solution.ok;
}

function optionsOf({ field, metric, target, atLeast, atMost, from, to, values }: SolveFlags): SolveOptions {
  return {
    field,
    metric,
    ...(target === undefined ? {} : { target }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(atMost === undefined ? {} : { atMost }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(values === undefined ? {} : { values: readValues(field, values) }),
  };
}

/** What is wrong with a field that is solved for is wrong with `--field`, its range or its values, and not with its own flag. */
function ofField<Found>({ field }: SolveFlags, find: () => Found): Found {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof InvalidScenarioError) || error.field !== field) throw error;
    const problem = error.message
      .slice(field.length + 2)
      .replace(error.remedy === undefined ? '' : `; ${error.remedy}`, '');
    throw new InvalidScenarioError(`--field ${field}`, error.value, problem, error.remedy);
  }
}

/** A list of values with commas. Figures stay text, whose unit the spec reads. */
function readValues(field: string, text: string): readonly AxisValue[] {
  return text.split(',').map((value) => {
    const one = value.trim();
    if (one === '') throw new InvalidScenarioError('--values', text, `"${text}" has an empty value`, 'write f16,q8_0');
    return kindOfAxis(field) === undefined ? one : readFieldValue(field, one);
  });
}

function solutionText(solution: Solution, width: number): string {
  const { sentence } = solution;
  const lines = wrap(sentence, width);
  return `${[...(solution.ok ? [`${solution.field} = ${solution.text}`, ''] : []), ...lines].join('\n')}\n`;
}
