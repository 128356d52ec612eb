import type { EngineClass } from '../../engine/types.js';
import { kept, keptOfTwo, lastBeside } from '../../kept.js';
import { requireFormat } from '../../model/formats.js';
import { measureOperator } from '../../model/measure.js';
import type { PlannedOperator } from '../../model/operators.js';
import { totalParameters } from '../../model/parameters.js';
import { planOperators } from '../../model/plan.js';
import { type WeightScheme, weightBytes } from '../../model/schemes.js';
import { expandPattern } from '../../model/tensors.js';
import type { Model } from '../../model/types.js';
import { planStage, stageParameters } from '../../model/unit/plan.js';
import type { UnitOperator } from '../../model/unit/primitives.js';
import { type Block, isUnitNetwork, type UnitNetwork } from '../../model/unit/types.js';
import type { Bytes } from '../../quantities.js';
import type { Machine } from '../../roofline/machine.js';
import type { CountedRun } from '../pass-time.js';
import { type MeasuredOperator, type Plan, type Prepared, workspaceOf } from '../prepared.js';
import type { UnitWorkload } from './scenario.js';

/** A stage of a workload: its operators for one unit of output, and how often it runs. */
export interface PlannedStage {
  readonly name: string;
  readonly runs: number;
  /** Whether it runs in each step of a diffusion. */
  readonly eachStep: boolean;
  readonly evaluations: number;
  readonly operators: readonly UnitOperator[];
  readonly rowsPerPass: number;
  /** Blocks or layers that a unit crosses in turn. */
  readonly layers: number;
  readonly parameters: number;
  readonly weightBytes: Bytes;
}

type Planned = Pick<UnitWorkload, 'network' | 'scheme' | 'pixels' | 'promptTokens' | 'steps'>;

/** The stages of a workload. Those of an encoder of text are one. */
export function stagesOf({ network, scheme, pixels, promptTokens, steps }: Planned): readonly PlannedStage[] {
  return isUnitNetwork(network)
    ? networkStages(network, scheme, pixels, steps)
    : [encoderStage(network, scheme, promptTokens ?? 1)];
}

function networkStages(
  network: UnitNetwork,
  scheme: WeightScheme,
  pixels: UnitWorkload['pixels'],
  steps: number,
): readonly PlannedStage[] {
  const format = requireFormat(scheme.id);
  return network.stages.map((stage) => {
    const parameters = stageParameters(stage);
    return {
      name: stage.name,
      runs: stage.runs === 'each-step' ? steps : 1,
      eachStep: stage.runs === 'each-step',
      evaluations: stage.evaluations,
      operators: planStage(stage, pixels, format),
      rowsPerPass: stage.rowsPerPass ?? Number.POSITIVE_INFINITY,
      layers: stage.blocks.reduce((sum, { block, repeat }) => sum + repeat * depthOf(block), 0),
      parameters,
      weightBytes: (parameters * format.bitsPerWeight) / 8,
    };
  });
}

function depthOf(block: Block): number {
  switch (block.kind) {
    case 'pixel-transformer':
      return block.depth;
    case 'text-transformer':
      return block.layers;
    default:
      return 1;
  }
}

/**
 * A language model that sees all of its input at once. What it gives are the states behind its last layer: the head, of
 * which none is asked, does not run, and nothing is kept for tokens to come.
 */
function encoderStage(model: Model, scheme: WeightScheme, tokens: number): PlannedStage {
  return {
    name: 'encoder',
    runs: 1,
    eachStep: false,
    evaluations: 1,
    operators: encoderPlans(model, `${scheme.id} ${tokens}`, () => encoderOperators(model, scheme, tokens)),
    rowsPerPass: Number.POSITIVE_INFINITY,
    layers: expandPattern(model).length,
    parameters: totalParameters(model),
    weightBytes: weightBytes(model, scheme),
  };
}

const encoderPlans = lastBeside<Model, readonly UnitOperator[]>();

function encoderOperators(model: Model, scheme: WeightScheme, rows: number): readonly UnitOperator[] {
  return planOperators(model, scheme)
    .filter((operator) => !('rows' in operator && operator.rows === 'sampled') && operator.name !== 'cache-append')
    .map((operator) => ({ operator: withoutCache(operator), rows, parameters: 0 }));
}

function withoutCache(operator: PlannedOperator): PlannedOperator {
  return operator.kind === 'attention' ? { ...operator, writtenWidth: 0 } : operator;
}

/**
 * Counts the work of a stage for a batch: all units together, as far as the stage takes so many rows at once, and the
 * engine so many tokens of text. Every operator has rows of its own, which is why a stage is no `Run` of one number of rows.
 *
 * On a spatial machine P pieces cross L layers in `(L + P - 1) / P` of their time: a layer begins with a piece when the one
 * before it has finished that piece, as attention and norms see all of it.
 */
export function countStage(
  stage: PlannedStage,
  { batch, promptTokens }: Pick<UnitWorkload, 'batch' | 'promptTokens'>,
  { engine, hardware }: Machine,
): readonly CountedRun[] {
  const units = batch * stage.evaluations;
  const passes = passesOf(stage, units, promptTokens, engine.chunk);
  const sequences = units / passes;
  const rows = { tokens: sequences, sequences, context: 0, sampled: 0 };
  const laid = { rows, passes: [{ weight: stage.runs * passes, parts: [rows] }] };
  const counted = { laid, shared: measureStage(stage.operators, sequences, engine), own: [] };
  const { execution } = hardware;
  if (execution.kind !== 'spatial') return [counted];
  // What passes through a spatial machine by itself: a unit, or where one is cut into passes, such a part.
  const pieces = Math.max(passes, units);
  const stretch = (stage.layers + pieces - 1) / pieces;
  const hops = (pieces / passes) * execution.hopsPerLayer * execution.hopLatency;
  // The work is that of all pieces already.
  return [{ ...counted, laid: { ...laid, pipeline: { tokens: 1, stretch, hops } } }];
}

/** A machine under an engine, with its memory as the weights of all stages fill it. */
export type PlacedMachine = Pick<Prepared, 'machine' | 'memory'>;

/** A stage on a machine. */
export function prepareStage({ operators, layers }: PlannedStage, placed: PlacedMachine): Prepared {
  const plan = planOfOperators(operators);
  return { ...placed, plan, layers, workspace: workspaceOf(plan, placed.machine) };
}

/** All units of a pass share every operator, attention too: it works on each of them alike. */
const planOfOperators = kept(
  (operators: readonly UnitOperator[]): Plan => ({
    shared: operators.map(({ operator }) => operator),
    own: [],
  }),
);

function measureStage(
  operators: readonly UnitOperator[],
  sequences: number,
  engine: EngineClass,
): readonly MeasuredOperator[] {
  return operators.map(({ operator, rows }) => {
    const pass = { tokens: rows * sequences, sequences, context: 0, sampled: 0 };
    return { operator, work: measureOperator(operator, pass, engine.fusion) };
  });
}

/** Working memory of the largest operator of a stage, in bytes, for a batch: it grows with the units of a pass. */
export function workingBytes(
  stage: PlannedStage,
  batch: number,
  promptTokens: number | undefined,
  engine: EngineClass,
): Bytes {
  const units = batch * stage.evaluations;
  const sequences = units / passesOf(stage, units, promptTokens, engine.chunk);
  return widestOf(stage.operators, engine) * sequences * engine.activationBytes;
}

/** Elements that the largest operator of a stage works on for one unit. */
const widestOf = keptOfTwo((operators: readonly UnitOperator[], engine: EngineClass): number => {
  const writesScores = engine.attention === 'materialised';
  return Math.max(...measureStage(operators, 1, engine).map((one) => workingElements(one, writesScores)));
});

function passesOf(stage: PlannedStage, units: number, promptTokens: number | undefined, chunk: number): number {
  if (promptTokens !== undefined) return units / Math.min(units, Math.max(1, Math.floor(chunk / promptTokens)));
  const rows = Math.max(...stage.operators.map((one) => one.rows));
  return Math.max(1, Math.ceil((units * rows) / stage.rowsPerPass));
}

/** Input and output of an operator; scores that are written out are there twice while they are normalised. */
function workingElements({ operator, work }: MeasuredOperator, writesScores: boolean): number {
  if (operator.kind !== 'product' && operator.kind !== 'attention') return 0;
  return work.activations + (writesScores ? 2 * work.scores : 0);
}
