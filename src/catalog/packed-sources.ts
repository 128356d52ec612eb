import type { SourceKind, SpecSources } from '../provenance.js';

/** Sources of the whole catalogue, each source once. */
export interface PackedSources {
  /** Reference, date and kind. */
  readonly table: readonly PackedSource[];
  readonly hardware: Readonly<Record<string, PackedSpec>>;
  readonly model: Readonly<Record<string, PackedSpec>>;
  readonly engine: Readonly<Record<string, PackedSpec>>;
}

export type PackedSource = readonly [ref: string, date: string, kind: SourceKind];

export interface PackedSpec {
  /** Paths of figures under the number of their source in the table, and a note where one has any. */
  readonly figures: Readonly<Record<string, number | readonly [source: number, note: string]>>;
  readonly details?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
}

/** One spec's sources out of the catalogue's; undefined when it has none. */
export function unpackSources(
  { table, ...specs }: PackedSources,
  kind: 'hardware' | 'model' | 'engine',
  id: string,
): SpecSources | undefined {
  const spec = Object.hasOwn(specs[kind], id) ? specs[kind][id] : undefined;
  if (spec === undefined) return undefined;
  const figures = Object.entries(spec.figures).flatMap(([path, packed]) => {
    const [number, note] = typeof packed === 'number' ? [packed, undefined] : packed;
    const source = table[number];
    if (source === undefined) return [];
    const [ref, date, kindOfSource] = source;
    return [[path, { ref, date, kind: kindOfSource, ...(note === undefined ? {} : { note }) }] as const];
  });
  return { figures: Object.fromEntries(figures), details: spec.details ?? {}, notes: spec.notes ?? [] };
}
