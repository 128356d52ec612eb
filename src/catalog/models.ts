import type { Model } from '../model/types.js';
import { modelsJson } from './generated/models.js';
import { lookupIn } from './lookup.js';

// The build writes what `parseModel` returned.
const lookup = lookupIn('model', () => JSON.parse(modelsJson) as readonly Model[]);

/**
 * A network of the catalogue, by id or alias. Throws `UnknownIdError` with the nearest ids.
 * @example getModel('Llama-3-8B').hidden // => 4096
 */
export function getModel(id: string): Model {
  return lookup.get(id);
}

/** Every network of the catalogue, by id. */
export function listModels(): readonly Model[] {
  return lookup.list();
}
