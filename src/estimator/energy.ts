import type { Workload } from './scenario.js';
import type { DecodeReport, EnergyReport, PrefillReport } from './types.js';

/** Energy of a request: its prompt's, and a step's for every token after the first. */
export function energyOf(workload: Workload, prefill: PrefillReport, decode: DecodeReport): EnergyReport {
  const { batch, promptTokens, outputTokens, hardware } = workload;
  const prompt = prefill.power.joules.total;
  const step = decode.power.joules.total;
  const { power } = hardware;
  const stated = power.busyFloor !== undefined && Object.keys(power.perByte).length > 0;
  const floor =
    power.busyFloor === undefined && power.tdp === undefined
      ? '; no power figure is published, so static power is left out'
      : '';
  return {
    joulesPerToken: (prompt + (outputTokens - 1) * step) / (outputTokens * batch),
    joulesPerDecodedToken: step / batch,
    joulesPerPromptToken: prompt / (promptTokens * batch),
    scope: power.scope,
    basis:
      (stated ? 'energies of the spec' : 'default energies by memory technology and process node (docs/energy.md)') +
      floor,
  };
}
