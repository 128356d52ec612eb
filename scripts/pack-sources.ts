import type { PackedSource, PackedSources, PackedSpec } from '../src/catalog/packed-sources.js';
import type { FigureSource, SpecSources } from '../src/provenance.js';

/** The sources of a catalogue as the build writes them. */
export function packSources(
  specs: Readonly<Record<'hardware' | 'model' | 'engine', Readonly<Record<string, SpecSources>>>>,
): PackedSources {
  const table: PackedSource[] = [];
  const numbers = new Map<string, number>();
  const numberOf = ({ ref, date, kind }: FigureSource): number => {
    const key = JSON.stringify([ref, date, kind]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, table.length);
    return table.push([ref, date, kind]) - 1;
  };
  const pack = (group: Readonly<Record<string, SpecSources>>): Record<string, PackedSpec> =>
    Object.fromEntries(Object.entries(group).map(([id, sources]) => [id, packSpec(sources, numberOf)]));
  return { table, hardware: pack(specs.hardware), model: pack(specs.model), engine: pack(specs.engine) };
}

function packSpec({ figures, details, notes }: SpecSources, numberOf: (source: FigureSource) => number): PackedSpec {
  const packed = Object.entries(figures).map(([path, source]) => {
    const number = numberOf(source);
    return [path, source.note === undefined ? number : ([number, source.note] as const)] as const;
  });
  return {
    figures: Object.fromEntries(packed),
    ...(Object.keys(details).length > 0 ? { details } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}
