import type { Hardware } from '../hardware/types.js';
import type { Fraction, Watts } from '../quantities.js';
import { ENERGY, type EnergyConstants, type Host } from './energy-constants.js';

/** Part of the power at the wall that a supply passes on. Source: 80 PLUS Gold asks for 0.87 to 0.90; bricks of laptops are alike. */
const SUPPLY_EFFICIENCY: Fraction = 0.88;

/**
 * Highest reading of a meter over the mean of a run: its prompt draws more than its decoding, and both fluctuate. Median of
 * the runs of github.com/lhl/strix-halo-testing: 1.03 decoding, 1.09 taking in prompts.
 */
const PEAK_OVER_MEAN = 1.06;

/** Packages up to this TDP sit on boards that are little more than the package. */
const SMALLEST_COMPUTERS: Watts = 15;

/** What is usually around a device: a board in a desktop, a package in a small computer, a chip without a TDP on a board. */
export function usualHost({ kind, power }: Hardware): Host {
  if (power.scope === 'board' && kind !== 'cpu' && kind !== 'soc' && kind !== 'apu' && kind !== 'npu') return 'desktop';
  return (power.tdp ?? 0) <= SMALLEST_COMPUTERS ? 'sbc' : 'mini';
}

/** Power at the wall of a computer whose device draws so much: `(device + host) / supply`. A system's is that of the wall. */
export function wallWatts(
  device: Watts,
  hardware: Hardware,
  host: Host = usualHost(hardware),
  { hosts }: EnergyConstants = ENERGY,
): Watts {
  return hardware.power.scope === 'system' ? device : (device + hosts[host]) / SUPPLY_EFFICIENCY;
}

/** The highest reading of a run whose mean is given. */
export function peakWatts(mean: Watts): Watts {
  return mean * PEAK_OVER_MEAN;
}
