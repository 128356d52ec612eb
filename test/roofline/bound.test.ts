import { expect, it } from 'vitest';
import { largestTerm } from '../../src/roofline/bound.js';

const terms = { compute: 0, dequantisation: 0, memory: 0, load: 0 };

it('the largest term binds', () => {
  expect(largestTerm({ ...terms, memory: 2, load: 1, compute: 1 })).toBe('memory');
  expect(largestTerm({ ...terms, memory: 1, load: 2, compute: 1 })).toBe('load');
  expect(largestTerm({ ...terms, memory: 1, load: 1, compute: 2 })).toBe('compute');
});

it('compute and unpacking race together, and the larger of the two is named', () => {
  expect(largestTerm({ compute: 2, dequantisation: 1.5, memory: 3, load: 0 })).toBe('compute');
  expect(largestTerm({ compute: 1.5, dequantisation: 2, memory: 3, load: 0 })).toBe('dequantisation');
});

it('memory wins a draw', () => {
  expect(largestTerm({ compute: 1, dequantisation: 0, memory: 1, load: 1 })).toBe('memory');
});
