import { decodeRun, type Run, scaleRun, withPrompt } from '../estimator/runs.js';
import type { Pass } from '../model/pass.js';

/** Requests that come and go so that always `batch` of them are served: when one ends, the next begins. */
export interface SteadyLoad {
  readonly batch: number;
  readonly cachedTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Most tokens of a pass. */
  readonly chunk: number;
}

/** Passes of a server in steady state. */
export interface SteadyRuns {
  /** The mean time between two tokens of a sequence, as weighted passes. */
  readonly step: readonly Run[];
  /** Those that take in one prompt, beside the decode steps of the others. */
  readonly prompt: readonly Run[];
}

/**
 * Passes of a server in steady state. While a sequence generates its N tokens, B prompts of I tokens are taken in, which
 * is `B I / N` tokens for every step. Whole prompts ride along, as far as a pass has room beside its B decode tokens:
 * a carrying pass has `P = min(room, max(I, B I / N))` prompt tokens, and a share `B I / (N P)` of the passes carry.
 * Where that share is more than one, all passes carry, there are more of them than N, and each decodes fewer sequences.
 */
export function steadyRuns(load: SteadyLoad): SteadyRuns {
  const { batch, cachedTokens, inputTokens, outputTokens, chunk } = load;
  const perStep = (batch * inputTokens) / outputTokens;
  const room = Math.max(1, chunk - batch);
  const carried = Math.min(room, Math.max(inputTokens, perStep));
  const share = perStep / carried;
  const stretch = Math.max(1, share);
  const prompt = promptPass(carried, inputTokens, cachedTokens);
  const decode = decodeRun(batch / stretch, cachedTokens + inputTokens, outputTokens);
  const mixed = withPrompt(decode, prompt);
  const plain = share < 1 ? [scaleRun(decode, 1 - share)] : [];
  return {
    step: [...plain, scaleRun(mixed, share)],
    prompt: [scaleRun(mixed, Math.max(1, inputTokens / carried))],
  };
}

/** So many prompt tokens of a pass: of several whole prompts, or of a part of one in the middle of it. */
function promptPass(carried: number, inputTokens: number, cachedTokens: number): Pass {
  const prompts = carried / inputTokens;
  if (prompts >= 1) return { tokens: carried, sequences: prompts, context: cachedTokens, sampled: prompts };
  return { tokens: carried, sequences: 1, context: cachedTokens + (inputTokens - carried) / 2, sampled: prompts };
}
