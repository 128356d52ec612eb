import type { z } from 'zod';
import type { FigureSource, SourceKind, SpecSources } from '../provenance.js';
import type { Figure, sources } from './figure.js';

/** Notes where each figure comes from while a spec is turned into plain numbers. */
export interface SourceRecord {
  /** The SI value; its source is filed under the path. */
  take(path: string, figure: Figure): number;
  /** Like `take`, for a figure that may be absent. */
  takeIfGiven(path: string, figure: Figure | undefined): number | undefined;
  /** Files a documented fact that no formula uses. */
  mention(path: string, text: string | undefined): void;
  /** Paths of the figures of a kind. */
  pathsOf(kind: SourceKind): readonly string[];
  finish(notes: readonly string[]): SpecSources;
}

/** A record for one spec, over its table of sources. */
export function recordSources(table: z.output<typeof sources>): SourceRecord {
  const figures: Record<string, FigureSource> = {};
  const details: Record<string, string> = {};
  function take(path: string, figure: Figure): number {
    const source = table[figure.source];
    if (source === undefined) throw new Error(`${path}: source ${figure.source} went unchecked`);
    const note = figure.note ?? source.note;
    figures[path] = {
      ref: source.ref,
      date: source.date,
      kind: figure.kind ?? source.kind,
      ...(note === undefined ? {} : { note }),
    };
    return figure.value;
  }
  return {
    take,
    takeIfGiven: (path, figure) => (figure === undefined ? undefined : take(path, figure)),
    mention: (path, text) => {
      if (text !== undefined) details[path] = text;
    },
    pathsOf: (kind) => Object.keys(figures).filter((path) => figures[path]?.kind === kind),
    finish: (notes) => ({ figures, details, notes }),
  };
}

/** The object without its undefined fields: unknown is absent. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  // Only undefined values are gone, which the type says field by field.
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
