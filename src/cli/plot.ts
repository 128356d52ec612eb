import { InvalidScenarioError, type RoofcastError } from '../errors.js';
import type { Hardware } from '../hardware/types.js';
import {
  accuracyPlot,
  accuracyPoints,
  accuracyText,
  batchLines,
  compare,
  type Estimate,
  linePlot,
  lineText,
  memoryBars,
  memoryPlot,
  memoryText,
  rooflineData,
  rooflinePlot,
  rooflineText,
  timeBars,
  timePlot,
  timeText,
  tryEstimate,
  validate,
} from '../index.js';
import { readBatches } from './batches.js';
import { slipOf } from './compare.js';
import type { CommonFlags, ScenarioFlags } from './flags.js';
import { type MeasuredFlags, readMeasured } from './measured.js';
import { emit } from './output.js';
import { type AskedOfTokens, readAskedOfTokens, readMachines } from './scenario.js';
import type { Terminal } from './terminal.js';

export interface BatchFlags extends Omit<ScenarioFlags, 'batch'> {
  readonly batch?: string;
}

export interface PlotAccuracyFlags extends MeasuredFlags {
  readonly metric?: string;
}

/** A plot as data, as SVG and as characters; only the form asked for is made. */
interface Drawing {
  json(): unknown;
  svg(): string;
  text(width: number): string;
}

/** `roofcast plot roofline|memory|time`: one workload on those of some machines that can run it. Throws where none can. */
export async function runPlot(
  kind: 'roofline' | 'memory' | 'time',
  flags: ScenarioFlags,
  terminal: Terminal,
): Promise<void> {
  checkFile(flags);
  const machines = await readMachines(flags);
  const comparison = compare({ ...(await readAskedOfTokens(flags, terminal)), hardware: machines });
  const slip = slipOf(comparison);
  if (slip !== undefined) throw slip;
  const estimates = comparison.entries.flatMap((entry) => (entry.ok ? [entry.estimate] : []));
  const refused = comparison.entries.flatMap((entry) =>
    entry.ok ? [] : [{ name: entry.hardware, error: entry.error }],
  );
  sayLeftOut(refused, estimates, terminal);
  sayWarnings(estimates, terminal);
  await draw(drawingOf(kind, estimates, machines), flags, terminal);
}

function drawingOf(
  kind: 'roofline' | 'memory' | 'time',
  estimates: readonly Estimate[],
  machines: readonly (string | Hardware)[],
): Drawing {
  switch (kind) {
    case 'roofline': {
      const hardware = machines.flatMap((machine) => (typeof machine === 'string' ? [] : [machine]));
      return {
        json: () => rooflineData(estimates, { hardware }),
        svg: () => rooflinePlot(estimates, { hardware }),
        text: (width) => rooflineText(estimates, { hardware, width }),
      };
    }
    case 'memory':
      return {
        json: () => memoryBars(estimates),
        svg: () => memoryPlot(estimates),
        text: (width) => memoryText(estimates, width),
      };
    case 'time':
      return {
        json: () => timeBars(estimates),
        svg: () => timePlot(estimates),
        text: (width) => timeText(estimates, width),
      };
  }
}

/** `roofcast plot batch`: one workload at those of several batches that machines can run. Throws where none can. */
export async function runPlotBatch({ batch: text, ...flags }: BatchFlags, terminal: Terminal): Promise<void> {
  checkFile(flags);
  const batch = text === undefined ? undefined : readBatches(text);
  const asked = await readAskedOfTokens(flags, terminal);
  const machines = await readMachines(flags);
  const first = compare({ ...asked, batch: batch?.[0] ?? 1, hardware: machines });
  const slip = slipOf(first);
  if (slip !== undefined) throw slip;
  const runs = machines.map((hardware) => runOf({ ...asked, hardware }, batch));
  const estimates = runs.flatMap((run) => run.estimates);
  sayLeftOut(
    runs.flatMap(({ refused }) => refused),
    estimates,
    terminal,
  );
  sayWarnings(estimates, terminal);
  const plot = batchLines(runs.map((run) => run.estimates));
  await draw({ json: () => plot, svg: () => linePlot(plot), text: (width) => lineText(plot, width) }, flags, terminal);
}

/** Estimates of a machine at several batches, and the batches that it refuses. */
interface Run {
  readonly estimates: readonly Estimate[];
  readonly refused: readonly LeftOut[];
}

interface LeftOut {
  /** The machine, and what it cannot do. */
  readonly name: string;
  readonly error: RoofcastError;
}

/** Runs each batch of a list, or powers of two up to what fits. */
function runOf(
  asked: AskedOfTokens & { readonly hardware: string | Hardware },
  batches: readonly number[] | undefined,
): Run {
  const { hardware } = asked;
  const name = typeof hardware === 'string' ? hardware : hardware.id;
  const estimates: Estimate[] = [];
  const refused: LeftOut[] = [];
  const list = batches === undefined ? powersOfTwo(asked) : batches.toSorted((a, b) => a - b);
  for (const batch of list) {
    const outcome = tryEstimate({ ...asked, batch });
    if (outcome.ok) estimates.push(outcome.estimate);
    // What no machine accepts is a slip of the command line.
    else if (outcome.error.code === 'invalid-scenario') throw outcome.error;
    else refused.push({ name: batch === 1 ? name : `${name} at a batch of ${batch}`, error: outcome.error });
  }
  return { estimates, refused };
}

function powersOfTwo(asked: AskedOfTokens & { readonly hardware: string | Hardware }): readonly number[] {
  const single = tryEstimate({ ...asked, batch: 1 });
  const largest = single.ok ? single.estimate.memory.largestBatch : 1;
  return Array.from({ length: Math.floor(Math.log2(Math.max(1, largest))) + 1 }, (_, index) => 2 ** index);
}

/** `roofcast plot accuracy`: predicted against measured values of a file. */
export async function runPlotAccuracy(file: string, flags: PlotAccuracyFlags, terminal: Terminal): Promise<void> {
  checkFile(flags);
  const { rows, options } = await readMeasured(file, flags, terminal);
  const found = validate(rows, options);
  const { metric } = flags;
  const plot = accuracyPoints(found, {
    of: file.split(/[/\\]/).at(-1) ?? file,
    ...(metric === undefined ? {} : { metric }),
  });
  const drawn = plot.series.reduce((sum, { points }) => sum + points.length, 0);
  const others = found.rows.length - drawn;
  if (others > 0)
    terminal.warn(
      `note: ${others} of ${found.rows.length} rows are of other metrics or not predicted; "roofcast validate" has all\n`,
    );
  await draw(
    { json: () => plot, svg: () => accuracyPlot(plot), text: (width) => accuracyText(plot, width) },
    flags,
    terminal,
  );
}

/** Prints a plot as characters or as data, or writes it to the file of `--out`: as SVG, or as data with `--json`. */
async function draw({ json, svg, text }: Drawing, flags: CommonFlags, terminal: Terminal): Promise<void> {
  await emit({ json, text: (width) => (flags.out === undefined ? text(width) : svg()), svg }, flags, terminal);
}

/** Objects to a file of another kind of picture before anything is computed. */
function checkFile({ out, json }: CommonFlags): void {
  const ending = out === undefined ? undefined : /\.\w+$/.exec(out)?.[0].toLowerCase();
  if (json || ending === undefined || ending === '.svg') return;
  throw new InvalidScenarioError('--out', out, `"${out}" is no SVG file`, 'let its name end in .svg');
}

/** Says what is not drawn and why; throws where nothing is. */
function sayLeftOut(refused: readonly LeftOut[], estimates: readonly Estimate[], terminal: Terminal): void {
  const [first] = refused;
  if (estimates.length === 0 && first !== undefined) throw first.error;
  for (const { name, error } of refused) terminal.warn(`note: ${name} is left out: ${error.message}\n`);
}

/** Says each doubt about the estimates once. */
function sayWarnings(estimates: readonly Estimate[], terminal: Terminal): void {
  const messages = estimates.flatMap(({ warnings }) => warnings.map(({ message }) => `warning: ${message}\n`));
  for (const message of new Set(messages)) terminal.warn(message);
}
