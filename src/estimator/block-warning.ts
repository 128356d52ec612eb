import { formatPercent } from '../format.js';
import { entryOf, mapBeside } from '../kept.js';
import { placeTensors, type TensorPlace, type WeightScheme } from '../model/schemes.js';
import { elements } from '../model/tensor.js';
import type { Model } from '../model/types.js';
import type { Warning } from './types.js';

/** Longest block of any format: rows of a multiple of it divide into those of all. */
const WHOLE_BLOCK = 256;

/** Least part of the weights that is worth a word. */
const WORTH_A_WORD = 0.01;

const warnings = mapBeside<Model, string, readonly Warning[]>();

/**
 * A doubt about weights whose rows do not divide into the blocks of their format: quantisers store those wider, in 16 bits
 * where no block fits, which only the size would tell. One at most; it depends on model and format alone, and is kept.
 */
export function blockWarnings(model: Model, scheme: WeightScheme): readonly Warning[] {
  return entryOf(warnings(model), scheme.id, () => {
    const message = messageOf(model, scheme);
    return message === undefined ? [] : [{ code: 'format-falls-back', message }];
  });
}

function messageOf(model: Model, scheme: WeightScheme): string | undefined {
  const places = placeTensors(model);
  const all = places.reduce((sum, { tensor }) => sum + elements(tensor), 0);
  const fallen = places.filter((place) => wantedOf(scheme, place).id !== storedOf(scheme, place).id);
  const [first] = fallen.toSorted((a, b) => elements(b.tensor) - elements(a.tensor));
  const share = fallen.reduce((sum, { tensor }) => sum + elements(tensor), 0) / all;
  if (first === undefined || share < WORTH_A_WORD) return undefined;
  const [wanted, stored] = [wantedOf(scheme, first), storedOf(scheme, first)];
  return (
    `${model.id}: rows of ${first.tensor.columns} weights do not divide into blocks of ${wanted.blockSize}, so that ` +
    `${formatPercent(share)} of the weights are kept wider than ${scheme.id} says, as quantisers do ` +
    `(${stored.id} for ${wanted.id})`
  );
}

function storedOf(scheme: WeightScheme, place: TensorPlace) {
  return scheme.formatOf(place.tensor.role, place);
}

/** The format that the tensor would have if its rows were whole blocks. */
function wantedOf(scheme: WeightScheme, place: TensorPlace) {
  const { tensor } = place;
  if (tensor.columns % WHOLE_BLOCK === 0) return storedOf(scheme, place);
  const columns = Math.ceil(tensor.columns / WHOLE_BLOCK) * WHOLE_BLOCK;
  return scheme.formatOf(tensor.role, { ...place, tensor: { ...tensor, columns } });
}
