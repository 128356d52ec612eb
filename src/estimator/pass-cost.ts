import type { Work } from '../model/measure.js';
import type { Bytes, Flops, Joules, Seconds } from '../quantities.js';
import type { FlopKind } from '../roofline/energy.js';
import type { Machine } from '../roofline/machine.js';
import type { OperatorTime } from '../roofline/operator-time.js';

/** Time of passes at full clock, and what their energy depends on. */
export interface PassCost {
  seconds: Seconds;
  /** Of that time, what no kernel works: launches, barriers, the host. */
  overhead: Seconds;
  launches: number;
  /** Everything that crossed the farthest level, activations included. */
  bytes: Bytes;
  /** Instructions of 32-bit lanes: vector FLOPs and the unpacking of weights. */
  instructions: number;
  /** FLOPs of matrix engines, as many 16-bit ones as cost the same. */
  matrixFlops: Flops;
  /** Energy of the FLOPs whose price the spec states. */
  statedJoules: Joules;
}

export function noCost(): PassCost {
  return { seconds: 0, overhead: 0, launches: 0, bytes: 0, instructions: 0, matrixFlops: 0, statedJoules: 0 };
}

/** Makes a cost another one. */
export function setCost(cost: PassCost, other: PassCost): PassCost {
  cost.seconds = other.seconds;
  cost.overhead = other.overhead;
  cost.launches = other.launches;
  cost.bytes = other.bytes;
  cost.instructions = other.instructions;
  cost.matrixFlops = other.matrixFlops;
  cost.statedJoules = other.statedJoules;
  return cost;
}

/** Adds an operator, so many times. */
export function addOperator(cost: PassCost, times: number, work: Work, time: OperatorTime, { vector }: Machine): void {
  cost.seconds += times * time.total;
  cost.overhead += times * time.overhead;
  cost.launches += times * time.launches;
  cost.bytes += times * time.bytes;
  addFlops(cost, times * work.flops, time.arithmetic.kind);
  // An operation beside the product is a FLOP of the vector unit.
  if (time.operations > 0) addFlops(cost, times * time.operations, vector.kind);
}

/** What FLOPs consist of, for their energy. */
function addFlops(cost: PassCost, flops: Flops, { instructions, matrixFlops, joules }: FlopKind): void {
  cost.instructions += flops * instructions;
  cost.matrixFlops += flops * matrixFlops;
  cost.statedJoules += flops * joules;
}

/** Adds other passes, so many times. */
export function addCost(cost: PassCost, times: number, other: PassCost): void {
  cost.seconds += times * other.seconds;
  cost.overhead += times * other.overhead;
  cost.launches += times * other.launches;
  cost.bytes += times * other.bytes;
  cost.instructions += times * other.instructions;
  cost.matrixFlops += times * other.matrixFlops;
  cost.statedJoules += times * other.statedJoules;
}
