import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attendedPairs, distinctExperts, newTokens, type Pass, visibleTokens } from '../../src/model/pass.js';
import type { AttentionMixer } from '../../src/model/types.js';
import { between } from '../laws/numbers.js';
import { countPairs } from './closed-form.js';

type Span = AttentionMixer['span'];

function pass(fresh: number, context: number, sequences = 1): Pass {
  return { tokens: fresh * sequences, sequences, context, sampled: sequences };
}

/** First cached token that the query at a position (from 1) sees. */
function firstSeen(span: Span, position: number): number {
  if (span.kind === 'full' || span.kind === 'bidirectional' || span.kind === 'selected') return 1;
  if (span.kind === 'sliding') return Math.max(1, position - span.size + 1);
  return Math.floor((position - 1) / span.size) * span.size + 1;
}

const selections = fc.record({
  kind: fc.constant('selected' as const),
  size: fc.integer({ min: 1, max: 300 }),
  indexHeads: fc.constant(4),
  indexDim: fc.constant(128),
});
const spans: fc.Arbitrary<Span> = fc.oneof(
  fc.constant({ kind: 'full' } as const),
  fc.record({ kind: fc.constantFrom('sliding', 'chunked'), size: fc.integer({ min: 1, max: 300 }) }),
  selections,
);
const lengths = fc.integer({ min: 0, max: 1000 });
const freshes = fc.integer({ min: 1, max: 600 });

describe('query-key pairs', () => {
  it('of a prompt are half of the square, the diagonal included', () => {
    expect(attendedPairs({ kind: 'full' }, pass(1000, 0))).toBe((1000 * 1001) / 2);
  });

  it('of a token behind a context are all that is cached and itself', () => {
    expect(attendedPairs({ kind: 'full' }, pass(1, 4096))).toBe(4097);
  });

  it('stop growing in a window, and start anew in a chunk', () => {
    // window of 4, positions 3 to 6: 3 + 4 + 4 + 4; chunks of 4: 3 + 4 + 1 + 2
    expect(attendedPairs({ kind: 'sliding', size: 4 }, pass(4, 2))).toBe(15);
    expect(attendedPairs({ kind: 'chunked', size: 4 }, pass(4, 2))).toBe(10);
  });

  it('are all with all where no mask hides what follows', () => {
    expect(attendedPairs({ kind: 'bidirectional' }, pass(384, 0))).toBe(384 ** 2);
    expect(visibleTokens({ kind: 'bidirectional' }, pass(384, 0))).toBe(384);
  });

  it('are those counted one by one, in any span', () => {
    fc.assert(
      fc.property(spans, freshes, lengths, (span, fresh, context) => {
        expect(attendedPairs(span, pass(fresh, context))).toBe(countPairs(span, { sequences: 1, fresh, context }));
      }),
    );
  });

  it('are those counted one by one, where entries stand for several tokens', () => {
    const reaches = fc.record({
      kind: fc.constant('compressed' as const),
      window: fc.integer({ min: 0, max: 50 }),
      ratio: fc.integer({ min: 1, max: 40 }),
      most: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(reaches, freshes, lengths, (reach, fresh, context) => {
        let pairs = 0;
        for (let position = context + 1; position <= context + fresh; position++) {
          pairs += Math.min(position, reach.window) + Math.min(Math.floor(position / reach.ratio), reach.most);
        }
        expect(attendedPairs(reach, pass(fresh, context))).toBe(pairs);
        const { most: _, ...all } = reach;
        const unbounded = attendedPairs({ ...all, most: context + fresh }, pass(fresh, context));
        expect(attendedPairs(all, pass(fresh, context))).toBe(unbounded);
      }),
    );
  });

  it('add up over chunks of a prompt', () => {
    fc.assert(
      fc.property(spans, freshes, freshes, lengths, (span, a, b, context) => {
        const [first, second] = [attendedPairs(span, pass(a, context)), attendedPairs(span, pass(b, context + a))];
        expect(attendedPairs(span, pass(a + b, context))).toBe(first + second);
      }),
    );
  });

  it('never exceed a window, at a mean context between two tokens either', () => {
    const short = between(0, 3);
    fc.assert(
      fc.property(short, fc.integer({ min: 4, max: 1024 }), (below, size) => {
        const pairs = attendedPairs({ kind: 'sliding', size }, pass(1, size - below));
        expect(pairs).toBeCloseTo(Math.min(size - below + 1, size), 9);
      }),
    );
  });
});

describe('visible tokens', () => {
  it('are those that some query of the pass sees, in any span', () => {
    fc.assert(
      fc.property(spans, freshes, lengths, (span, fresh, context) => {
        // Later queries see no earlier token than the first one does.
        const first = firstSeen(span, context + 1);
        const most = span.kind === 'selected' ? span.size * fresh : Number.POSITIVE_INFINITY;
        expect(visibleTokens(span, pass(fresh, context))).toBe(Math.min(context + fresh - first + 1, most));
      }),
    );
  });

  it('are per sequence', () => {
    expect(visibleTokens({ kind: 'full' }, pass(1, 99, 8))).toBe(100);
    expect(newTokens(pass(5, 0, 8))).toBe(5);
  });
});

/** Distinct experts by E, k and tokens 1, 2, 8 and 32, counted with another program (numpy, c by bisection). */
const table: [string, number, number, readonly [number, number, number, number]][] = [
  ['Mixtral', 8, 2, [2, 3.2, 6.2, 7.9]],
  ['gpt-oss 20B', 32, 4, [4, 6.4, 15.3, 27.1]],
  ['Qwen3', 128, 8, [8, 13.4, 35.5, 77.9]],
];

describe('distinct experts', () => {
  it.each(table)("of %s follow Zipf's law of popularity", (_name, experts, active, expected) => {
    [1, 2, 8, 32].forEach((tokens, index) => {
      expect(distinctExperts(experts, active, tokens)).toBeCloseTo(expected[index] ?? Number.NaN, 1);
    });
  });

  it('of one token are exactly those that it uses', () => {
    for (const [experts, active] of [
      [60, 4],
      [40, 8],
      [160, 6],
      [512, 22],
    ] as const) {
      expect(distinctExperts(experts, active, 1)).toBe(active);
    }
  });

  it('are all of them in the end, and in a network that uses all', () => {
    expect(distinctExperts(512, 10, 1e6)).toBeCloseTo(512, 9);
    expect(distinctExperts(8, 8, 1)).toBe(8);
  });

  it('grow with the tokens, each adding at most as many as it uses', () => {
    const routing = fc.tuple(fc.integer({ min: 2, max: 512 }), fc.integer({ min: 1, max: 16 }));
    fc.assert(
      fc.property(routing, fc.integer({ min: 1, max: 4096 }), ([experts, wanted], tokens) => {
        const active = Math.min(wanted, experts);
        const before = distinctExperts(experts, active, tokens);
        const growth = distinctExperts(experts, active, tokens + 1) - before;
        expect(growth).toBeGreaterThanOrEqual(-1e-9);
        expect(growth).toBeLessThanOrEqual(active * (1 + 1e-9));
        expect(before).toBeLessThanOrEqual(Math.min(experts, active * tokens) * (1 + 1e-9));
      }),
    );
  });
});
