import { ModelFileError } from '../errors.js';
import { MOST_LAYERS } from './fields.js';
import type { GgufHeader, GgufTensor, GgufValue } from './gguf-header.js';
import { printable, quoting } from './names.js';

/** The header of a model, split files put together: values by their short names, tensors by block. */
export interface GgufFacts {
  readonly file: string;
  readonly architecture: string;
  readonly blockCount: number;
  /** Tensors of each block by the rest of their names, `attn_q.weight`. */
  readonly blocks: readonly ReadonlyMap<string, GgufTensor>[];
  readonly outer: ReadonlyMap<string, GgufTensor>;
  /** Value of a general field. */
  general(name: string): GgufValue | undefined;
  /** Whole number of the architecture, `attention.head_count`; of a list, the entry of the block. */
  size(name: string, block?: number): number;
  sizeIfGiven(name: string, block?: number): number | undefined;
  value(name: string): GgufValue | undefined;
  readonly notes: Set<string>;
  fail(field: string, problem: string, remedy: string): never;
}

/** Facts of a model from the headers of its files, the first of which has the values. */
export function factsOf(headers: readonly [GgufHeader, ...GgufHeader[]]): GgufFacts {
  const [{ file, values }] = headers;
  const fail = (field: string, problem: string, remedy: string): never => {
    throw new ModelFileError({ file, field: printable(field), problem: quoting(problem), remedy: quoting(remedy) });
  };
  const stated = values.get('general.architecture');
  const architecture =
    typeof stated === 'string' && stated !== ''
      ? stated
      : fail('general.architecture', 'is missing', 'a GGUF file of a model states it');
  const value = (name: string) => values.get(`${architecture}.${name}`);
  const sizeIfGiven = (name: string, block = 0): number | undefined => {
    const found = value(name);
    const one = typeof found === 'object' ? found[block] : found;
    if (found === undefined) return undefined;
    if (typeof one === 'number' && Number.isSafeInteger(one) && one >= 0) return one;
    return fail(
      `${architecture}.${name}`,
      `"${String(one)}" is no whole number`,
      'a GGUF file states how many there are',
    );
  };
  const size = (name: string, block?: number): number =>
    sizeIfGiven(name, block) ??
    fail(`${architecture}.${name}`, 'is missing', `a file of the architecture "${architecture}" states it`);
  const blockCount = size('block_count');
  if (blockCount < 1 || blockCount > MOST_LAYERS)
    fail(`${architecture}.block_count`, `${blockCount} is no number of blocks`, `networks have 1 to ${MOST_LAYERS}`);
  const blocks = Array.from({ length: blockCount }, () => new Map<string, GgufTensor>());
  const outer = new Map<string, GgufTensor>();
  for (const tensor of headers.flatMap(({ tensors }) => tensors)) {
    const [, number, rest] = /^blk\.(\d{1,5})\.(.+)$/.exec(tensor.name) ?? [];
    const home = number === undefined ? outer : blocks[Number(number)];
    const name = rest ?? tensor.name;
    if (home === undefined) fail(tensor.name, `stands beyond the ${blockCount} blocks`, 'the file is damaged');
    else if (home.has(name)) fail(tensor.name, 'stands in several files of the model', 'give the files of one model');
    else home.set(name, tensor);
  }
  return {
    file,
    architecture,
    blockCount,
    blocks,
    outer,
    general: (name) => values.get(`general.${name}`),
    size,
    sizeIfGiven,
    value,
    notes: new Set(),
    fail,
  };
}
