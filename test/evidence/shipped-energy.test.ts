import { describe, expect, it } from 'vitest';
import { readEnergyEvidence } from '../../scripts/energy-evidence.js';
import { asMeasured, asPredicted, constantPower, errorsOf, isWholeRun, theTdp } from '../../scripts/energy-scores.js';
import { scoreErrors } from '../../src/evidence/score.js';
import { ENERGY } from '../../src/roofline/energy-constants.js';

const rows = readEnergyEvidence()
  .cases.filter(({ found }) => !isWholeRun(found))
  .map(({ found }) => ({ found, constants: ENERGY }));

describe('the shipped constants of energy, on measurements/', () => {
  it('miss power by 12 % at most in the median where the time is as measured', () => {
    expect(scoreErrors(errorsOf(rows, asMeasured)).median).toBeLessThan(0.12);
  });

  it('miss it by 18 % at most end to end', () => {
    expect(scoreErrors(errorsOf(rows, asPredicted)).median).toBeLessThan(0.18);
  });

  it('beat the TDP, and a constant power of each machine', () => {
    const watts = rows.filter(({ found }) => found.measurement.metric === 'watts');
    const own = scoreErrors(errorsOf(watts, asMeasured)).median;
    expect(own).toBeLessThan(scoreErrors(errorsOf(watts, theTdp)).median / 3);
    expect(own).toBeLessThan(scoreErrors(errorsOf(watts, constantPower(watts))).median);
  });
});
