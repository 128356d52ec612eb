import type { Flops, FlopsPerSecond } from '../quantities.js';
import type { Arithmetic } from '../roofline/machine.js';

/** FLOPs that ran in one kind of arithmetic. */
export interface FlopTally {
  readonly arithmetic: Arithmetic;
  flops: Flops;
}

/** Adds FLOPs to the tally of their arithmetic: a vector and a matrix peak of one format are two. */
export function tallyFlops(tallies: FlopTally[], arithmetic: Arithmetic, flops: Flops): void {
  const { multiply, peak } = arithmetic;
  const known = tallies.find((tally) => tally.arithmetic.multiply === multiply && tally.arithmetic.peak === peak);
  if (known) known.flops += flops;
  else tallies.push({ arithmetic, flops });
}

/** Peak of the arithmetic that most FLOPs ran in. */
export function busiestPeak(tallies: readonly FlopTally[]): FlopsPerSecond {
  let best: FlopTally | undefined;
  for (const tally of tallies) if (!best || tally.flops > best.flops) best = tally;
  return best?.arithmetic.peak ?? 0;
}
