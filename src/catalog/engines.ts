import type { Engine } from '../engine/types.js';
import { enginesJson } from './generated/engines.js';
import { lookupIn } from './lookup.js';

// The build writes what `parseEngine` returned.
const lookup = lookupIn('engine', () => JSON.parse(enginesJson) as readonly Engine[]);

/**
 * A software stack of the catalogue, by id or alias. Throws `UnknownIdError` with the nearest ids.
 * @example getEngine('llamacpp').id // => 'llama.cpp'
 */
export function getEngine(id: string): Engine {
  return lookup.get(id);
}

/** Every software stack of the catalogue, by id. */
export function listEngines(): readonly Engine[] {
  return lookup.list();
}
