import type { Span } from '../model/types.js';
import type { GgufFacts } from './gguf-facts.js';

/**
 * Of every so many layers the last sees everything and the others have a window; 0: all have. What llama.cpp does where
 * the file states a window and no pattern.
 *
 * Source: set_swa_pattern of ggml-org/llama.cpp
 */
const periods: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  'gpt-oss': 2,
  cohere2: 4,
  olmo2: 4,
  exaone4: 4,
  llama4: 4,
  phi3: 0,
};

/** Chunk of Llama 4, which llama.cpp takes for granted. */
const LLAMA4_CHUNK = 8192;

/** Tokens that each block sees. */
export function spansOf(facts: GgufFacts): readonly Span[] {
  const { architecture, blockCount } = facts;
  const window = windowOf(facts);
  if (window === undefined) return Array.from({ length: blockCount }, () => ({ kind: 'full' }));
  const slides = sliding(facts);
  const kind = architecture === 'llama4' ? 'chunked' : 'sliding';
  return Array.from({ length: blockCount }, (_, index) => (slides(index) ? { kind, size: window } : { kind: 'full' }));
}

function windowOf(facts: GgufFacts): number | undefined {
  const window = facts.sizeIfGiven('attention.sliding_window');
  if (window !== undefined) {
    const context = facts.sizeIfGiven('context_length') ?? Number.POSITIVE_INFINITY;
    // Some files state the whole context, or more, to say that there is no window.
    return window === 0 || window >= context ? undefined : window;
  }
  if (facts.architecture !== 'llama4') return undefined;
  facts.notes.add(
    `llama4.attention.sliding_window is absent, which means chunks of ${LLAMA4_CHUNK} tokens to llama.cpp`,
  );
  return LLAMA4_CHUNK;
}

function sliding(facts: GgufFacts): (index: number) => boolean {
  const pattern = facts.value('attention.sliding_window_pattern');
  if (typeof pattern === 'object' && pattern.length > 0) return (index) => Boolean(pattern[index % pattern.length]);
  const { architecture } = facts;
  const usual = Object.hasOwn(periods, architecture) ? periods[architecture] : undefined;
  const period = typeof pattern === 'number' ? pattern : usual;
  if (period === undefined) {
    return facts.fail(
      `${architecture}.attention.sliding_window`,
      'states a window, and nothing says which layers have it',
      'a file with a window states attention.sliding_window_pattern',
    );
  }
  return (index) => period === 0 || index % period < period - 1;
}
