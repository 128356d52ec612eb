import { UnknownIdError } from '../errors.js';
import { once } from '../kept.js';
import type { SpecSources } from '../provenance.js';
import { freeze } from './freeze.js';
import { sourcesJson } from './generated/sources.js';
import { type PackedSources, unpackSources } from './packed-sources.js';

// The build writes what `packSources` returned.
const packed = once(() => JSON.parse(sourcesJson) as PackedSources);

/**
 * Where the figures of a spec of the catalogue come from, by their path: `memory.hbm.bandwidth`.
 * Takes the id that the object itself carries, not an alias. Throws `UnknownIdError`.
 */
export function sourcesOf(kind: 'hardware' | 'model' | 'engine', id: string): SpecSources {
  const sources = unpackSources(packed(), kind, id);
  if (sources === undefined) throw new UnknownIdError(kind, id, []);
  return freeze(sources);
}
