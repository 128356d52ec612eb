import { type Solution, solve } from '../index.js';
import { wrap } from '../report/table.js';
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
  const { field, metric, target, atLeast, atMost, from, to, values } = flags;
  const solution = solve(
    { ...(await readAskedOfTokens(flags, terminal)), hardware: await readMachine(flags) },
    {
      field,
      metric,
      ...(target === undefined ? {} : { target }),
      ...(atLeast === undefined ? {} : { atLeast }),
      ...(atMost === undefined ? {} : { atMost }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(values === undefined ? {} : { values: values.split(',').map((value) => value.trim()) }),
    },
  );
  await emit({ json: () => solution, text: (width) => solutionText(solution, width) }, flags, terminal);
  return solution.ok;
}

function solutionText(solution: Solution, width: number): string {
  const { sentence } = solution;
  const lines = wrap(sentence, width);
  return `${[...(solution.ok ? [`${solution.field} = ${solution.text}`, ''] : []), ...lines].join('\n')}\n`;
}
