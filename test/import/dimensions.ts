import { expandPattern } from '../../src/model/tensors.js';
import type { Model } from '../../src/model/types.js';

/** A network without what tells it from another of the same dimensions: its names, its sources, the names of its layers. */
export function dimensions(model: Model) {
  const { id, name, vendor, aliases, released, published, rumoured, layers, pattern, ...rest } = model;
  return { ...rest, layers: expandPattern(model).map((layer) => layers[layer]) };
}
