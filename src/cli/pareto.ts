import { InvalidScenarioError } from '../errors.js';
import { type AxisValue, type ParetoPlot, pareto, paretoPlot, paretoText, type SweepRow, sweep } from '../index.js';
import { frontJson, frontPlot, frontText } from '../report/front.js';
import { warningLines } from '../report/shared-warnings.js';
import { checkFieldValue } from '../study/field-value.js';
import { warningsAt } from '../study/shared-warnings.js';
import { readBatches } from './batches.js';
import type { ScenarioFlags } from './flags.js';
import { emit } from './output.js';
import { readAskedOfTokens, readMachines } from './scenario.js';
import type { Terminal } from './terminal.js';

export interface ParetoFlags extends Omit<ScenarioFlags, 'batch'> {
  readonly batch?: string;
  readonly more?: readonly string[];
  readonly less?: readonly string[];
  readonly plot?: boolean;
}

/** `roofcast pareto`: choices of machine, weight format and batch that no other beats. True where any runs. */
export async function runPareto({ batch, ...flags }: ParetoFlags, terminal: Terminal): Promise<boolean> {
  const aims = { more: namesOf(flags.more), less: namesOf(flags.less) };
  const metrics = [...aims.more, ...aims.less];
  if (metrics.length === 0)
    throw new InvalidScenarioError('--more', undefined, 'nothing is aimed at', 'name metrics with --more and --less');
  const isPicture = flags.out !== undefined && /\.svg$/i.test(flags.out) && !flags.json;
  if ((isPicture || flags.plot) && metrics.length !== 2)
    throw new InvalidScenarioError('--more', metrics, 'a picture has two axes', 'name two metrics in all');
  const hardware = await readMachines(flags);
  const { weights, ...others } = flags;
  const formats = weights?.split(',').map((one) => one.trim());
  const base = { ...(await readAskedOfTokens({ ...others, ...(formats?.[0] && { weights: formats[0] }) }, terminal)) };
  const axes: Record<string, readonly AxisValue[]> = {
    hardware,
    ...(formats && { weights: formats }),
    ...(batch !== undefined && { batch: readBatches(batch) }),
  };
  // Among others, a misspelt format would be one more choice that does not run.
  for (const format of formats ?? []) checkFieldValue('weights', format, () => []);
  const swept = sweep({ base: { ...base, hardware: hardware[0] ?? '' }, axes, metrics });
  const rows = [...swept];
  const slip = slipOf(rows);
  if (slip !== undefined) throw slip;
  const front = pareto(rows, aims);
  const model = typeof base.model === 'string' ? base.model : base.model.id;
  const title = `Pareto front of ${model}`;
  const doubts = warningsAt(swept, rows.keys());
  const lines = warningLines(doubts, rows.length, 'choices');
  const plot = (): ParetoPlot => frontPlot(title, swept.metrics, rows, front);
  const text = (width: number): string => {
    if (isPicture) return paretoPlot(plot());
    return flags.plot
      ? paretoText(plot(), width)
      : frontText({ title, metrics: swept.metrics, rows, front, warnings: lines }, width);
  };
  // The table has its warnings; of data and pictures nobody reads them.
  if (flags.json || isPicture || flags.plot) for (const line of lines) terminal.warn(`warning: ${line}\n`);
  await emit({ json: () => ({ ...frontJson(swept.metrics, rows, front), warnings: doubts }), text }, flags, terminal);
  return front.length > 0;
}

function namesOf(lists: readonly string[] = []): readonly string[] {
  return lists.flatMap((list) => list.split(',').map((name) => name.trim()));
}

/** What is wrong with the question itself: an id that there is not, or what nothing accepts. */
function slipOf(rows: readonly SweepRow[]) {
  const errors = rows.flatMap((row) => (row.ok ? [] : [row.error]));
  const unknown = errors.find(({ code }) => code === 'unknown-id');
  if (unknown !== undefined || errors.length < rows.length) return unknown;
  return errors.some(({ code }) => code === 'does-not-fit') ? undefined : errors[0];
}
