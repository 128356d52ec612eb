import type { Pass } from '../model/pass.js';

/**
 * Passes over the model that put equally many rows through every product and differ in what attention sees. Weights say
 * how many there are of each.
 */
export interface Run {
  /** All sequences of a pass together, as products, norms and the host see them, whatever the context. */
  readonly rows: Pass;
  readonly passes: readonly RunPass[];
}

/** One pass of a run: its sequences by context, for attention and recurrent state are kernels of their own for each. */
export interface RunPass {
  readonly weight: number;
  readonly parts: readonly Pass[];
}

/** Gauss-Legendre points and their weight on [0, 1]: exact for a cubic, and the context enters nearly linearly. */
const NEAR_POINT = 0.5 - Math.sqrt(1 / 12);
const FAR_POINT = 0.5 + Math.sqrt(1 / 12);
const POINT_WEIGHT = 0.5;

/**
 * The decode steps of a request as a weighted few: one token per sequence, behind a context that grows from `context`
 * by `steps` tokens. The weights sum to 1: the mean step.
 */
export function decodeRun(sequences: number, context: number, steps: number): Run {
  return setDecodeRun(newDecodeRun(), sequences, context, steps);
}

/** Decode steps that are written over for one request after the other: a sweep has millions of them. */
export interface DecodeRun {
  readonly run: Run;
  readonly near: OpenPass;
  readonly far: OpenPass;
}

type OpenPass = { -readonly [Field in keyof Pass]: Pass[Field] };

export function newDecodeRun(): DecodeRun {
  const near = { tokens: 0, sequences: 0, context: 0, sampled: 0 };
  const far = { ...near };
  const passes = [near, far].map((pass) => ({ weight: POINT_WEIGHT, parts: [pass] }));
  return { run: { rows: near, passes }, near, far };
}

/** Makes it the run of other steps. */
export function setDecodeRun({ run, near, far }: DecodeRun, sequences: number, context: number, steps: number): Run {
  setStep(near, sequences, context + NEAR_POINT * (steps - 1));
  setStep(far, sequences, context + FAR_POINT * (steps - 1));
  return run;
}

function setStep(pass: OpenPass, sequences: number, context: number): void {
  pass.tokens = sequences;
  pass.sequences = sequences;
  pass.context = context;
  pass.sampled = sequences;
}

/** Runs of up to this many chunks are timed one by one; longer ones by quadrature over the growing context. */
const CHUNKS_ONE_BY_ONE = 4;

/**
 * The passes that take `sequences` prompts of `tokens` new tokens through the model, `chunk` tokens at a time.
 * Prompts shorter than a chunk share a pass. The weights sum to the number of passes.
 */
export function prefillRuns(sequences: number, tokens: number, context: number, chunk: number): readonly Run[] {
  if (tokens <= chunk) {
    const together = Math.max(1, Math.min(sequences, Math.floor(chunk / tokens)));
    const pass = { tokens: tokens * together, sequences: together, context, sampled: together };
    return [runOf(pass, sequences / together)];
  }
  const whole = Math.floor(tokens / chunk);
  const rest = tokens - whole * chunk;
  const chunks = wholeChunks(sequences, whole, chunk, context);
  if (rest === 0) return [chunks];
  const last = { tokens: rest, sequences: 1, context: context + whole * chunk, sampled: 1 };
  return [chunks, runOf(last, sequences)];
}

/** So many passes of one kind. */
export function runOf(pass: Pass, weight: number): Run {
  return { rows: pass, passes: [{ weight, parts: [pass] }] };
}

function wholeChunks(sequences: number, count: number, chunk: number, context: number): Run {
  const at = (index: number): Pass => ({ tokens: chunk, sequences: 1, context: context + index * chunk, sampled: 1 });
  const passes =
    count <= CHUNKS_ONE_BY_ONE
      ? Array.from({ length: count }, (_, index) => ({ weight: sequences, parts: [at(index)] }))
      : [NEAR_POINT, FAR_POINT].map((point) => ({
          weight: POINT_WEIGHT * count * sequences,
          parts: [at(point * (count - 1))],
        }));
  return { rows: at(0), passes };
}

/**
 * Passes that take in prompt tokens beside their decode steps: both share every product, and so the reading of its
 * weights.
 */
export function withPrompt({ rows, passes }: Run, prompt: Pass): Run {
  return {
    rows: {
      tokens: rows.tokens + prompt.tokens,
      sequences: rows.sequences + prompt.sequences,
      context: rows.context,
      sampled: rows.sampled + prompt.sampled,
    },
    passes: passes.map(({ weight, parts }) => ({ weight, parts: [...parts, prompt] })),
  };
}

/** The run so many times. */
export function scaleRun({ rows, passes }: Run, factor: number): Run {
  return { rows, passes: passes.map(({ weight, parts }) => ({ weight: weight * factor, parts })) };
}
