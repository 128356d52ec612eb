import type { Engine } from '../engine/types.js';
import type { Hardware } from '../hardware/types.js';
import type { Model } from '../model/types.js';
import type { Specs } from './case.js';
import type { Column, Row } from './row.js';
import type { LocatedRow } from './validate.js';

/** What somebody says about rows besides what stands in them. */
export interface Given {
  /** Cells of rows that leave them empty: of a benchmark's output that names no machine, say. */
  readonly defaults?: Row;
  /** Machines and networks besides the built-in ones, which they come before. */
  readonly hardware?: readonly Hardware[];
  readonly models?: readonly Model[];
  /** Serves every row, whatever engine it names. */
  readonly engine?: Engine;
}

/** Rows with their empty cells filled in. */
export function fillRows(rows: readonly LocatedRow[], defaults: Row): readonly LocatedRow[] {
  const given = Object.entries(defaults) as [Column, string][];
  if (given.length === 0) return rows;
  return rows.map((row) => {
    const missing = given.filter(([column]) => !row.cells[column]);
    return missing.length === 0 ? row : { ...row, cells: { ...row.cells, ...Object.fromEntries(missing) } };
  });
}

/** Specs with those of the caller before them. */
export function withGiven(specs: Specs, { hardware = [], models = [], engine }: Given): Specs {
  return {
    hardware: (id) => hardware.find((machine) => machine.id === id) ?? specs.hardware(id),
    model: (id) => models.find((model) => model.id === id) ?? specs.model(id),
    engine: (id) => engine ?? specs.engine(id),
  };
}
