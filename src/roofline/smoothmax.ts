import type { OverlapExponent } from '../engine/types.js';

/**
 * Time of terms that overlap in part: their p-norm, `(C^p + M^p + B^p)^(1/p)`.
 * p = 1 is their sum (nothing overlaps), p infinite their maximum (all of it does).
 * The exponents are powers of two, so that no `pow` is needed.
 */
export function smoothmax(a: number, b: number, c: number, p: OverlapExponent): number {
  switch (p) {
    case 1:
      return a + b + c;
    case 2:
      return Math.sqrt(a * a + b * b + c * c);
    case 4:
      return Math.sqrt(Math.sqrt(fourth(a) + fourth(b) + fourth(c)));
    case 8:
      return Math.sqrt(Math.sqrt(Math.sqrt(fourth(a) ** 2 + fourth(b) ** 2 + fourth(c) ** 2)));
    case 'infinity':
      return Math.max(a, b, c);
  }
}

function fourth(x: number): number {
  const square = x * x;
  return square * square;
}
