import { describe, expect, it } from 'vitest';
import { getHardware } from '../../src/catalog/hardware.js';
import { ENERGY } from '../../src/roofline/energy-constants.js';
import { peakWatts, usualHost, wallWatts } from '../../src/roofline/power-scope.js';

const h100 = getHardware('h100-sxm-80gb');
const constants = { ...ENERGY, hosts: { sbc: 2, mini: 10, laptop: 12, desktop: 60, workstation: 100 } };

describe('power at the wall', () => {
  it('is that of the device and its host, and what the supply loses', () => {
    // docs/energy.md, "From device to wall": 88 %
    expect(wallWatts(292, h100, 'desktop', constants)).toBeCloseTo((292 + 60) / 0.88, 9);
    expect(wallWatts(292, h100, 'sbc', constants)).toBeCloseTo((292 + 2) / 0.88, 9);
  });

  it('of a system is what its spec speaks of', () => {
    expect(wallWatts(120, getHardware('m2-ultra-76c'), 'desktop', constants)).toBe(120);
  });

  it('has the usual host where none is named', () => {
    expect(usualHost(h100)).toBe('desktop');
    expect(usualHost(getHardware('strix-halo-395'))).toBe('mini');
    expect(usualHost(getHardware('raspberry-pi-5'))).toBe('sbc');
    expect(wallWatts(100, h100, undefined, constants)).toBe(wallWatts(100, h100, 'desktop', constants));
  });
});

it('the highest reading of a run is somewhat above its mean', () => {
  expect(peakWatts(100)).toBeCloseTo(106, 9);
});
