import { kept, keptOfTwo } from '../kept.js';
import type { Watts } from '../quantities.js';
import { energyPrices, powerCap } from '../roofline/energy.js';
import type { EnergyConstants } from '../roofline/energy-constants.js';
import type { Machine } from '../roofline/machine.js';

/** Power that a machine is held to; Infinity where nothing holds it, as on the physical bound of speed. */
export const limitOf = kept(
  ({ hardware, unit, engine }: Machine): Watts =>
    engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(hardware, unit),
);

/** What a machine's energy costs by component under some constants. */
export const pricesOf = keptOfTwo(({ hardware, unit, cores }: Machine, constants: EnergyConstants) =>
  energyPrices(hardware, unit, cores / unit.count, constants),
);
