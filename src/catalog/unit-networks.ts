import type { UnitNetwork } from '../model/unit/types.js';
import { networksJson } from './generated/networks.js';
import { lookupIn } from './lookup.js';

/** Networks of stages. The build writes what `parseUnitNetwork` returned. */
export const unitNetworks = lookupIn('model', () => JSON.parse(networksJson) as readonly UnitNetwork[]);
