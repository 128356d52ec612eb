/** What a file of YAML may be at most: far more than anyone writes by hand, and little enough to be read at once. */
export const MOST_CHARACTERS = 100_000;

/** Values in all, those that aliases repeat among them: an alias of aliases grows without bound. */
export const MOST_VALUES = 20_000;

/** Errors of syntax that are told: one often follows from another. */
export const MOST_PROBLEMS = 20;

/** Brackets within brackets. The parser calls itself for each. */
const MOST_BRACKETS = 64;

/** Spaces before a line, each of which could be a level. */
const MOST_INDENT = 200;

/** List and key signs one behind the other, as in `- - - a`. */
const signs = /(?:[-?:][ \t]+){32}/;

/** The first place of a text that is nested deeper than any file has reason to be; undefined when there is none. */
export function findDeepNesting(text: string): number | undefined {
  let open = 0;
  let indent = 0;
  let isStart = true;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (character === '\n') {
      indent = 0;
      isStart = true;
    } else if (isStart && character === ' ') {
      indent++;
      if (indent > MOST_INDENT) return offset;
    } else {
      isStart = false;
      if (character === '[' || character === '{') open++;
      else if ((character === ']' || character === '}') && open > 0) open--;
      if (open > MOST_BRACKETS) return offset;
    }
  }
  const chain = signs.exec(text);
  return chain === null ? undefined : chain.index;
}
