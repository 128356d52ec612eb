import { InvalidScenarioError } from '../errors.js';
import {
  type Axis,
  type AxisValue,
  type EstimateInput,
  getEngine,
  getHardware,
  getModel,
  type MetricInput,
  tryEstimate,
  vary,
} from '../index.js';
import { lengthOf, valueAt } from '../study/axis.js';
import { kindOfAxis } from '../study/axis-fields.js';
import { readAxis } from '../study/axis-text.js';
import { checkFieldValue, type FigureSpec } from '../study/field-value.js';
import type { SweepInput } from '../study/sweep.js';
import type { Spec } from '../study/vary.js';
import type { ScenarioFlags } from './flags.js';
import { isPath, readAskedOfTokens, readMachines } from './scenario.js';
import { readSettings, type Settings } from './settings.js';
import type { Terminal } from './terminal.js';

/** Flags that say which points there are, and what is wanted of them. */
export interface SweepPointFlags extends ScenarioFlags {
  readonly axis?: readonly string[];
  readonly metric?: readonly string[];
}

/** What the flags sweep. Several machines are an axis, the one that changes slowest. */
export async function readSweep(flags: SweepPointFlags, terminal: Terminal): Promise<SweepInput<EstimateInput>> {
  const machines = await readMachines(flags);
  const [hardware] = machines;
  if (hardware === undefined) throw new InvalidScenarioError('--hardware', flags.hardware, 'no machine is named');
  const axes: Record<string, Axis> = machines.length > 1 ? { hardware: machines } : {};
  const settings = readSettings(flags.set);
  for (const text of flags.axis ?? []) {
    const { name, axis } = readAxis(text);
    if (name === 'hardware') {
      throw new InvalidScenarioError(
        '--axis',
        text,
        'machines are no --axis',
        'name them with --hardware, with commas',
      );
    }
    if (Object.hasOwn(axes, name)) {
      throw new InvalidScenarioError('--axis', text, `"${name}" is an axis twice`, 'keep one');
    }
    axes[name] = 'kind' in axis ? axis : await Promise.all(axis.map((value) => readSpec(name, value, settings)));
  }
  if (Object.keys(axes).length === 0) {
    throw new InvalidScenarioError(
      '--axis',
      [],
      'nothing is swept',
      'name a field and its values, as in --axis batch=1:64',
    );
  }
  const metrics = readMetrics(flags.metric);
  const base = { ...(await readAskedOfTokens(flags, terminal)), hardware };
  checkAxes(axes, base);
  return { base, axes, ...(metrics === undefined ? {} : { metrics }) };
}

/** Models and engines of an axis may be files, and are varied as those of the flags are. */
async function readSpec(name: string, value: AxisValue, { model, engine }: Settings): Promise<AxisValue> {
  if (typeof value !== 'string' || (name !== 'model' && name !== 'engine')) return value;
  const { loadEngine, loadModel } = await import('../node.js');
  const changes = name === 'model' ? model : engine;
  const changed = Object.keys(changes).length > 0;
  if (name === 'model') {
    const found = isPath(value) ? loadModel(value) : value;
    return changed ? vary(typeof found === 'string' ? getModel(found) : found, changes) : found;
  }
  const found = isPath(value) ? loadEngine(value) : value;
  return changed ? vary(typeof found === 'string' ? getEngine(found) : found, changes) : found;
}

/** Throws for a value that no point can have, where others of its axis would hide it. */
function checkAxes(axes: Readonly<Record<string, Axis>>, base: EstimateInput): void {
  const specs = (kind: FigureSpec): readonly Spec[] => specsOf(kind, axes, base);
  for (const [name, axis] of Object.entries(axes)) {
    const isFigure = kindOfAxis(name) === undefined;
    for (const value of 'kind' in axis ? endsOf(axis) : axis) {
      // Whole numbers are made of a range where they are wanted.
      if ('kind' in axis && !isFigure) continue;
      // Numbers of a command line are no SI units: a figure is written with its unit.
      checkFieldValue(name, isFigure && typeof value === 'number' ? String(value) : value, specs);
    }
  }
}

function endsOf(axis: Axis): readonly AxisValue[] {
  return [valueAt(axis, 0), valueAt(axis, lengthOf(axis) - 1)];
}

/** The specs whose figures an axis changes: those of another axis, or the one of all points. */
function specsOf(kind: FigureSpec, axes: Readonly<Record<string, Axis>>, base: EstimateInput): readonly Spec[] {
  const axis = axes[kind] ?? [];
  const values = 'kind' in axis || axis.length === 0 ? [base[kind] ?? usualEngine(base)] : axis;
  return values.flatMap((value) =>
    typeof value === 'string' ? specOf(kind, value) : typeof value === 'object' ? [value as Spec] : [],
  );
}

function specOf(kind: FigureSpec, id: string): Spec {
  const find = { hardware: getHardware, model: getModel, engine: getEngine };
  return find[kind](id);
}

/** The engine of a scenario that names none, where it runs. */
function usualEngine(base: EstimateInput): string | undefined {
  const outcome = tryEstimate(base);
  return outcome.ok ? outcome.estimate.engine.id : undefined;
}

/** Metrics of the flags: paths of figures, some with a name of their own. */
function readMetrics(texts: readonly string[] | undefined): MetricInput | undefined {
  if (texts === undefined) return undefined;
  const metrics: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = text.slice(0, at < 0 ? undefined : at).trim();
    const path = text.slice(at + 1).trim();
    if (name === '' || path === '') {
      const remedy = 'write decode.tokensPerSecond, or slowest=decode.tokensPerSecond.low';
      throw new InvalidScenarioError('--metric', text, `"${text}" names no figure`, remedy);
    }
    if (Object.hasOwn(metrics, name)) {
      throw new InvalidScenarioError(
        '--metric',
        text,
        `"${name}" is a metric twice`,
        'keep one, or give it another name',
      );
    }
    metrics[name] = path;
  }
  return metrics;
}
