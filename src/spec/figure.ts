import { z } from 'zod';
import { type Dimension, exampleOf, nameOf } from '../dimensions.js';
import { QuantityError } from '../errors.js';
import { parseQuantity } from '../units.js';
import { didYouMean, inTwoLines } from './words.js';

/** An object that refuses unknown fields, each with the field that was probably meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: (issue) => sayUnknownFields(issue, shape) });
}

function sayUnknownFields(issue: z.core.$ZodRawIssue, shape: object): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  return issue.keys.map((key) => didYouMean(key, Object.keys(shape))).join('\n');
}

/** Text of a fixed form; `form` says which in words. */
function textLike(pattern: RegExp, form: string) {
  return z.string().regex(pattern, {
    error: ({ input }) => inTwoLines(`"${String(input)}" is not ${form}`, undefined),
  });
}

/** Names within a spec: of units, memory levels, links, layers, sources. */
export const name = textLike(
  /^[a-z0-9][a-z0-9._-]*$/,
  'a name of lower-case letters, digits, hyphens, dots and underscores',
);

/** A day, a month or a year. */
export const date = textLike(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'a date like 2026-11-21');

export const sourceKind = z.enum(['vendor', 'measured', 'derived', 'assumed', 'rumour']);

/** A quantity without a source of its own, as text with its unit; becomes an SI number. */
export function quantity(dimension: Dimension, options: { readonly allowZero?: boolean } = {}) {
  return z
    .union([z.string(), z.number()], { error: sayNoQuantity(dimension) })
    .describe(`${nameOf(dimension)}, as in "${exampleOf(dimension)}"`)
    .transform((value, context) => {
      try {
        return parseQuantity(String(value), dimension, options);
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
        context.addIssue({ code: 'custom', message: inTwoLines(`"${error.value}" ${error.problem}`, error.remedy) });
        return z.NEVER;
      }
    });
}

function sayNoQuantity(dimension: Dimension) {
  return ({ input }: z.core.$ZodRawIssue): string => {
    const absent = input === undefined || input === null;
    const problem = absent
      ? 'has no value'
      : typeof input === 'number'
        ? 'is not finite'
        : `is not ${nameOf(dimension)}`;
    return inTwoLines(problem, `write it as in "${exampleOf(dimension)}"`);
  };
}

const provenance = {
  source: z
    .string({ error: ({ input }) => (input === undefined ? 'is missing\nevery figure names its source' : undefined) })
    .describe('Key of the source in the sources of the file'),
  kind: sourceKind.optional().describe('How this figure is known, where it differs from its source'),
  note: z.string().optional().describe('How the figure was read or derived'),
};

/** A quantity with its source. Fields of `more` stand beside the value. */
export function figure(dimension: Dimension, options: { readonly allowZero?: boolean } = {}) {
  return strictFigure({ value: quantity(dimension, options), ...provenance });
}

/** A figure with other facts that belong to it, such as the clock that a peak is quoted at. */
export function figureWith<Shape extends z.core.$ZodLooseShape>(dimension: Dimension, more: Shape) {
  return strictFigure({ ...more, value: quantity(dimension), ...provenance });
}

function strictFigure<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      const { code, input } = issue;
      if (code !== 'invalid_type' || (typeof input !== 'string' && typeof input !== 'number'))
        return sayUnknownFields(issue, shape);
      return inTwoLines(`"${input}" has no source`, `write { value: ${input}, source: ... }`);
    },
  });
}

/** What `figure` parses to. */
export interface Figure {
  readonly value: number;
  readonly source: string;
  readonly kind?: z.infer<typeof sourceKind> | undefined;
  readonly note?: string | undefined;
}

/** The table of sources at the head of a spec. */
export const sources = z
  .record(
    name,
    strict({
      ref: z.string().min(1).describe('Address, or repository, commit and file'),
      date: date.describe('Date of retrieval, YYYY-MM-DD'),
      kind: sourceKind.describe('How its figures are known'),
      quote: z.string().optional().describe('The words that state the figures'),
      note: z.string().optional(),
    }),
  )
  .describe('Where the figures come from, by a short key');

const alias = textLike(
  /^[a-z0-9][a-z0-9.+_-]*$/,
  'an alias of lower-case letters, digits, hyphens, underscores, dots and plus signs',
);

/** Fields that every spec has. */
export const identity = {
  id: textLike(
    /^[a-z0-9]+([._-][a-z0-9]+)*$/,
    'an id of lower-case letters and digits, joined by hyphens, dots or underscores',
  ).describe('Same as the name of the file'),
  name: z.string().min(1).describe('Name for people'),
  aliases: z.array(alias).default([]).describe('Other ids; not inherited'),
  notes: z.array(z.string()).default([]).describe('Remarks for the reader'),
};
