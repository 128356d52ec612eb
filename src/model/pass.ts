/** One pass over the model: so many new tokens for so many sequences, each with a context cached before. */
export interface Pass {
  /** Rows of the linear layers: new tokens of all sequences together. */
  readonly tokens: number;
  readonly sequences: number;
  /** Tokens cached per sequence before the pass. */
  readonly context: number;
  /** Positions whose logits are wanted. */
  readonly sampled: number;
}

/** New tokens of each sequence. */
export function newTokens(pass: Pass): number {
  return pass.tokens / pass.sequences;
}

type Compressed = Extract<Reach, { readonly kind: 'compressed' }>;

/** Which entries of the cache a query reads. */
export type Reach =
  | { readonly kind: 'full' }
  | { readonly kind: 'bidirectional' }
  | { readonly kind: 'sliding' | 'chunked' | 'selected'; readonly size: number }
  /** So many tokens of another sequence, as a picture's pixels see its prompt. */
  | { readonly kind: 'context'; readonly size: number }
  /** The last `window` tokens one by one, and an entry for every whole `ratio` tokens, at `most` so many. */
  | { readonly kind: 'compressed'; readonly window: number; readonly ratio: number; readonly most?: number };

/**
 * Query-key pairs per sequence under a causal mask: `n S + n (n + 1) / 2` for n new tokens behind S cached ones, fewer
 * where a window, a chunk or a selection bounds what a query sees. Without a mask they are `n (S + n)`.
 */
export function attendedPairs(reach: Reach, pass: Pass): number {
  return reach.kind === 'full' ? causalPairs(pass) : reachedPairs(reach, pass);
}

function causalPairs(pass: Pass): number {
  const fresh = newTokens(pass);
  return fresh * pass.context + (fresh * (fresh + 1)) / 2;
}

function reachedPairs(reach: Exclude<Reach, { readonly kind: 'full' }>, pass: Pass): number {
  const fresh = newTokens(pass);
  switch (reach.kind) {
    case 'bidirectional':
      return fresh * (pass.context + fresh);
    case 'context':
      return fresh * reach.size;
    case 'sliding':
    case 'selected':
      return slidingPairs(reach.size, pass.context, fresh);
    case 'chunked':
      return chunkedPairs(reach.size, pass.context, fresh);
    case 'compressed':
      return slidingPairs(reach.window, pass.context, fresh) + compressedPairs(reach, pass.context, fresh);
  }
}

/**
 * Sum over the new tokens of `min(position, window)`, for a selection of so many as for a window; a mean context may be a
 * fraction, the growing tokens are whole.
 */
function slidingPairs(window: number, context: number, fresh: number): number {
  const growing = Math.min(Math.max(Math.floor(window - context), 0), fresh);
  return growing * context + (growing * (growing + 1)) / 2 + (fresh - growing) * window;
}

/** Sum over the new tokens of their place in their chunk: whole triangles less what was cached before. */
function chunkedPairs(chunk: number, context: number, fresh: number): number {
  const upTo = (position: number): number => {
    const whole = Math.floor(position / chunk);
    const rest = position - whole * chunk;
    return (whole * chunk * (chunk + 1)) / 2 + (rest * (rest + 1)) / 2;
  };
  return upTo(context + fresh) - upTo(context);
}

/** Sum over the new tokens of `min(floor(position / ratio), most)`. */
function compressedPairs({ ratio, most }: Pick<Compressed, 'ratio' | 'most'>, context: number, fresh: number): number {
  const upTo = (position: number): number => {
    const growing = most === undefined ? position : Math.min(position, ratio * most);
    const whole = Math.floor(growing / ratio);
    const rest = growing - whole * ratio;
    return (ratio * whole * (whole - 1)) / 2 + whole * (rest + 1) + (position - growing) * (most ?? 0);
  };
  return upTo(context + fresh) - upTo(context);
}

/**
 * Cached tokens per sequence that some query of the pass reads, its own included.
 *
 * Assumes: the selections of several queries of a pass do not overlap, as long as there are enough tokens.
 */
export function visibleTokens(reach: Reach, pass: Pass): number {
  const all = pass.context + newTokens(pass);
  return reach.kind === 'full' || reach.kind === 'bidirectional' ? all : reachedTokens(reach, pass, all);
}

function reachedTokens(
  reach: Exclude<Reach, { readonly kind: 'full' | 'bidirectional' }>,
  pass: Pass,
  all: number,
): number {
  const fresh = newTokens(pass);
  switch (reach.kind) {
    case 'sliding':
      return Math.min(all, reach.size + fresh - 1);
    case 'selected':
      return Math.min(all, reach.size * fresh);
    case 'context':
      return reach.size;
    case 'compressed': {
      const near = reach.window === 0 ? 0 : Math.min(all, reach.window + fresh - 1);
      return near + Math.min(Math.floor(all / reach.ratio), (reach.most ?? all) * fresh);
    }
    case 'chunked': {
      const start = Math.floor(pass.context / reach.size) * reach.size;
      return all - start;
    }
  }
}

/**
 * Expected distinct experts that a pass of `tokens` touches: `sum over experts of 1 - (1 - p_i)^T`.
 * Routers prefer some experts: their popularity is taken to go by Zipf's law, `p_i = min(1, c / i)`, with c such that the
 * active ones of a token sum to k. Tokens are taken as independent.
 */
export function distinctExperts(experts: number, active: number, tokens: number): number {
  // Exact for one token, so that each of its experts has one row and not a hair more.
  if (tokens === 1) return active;
  const scale = popularity(experts, active);
  let distinct = 0;
  for (let rank = 1; rank <= experts; rank++) distinct += 1 - (1 - Math.min(1, scale / rank)) ** tokens;
  return distinct;
}

const scales = new Map<number, number>();

/** The c of `sum over i = 1 .. E of min(1, c / i) = k`: with m experts that every token uses, `m + c (H_E - H_m) = k`. */
function popularity(experts: number, active: number): number {
  const key = experts * 4096 + active;
  const known = scales.get(key);
  if (known !== undefined) return known;
  let tail = 0;
  for (let rank = 1; rank <= experts; rank++) tail += 1 / rank;
  let scale = active / tail;
  for (let always = 1; always < active && scale > always; always++) {
    tail -= 1 / always;
    scale = (active - always) / tail;
  }
  // All experts are active.
  if (active >= experts) scale = experts;
  scales.set(key, scale);
  return scale;
}
