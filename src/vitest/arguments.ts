import { InvalidScenarioError } from '../errors.js';
import { nearest } from '../nearest.js';

/** The number itself when it is finite and above 0, or at least `least`. */
export function checkNumber(matcher: string, name: string, value: unknown, least?: number): number {
  const valid =
    typeof value === 'number' && Number.isFinite(value) && (least === undefined ? value > 0 : value >= least);
  if (valid) return value;
  const right = least === undefined ? 'a positive number' : `a number of at least ${least}`;
  throw new InvalidScenarioError(matcher, value, `${name} is ${show(value)}, which is not ${right}`);
}

/** The word itself when it is one of some. */
export function checkWord<Word extends string>(
  matcher: string,
  name: string,
  value: unknown,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const [best] = typeof value === 'string' ? nearest(value, words, 1) : [];
  throw new InvalidScenarioError(
    matcher,
    value,
    `${name} is ${show(value)}, which is not one of ${words.join(', ')}`,
    best === undefined ? undefined : `did you mean "${best}"?`,
  );
}

/** Throws for options that are no object, or with a field that the matcher does not know. */
export function checkOptions(matcher: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidScenarioError(matcher, options, `its options are ${show(options)}, which is not an object`);
  }
  for (const name of Object.keys(options)) checkWord(matcher, 'an option', name, known);
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? 'an array' : String(value);
}
