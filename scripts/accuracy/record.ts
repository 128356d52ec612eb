import { getEngine } from '../../src/catalog/engines.js';
import { getHardware } from '../../src/catalog/hardware.js';
import { getModel } from '../../src/catalog/models.js';
import { scoreErrors } from '../../src/evidence/score.js';
import type { Judged } from '../../src/evidence/summary.js';
import { judgeRows } from '../../src/evidence/validate.js';
import { FILES, readRows } from '../evidence.js';

/** Errors of one class of an engine in one metric, under the shipped constants. */
export interface RecordedScore {
  readonly engine: string;
  readonly class: string;
  readonly metric: string;
  readonly groups: number;
  readonly median: number;
  readonly p90: number;
}

/** What the shipped constants make of measurements/, class by class: in sample, and quick enough for a test. */
export function recordOf(): readonly RecordedScore[] {
  const rows = FILES.flatMap(readRows);
  const specs = { hardware: getHardware, model: getModel, engine: getEngine };
  const groups = new Map<string, { readonly key: readonly [string, string, string]; readonly rows: Judged[] }>();
  for (const judged of judgeRows(rows, specs, getEngine('ideal'))) {
    if (!judged.found || judged.rateError === undefined) continue;
    const { workload, measurement } = judged.found;
    const key = [workload.engine.id, workload.engineClass.id, measurement.metric] as const;
    const own = groups.get(key.join('|')) ?? { key, rows: [] };
    own.rows.push(judged);
    groups.set(key.join('|'), own);
  }
  return [...groups.values()].map(({ key: [engine, engineClass, metric], rows: own }) => {
    const score = scoreErrors(own.map(({ group, rateError }) => ({ group, error: rateError ?? 0 })));
    const { median, p90 } = score;
    return { engine, class: engineClass, metric, groups: score.groups, median: rounded(median), p90: rounded(p90) };
  });
}

function rounded(fraction: number): number {
  return Number(fraction.toFixed(4));
}
