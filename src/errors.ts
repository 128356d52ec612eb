import { formatQuantity } from './format.js';

/** What went wrong, for programs; the message says it for people. */
export type ErrorCode =
  | 'invalid-quantity'
  | 'invalid-spec'
  | 'unknown-id'
  | 'invalid-scenario'
  | 'does-not-fit'
  | 'missing-fact'
  | 'invalid-measurements'
  | 'invalid-model-file'
  | 'invalid-formula';

const brand = Symbol.for('roofcast.error');

/** Every error that roofcast throws on purpose. Anything else is a bug. */
export class RoofcastError extends Error {
  override readonly name: string = 'RoofcastError';
  readonly code: ErrorCode;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for a `RoofcastError`, also for one of another realm or another copy of the library. */
export function isRoofcastError(error: unknown): error is RoofcastError {
  return error instanceof Error && brand in error;
}

/** Text that is not the quantity it should be. Thrown by `parseQuantity`. */
export class QuantityError extends RoofcastError {
  override readonly name = 'QuantityError';
  /** The text as it was given. */
  readonly value: string;
  /** What is wrong with it. */
  readonly problem: string;
  /** What to write instead; absent when there is no way to know. */
  readonly remedy: string | undefined;

  constructor(value: string, problem: string, remedy?: string) {
    super('invalid-quantity', sentence(`"${value}" ${problem}`, remedy));
    this.value = value;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Where a spec is wrong, and how to mend it. */
export interface SpecProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** Path of the field as it stands in the YAML, `memory.hbm.bandwidth`; empty for the file as a whole. */
  readonly path: string;
  /** The offending text, or the empty string where something is absent. */
  readonly value: string;
  /** One clause that names the value and what is wrong with it. */
  readonly problem: string;
  readonly remedy?: string;
}

/**
 * A spec that cannot be read. It is the first problem of its file; `others` holds the rest, each complete by itself.
 * `hardware-specs/h100.yaml:3:14 memory.hbm.bandwidth: "3.35 TBps" is not a bandwidth; write it as "3.35 TB/s"`
 */
export class SpecError extends RoofcastError {
  override readonly name = 'SpecError';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly value: string;
  readonly remedy: string | undefined;
  readonly others: readonly SpecError[];

  constructor(problem: SpecProblem, others: readonly SpecError[] = []) {
    const { file, line, column, path } = problem;
    const place = path === '' ? `${file}:${line}:${column}` : `${file}:${line}:${column} ${path}`;
    super('invalid-spec', sentence(`${place}: ${problem.problem}`, problem.remedy));
    this.file = file;
    this.line = line;
    this.column = column;
    this.path = path;
    this.value = problem.value;
    this.remedy = problem.remedy;
    this.others = others;
  }
}

/** An id that the catalogue does not have. */
export class UnknownIdError extends RoofcastError {
  override readonly name = 'UnknownIdError';
  readonly kind: 'hardware' | 'model' | 'engine';
  readonly id: string;
  /** The nearest ids that exist, best first. */
  readonly suggestions: readonly string[];

  constructor(kind: UnknownIdError['kind'], id: string, suggestions: readonly string[]) {
    const remedy = suggestions.length > 0 ? `did you mean ${quotedList(suggestions)}?` : undefined;
    super('unknown-id', sentence(`no ${kind} has the id "${id}"`, remedy));
    this.kind = kind;
    this.id = id;
    this.suggestions = suggestions;
  }
}

/** A scenario that asks for something impossible: a negative batch, a layout that does not divide the devices. */
export class InvalidScenarioError extends RoofcastError {
  override readonly name = 'InvalidScenarioError';
  readonly field: string;
  readonly value: unknown;
  readonly remedy: string | undefined;

  constructor(field: string, value: unknown, problem: string, remedy?: string) {
    super('invalid-scenario', sentence(`${field}: ${problem}`, remedy));
    this.field = field;
    this.value = value;
    this.remedy = remedy;
  }
}

/** What does not fit, and what would. All sizes in bytes. */
export interface Misfit {
  readonly hardware: string;
  readonly model: string;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  /** Changes that would make it fit, each a clause: `4 devices`, `weights q4_0`. */
  readonly remedies: readonly string[];
}

/** The model, its cache and its working memory need more bytes than the machine has. */
export class DoesNotFitError extends RoofcastError {
  override readonly name = 'DoesNotFitError';
  readonly hardware: string;
  readonly model: string;
  readonly requiredBytes: number;
  readonly availableBytes: number;
  readonly shortBytes: number;
  readonly remedies: readonly string[];

  constructor(misfit: Misfit) {
    const { hardware, model, requiredBytes, availableBytes, remedies } = misfit;
    const shortBytes = requiredBytes - availableBytes;
    const [needs, has] = toldApart(requiredBytes, availableBytes);
    const problem = `${model} needs ${needs} and ${hardware} has ${has}: ${bytesText(shortBytes, SHORT)} short`;
    super(
      'does-not-fit',
      sentence(problem, remedies.length > 0 ? `it fits with ${remedies.join(', or ')}` : undefined),
    );
    this.hardware = hardware;
    this.model = model;
    this.requiredBytes = requiredBytes;
    this.availableBytes = availableBytes;
    this.shortBytes = shortBytes;
    this.remedies = remedies;
  }
}

/** An estimate needs a fact that the spec does not state. Unknown is absent, never a guess. */
export class MissingFactError extends RoofcastError {
  override readonly name = 'MissingFactError';
  readonly hardware: string;
  /** Path of the fact, `units.gpu.clock`. */
  readonly fact: string;
  readonly neededFor: string;

  constructor(hardware: string, fact: string, neededFor: string) {
    super('missing-fact', `${hardware} does not state ${fact}, which is needed for ${neededFor}`);
    this.hardware = hardware;
    this.fact = fact;
    this.neededFor = neededFor;
  }
}

/** What is wrong with a file of measurements, and how to mend it. */
export interface MeasurementFileProblem {
  readonly file: string;
  /** Counted from 1; absent when the problem is the file as a whole. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** One clause that says what is wrong. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy: string;
}

/**
 * A file of measurements that cannot be read at all; a single row that is wrong is no error but a `problem` of its row.
 * `rows.csv:1:1: there is no column "model_id"; the header is source,date,...`
 */
export class MeasurementFileError extends RoofcastError {
  override readonly name = 'MeasurementFileError';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly remedy: string;

  constructor({ file, line, column = 1, problem, remedy }: MeasurementFileProblem, options?: ErrorOptions) {
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    super('invalid-measurements', sentence(`${place}: ${problem}`, remedy), options);
    this.file = file;
    this.line = line ?? 1;
    this.column = column;
    this.remedy = remedy;
  }
}

/** What is wrong with a file that describes a model, and how to mend it. */
export interface ModelFileProblem {
  readonly file: string;
  /** Counted from 1; absent in binary files, and when the problem is the file as a whole. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  /** Name of the field or tensor that is wrong. */
  readonly field?: string;
  /** One clause that says what is wrong. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy: string;
}

/**
 * A `config.json` or GGUF file from which no model can be read: it is damaged, of an architecture that is not understood,
 * or without something that the arithmetic needs.
 * `config.json:12:3 num_experts: is missing; a model of the type "qwen3_moe" states it`
 */
export class ModelFileError extends RoofcastError {
  override readonly name = 'ModelFileError';
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly field: string | undefined;
  readonly remedy: string;

  constructor({ file, line, column = 1, field, problem, remedy }: ModelFileProblem, options?: ErrorOptions) {
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    const named = field === undefined ? place : `${place} ${field}`;
    super('invalid-model-file', sentence(`${named}: ${problem}`, remedy), options);
    this.file = file;
    this.line = line;
    this.column = line === undefined ? undefined : column;
    this.field = field;
    this.remedy = remedy;
  }
}

const LONGEST_FORMULA = 1000;

/** Where a formula is wrong, and how to mend it. */
export interface FormulaProblem {
  /** The formula as it was given. */
  readonly formula: string;
  /** Characters before the place. */
  readonly offset: number;
  /** One clause that says what is wrong. */
  readonly problem: string;
  readonly remedy?: string | undefined;
}

/**
 * A formula that cannot be read, or that has no value for an estimate: it divides by zero, or a figure is absent.
 * `formula:1:1: "decode.tokensPerSecnd" is not a figure of an estimate; did you mean "decode.tokensPerSecond"?`
 */
export class FormulaError extends RoofcastError {
  override readonly name = 'FormulaError';
  readonly formula: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  readonly problem: string;
  readonly remedy: string | undefined;

  constructor({ formula, offset, problem, remedy }: FormulaProblem) {
    const before = formula.slice(0, offset).split('\n');
    const line = before.length;
    const column = (before.at(-1) ?? '').length + 1;
    super('invalid-formula', sentence(`formula:${line}:${column}: ${problem}`, remedy));
    // What is too long to be a formula is not carried along.
    this.formula = formula.slice(0, LONGEST_FORMULA);
    this.line = line;
    this.column = column;
    this.problem = problem;
    this.remedy = remedy;
  }
}

function sentence(problem: string, remedy: string | undefined): string {
  return remedy === undefined ? problem : `${problem}; ${remedy}`;
}

function quotedList(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' or ');
}

const SHORT = 4;
const MOST_DIGITS = 12;

function bytesText(bytes: number, digits: number): string {
  return formatQuantity(bytes, 'bytes', { digits });
}

/** Two sizes with as many digits as it takes to tell them apart. */
function toldApart(one: number, other: number): readonly [string, string] {
  for (let digits = SHORT; ; digits++) {
    const texts = [bytesText(one, digits), bytesText(other, digits)] as const;
    if (texts[0] !== texts[1] || digits === MOST_DIGITS) return texts;
  }
}
