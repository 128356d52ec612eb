import { readFileSync, writeFileSync } from 'node:fs';
import type { ResidualBand } from '../src/engine/types.js';
import { energyScopeOf } from '../src/evidence/meter.js';
import { bandOfResiduals } from '../src/evidence/residual-band.js';
import { type EnergyConstants, type EnergyScope, HOSTS } from '../src/roofline/energy-constants.js';
import {
  fitEnergy,
  fittedOn,
  type HeldOutEnergy,
  leaveOut,
  middle,
  powerOfRow,
  readEnergyEvidence,
} from './energy-evidence.js';

/**
 * Fits the constants of power and energy to measurements/ and writes them, with the quantiles of their out-of-sample
 * residuals, into src/roofline/energy-constants.ts. Run it again and nothing changes: `npm run fit:energy`.
 */
function main(): void {
  const { cases } = readEnergyEvidence();
  const fitting = new Set(fittedOn(cases));
  const constants = fitEnergy([...fitting], middle());
  const held = leaveOut(cases, 'device').filter(({ found }) => fitting.has(found));
  const file = new URL('../src/roofline/energy-constants.ts', import.meta.url);
  writeFileSync(file, withBands(withConstants(readFileSync(file, 'utf8'), constants), held));
  console.log(JSON.stringify(constants, undefined, 2));
}

/** The source text with the table of constants replaced. */
function withConstants(text: string, { hosts, ...constants }: EnergyConstants): string {
  const lines = Object.entries(constants).map(([name, value]) => `  ${name}: ${value},`);
  const host = HOSTS.map((name) => `${name}: ${hosts[name]}`).join(', ');
  const table = ['export const ENERGY: EnergyConstants = {', ...lines, `  hosts: { ${host} },`, '};'].join('\n');
  return text.replace(/export const ENERGY: EnergyConstants = \{[\s\S]*?\n\};/, () => table);
}

/** The source text with the bands of both scopes replaced. */
function withBands(text: string, held: readonly HeldOutEnergy[]): string {
  return (['device', 'wall'] as const).reduce((before, scope) => {
    const { low, high, basis } = bandOf(held, scope);
    const band = [
      `  ${scope}: {`,
      `    low: ${low},`,
      `    high: ${high},`,
      `    basis:`,
      `      '${basis}',`,
      '  },',
    ].join('\n');
    return before.replace(new RegExp(`^ {2}${scope}: \\{[\\s\\S]*?\\n {2}\\},$`, 'm'), () => band);
  }, text);
}

function bandOf(held: readonly HeldOutEnergy[], scope: EnergyScope): ResidualBand {
  const residuals = held
    .filter(({ found }) => energyScopeOf(found) === scope)
    .map(({ found, constants }) => ({
      group: found.group,
      device: found.device,
      weights: found.measurement.weights,
      error: Math.log(powerOfRow(found, constants) / found.measurement.value),
    }));
  const band = bandOfResiduals(residuals, undefined);
  if (!band) throw new Error(`too few rows of scope ${scope}`);
  return band;
}

main();
