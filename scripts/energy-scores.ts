import { getEngine } from '../src/catalog/engines.js';
import { selectClass } from '../src/engine/select.js';
import type { Case } from '../src/evidence/case.js';
import { energyAsMeasured, energyAsPredicted } from '../src/evidence/energy.js';
import { energyScopeOf } from '../src/evidence/meter.js';
import { costsOf } from '../src/evidence/predict.js';
import { predictionOf } from '../src/evidence/prediction.js';
import { quantile, type ScoredError } from '../src/evidence/score.js';
import type { EnergyConstants } from '../src/roofline/energy-constants.js';
import type { HeldOutEnergy } from './energy-evidence.js';

/** The value of a row under constants of energy; undefined where the row does not state what it takes. */
export type Way = (found: Case, constants: EnergyConstants) => number | undefined;

/** Time as measured. */
export const asMeasured: Way = (found, constants) => energyAsMeasured(found, constants);

/** Time predicted too: end to end. */
export const asPredicted: Way = (found, constants) => energyAsPredicted(found, constants);

/** The whole TDP, of rows in watts with their time as measured. */
export const theTdp: Way = (found) => (isPlainPower(found) ? found.workload.hardware.power.tdp : undefined);

/** The median power of the machine with other models, of the same rows. */
export function constantPower(held: readonly HeldOutEnergy[]): Way {
  const rows = held.map(({ found }) => found).filter(isPlainPower);
  return (found) => {
    if (!isPlainPower(found)) return undefined;
    const others = rows.filter(({ device, shape }) => device === found.device && shape !== found.shape);
    return others.length === 0
      ? undefined
      : quantile(
          others.map(({ measurement }) => measurement.value),
          0.5,
        );
  };
}

/** Watts of a device in a run whose rate was measured with it. */
function isPlainPower(found: Case): boolean {
  const { metric, options } = found.measurement;
  return metric === 'watts' && options.measuredTokensPerSecond !== undefined && energyScopeOf(found) === 'device';
}

/** Whether the power of a row is that of a whole run, and its rate that of the steady part. */
export function isWholeRun({ measurement }: Case): boolean {
  return measurement.options.steadyTokensPerSecond !== undefined;
}

/** Errors of rows that a way has an answer for. */
export function errorsOf(
  held: readonly HeldOutEnergy[],
  way: Way,
): readonly (ScoredError & { readonly found: Case })[] {
  return held.flatMap(({ found, constants }) => {
    const predicted = way(found, constants);
    if (predicted === undefined) return [];
    return [{ found, group: found.group, error: Math.log(predicted / found.measurement.value) }];
  });
}

/** Part of the rows inside the 80 % interval around what constants fitted without their kind predict; groups weigh the same. */
export function coverageOf(held: readonly HeldOutEnergy[]): number {
  const ideal = getEngine('ideal');
  const groups = new Map<string, boolean[]>();
  for (const { found, constants } of held) {
    const best = selectClass(ideal, found.workload.hardware);
    if (!best) continue;
    const { expected, low, high } = predictionOf(
      found,
      costsOf(found, found.workload.engineClass.constants, found.workload.engineClass.overlap),
      best,
    );
    const value = (found.measurement.value * expected) / energyAsPredicted(found, constants);
    groups.set(found.group, [...(groups.get(found.group) ?? []), value >= low && value <= high]);
  }
  const shares = [...groups.values()].map((rows) => rows.filter((inside) => inside).length / rows.length);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
