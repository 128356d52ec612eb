import type { Joules, JoulesPerByte, Seconds } from '../quantities.js';
import { joulesPerByte, type PowerResult, powerCap, powerOf } from '../roofline/energy.js';
import type { MemoryTimes } from '../roofline/memory-times.js';
import type { OperatorTime } from '../roofline/operator-time.js';
import { smoothmax } from '../roofline/smoothmax.js';
import type { PassTime, Prepared, Visit } from './pass-time.js';
import { addPass, type CountedPass, scalePass, timeCounted } from './phases.js';

/** A phase as it runs: its work at full clock, and what the power limit makes of it. */
export interface PhaseRun {
  /** At full clock. */
  readonly time: PassTime;
  readonly memoryJoules: Joules;
  /** Under the power limit. */
  readonly power: PowerResult;
}

/**
 * Runs the passes of a phase under the power limit of the machine. Weights that sum to 1 make it one mean pass.
 * `visit` sees every operator of every pass, with the weight of the pass.
 */
export function runPhase(
  prepared: Prepared,
  passes: readonly CountedPass[],
  visit?: (weight: number, ...operator: Parameters<Visit>) => void,
): PhaseRun {
  const { machine, memory } = prepared;
  const time = sumPasses(prepared, passes, visit);
  const memoryJoules = time.bytes * joulesPerReadByte(prepared, memory);
  const limit = machine.engine.powerLimit === 'none' ? Number.POSITIVE_INFINITY : powerCap(machine.hardware);
  const stretch = stretchOf(prepared, passes);
  const secondsAt = (clock: number): Seconds => (clock === 1 ? time.seconds : time.seconds + stretch(clock));
  const work = { secondsAt, computeJoules: time.computeJoules, memoryJoules };
  return { time, memoryJoules, power: powerOf(machine.hardware, work, limit) };
}

function sumPasses(
  prepared: Prepared,
  passes: readonly CountedPass[],
  visit: ((weight: number, ...operator: Parameters<Visit>) => void) | undefined,
): PassTime {
  let total: PassTime | undefined;
  for (const counted of passes) {
    const { weight } = counted;
    const relay: Visit | undefined = visit && ((...operator) => visit(weight, ...operator));
    const weighted = scalePass(timeCounted(prepared, counted, relay), weight);
    total = total ? addPass(total, weighted) : weighted;
  }
  if (!total) throw new Error('a phase has at least one pass');
  return total;
}

/** Energy of a byte read, over the levels that weights and cache come from. */
function joulesPerReadByte({ machine: { hardware } }: Prepared, { residency, servedBy }: MemoryTimes): JoulesPerByte {
  if (servedBy) return joulesPerByte(hardware, servedBy);
  let kept = 0;
  let joules = 0;
  for (const { level, weightBytes, cacheBytes } of residency) {
    kept += weightBytes + cacheBytes;
    joules += (weightBytes + cacheBytes) * joulesPerByte(hardware, level);
  }
  return joules / kept;
}

/** Seconds that a phase takes longer at a clock, from every operator's own terms; they are gathered when first asked. */
function stretchOf(prepared: Prepared, passes: readonly CountedPass[]): (clock: number) => Seconds {
  const { overlap } = prepared.machine.engine;
  let gathered: { times: number; time: OperatorTime }[] | undefined;
  const gather = (): { times: number; time: OperatorTime }[] => {
    const all: { times: number; time: OperatorTime }[] = [];
    for (const counted of passes) {
      timeCounted(prepared, counted, (operator, _work, time) => {
        all.push({ times: counted.weight * operator.count, time });
      });
    }
    return all;
  };
  let atFullClock = 0;
  const total = (clock: number): Seconds => {
    let sum = 0;
    for (const { times, time } of gathered ?? []) {
      sum += times * smoothmax((time.compute + time.dequantisation) / clock, time.memory, time.load, overlap);
    }
    return sum;
  };
  return (clock) => {
    if (!gathered) {
      gathered = gather();
      atFullClock = total(1);
    }
    return total(clock) - atFullClock;
  };
}
