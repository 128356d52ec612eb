import { splitFileName, splitModelType } from './weight-format.js';

/** Longest name that is compared. */
const longestName = 300;

/** Words of makers and of series that say nothing about which device it is. */
const empty = new Set(
  'nvidia amd intel apple corporation corp geforce radeon tesla instinct graphics gpu generation edition processor the with of'.split(
    ' ',
  ),
);

/** Words that say how the weights were trained further or stored, which does not change the shape of a model. */
const dressing = new Set(
  'instruct chat it hf base gguf moe fp8 fp4 nvfp4 mxfp4 bf16 fp16 f16 awq gptq bnb int4 int8 4bit 8bit w4a16 w8a8 w8a16 quantized dynamic'.split(
    ' ',
  ),
);

/**
 * The words of a name, so that printed names and ids compare: small letters, no makers, `80gb`, `sxm` without its number,
 * `76c` for a 76-core GPU, no kind of memory.
 * @example wordsOf('NVIDIA A100-SXM4-80GB') // => ['a100', 'sxm', '80gb']
 */
export function wordsOf(name: string): readonly string[] {
  return (
    name
      .slice(0, longestName)
      .toLowerCase()
      .replace(/\((?:r|tm|c)\)|[®™]/g, ' ')
      .replace(/\b\d+-core processor\b/g, ' ')
      .replace(/\b(\d+)[- ]cores?\b/g, '$1c')
      .replace(/\b(\d+) ?gi?b?\b/g, '$1gb')
      .replace(/\bsxm\d\b/g, 'sxm')
      .replace(/\bhbm\d?e?\b/g, ' ')
      .replace(/\blaptop\b/g, 'mobile')
      // A point is part of a version, and elsewhere a gap: "3.1", "30B.A3B".
      .split(/[^a-z0-9.+]+|(?<!\d)\.|\.(?!\d)/)
      .filter((word) => word !== '' && !empty.has(word))
  );
}

/** The same for names with the same words in any order; and, apart from it, for the same letters in the same order. */
export function keysOf(words: readonly string[]): readonly string[] {
  return words.length === 0 ? [] : [[...words].sort().join(' '), words.join('')];
}

/** Words without the size of the memory, which a driver prints for some devices only, and without what changes no shape. */
export function looseWords(words: readonly string[]): readonly string[] {
  return words
    .filter((word) => !isCapacity(word) && !dressing.has(word))
    .map((word) => word.replace(/^(.+\d)moe$/, '$1'));
}

/** True for `80gb`. */
export function isCapacity(word: string): boolean {
  return /^\d+gb$/.test(word);
}

/** Words without numbers of a version: of `llama-3.1-8b` the words `llama` and `8b`. */
export function familyOf(words: readonly string[]): readonly string[] {
  return words.filter((word) => !/^v?\d+(?:\.\d+)*$/.test(word));
}

/**
 * A printed name in the forms in which a catalogue may hold it: whole, without what stands in brackets, and as it stands. A path of a file
 * or a repository is cut to its last part, and the weight format is left out.
 */
export function formsOf(printed: string): readonly string[] {
  const bare = printed.slice(0, longestName);
  const whole = /[\s(]/.test(bare) ? splitModelType(bare).name : splitFileName(bare).name;
  const base = beforeBracket(whole);
  return [...new Set([whole, base, bare])];
}

/** A name up to its bracket or comma: `Apple M2 Ultra (76-core GPU)` is an Apple M2 Ultra. */
export function beforeBracket(name: string): string {
  return name.split(/ \((?!r\)|tm\)|c\))|, /i, 1)[0] ?? name;
}

/** What stands in the bracket of a name, which is often its other name: `NVIDIA DGX Spark (GB10)`. */
export function inBracket(name: string): string | undefined {
  return / \(([^()]+)\)$/.exec(name)?.[1];
}
