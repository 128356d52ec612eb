import { InvalidScenarioError } from '../errors.js';
import { sensitivity, tornadoPlot, tornadoText } from '../index.js';
import { sensitivityBars, sensitivityText } from '../report/sensitivity.js';
import type { ScenarioFlags } from './flags.js';
import { emit, formOf } from './output.js';
import { readAskedOfTokens, readMachine } from './scenario.js';
import type { Terminal } from './terminal.js';

export interface SensitivityFlags extends ScenarioFlags {
  readonly metric?: string;
  readonly top?: number;
  readonly plot?: boolean;
}

const USUAL_TOP = 15;
const USUAL_METRIC = 'decode.tokensPerSecond';

/** `roofcast sensitivity`: what limits a run, and what would change it, as a table or a tornado. */
export async function runSensitivity(flags: SensitivityFlags, terminal: Terminal): Promise<void> {
  const { metric = USUAL_METRIC, top = USUAL_TOP, plot } = flags;
  if (!(Number.isInteger(top) && top > 0))
    throw new InvalidScenarioError('--top', top, `${top} is not a whole number from 1`);
  const metrics = metric.split(',').map((name) => name.trim());
  const isPicture = formOf(flags, ['text', 'json', 'svg']) === 'svg';
  if ((isPicture || plot) && metrics.length > 1)
    throw new InvalidScenarioError('--metric', metric, 'a tornado is of one metric', 'name one');
  const asked = { ...(await readAskedOfTokens(flags, terminal)), hardware: await readMachine(flags) };
  const found = sensitivity(asked, { metrics });
  const bars = () => sensitivityBars(found, nameOf(asked), top);
  const text = (width: number): string =>
    plot ? tornadoText(bars(), width) : sensitivityText(found, nameOf(asked), top, width);
  // The table has its warnings; of data and pictures nobody reads them.
  if (flags.json || isPicture || plot) for (const { message } of found.warnings) terminal.warn(`warning: ${message}\n`);
  await emit({ json: () => found, text, svg: () => tornadoPlot(bars()) }, flags, terminal);
}

function nameOf({ model, hardware }: Readonly<Record<'model' | 'hardware', string | { readonly id: string }>>): string {
  const id = (spec: string | { readonly id: string }): string => (typeof spec === 'string' ? spec : spec.id);
  return `${id(model)} on ${id(hardware)}`;
}
