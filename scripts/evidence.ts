import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { getEngine, listEngines } from '../src/catalog/engines.js';
import { getHardware } from '../src/catalog/hardware.js';
import { getModel } from '../src/catalog/models.js';
import type { Engine } from '../src/engine/types.js';
import { UnknownIdError } from '../src/errors.js';
import { type Case, caseOf, type Specs } from '../src/evidence/case.js';
import type { CasesByClass } from '../src/evidence/cross-validate.js';
import { type Measurement, type Row, readMeasurement } from '../src/evidence/measurement.js';

/** Files of measurements/ that engines are fitted on. */
const LOCAL = ['local'];
const ALL = ['local', 'serving', 'energy'];
const FITTED_ON: Readonly<Record<string, readonly string[]>> = {
  vllm: ALL,
  'tensorrt-llm': ALL,
  'hf-transformers': ALL,
};

const specs: Specs = {
  hardware: (id) => find(() => getHardware(id)),
  model: (id) => find(() => getModel(id)),
  engine: (id) => find(() => getEngine(id)),
};

function find<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof UnknownIdError) return undefined;
    throw error;
  }
}

/** Cases of an engine by class, and how many rows of it could not be used, by reason. */
export interface Evidence {
  readonly engine: Engine;
  readonly cases: CasesByClass;
  readonly refused: ReadonlyMap<string, number>;
}

/** Single-device speed measurements of every shipped engine. */
export function readEvidence(): readonly Evidence[] {
  const files = new Map(ALL.map((name) => [name, readMeasurements(name)]));
  return listEngines().map((engine) =>
    evidenceOf(
      engine,
      (FITTED_ON[engine.id] ?? LOCAL).flatMap((name) => files.get(name) ?? []),
    ),
  );
}

function readMeasurements(name: string): readonly Measurement[] {
  const text = readFileSync(new URL(`../measurements/${name}.csv`, import.meta.url), 'utf8');
  const rows: Row[] = parse(text, { columns: true });
  return rows.flatMap((row, index) => readMeasurement(row, index + 2) ?? []);
}

function evidenceOf(engine: Engine, measurements: readonly Measurement[]): Evidence {
  const cases = new Map<string, Case[]>();
  const refused = new Map<string, number>();
  for (const measurement of measurements) {
    if (measurement.engine !== engine.id) continue;
    const result = caseOf(measurement, specs);
    if (!result.ok) {
      refused.set(result.reason, (refused.get(result.reason) ?? 0) + 1);
      continue;
    }
    const { id } = result.found.workload.engineClass;
    cases.set(id, [...(cases.get(id) ?? []), result.found]);
  }
  return { engine, cases, refused };
}
