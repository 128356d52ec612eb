import { describe, expect, it } from 'vitest';
import {
  compare,
  DoesNotFitError,
  type Estimate,
  estimate,
  InvalidScenarioError,
  MissingFactError,
  tryEstimate,
  UnknownIdError,
} from '../../src/index.js';
import { matchers } from '../../src/vitest.js';
import { misfit, sample } from './samples.js';

expect.extend(matchers);

const fits = { model: 'llama-2-7b', hardware: 'rtx-4090', weights: 'q4_0' };
const faster: Estimate = {
  ...sample,
  decode: { ...sample.decode, tokensPerSecond: { ...sample.decode.tokensPerSecond, expected: 200 } },
};

/** The message of an assertion that fails. */
function failureOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}

describe('A matcher holds up to its limit and not beyond', () => {
  it('toReachTokensPerSecond: at 100 of 100, at 80 for the low end, at half of each for a sequence', () => {
    expect(sample).toReachTokensPerSecond(100);
    expect(sample).not.toReachTokensPerSecond(100.1);
    expect(sample).toReachTokensPerSecond(80, { atLeast: 'low' });
    expect(sample).not.toReachTokensPerSecond(80.1, { atLeast: 'low' });
    expect(sample).toReachTokensPerSecond(50, { per: 'sequence' });
    expect(sample).not.toReachTokensPerSecond(40.1, { per: 'sequence', atLeast: 'low' });
    expect(sample).toReachTokensPerSecond(100, { per: 'batch', atLeast: 'expected' });
  });

  it('toBeFasterThan: by any ratio above 1, or by the one given', () => {
    expect(faster).toBeFasterThan(sample);
    expect(faster).toBeFasterThan(sample, { by: 2 });
    expect(faster).not.toBeFasterThan(sample, { by: 2.01 });
    expect(sample).not.toBeFasterThan(faster);
    expect(sample).not.toBeFasterThan(sample);
    expect(sample).toBeFasterThan(sample, { by: 1 });
    expect(faster).not.toBeFasterThan(sample, { phase: 'prefill' });
  });

  it('toBeMemoryBound, toBeComputeBound, toBeBoundBy: in decode, or in prefill', () => {
    expect(sample).toBeMemoryBound();
    expect(sample).not.toBeMemoryBound({ phase: 'prefill' });
    expect(sample).toBeComputeBound({ phase: 'prefill' });
    expect(sample).not.toBeComputeBound();
    expect(sample).toBeBoundBy('memory');
    for (const other of ['compute', 'dequantisation', 'load', 'interconnect', 'overhead', 'power'] as const) {
      expect(sample).not.toBeBoundBy(other);
    }
    expect(sample).toBeBoundBy('compute', { phase: 'prefill' });
  });

  it('toCostLessThan, toUseLessEnergyThan: below; toAnswerWithin: up to', () => {
    expect(sample).toCostLessThan(2.01);
    expect(sample).not.toCostLessThan(2);
    expect(sample).toUseLessEnergyThan(3.01);
    expect(sample).not.toUseLessEnergyThan(3);
    expect(sample).toAnswerWithin(0.5);
    expect(sample).not.toAnswerWithin(0.49);
  });

  it('toFit: whatever could be estimated', () => {
    expect(sample).toFit();
    expect(fits).toFit();
    expect(misfit).not.toFit();
  });
});

describe('A matcher takes', () => {
  it.each([
    ['an estimate', estimate(fits)],
    ['an estimate that was stored as JSON', JSON.parse(JSON.stringify(estimate(fits)))],
    ['a scenario', fits],
    ['the outcome of one', tryEstimate(fits)],
    ['an entry of a comparison', compare({ ...fits, hardware: ['rtx-4090'] }).entries[0]],
  ])('%s', (_, subject) => {
    expect(subject).toFit();
    expect(subject).toBeMemoryBound();
    expect(subject).not.toBeFasterThan(subject);
    expect(subject).toBeFasterThan(subject, { by: 1 });
  });

  it('the outcome of a model that does not fit', () => {
    expect(tryEstimate(misfit)).not.toFit();
    expect({
      ok: false,
      error: new DoesNotFitError({ ...misfit, requiredBytes: 2, availableBytes: 1, remedies: [] }),
    }).not.toFit();
  });
});

describe('A failed assertion says', () => {
  it('what was expected and what came out, the seconds by term, and what would change it', () => {
    expect(failureOf(() => expect(sample).toReachTokensPerSecond(120))).toBe(
      [
        'expect(llama-2-7b on m2-ultra-76c).toReachTokensPerSecond(120)',
        '',
        'expected   decode to reach 120 token/s for all sequences together',
        'predicted  100 token/s (80 % interval 80.0 - 130, ideal 160), 0.833x of it; the interval holds it',
        '',
        'q4_0 weights, f16 cache, batch 2, 512 prompt + 128 output tokens, under llama.cpp (metal)',
        'a decode step takes 20.0 ms, bound by memory; its terms overlap in part:',
        '  memory    16.0 ms  80.0 %',
        '  load      4.00 ms  20.0 %',
        '  overhead  3.00 ms  15.0 %',
        '  compute   1.00 ms   5.0 %',
        'longest operators: ffn-up 5.00 ms (memory)',
        'nearest to change it: memory, 16.0 ms of 20.0 ms, by the bytes moved (formats of weights and cache, batch, context) and the bandwidth',
        'basis of the interval: 10 rows of 3 devices',
      ].join('\n'),
    );
  });

  it.each([
    ['above the interval', 140, 'only an engine better than this one would reach it'],
    ['above the ideal', 161, 'no software reaches it on this machine'],
  ])('of a rate %s what it would take', (_, rate, words) => {
    const message = failureOf(() => expect(sample).toReachTokensPerSecond(rate));
    expect(message).toContain(words);
    expect(message).toContain(`nearest to change it: ${rate > 160 ? 'the physical bound itself' : 'memory, 16.0 ms'}`);
  });

  it('with .not the opposite, with the same terms', () => {
    const message = failureOf(() => expect(sample).not.toReachTokensPerSecond(40, { per: 'sequence', atLeast: 'low' }));
    expect(message).toContain(
      'expect(llama-2-7b on m2-ultra-76c).not.toReachTokensPerSecond(40, { per: "sequence", atLeast: "low" })',
    );
    expect(message).toContain(
      'expected   decode to stay below 40.0 token/s for each sequence at the low end of the interval',
    );
    expect(message).toContain(
      'predicted  50.0 token/s (80 % interval 40.0 - 65.0, ideal 80.0), 1.00x of it; the interval holds it',
    );
    expect(message).toContain('nearest to change it: memory, 16.0 ms of 20.0 ms');
  });

  it('of a bound which one it is, and how far the other is from it', () => {
    const message = failureOf(() => expect(sample).toBeBoundBy('load'));
    expect(message).toContain('expect(llama-2-7b on m2-ultra-76c).toBeBoundBy("load")');
    expect(message).toContain('expected   decode to be bound by load');
    expect(message).toContain('predicted  decode is bound by memory; load takes 4.00 ms of 20.0 ms');
    expect(message).toContain('MBU 62.5 %, MFU 5.0 %, 2.00 FLOP/B where the ridge is at 40.0');
    const opposite = failureOf(() => expect(sample).not.toBeMemoryBound());
    expect(opposite).toContain('expected   decode to be bound by anything but memory');
    expect(opposite).toContain('predicted  decode is bound by memory, which takes 16.0 ms of 20.0 ms');
  });

  it('of two machines the ratio, both rates, and the terms of both', () => {
    const message = failureOf(() => expect(faster).toBeFasterThan(sample, { by: 3 }));
    expect(message).toContain('toBeFasterThan(llama-2-7b on m2-ultra-76c, { by: 3 })');
    expect(message).toContain('expected   decode to be at least 3.00x as fast as llama-2-7b on m2-ultra-76c');
    expect(message).toContain(
      'predicted  2.00x: 200 token/s (80 % interval 80.0 - 130, ideal 160) against 100 token/s',
    );
    expect(message.match(/a decode step takes 20\.0 ms/g)).toHaveLength(2);
    expect(failureOf(() => expect(faster).not.toBeFasterThan(sample))).toContain(
      'expected   decode not to be faster than llama-2-7b on m2-ultra-76c',
    );
  });

  it('of a cost its interval, the price of an hour, the output rate, and the room for a batch', () => {
    const message = failureOf(() => expect(sample).toCostLessThan(1));
    expect(message).toContain('expected   a million output tokens for less than 1.00 USD');
    expect(message).toContain('predicted  2.00 USD (80 % interval 1.50 - 2.50, ideal 1.00)');
    expect(message).toContain('0.500 USD/h, rented at 0.50 USD/h');
    expect(message).toContain('64.0 output token/s over the request, 100 in decode');
    expect(message).toMatch(/a larger batch would share the hour: up to \d+ sequences fit/);
    expect(failureOf(() => expect(sample).not.toCostLessThan(3))).toContain('for 3.00 USD or more');
  });

  it('of an energy its components, the largest first', () => {
    const message = failureOf(() => expect(sample).toUseLessEnergyThan(1));
    expect(message).toContain('expected   less than 1.00 J for an output token, its share of the prompt included');
    expect(message).toContain('predicted  3.00 J of the system (80 % interval 2.00 - 4.00, ideal 1.00 J)');
    expect(message).toContain(
      'a decode step takes 4.00 J in 20.0 ms, a prompt token 500 mJ:\n  static     2.00 J  50.0 %\n  memory     1.25 J  31.3 %',
    );
    expect(message).toContain('nearest to change it: static, by the time of a step and the floor of power');
    expect(failureOf(() => expect(sample).not.toUseLessEnergyThan(5))).toContain('expected   5.00 J or more');
  });

  it('of a first token the terms of the prompt', () => {
    const message = failureOf(() => expect(sample).toAnswerWithin(0.3));
    expect(message).toContain('expected   the first token within 300 ms');
    expect(message).toContain('predicted  500 ms (80 % interval 400 - 600, ideal 250 ms)\n');
    expect(message).toContain('the prompt takes');
    expect(message).toContain('nearest to change it: compute');
    const impossible = failureOf(() => expect(sample).toAnswerWithin(0.2));
    expect(impossible).toContain('no software is that quick on this machine');
    expect(impossible).toContain('nearest to change it: the physical bound itself');
    expect(failureOf(() => expect(sample).not.toAnswerWithin(1))).toContain('the first token later than 1.00 s');
  });

  it('of a model that does not fit what is short, and what would fit', () => {
    const message = failureOf(() => expect(misfit).toFit());
    expect(message).toContain('expect(llama-2-70b on rtx-4090).toFit()');
    expect(message).toMatch(/predicted {2}it needs 39\.\d GB of 24\.5 GB: 14\.\d GB short/);
    expect(message).toContain('nearest to change it: iq2_xxs weights, or 2 such devices');
  });

  it('of one that does what fills the memory, and how many sequences would', () => {
    const { weightBytes, largestBatch } = sample.memory;
    const message = failureOf(() => expect(sample).not.toFit());
    expect(message).toContain('expected   the model not to fit');
    expect(message).toContain(
      `weights ${(weightBytes / 1e9).toFixed(2)} GB, cache 671 MB (524 kB per token), activations`,
    );
    expect(message).toContain(`nearest to change it: a batch above ${largestBatch}, or wider weights`);
  });
});

describe('What cannot be judged', () => {
  it.each([
    ['toBeMemoryBound', () => expect(misfit).toBeMemoryBound(), () => expect(misfit).not.toBeMemoryBound()],
    ['toReach', () => expect(misfit).toReachTokensPerSecond(1), () => expect(misfit).not.toReachTokensPerSecond(1)],
    ['toCostLessThan', () => expect(misfit).toCostLessThan(1), () => expect(misfit).not.toCostLessThan(1)],
    ['faster', () => expect(misfit).toBeFasterThan(fits), () => expect(misfit).not.toBeFasterThan(fits)],
    ['slower', () => expect(fits).toBeFasterThan(misfit), () => expect(fits).not.toBeFasterThan(misfit)],
  ])('because it does not fit fails with and without .not: %s', (_, plain, opposite) => {
    for (const message of [failureOf(plain), failureOf(opposite)]) {
      expect(message).toContain('llama-2-70b needs 39.16 GB and rtx-4090 has 24.48 GB');
      expect(message).toContain('it fits with iq2_xxs weights');
      expect(message).toContain('with and without .not');
    }
  });

  it('for want of a price is an error, and no assertion that holds with .not', () => {
    const { cost, ...unpriced } = sample;
    expect(cost).toBeDefined();
    expect(() => expect(unpriced).toCostLessThan(1)).toThrow(MissingFactError);
    expect(() => expect(unpriced).not.toCostLessThan(1)).toThrow('m2-ultra-76c does not state a price');
  });

  it('because the question is wrong is the error that estimate throws, with .not as well', () => {
    expect(() => expect({ ...fits, hardware: 'rtx-4009' }).not.toFit()).toThrow(UnknownIdError);
    expect(() => expect(tryEstimate({ ...fits, batch: -1 })).not.toFit()).toThrow('batch: -1 is not a whole number');
    expect(() => expect(fits).not.toBeFasterThan({ ...fits, weights: 'q5_9' })).toThrow('q5_9');
    const misspelt = { ...fits, bacth: 64 };
    expect(() => expect(misspelt).toFit()).toThrow(
      'bacth: a scenario has no field of this name; did you mean "batch"?',
    );
    expect(() => expect(misspelt).not.toFit()).toThrow(InvalidScenarioError);
  });

  it.each([
    [42, '42 is no estimate, no scenario and no outcome; give it what estimate() or tryEstimate() returns'],
    [null, 'null is no estimate'],
    [undefined, 'undefined is no estimate'],
    ['llama-2-7b', '"llama-2-7b" is no estimate'],
    [[sample], 'an array of 1 is no estimate'],
    [{}, 'an object without fields is no estimate'],
    [{ model: 'llama-2-7b' }, 'an object with model is no estimate'],
    [{ ok: true }, 'an object with ok is no estimate'],
    [{ ok: false, error: new Error('no') }, 'an object with ok, error is no estimate'],
    [{ ...sample, schemaVersion: 2 }, 'is no estimate'],
    [estimate, 'a function is no estimate'],
  ])('because it is nothing of the kind is an error, with .not as well: %#', (subject, words) => {
    for (const assertion of [() => expect(subject).toFit(), () => expect(subject).not.toBeMemoryBound()]) {
      expect(assertion).toThrow(InvalidScenarioError);
      expect(assertion).toThrow(words);
    }
    expect(() => expect(sample).not.toBeFasterThan(subject as never)).toThrow(words);
  });

  it.each<[unknown, string]>([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    [0, '0'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['50', '"50"'],
    [undefined, 'undefined'],
  ])('against %s is an error', (value, words) => {
    const number = value as number;
    for (const assertion of [
      () => expect(sample).not.toReachTokensPerSecond(number),
      () => expect(sample).not.toCostLessThan(number),
      () => expect(sample).toUseLessEnergyThan(number),
      () => expect(sample).toAnswerWithin(number),
    ]) {
      expect(assertion).toThrow(InvalidScenarioError);
      expect(assertion).toThrow(`is ${words}, which is not a positive number`);
    }
  });

  it.each<[string, () => void, string]>([
    ['a bound', () => expect(sample).not.toBeBoundBy('memroy' as never), 'did you mean "memory"?'],
    ['a phase', () => expect(sample).not.toBeMemoryBound({ phase: 'prefil' } as never), 'did you mean "prefill"?'],
    ['an end', () => expect(sample).toReachTokensPerSecond(1, { atLeast: 'lwo' } as never), 'did you mean "low"?'],
    ['a share', () => expect(sample).toReachTokensPerSecond(1, { per: 'user' } as never), 'batch, sequence'],
    [
      'an option',
      () => expect(sample).toReachTokensPerSecond(1, { atleast: 'low' } as never),
      'did you mean "atLeast"?',
    ],
    [
      'options',
      () => expect(sample).not.toBeFasterThan(sample, 2 as never),
      'its options are 2, which is not an object',
    ],
    [
      'a ratio',
      () => expect(sample).not.toBeFasterThan(sample, { by: 0.5 }),
      'by is 0.5, which is not a number of at least 1',
    ],
    ['a ratio', () => expect(sample).not.toBeFasterThan(sample, { by: Number.NaN }), 'by is NaN'],
  ])('by a misspelt argument is an error: %s', (_, assertion, words) => {
    expect(assertion).toThrow(InvalidScenarioError);
    expect(assertion).toThrow(words);
  });
});

describe('A network that generates no tokens', () => {
  const found = estimate({ model: 'sd-1.5', hardware: 'rtx-4090' });

  it.each<[string, unknown]>([
    ['an estimate', found],
    ['an outcome', { ok: true, estimate: found }],
    ['a scenario', { model: 'sd-1.5', hardware: 'rtx-4090' }],
  ])('is refused with what to do instead: %s', (_, subject) => {
    expect(() => expect(subject).toReachTokensPerSecond(1)).toThrow(InvalidScenarioError);
    expect(() => expect(subject).not.toFit()).toThrow('assert on its fields, such as unitsPerSecond.expected');
  });
});

describe('The matchers', () => {
  it('need no test runner: what they find in this is isNot alone', () => {
    const { pass, message } = matchers.toFit.call({}, misfit);
    expect(pass).toBe(false);
    expect(message()).toContain('expect(llama-2-70b on rtx-4090).toFit()');
    expect(matchers.toBeMemoryBound.call({ isNot: true }, misfit).pass).toBe(true);
  });

  it('serve inside of other expectations', () => {
    expect({ answer: fits }).toEqual({ answer: expect.toReachTokensPerSecond(10) });
    expect({ answer: misfit }).not.toEqual({ answer: expect.toFit() });
  });
});
