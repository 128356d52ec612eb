import { InvalidScenarioError } from '../errors.js';
import type { BlockFormat } from '../model/formats.js';
import { findScheme, type TensorPlace, type WeightScheme } from '../model/schemes.js';
import type { TensorRole } from '../model/tensor.js';
import type { GgufFacts } from './gguf-facts.js';
import { type Amount, keyOf, type Stored } from './gguf-stored.js';
import { fileTypeScheme } from './gguf-types.js';

/** The recipe that the file names, or the format of most of its bytes. */
export function recipeOf(facts: GgufFacts, stored: Stored): string {
  const stated = fileTypeScheme(facts.general('file_type'));
  if (stated !== undefined) return stated;
  const bytes = new Map<BlockFormat, number>();
  for (const amount of stored.values())
    for (const [format, part] of amount.bytes) bytes.set(format, (bytes.get(format) ?? 0) + part);
  const format = largest(bytes);
  facts.notes.add(`general.file_type names no recipe that is known; most of the file is ${format.id}`);
  return findScheme(format.id)?.id ?? 'f16';
}

/** The scheme of a file: every tensor in the type that its header states, so that bytes are those of the file. */
export function schemeOfFile(file: string, recipe: string, stored: Stored): WeightScheme {
  const formats = new Map<string, BlockFormat>();
  for (const [key, amount] of stored) formats.set(key, formatOfAmount(amount));
  // Small tensors outside the blocks are asked for as those of block 0 are.
  const smallest = joined(stored.get(keyOf(0, 'extra')), stored.get(keyOf('outer', 'extra')));
  if (smallest !== undefined) formats.set(keyOf(0, 'extra'), formatOfAmount(smallest));
  const formatOf = (role: TensorRole, { layer }: TensorPlace): BlockFormat => {
    const format = formats.get(keyOf(layer, role)) ?? formats.get(keyOf('outer', role));
    if (format === undefined) {
      const problem = `${file} has no tensor of the role ${role} in layer ${layer}`;
      throw new InvalidScenarioError(
        'weights',
        file,
        problem,
        'give the weights of a file with the model of the same file',
      );
    }
    return format;
  };
  return {
    id: file,
    name: `tensor types of ${file}`,
    family: 'gguf',
    exact: true,
    measuredAs: recipe,
    source: `header of ${file}`,
    formatOf,
  };
}

function joined(one: Amount | undefined, other: Amount | undefined): Amount | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const bytes = new Map(one.bytes);
  for (const [format, part] of other.bytes) bytes.set(format, (bytes.get(format) ?? 0) + part);
  return { elements: one.elements + other.elements, bytes };
}

/** The one format of an amount; of several the largest, with the bits that all of them take together. */
function formatOfAmount({ elements: count, bytes }: Amount): BlockFormat {
  const format = largest(bytes);
  if (bytes.size === 1) return format;
  const bits = ([...bytes.values()].reduce((sum, part) => sum + part, 0) * 8) / count;
  return { ...format, id: `${format.id}, ${bits.toFixed(3)} bits`, bitsPerWeight: bits, blockSize: 1 };
}

function largest(bytes: ReadonlyMap<BlockFormat, number>): BlockFormat {
  const [first] = [...bytes].toSorted(([, a], [, b]) => b - a);
  if (first === undefined) throw new Error('nothing is stored');
  return first[0];
}
