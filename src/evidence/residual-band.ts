import type { Engine, EngineClass, ResidualBand } from '../engine/types.js';
import type { HeldOut } from './cross-validate.js';
import { quantile, scoreErrors } from './score.js';

/** The error of a row under constants that were not fitted on it. */
export interface Residual {
  readonly group: string;
  readonly device: string;
  /** Weight format. */
  readonly weights: string;
  /** `ln(expected / measured)` of the rate. */
  readonly error: number;
}

/** Fewest groups from which quantiles are taken. */
const ENOUGH = 3;

/** What the band of a parent class is widened by for a class without rows. */
const WIDER = 1.5;

/**
 * The 80 % band of ln(measured / expected) around predictions of a class; undefined of too few rows.
 * One device says little about another: there the parent's band is the least.
 */
export function bandOfResiduals(
  residuals: readonly Residual[],
  parent: ResidualBand | undefined,
): ResidualBand | undefined {
  const score = scoreErrors(residuals);
  if (score.groups < ENOUGH) return undefined;
  const errors = residuals.map(({ error }) => -error);
  const devices = new Set(residuals.map(({ device }) => device)).size;
  const wider = widenedForFew(devices);
  const alone = devices === 1 ? parent : undefined;
  const [low, high] = [quantile(errors, 0.1) * wider, quantile(errors, 0.9) * wider];
  const rows = `${residuals.length} rows of ${devices} ${devices === 1 ? 'device' : 'devices'}`;
  const error = `median error ${(100 * score.median).toFixed(1)} %`;
  const note = wider > 1 ? ', interval widened for few devices' : '';
  return {
    low: rounded(Math.min(low, 0, alone?.low ?? 0)),
    high: rounded(Math.max(high, 0, alone?.high ?? 0)),
    basis: `${rows}, each predicted without its own rows: ${error}${note}`,
    formats: [...new Set(residuals.map(({ weights }) => weights))].sort(),
  };
}

/**
 * Bands of every class of an engine from rows that were predicted without their device. A class without enough rows takes
 * its parent's, wider; a root class without them has none.
 */
export function bandsByClass(
  engine: Engine,
  heldOut: readonly HeldOut[],
): ReadonlyMap<string, EngineClass['residuals']> {
  const bands = new Map<string, EngineClass['residuals']>();
  const byClass = new Map<string, HeldOut[]>();
  for (const held of heldOut) {
    const { id } = held.found.workload.engineClass;
    byClass.set(id, [...(byClass.get(id) ?? []), held]);
  }
  const bandsOf = ({ id, parent }: EngineClass): EngineClass['residuals'] => {
    const known = bands.get(id);
    if (known) return known;
    const above = engine.classes.find((candidate) => candidate.id === parent);
    const inherited = above ? bandsOf(above) : {};
    const own = KINDS.flatMap((kind) => {
      const residuals = (byClass.get(id) ?? []).filter(({ found }) => kindOf(found) === kind).map(residualOf);
      const wider = inherited[kind] && above ? widerBand(id, above.id, inherited[kind]) : undefined;
      const band = bandOfResiduals(residuals, wider) ?? wider;
      return band ? [[kind, band] as const] : [];
    });
    const made = Object.fromEntries(own);
    bands.set(id, made);
    return made;
  };
  engine.classes.forEach(bandsOf);
  return bands;
}

/** Bands that come from speeds. */
export const KINDS = ['decode', 'prefill', 'serving'] as const;

/** Whole requests count as decode, which most of their time is. */
export function kindOf({ step, measurement }: HeldOut['found']): (typeof KINDS)[number] {
  if (measurement.phase === 'serving') return 'serving';
  return step.length === 0 ? 'prefill' : 'decode';
}

function residualOf({ found, error }: HeldOut): Residual {
  return { group: found.group, device: found.device, weights: found.measurement.weights, error };
}

/** The band of a class that is not measured: its parent's, wider. */
function widerBand(id: string, parentId: string, { low, high }: ResidualBand): ResidualBand {
  const basis = `too few rows of ${id}: the interval of ${parentId}, half as wide again`;
  return { low: rounded(low * WIDER), high: rounded(high * WIDER), basis };
}

/** 90 % quantiles of Student's t for 1, 2, 3 ... degrees of freedom, over that of the normal distribution. */
const T_OVER_NORMAL = [3.08, 1.89, 1.64, 1.53, 1.48, 1.44, 1.41, 1.4, 1.38, 1.37].map((t) => t / 1.28);

/** How much wider the quantiles of a few devices must be: rows of one device err together, so devices count. */
function widenedForFew(devices: number): number {
  return devices < 2 ? 1 : (T_OVER_NORMAL[devices - 2] ?? 1);
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
