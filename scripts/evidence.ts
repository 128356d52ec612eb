import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { getEngine, listEngines } from '../src/catalog/engines.js';
import { getHardware } from '../src/catalog/hardware.js';
import { getModel } from '../src/catalog/models.js';
import type { Engine } from '../src/engine/types.js';
import { type Case, caseOf, type Specs } from '../src/evidence/case.js';
import type { CasesByClass } from '../src/evidence/cross-validate.js';
import { type Measurement, readMeasurement } from '../src/evidence/measurement.js';
import type { Row } from '../src/evidence/row.js';
import { speedOf } from '../src/evidence/speed.js';
import type { LocatedRow } from '../src/evidence/validate.js';

/** Files of measurements/ that engines are fitted on. */
export const FILES = ['local', 'serving', 'energy'];

const specs: Specs = { hardware: getHardware, model: getModel, engine: getEngine };

/** Cases of an engine by class, and how many rows of it could not be used, by reason. */
export interface Evidence {
  readonly engine: Engine;
  readonly cases: CasesByClass;
  readonly refused: ReadonlyMap<string, number>;
}

/** Where a measurement stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

const places = new WeakMap<Measurement, Place>();

/** File and line of a measurement that `readEvidence` returned. */
export function placeOf(measurement: Measurement): Place {
  const place = places.get(measurement);
  if (!place) throw new Error('a measurement from nowhere');
  return place;
}

/** Speeds measured on one device, by shipped engine; `only` names the engines that are wanted. */
export function readEvidence(only: readonly string[] = []): readonly Evidence[] {
  const measurements = FILES.flatMap(readSpeeds);
  return listEngines()
    .filter(({ id }) => only.length === 0 || only.includes(id))
    .map((engine) => evidenceOf(engine, measurements));
}

/** Rows of a file of measurements/. */
export function readRows(name: string): readonly LocatedRow[] {
  const text = readFileSync(new URL(`../measurements/${name}.csv`, import.meta.url), 'utf8');
  const rows: Row[] = parse(text, { columns: true });
  return rows.map((cells, index) => ({ line: index + 2, cells }));
}

function readSpeeds(name: string): readonly Measurement[] {
  return readRows(name).flatMap(({ line, cells }) => {
    const reading = readMeasurement(cells);
    const speed = reading.ok ? speedOf(reading.value) : undefined;
    if (!speed) return [];
    places.set(speed, { file: name, line });
    return [speed];
  });
}

function evidenceOf(engine: Engine, measurements: readonly Measurement[]): Evidence {
  const cases = new Map<string, Case[]>();
  const refused = new Map<string, number>();
  for (const measurement of measurements) {
    if (measurement.engine !== engine.id && !engine.aliases.includes(measurement.engine)) continue;
    const result = caseOf(measurement, specs);
    if (!result.ok) {
      const { reason } = result.refusal;
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
      continue;
    }
    const { id } = result.value.workload.engineClass;
    cases.set(id, [...(cases.get(id) ?? []), result.value]);
  }
  return { engine, cases, refused };
}
