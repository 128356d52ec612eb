import path from 'node:path';

/** Longest id that is made of a file's words. */
const LONGEST = 80;

/** An id as specs have them, made of a name: `Meta-Llama-3-8B.Q4_K_M` is `meta-llama-3-8b.q4-k-m`. */
export function idOf(text: string): string {
  const id = text
    .toLowerCase()
    .slice(0, LONGEST)
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/[-.]*\.[-.]*/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '');
  return id === '' ? 'imported' : id;
}

/** A text from a file, fit to be printed: one line, without control characters, not endless. */
export function printable(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** A sentence that quotes words of a file, each fit to be printed. */
export function quoting(sentence: string): string {
  return sentence.replace(/"([^"]*)"/g, (_, word: string) => `"${printable(word)}"`);
}

/** What a file is called without its folder and extension; a `config.json` is called after its folder. */
export function stemOf(file: string): string {
  const { name, dir } = path.parse(path.resolve(file));
  return /^config$/i.test(name) ? path.basename(dir) || name : name;
}
