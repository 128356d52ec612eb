import { InvalidScenarioError } from '../errors.js';
import type { Model } from '../model/types.js';
import { modelsJson } from './generated/models.js';
import { lookupIn } from './lookup.js';
import { unitNetworks } from './unit-networks.js';

/** Language models. The build writes what `parseModel` returned. */
export const languageModels = lookupIn('model', () => JSON.parse(modelsJson) as readonly Model[]);

/**
 * A language model of the catalogue, by id or alias. Throws `UnknownIdError` with the nearest ids, and
 * `InvalidScenarioError` for a network of stages, which `getNetwork` gives.
 * @example getModel('Llama-3-8B').hidden // => 4096
 */
export function getModel(id: string): Model {
  const found = languageModels.find(id);
  if (found !== undefined) return found;
  const other = unitNetworks.find(id);
  if (other !== undefined) {
    const problem = `${other.id} makes ${other.unit}s; it is no language model`;
    throw new InvalidScenarioError(
      'model',
      id,
      problem,
      'estimate, compare and explain take it, and getNetwork() gives it',
    );
  }
  return languageModels.get(id);
}

/** Every language model of the catalogue, by id. `listNetworks` has the others too. */
export function listModels(): readonly Model[] {
  return languageModels.list();
}
