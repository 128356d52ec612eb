import type { BlockFormat } from './formats.js';
import { type WeightScheme, weightBytes } from './schemes.js';
import type { Model } from './types.js';

/** Farthest that a file may be from what the scheme gives, before the two are taken to be about different things. */
const PLAUSIBLE = 1.3;

const scaled = new Map<string, WeightScheme>();

/**
 * A scheme whose bytes are those of a given file, every format scaled alike. It is for schemes that are averages of
 * what publishers do; an exact one, and a size that is not of this model, stay as they are.
 */
export function withFileSize(scheme: WeightScheme, model: Model, bytes: number): WeightScheme {
  if (scheme.exact) return scheme;
  const factor = bytes / weightBytes(model, scheme);
  if (factor > PLAUSIBLE || factor < 1 / PLAUSIBLE) return scheme;
  const id = `${scheme.id} of ${model.id} in ${bytes} bytes`;
  const known = scaled.get(id) ?? { ...scheme, id, formatOf: scaledFormats(scheme, factor) };
  scaled.set(id, known);
  return known;
}

function scaledFormats({ formatOf }: WeightScheme, factor: number): WeightScheme['formatOf'] {
  const formats = new Map<BlockFormat, BlockFormat>();
  return (role, place) => {
    const format = formatOf(role, place);
    const made = formats.get(format) ?? { ...format, bitsPerWeight: format.bitsPerWeight * factor };
    formats.set(format, made);
    return made;
  };
}
