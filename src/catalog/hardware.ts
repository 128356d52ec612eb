import type { Hardware } from '../hardware/types.js';
import { hardwareJson } from './generated/hardware.js';
import { lookupIn } from './lookup.js';

// The build writes what `parseHardware` returned.
const lookup = lookupIn('hardware', () => JSON.parse(hardwareJson) as readonly Hardware[]);

/**
 * A machine of the catalogue, by id or alias. Throws `UnknownIdError` with the nearest ids.
 * @example getHardware('h100').id // => 'h100-sxm-80gb'
 */
export function getHardware(id: string): Hardware {
  return lookup.get(id);
}

/** Every machine of the catalogue, by id. */
export function listHardware(): readonly Hardware[] {
  return lookup.list();
}
