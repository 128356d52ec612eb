import type { z } from 'zod';
import { didYouMean } from '../nearest.js';

export { didYouMean };

/*
 * zod carries one message per issue. Ours hold the problem on the first line and the remedy, if any, on the second;
 * those of unknown fields hold one remedy per field and line, and those of names the remedy alone.
 */

/** Joins a problem and its remedy into one message for zod. */
export function inTwoLines(problem: string, remedy: string | undefined): string {
  const lines = remedy === undefined ? [problem] : [problem, remedy];
  return lines.map((line) => line.replaceAll('\n', ' ')).join('\n');
}

/** Says in our words what zod found, for schemas that say nothing themselves. */
export function sayIssue(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKeyRemedy(issue.inst, key)).join('\n');
  // A union says no more than its alternatives do.
  if (issue.code === 'invalid_union') return '';
  if (issue.input === undefined) return 'is missing';
  if (issue.input === null) return 'is empty';
  const shown = show(issue.input);
  switch (issue.code) {
    case 'invalid_type': {
      const quote =
        issue.expected === 'string' && typeof issue.input !== 'object'
          ? `write '${String(issue.input)}' in quotes`
          : undefined;
      return inTwoLines(`${shown} is not ${typeNames[issue.expected] ?? `a ${issue.expected}`}`, quote);
    }
    case 'invalid_value':
      return inTwoLines(`${shown} is not allowed`, didYouMean(String(issue.input), issue.values.map(String)));
    case 'too_small':
      return typeof issue.input === 'number'
        ? `${shown} is too small, the least is ${issue.inclusive === false ? Number(issue.minimum) + 1 : issue.minimum}`
        : `${shown} is empty`;
    case 'invalid_key':
      return 'write lower-case letters, digits and hyphens';
    default:
      return `${shown} is not right`;
  }
}

/** The record of a fixed set of keys says itself which ones it takes. */
function unknownKeyRemedy(schema: unknown, key: string): string {
  const keyType = (schema as { def?: { keyType?: { options?: unknown } } } | undefined)?.def?.keyType?.options;
  return Array.isArray(keyType) ? didYouMean(key, keyType.map(String)) : 'remove it';
}

function show(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : `"${String(input)}"`;
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};
