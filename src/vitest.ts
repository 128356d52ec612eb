/**
 * Matchers for what-if studies: assertions about estimates whose failures show the terms. They are plain objects for
 * `expect.extend`, and import no test runner, so that Jest can have them too.
 *
 * @packageDocumentation
 *
 * @example
 * import { estimate } from 'roofcast';
 * import { matchers } from 'roofcast/vitest';
 * import { expect } from 'vitest';
 *
 * expect.extend(matchers);
 * expect(estimate({ model: 'llama-2-7b', hardware: 'm2-ultra-76c', weights: 'q4_0' })).toBeMemoryBound();
 */
import type {} from 'vitest';
import { toBeBoundBy, toBeComputeBound, toBeMemoryBound } from './vitest/bound.js';
import { toCostLessThan } from './vitest/cost.js';
import { toUseLessEnergyThan } from './vitest/energy.js';
import { toFit } from './vitest/fit.js';
import { toAnswerWithin } from './vitest/latency.js';
import { toBeFasterThan, toReachTokensPerSecond } from './vitest/speed.js';
import type { RoofcastMatchers } from './vitest/types.js';

/** All matchers, for `expect.extend(matchers)`. Each takes an estimate, what `estimate` takes, or what `tryEstimate` returns. */
export const matchers = {
  toAnswerWithin,
  toBeBoundBy,
  toBeComputeBound,
  toBeFasterThan,
  toBeMemoryBound,
  toCostLessThan,
  toFit,
  toReachTokensPerSecond,
  toUseLessEnergyThan,
};

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: an interface merges only with the type parameters that Vitest gave it
  interface Matchers<T = any> extends RoofcastMatchers {}
}

export type { FasterOptions, PhaseOptions, ReachOptions, RoofcastMatchers, Subject } from './vitest/types.js';
