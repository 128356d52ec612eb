import { describe, expect, it } from 'vitest';
import { nearest } from '../src/nearest.js';

describe('the nearest words', () => {
  const ids = ['h100', 'a100', 'h200', 'm2-ultra-76c', 'm2-max-38c', 'tpu-v5e'];

  it.each<[string, readonly string[]]>([
    ['h10', ['h100']],
    ['h1000', ['h100']],
    ['h010', ['h100']],
    ['H100', ['h100']],
    ['ultra', ['m2-ultra-76c']],
    ['m2-max', ['m2-max-38c']],
    ['m2-utlra-76c', ['m2-ultra-76c']],
    ['gaudi', []],
    ['', []],
  ])('to "%s" are %j', (word, found) => {
    expect(nearest(word, ids, 1)).toEqual(found);
  });

  it('to an endless word are none, and take no time to find', { timeout: 2000 }, () => {
    expect(nearest('x'.repeat(5_000_000), ids, 1)).toEqual([]);
  });

  it('are at most as many as asked for, best first', () => {
    expect(nearest('h101', ['h200', 'h100', 'a100'], 2)).toEqual(['h100']);
    expect(nearest('m2-', ids, 5)).toEqual(['m2-max-38c', 'm2-ultra-76c']);
  });
});
