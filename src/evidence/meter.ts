import type { Watts } from '../quantities.js';
import { ENERGY, type EnergyConstants, type EnergyScope } from '../roofline/energy-constants.js';
import { peakWatts, wallWatts } from '../roofline/power-scope.js';
import type { Case } from './case.js';

/** What a meter reads depends on: where and how the row says that it was read, and what is around the machine. */
type Metered = Pick<Case, 'measurement' | 'workload'>;

/** Whose errors the power of a row has: of a device, or of all that hangs at the wall with it. */
export function energyScopeOf({ measurement, workload }: Metered): EnergyScope {
  const atWall = measurement.options.powerScope === 'wall' || workload.hardware.power.scope === 'system';
  return atWall ? 'wall' : 'device';
}

/** What the row's meter reads while the device draws so much in the mean. */
export function readWatts(
  { measurement: { options }, workload: { hardware } }: Metered,
  device: Watts,
  constants: EnergyConstants = ENERGY,
): Watts {
  const watts = options.powerStatistic === 'peak' ? peakWatts(device) : device;
  return options.powerScope === 'wall' ? wallWatts(watts, hardware, options.host, constants) : watts;
}
