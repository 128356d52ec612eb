import { InvalidScenarioError } from '../errors.js';
import { lengthOf, valueAt } from '../study/axis.js';
import { readAxis } from '../study/axis-text.js';

/** Batches that a plot or a front may have: it is read by people. */
const MOST = 10_000;

/** The batches of `--batch`: a list with commas or a range, as an axis of a sweep has them. Each once, in their order. */
export function readBatches(text: string): readonly number[] {
  const axis = axisOf(text);
  const length = lengthOf(axis);
  if (length > MOST)
    throw new InvalidScenarioError('--batch', text, `${length} batches are too many`, `ask for ${MOST} or fewer`);
  const values = Array.from({ length }, (_, index) => Number(valueAt(axis, index)));
  return [...new Set('kind' in axis ? values.map(Math.round) : values)];
}

function axisOf(text: string) {
  try {
    return readAxis(`batch=${text}`).axis;
  } catch (error) {
    if (!(error instanceof InvalidScenarioError)) throw error;
    const problem = error.message.replace('axis batch: ', '').replace(/; .*$/, '');
    throw new InvalidScenarioError('--batch', text, problem, 'write 1,8,64, 1:64, 1:64:4 or log:1:64:7');
  }
}
