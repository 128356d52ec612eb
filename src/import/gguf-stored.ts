import type { BlockFormat } from '../model/formats.js';
import { elements, type Tensor, type TensorRole } from '../model/tensor.js';
import type { Layer } from '../model/types.js';
import type { Block } from './gguf-block.js';
import type { GgufFacts } from './gguf-facts.js';
import { blockShares, outerShares, type Share } from './gguf-roles.js';
import { printable } from './names.js';

/** Blocks, and what stands outside of them. */
export type Home = number | 'outer';

/** How much of a file is stored in which formats, by home and by what schemes tell apart. */
export type Stored = ReadonlyMap<string, Amount>;

/** Elements that schemes treat alike, and their bytes by format. */
export interface Amount {
  readonly elements: number;
  readonly bytes: ReadonlyMap<BlockFormat, number>;
}

/** Roles that schemes store alike: vectors and other small tensors, which files keep in 32 bits. */
function groupOf(role: TensorRole): TensorRole {
  switch (role) {
    case 'norm':
    case 'bias':
    case 'sink':
    case 'state-small':
    case 'extra':
      return 'extra';
    default:
      return role;
  }
}

/** Under which key an amount stands. */
export const keyOf = (home: Home, role: TensorRole): string => `${home} ${groupOf(role)}`;

/** Everything that a file stores, with its formats. */
export function store(facts: GgufFacts, blocks: readonly Block[], layers: readonly Layer[]): Stored {
  const stored = new Map<string, { elements: number; bytes: Map<BlockFormat, number> }>();
  const add = (home: Home, name: string, shares: readonly Share[] | undefined): void => {
    if (shares === undefined) {
      const named = home === 'outer' ? name : `blk.${home}.${name}`;
      facts.fail(
        printable(named),
        `is no tensor that is understood in the architecture "${facts.architecture}"`,
        'write the spec by hand (docs/spec-format.md)',
      );
    }
    for (const { role, elements: count, tensor } of shares ?? []) {
      const amount = stored.get(keyOf(home, role)) ?? { elements: 0, bytes: new Map() };
      amount.elements += count;
      const bytes = (tensor.bytes * count) / tensor.elements;
      amount.bytes.set(tensor.format, (amount.bytes.get(tensor.format) ?? 0) + bytes);
      stored.set(keyOf(home, role), amount);
    }
  };
  for (const [name, tensor] of facts.outer) add('outer', name, outerShares(name, tensor));
  blocks.forEach((block, index) => {
    const layer = layers[index];
    if (layer === undefined) return;
    for (const [name, tensor] of block.tensors) add(index, name, blockShares(block, layer, name, tensor));
  });
  return stored;
}

/**
 * Compares what the dimensions say with the tensors of a home: matrices must agree to the element, and small tensors that
 * nothing describes are returned as so many further elements.
 */
export function checkElements(facts: GgufFacts, home: Home, tensors: readonly Tensor[], stored: Stored): number {
  const expected = new Map<string, number>();
  for (const tensor of tensors) {
    const key = keyOf(home, tensor.role);
    expected.set(key, (expected.get(key) ?? 0) + elements(tensor));
  }
  const small = keyOf(home, 'extra');
  const keys = new Set([...expected.keys(), ...[...stored.keys()].filter((key) => key.startsWith(`${home} `))]);
  for (const key of keys) {
    const [said, there] = [expected.get(key) ?? 0, stored.get(key)?.elements ?? 0];
    if (said === there || (key === small && there > said)) continue;
    const place = home === 'outer' ? 'outside the blocks' : `blk.${home}`;
    const what = key === small ? 'norms, biases and other small tensors' : key.slice(`${home} `.length);
    facts.fail(
      place,
      `its tensors hold ${there} elements of ${what}, and the dimensions in the header say ${said}`,
      'the file is damaged, or its architecture is not the one it states',
    );
  }
  return (stored.get(small)?.elements ?? 0) - (expected.get(small) ?? 0);
}
