import { createHash } from 'node:crypto';
import { isRoofcastError } from '../errors.js';
import { type EstimateInput, getEngine, getHardware, getModel, listEngines } from '../index.js';
import { packageVersion } from '../package.js';
import type { AxisValue } from '../study/axis.js';
import type { SweepInput } from '../study/sweep.js';
import type { SweepFormat } from './format.js';
import type { SweepColumn, SweepTable } from './table.js';

/** Which sweep a file holds. Of CSV and JSON Lines it is the file beside it, of Parquet it is in its metadata. */
export interface SweepFileFacts {
  readonly schemaVersion: 1;
  /** Version of roofcast that wrote the file. */
  readonly roofcast: string;
  readonly format: SweepFormat;
  /** The same for the same base, axes, metrics, specs and version; absent where a metric is a function. */
  readonly fingerprint?: string;
  /** Points of the whole sweep. */
  readonly points: number;
  /** Index of the first point of the file. */
  readonly from: number;
  /** Index behind the last point of the file once it is complete. */
  readonly to: number;
  readonly columns: readonly SweepColumn[];
}

/** Says which sweep a file of some of its points holds. */
export function factsOf(
  input: SweepInput<EstimateInput>,
  { sweep, columns }: SweepTable,
  format: SweepFormat,
  { from, to }: { readonly from: number; readonly to: number },
): SweepFileFacts {
  const fingerprint = fingerprintOf(input);
  return {
    schemaVersion: 1,
    roofcast: packageVersion(),
    format,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    points: sweep.length,
    from,
    to,
    columns,
  };
}

function fingerprintOf({ base, axes, metrics = [] }: SweepInput<EstimateInput>): string | undefined {
  if (Object.values(metrics).some((metric) => typeof metric !== 'string')) return undefined;
  const whole = {
    version: packageVersion(),
    base: Object.entries(base).map(([field, value]) => [field, specOf(field, value as AxisValue)]),
    axes: Object.entries(axes).map(([field, axis]) => [
      field,
      'kind' in axis ? axis : axis.map((value) => specOf(field, value)),
    ]),
    metrics: Object.entries(metrics),
    // Without a name, the engine is the usual one among all of them.
    engines: listEngines(),
  };
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex');
}

const specs: Readonly<Record<string, (id: string) => object>> = {
  model: getModel,
  hardware: getHardware,
  engine: getEngine,
};

/** What an id stands for: another catalogue may have other figures under it. */
function specOf(field: string, value: AxisValue): unknown {
  const find = Object.hasOwn(specs, field) ? specs[field] : undefined;
  if (find === undefined || typeof value !== 'string') return value;
  try {
    return find(value);
  } catch (error) {
    if (isRoofcastError(error)) return value;
    throw error;
  }
}
