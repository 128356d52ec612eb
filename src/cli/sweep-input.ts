import { InvalidScenarioError } from '../errors.js';
import {
  type Axis,
  type AxisValue,
  type EstimateInput,
  getEngine,
  getModel,
  type MetricInput,
  vary,
} from '../index.js';
import { readAxis } from '../study/axis-text.js';
import type { SweepInput } from '../study/sweep.js';
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
