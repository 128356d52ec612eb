import { z } from 'zod';
import { strict } from '../spec/figure.js';

/** Text that a terminal prints as it is: a control character could make it say something else. */
const text = z
  .string()
  .min(1)
  .refine((value) => !/[^\P{Cc}\t\r\n]/u.test(value), {
    error: 'has a character that cannot be printed\nwrite plain text',
  });
const number = z.number();
const value = z.union([z.string(), z.number(), z.boolean()], { error: 'is not a number, a text, true or false' });

/** Names that formulas use: letters, digits and underscores. */
const nameForm = /^[a-z][A-Za-z0-9_]*$/;
const name = z.string().regex(nameForm, { error: 'begin with a small letter, go on with letters, digits or _' });

/** Fields of a path, from which the field of a scenario or a figure of a spec follows. */
const field = z.string().min(1);

const scenario = strict({
  model: text.describe('Network: an id, or a YAML file, a config.json or a GGUF file beside the study'),
  hardware: text.describe('Machine: an id, or a YAML file beside the study'),
  engine: text.optional().describe('Software stack: an id, or a YAML file beside the study; absent: the usual one'),
  backend: text.optional().describe('Programming interface: cuda, metal, cpu ...'),
  weights: text.optional().describe('Weight format; absent: that of the release'),
  'kv-cache': text.optional().describe('Format of cached keys and values; absent: f16'),
  batch: number.optional().describe('Sequences served together; absent: 1'),
  'prompt-tokens': number.optional().describe('New prompt tokens per sequence; absent: 512'),
  'output-tokens': number.optional().describe('Tokens generated per sequence; absent: 128'),
  'cached-tokens': number.optional().describe('Tokens cached before the prompt; absent: 0'),
  threads: number.optional().describe('CPU threads; absent: as many as the engine starts'),
  chunk: number.optional().describe("Prompt tokens per pass; absent: the engine's"),
  'flash-attention': z.boolean().optional().describe("Attention scores stay on chip; absent: the engine's way"),
  'fixed-context': number.optional().describe("Tokens that the engine's graphs are compiled for; absent: the engine's"),
  'engine-date': text.optional().describe("Month of the engine's kernels, as in 2024-05; absent: the latest"),
  devices: number.optional().describe('Machines; absent: 1'),
  price: strict({
    'life-years': number.optional().describe('Years over which a purchase is written off; absent: 4'),
    utilisation: number.optional().describe('Part of that time in which the machine works; absent: 1'),
    'usd-per-kilowatt-hour': number.optional().describe('Price of electricity; absent: 0.12'),
  }).optional(),
});

const variant = strict({
  about: text.optional().describe('What it is, in words'),
  set: z
    .record(field, value)
    .describe('Fields of the baseline, or figures as in hardware.memory.hbm.bandwidth: 4.8 TB/s, 2x or +10 %'),
});

const range = strict({
  from: z.union([number, text]).describe('First value, with its unit where it has one'),
  to: z.union([number, text]).describe('Last value'),
  count: z.number().int().min(2).optional().describe('Number of values'),
  step: number.positive().optional().describe('Distance of neighbouring values, instead of a count'),
  spacing: z.enum(['linear', 'log']).default('linear').describe('Equal distances, or equal ratios'),
});

const axis = z.union([z.array(value).min(1), range], {
  error: 'is neither a list of values nor a range\nwrite [1, 2, 4], or { from: 1, to: 64, count: 7, spacing: log }',
});

const metric = z.union(
  [
    text,
    strict({
      formula: text.describe('Formula over figures of an estimate'),
      unit: text.optional().describe('Unit to print it in, as in ms or USD/Mtoken'),
      about: text.optional().describe('What it is, in words'),
    }),
  ],
  { error: 'is no formula\nwrite one as in "decode.tokensPerSecond / cost.purchaseUsd"' },
);

const expectation = z.union(
  [
    text,
    strict({
      expect: text.describe('Formula that has to be true'),
      of: z
        .union([text, z.array(text).min(1)])
        .optional()
        .describe('Variants it is asked of; absent: all'),
      at: z.record(field, value).optional().describe('Values of axes it is asked at; absent: all'),
      because: text.optional().describe('Why it is expected'),
    }),
  ],
  { error: 'is no formula\nwrite one as in "decode.tokensPerSecond >= 50"' },
);

const end = z.union([number, text], { error: 'is neither a number nor a quantity\nwrite one as in 1 TB/s' });

const design = strict({
  free: z
    .record(field, strict({ from: end.describe('Least value, with its unit'), to: end.describe('Largest value') }))
    .describe('Figures of the machine to be found, as in hardware.memory.hbm.bandwidth'),
  maximise: text.optional().describe('Formula that the best design has most of'),
  minimise: text.optional().describe('Formula that the best design has least of'),
  where: z.record(name, text).default({}).describe('Formulas that a design has to keep, by a name for the report'),
});

/** Schema of a study file. */
export const studySchema = strict({
  name: text.describe('What is studied, in a line'),
  question: text.optional().describe('What is asked, in words'),
  baseline: scenario.describe('The scenario that everything is compared with'),
  variants: z.record(name, variant).default({}).describe('Changes of the baseline, by the name that formulas use'),
  axes: z.record(field, axis).default({}).describe('Values to go through, by field: every variant at every point'),
  design: design.optional().describe('Search for the best machine for the baseline; it is a variant named design'),
  metrics: z.record(name, metric).default({}).describe('Formulas to be shown, by the name that other formulas use'),
  expectations: z.array(expectation).default([]).describe('Formulas that have to be true'),
});

export type StudyText = z.output<typeof studySchema>;
export type ScenarioText = z.output<typeof scenario>;

/** Fields of a scenario, as a study file names them. */
export const scenarioFields: readonly string[] = Object.keys(scenario.shape).filter((key) => key !== 'price');
export const priceFields: readonly string[] = ['life-years', 'utilisation', 'usd-per-kilowatt-hour'].map(
  (key) => `price.${key}`,
);

/** What a field of a scenario takes; undefined for figures of specs. */
export function kindOfField(field: string): 'string' | 'number' | 'boolean' | undefined {
  if (priceFields.includes(field)) return 'number';
  const form = Object.hasOwn(scenario.shape, field) ? scenario.shape[field as keyof ScenarioText] : undefined;
  if (form === undefined) return undefined;
  return form.safeParse('a').success ? 'string' : form.safeParse(true).success ? 'boolean' : 'number';
}
