import { InvalidScenarioError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import {
  type AxisValue,
  getHardware,
  type ParetoPlot,
  pareto,
  paretoPlot,
  paretoText,
  type SweepRow,
  sweep,
} from '../index.js';
import { frontJson, frontPlot, frontText } from '../report/front.js';
import { warningLines } from '../report/shared-warnings.js';
import { checkFieldValue } from '../study/field-value.js';
import { namedAims } from '../study/pareto.js';
import { warningsAt } from '../study/shared-warnings.js';
import { readBatches } from './batches.js';
import type { ScenarioFlags } from './flags.js';
import { emit, formOf } from './output.js';
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
  const isPicture = formOf(flags, ['text', 'json', 'svg']) === 'svg';
  if ((isPicture || flags.plot) && metrics.length !== 2)
    throw new InvalidScenarioError('--more', metrics, 'a picture has two axes', 'name two metrics in all');
  namedAims(aims);
  const hardware = distinctMachines(await readMachines(flags));
  const { weights, ...others } = flags;
  const formats = weights && [...new Set(namesOf([weights]))];
  const base = { ...(await readAskedOfTokens({ ...others, ...(formats?.[0] && { weights: formats[0] }) }, terminal)) };
  const axes: Record<string, readonly AxisValue[]> = {
    hardware,
    ...(formats && { weights: formats }),
    ...(batch !== undefined && { batch: [...new Set(readBatches(batch))] }),
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
  // A table says why nothing runs; a picture of nothing would not.
  const reason = rows.flatMap((row) => (row.ok ? [] : [row.error]))[0];
  if ((isPicture || flags.plot) && front.length === 0 && reason !== undefined) throw reason;
  const text = (width: number): string =>
    flags.plot
      ? paretoText(plot(), width)
      : frontText({ title, metrics: swept.metrics, rows, front, warnings: lines }, width);
  const json = () => ({ ...frontJson(swept.metrics, rows, front), warnings: doubts });
  // The table has its warnings; of data and pictures nobody reads them.
  if (flags.json || isPicture || flags.plot) for (const line of lines) terminal.warn(`warning: ${line}\n`);
  await emit({ json, text, svg: () => paretoPlot(plot()) }, flags, terminal);
  return front.length > 0;
}

function namesOf(lists: readonly string[] = []): readonly string[] {
  return lists.flatMap((list) => list.split(',').map((name) => name.trim()));
}

/** Machines by their ids, aliases of one told as one, each once. */
function distinctMachines(machines: readonly (string | Hardware)[]): readonly (string | Hardware)[] {
  const byId = new Map<string, string | Hardware>();
  for (const machine of machines) {
    const { id } = typeof machine === 'string' ? getHardware(machine) : machine;
    if (!byId.has(id)) byId.set(id, machine);
  }
  return [...byId.values()];
}

/** What is wrong with the question itself: an id that there is not, or what nothing accepts. */
function slipOf(rows: readonly SweepRow[]) {
  const errors = rows.flatMap((row) => (row.ok ? [] : [row.error]));
  const unknown = errors.find(({ code }) => code === 'unknown-id');
  if (unknown !== undefined || errors.length < rows.length) return unknown;
  return errors.some(({ code }) => code === 'does-not-fit') ? undefined : errors[0];
}
