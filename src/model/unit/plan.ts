import { kept, lastBeside } from '../../kept.js';
import { type BlockFormat, requireFormat } from '../formats.js';
import { totalParameters } from '../parameters.js';
import { blockOperators } from './blocks.js';
import type { Pixels } from './convolution.js';
import type { UnitOperator } from './primitives.js';
import { times } from './transformer.js';
import { isUnitNetwork, type Network, type Stage, type UnitNetwork } from './types.js';

/** Formats that weights of such a network are kept in here: one for all of it. */
export const UNIT_FORMATS: readonly string[] = ['f32', 'f16', 'bf16'];

/** Pixels of a network without an image: none of its operators asks. */
const NO_PIXELS: Pixels = { height: 1, width: 1 };

const plans = lastBeside<Stage, readonly UnitOperator[]>();

/** Operators of one evaluation of a stage for one unit of output, equal ones merged. */
export function planStage(stage: Stage, pixels: Pixels | undefined, format: BlockFormat): readonly UnitOperator[] {
  const { width, height } = pixels ?? NO_PIXELS;
  return plans(stage, `${width} ${height} ${format.id}`, () => makePlan(stage, { width, height }, format));
}

function makePlan({ blocks }: Stage, pixels: Pixels, format: BlockFormat): readonly UnitOperator[] {
  const merged = new Map<string, UnitOperator>();
  for (const { block, repeat } of blocks) {
    for (const one of times(blockOperators(block, pixels, format), repeat)) {
      const key = JSON.stringify({ ...one, operator: { ...one.operator, count: 0, format: '' } });
      const known = merged.get(key);
      merged.set(key, known ? counted(one, known.operator.count + one.operator.count) : one);
    }
  }
  return [...merged.values()];
}

function counted(one: UnitOperator, count: number): UnitOperator {
  return { ...one, operator: { ...one.operator, count } };
}

/** Parameters of a stage: the elements of all of its tensors. */
export const stageParameters = kept((stage: Stage): number => {
  const planned = makePlan(stage, NO_PIXELS, requireFormat('f16'));
  return planned.reduce((sum, { operator, parameters }) => sum + operator.count * parameters, 0);
});

/** Parameters of all stages. */
export function unitParameters({ stages }: UnitNetwork): number {
  return stages.reduce((sum, stage) => sum + stageParameters(stage), 0);
}

/** Parameters of any network. */
export function networkParameters(network: Network): number {
  return isUnitNetwork(network) ? unitParameters(network) : totalParameters(network);
}
