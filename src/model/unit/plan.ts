import { type BlockFormat, requireFormat } from '../formats.js';
import { blockOperators } from './blocks.js';
import type { Pixels } from './convolution.js';
import type { UnitOperator } from './primitives.js';
import { times } from './transformer.js';
import type { Stage, UnitNetwork } from './types.js';

/** Formats that weights of such a network are kept in here: one for all of it. */
export const UNIT_FORMATS: readonly string[] = ['f32', 'f16', 'bf16'];

/** Pixels of a network without an image: none of its operators asks. */
const NO_PIXELS: Pixels = { height: 1, width: 1 };

/** Operators of one evaluation of a stage for one unit of output, equal ones merged. */
export function planStage({ blocks }: Stage, pixels: Pixels | undefined, format: BlockFormat): readonly UnitOperator[] {
  const merged = new Map<string, UnitOperator>();
  for (const { block, repeat } of blocks) {
    for (const one of times(blockOperators(block, pixels ?? NO_PIXELS, format), repeat)) {
      const key = JSON.stringify({ ...one, operator: { ...one.operator, count: 0 } });
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
export function stageParameters(stage: Stage): number {
  const planned = planStage(stage, undefined, requireFormat('f16'));
  return planned.reduce((sum, { operator, parameters }) => sum + operator.count * parameters, 0);
}

/** Parameters of all stages. */
export function unitParameters({ stages }: UnitNetwork): number {
  return stages.reduce((sum, stage) => sum + stageParameters(stage), 0);
}
