import { UnknownIdError } from '../errors.js';
import type { Network } from '../model/unit/types.js';
import { nearest } from '../nearest.js';
import { languageModels } from './models.js';
import { unitNetworks } from './unit-networks.js';

/**
 * Any network of the catalogue, by id or alias: a language model, or one of stages. Throws `UnknownIdError` with the
 * nearest ids.
 * @example getNetwork('sdxl').id // => 'sdxl-1.0-base'
 */
export function getNetwork(id: string): Network {
  const found = languageModels.find(id) ?? unitNetworks.find(id);
  if (found !== undefined) return found;
  try {
    return languageModels.get(id);
  } catch (error) {
    if (!(error instanceof UnknownIdError)) throw error;
    const names = [...error.suggestions, ...unitNetworks.list().flatMap((one) => [one.id, ...one.aliases])];
    const near = nearest(id, names, 3).map((name) => unitNetworks.find(name)?.id ?? name);
    throw new UnknownIdError('model', id, [...new Set(near)]);
  }
}

/** Every network of the catalogue, by id. */
export function listNetworks(): readonly Network[] {
  return [...languageModels.list(), ...unitNetworks.list()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
