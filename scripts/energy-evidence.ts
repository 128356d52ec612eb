import { getEngine } from '../src/catalog/engines.js';
import { getHardware } from '../src/catalog/hardware.js';
import { getModel } from '../src/catalog/models.js';
import { type Case, caseOf } from '../src/evidence/case.js';
import { energyAsMeasured, energyAsPredicted } from '../src/evidence/energy.js';
import { lossOf } from '../src/evidence/fit.js';
import { readMeasurement } from '../src/evidence/measurement.js';
import { energyScopeOf } from '../src/evidence/meter.js';
import { searchPattern } from '../src/evidence/pattern-search.js';
import {
  ENERGY,
  ENERGY_BOUNDS,
  type EnergyConstantName,
  type EnergyConstants,
  HOSTS,
  type Host,
} from '../src/roofline/energy-constants.js';
import { FILES, readRows } from './evidence.js';

const specs = { hardware: getHardware, model: getModel, engine: getEngine };

/** A row of measurements/ in watts or joules, and its place there. */
export interface EnergyCase {
  readonly found: Case;
  readonly file: string;
  readonly line: number;
}

/** Rows of one device in watts or joules, and how many could not be used, by reason. */
export interface EnergyEvidence {
  readonly cases: readonly EnergyCase[];
  readonly refused: ReadonlyMap<string, number>;
}

export function readEnergyEvidence(): EnergyEvidence {
  const cases: EnergyCase[] = [];
  const refused = new Map<string, number>();
  for (const file of FILES) {
    for (const { line, cells } of readRows(file)) {
      if (cells.metric !== 'watts' && cells.metric !== 'joules_per_output_token') continue;
      const reading = readMeasurement(cells);
      const set = reading.ok ? caseOf(reading.value, specs) : reading;
      if (set.ok) cases.push({ found: set.value, file, line });
      else refused.set(set.refusal.reason, (refused.get(set.refusal.reason) ?? 0) + 1);
    }
  }
  return { cases, refused };
}

/** Power with the time as measured, or as predicted where a row at the wall does not state its rate. */
export function powerOfRow(found: Case, constants: EnergyConstants): number {
  return energyAsMeasured(found, constants) ?? energyAsPredicted(found, constants);
}

/** Rows that tell energies apart from times: in watts, with a rate of their own or at the wall, every run once. */
export function fittedOn(cases: readonly EnergyCase[]): readonly Case[] {
  return cases
    .map(({ found }) => found)
    .filter(({ measurement }) => measurement.metric === 'watts')
    .filter((found) => found.measurement.options.measuredTokensPerSecond || energyScopeOf(found) === 'wall');
}

const NAMES = Object.keys(ENERGY_BOUNDS) as (EnergyConstantName | Host)[];

/** The constants that fit the power of some rows best, from those given. */
export function fitEnergy(cases: readonly Case[], start: EnergyConstants): EnergyConstants {
  const ranges = NAMES.map((name) => ({ low: ENERGY_BOUNDS[name][0], high: ENERGY_BOUNDS[name][1] }));
  const loss = (values: readonly number[]): number => {
    const constants = withValues(values);
    return lossOf(cases, (found) => powerOfRow(found, constants));
  };
  const from = NAMES.map((name) => (isHost(name) ? start.hosts[name] : start[name]));
  return withValues(searchPattern(from, ranges, loss).map(rounded));
}

/** The middle of the bounds, where a fit begins. */
export function middle(): EnergyConstants {
  return withValues(NAMES.map((name) => Math.sqrt(ENERGY_BOUNDS[name][0] * ENERGY_BOUNDS[name][1])));
}

function withValues(values: readonly number[]): EnergyConstants {
  const value = (name: EnergyConstantName | Host): number => values[NAMES.indexOf(name)] ?? Number.NaN;
  const own = NAMES.flatMap((name) => (isHost(name) ? [] : [[name, value(name)]]));
  return { ...ENERGY, ...Object.fromEntries(own), hosts: Object.fromEntries(HOSTS.map((host) => [host, value(host)])) };
}

function isHost(name: EnergyConstantName | Host): name is Host {
  return HOSTS.some((host) => host === name);
}

/** Three digits: more than the rows tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** A case with its prediction under constants that were fitted without its device, or its model shape. */
export interface HeldOutEnergy {
  readonly found: Case;
  /** Constants that were fitted without it. */
  readonly constants: EnergyConstants;
}

/** Every row with the constants that the rows of other devices, or of other model shapes, give. */
export function leaveOut(cases: readonly EnergyCase[], by: 'device' | 'shape'): readonly HeldOutEnergy[] {
  const fitting = fittedOn(cases);
  const all = fitEnergy(fitting, middle());
  const constants = new Map<string, EnergyConstants>();
  return cases.map(({ found }) => {
    const left = found[by];
    const others = fitting.filter((other) => other[by] !== left);
    const fitted = constants.get(left) ?? (others.length === fitting.length ? all : fitEnergy(others, all));
    constants.set(left, fitted);
    return { found, constants: fitted };
  });
}
