/** How a figure came to be known, from the firmest to the weakest. */
export type SourceKind = 'vendor' | 'measured' | 'derived' | 'assumed' | 'rumour';

/** Where one figure comes from. */
export interface FigureSource {
  /** Address, or repository, commit and file. */
  readonly ref: string;
  /** Date of retrieval, ISO 8601, as far as it is known. */
  readonly date: string;
  readonly kind: SourceKind;
  readonly note?: string;
}

/** Sources by the path of the figure in the parsed object: `memory.hbm.bandwidth`, `units.gpu.peaks.0.rate`. */
export type FigureSources = Readonly<Record<string, FigureSource>>;

/** What a spec says beside its numbers. */
export interface SpecSources {
  readonly figures: FigureSources;
  /** Documented facts that no formula uses, as they are written: `memory.hbm.type` is `HBM3`. */
  readonly details: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}
