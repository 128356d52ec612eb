import { expect, it } from 'vitest';
import { entryOf, kept, keptOfTwo, once } from '../src/kept.js';

it('works a result out once for each object, undefined too', () => {
  let calls = 0;
  const half = kept(({ size }: { size: number }) => {
    calls += 1;
    return size > 0 ? size / 2 : undefined;
  });
  const [a, b, none] = [{ size: 4 }, { size: 4 }, { size: 0 }];
  expect([half(a), half(a), half(b), half(none), half(none)]).toEqual([2, 2, 2, undefined, undefined]);
  expect(calls).toBe(3);
});

it('tells pairs of objects apart', () => {
  const sum = keptOfTwo((a: { n: number }, b: { n: number }) => ({ n: a.n + 10 * b.n }));
  const [one, two] = [{ n: 1 }, { n: 2 }];
  expect([sum(one, two).n, sum(two, one).n]).toEqual([21, 12]);
  expect(sum(one, two)).toBe(sum(one, two));
});

it('makes an entry of a map when it is first asked for', () => {
  const map = new Map<string, number[]>();
  entryOf(map, 'a', () => []).push(1);
  entryOf(map, 'a', () => []).push(2);
  expect(map.get('a')).toEqual([1, 2]);
});

it('makes a value when it is first asked for, and again only where that failed', () => {
  const answers = [new Error('not yet'), undefined, 3];
  let calls = 0;
  const value = once(() => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  expect(calls).toBe(0);
  expect(value).toThrow('not yet');
  expect([value(), value()]).toEqual([undefined, undefined]);
  expect(calls).toBe(2);
});
