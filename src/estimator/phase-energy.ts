import type { MultiplyFormat } from '../hardware/types.js';
import type { Flops, FlopsPerSecond, Joules, JoulesPerByte } from '../quantities.js';
import { joulesPerByte, joulesPerFlop } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';

/** FLOPs that ran in one kind of arithmetic. */
export interface FlopTally {
  readonly multiply: MultiplyFormat;
  readonly peak: FlopsPerSecond;
  flops: Flops;
}

/** Adds FLOPs to the tally of their arithmetic: a vector and a matrix peak of one format are two. */
export function tallyFlops(tallies: FlopTally[], { multiply, peak }: OperatorTime, flops: Flops): void {
  const known = tallies.find((tally) => tally.multiply === multiply && tally.peak === peak);
  if (known) known.flops += flops;
  else tallies.push({ multiply, peak, flops });
}

/** Energy of tallied FLOPs. */
export function tallyJoules(tallies: readonly FlopTally[], { hardware, unit }: Machine): Joules {
  return tallies.reduce((sum, { multiply, flops }) => sum + flops * joulesPerFlop(hardware, unit, multiply), 0);
}

/** Peak of the arithmetic that most FLOPs ran in. */
export function busiestPeak(tallies: readonly FlopTally[]): FlopsPerSecond {
  let best: FlopTally | undefined;
  for (const tally of tallies) if (!best || tally.flops > best.flops) best = tally;
  return best?.peak ?? 0;
}

/** Energy of a byte read, over the levels that weights and cache come from. */
export function joulesPerReadByte({ hardware }: Machine, { residency, servedBy }: MemoryTimes): JoulesPerByte {
  if (servedBy) return joulesPerByte(hardware, servedBy);
  const kept = residency.reduce((sum, home) => sum + home.weightBytes + home.cacheBytes, 0);
  return residency.reduce(
    (sum, home) => sum + ((home.weightBytes + home.cacheBytes) / kept) * joulesPerByte(hardware, home.level),
    0,
  );
}
