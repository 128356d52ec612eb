import fc from 'fast-check';

const STEPS = 2 ** 20;

/** A number from `least` to `most`, evenly; `fc.double` is even over bit patterns, and so nearly always close to zero. */
export function between(least: number, most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: STEPS }).map((step) => least + ((most - least) * step) / STEPS);
}

/** A number between two positive ones, as likely in one decade as in the next. */
export function decades(least: number, most: number): fc.Arbitrary<number> {
  return between(Math.log(least), Math.log(most)).map(Math.exp);
}
