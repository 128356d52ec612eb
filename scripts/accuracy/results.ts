import { type HeldOut, leaveOneOut } from '../../src/evidence/cross-validate.js';
import { bandsByClass, kindOf } from '../../src/evidence/residual-band.js';
import type { Evidence } from '../evidence.js';

/** Every case of an engine, predicted without its device and without its model shape. */
export interface Result {
  readonly evidence: Evidence;
  readonly device: readonly HeldOut[];
  readonly shape: readonly HeldOut[];
  /** Of the rows of `device`, those inside an interval that was made without their device. */
  readonly inside: ReadonlySet<HeldOut>;
}

export function resultOf(evidence: Evidence): Result {
  const device = leaveOneOut(evidence.engine, evidence.cases, 'device');
  const shape = leaveOneOut(evidence.engine, evidence.cases, 'shape');
  return { evidence, device, shape, inside: insideOf(evidence, device) };
}

function insideOf({ engine }: Evidence, held: readonly HeldOut[]): ReadonlySet<HeldOut> {
  const inside = new Set<HeldOut>();
  for (const left of new Set(held.map(({ found }) => found.device))) {
    const bands = bandsByClass(
      engine,
      held.filter(({ found }) => found.device !== left),
    );
    for (const one of held.filter(({ found }) => found.device === left)) {
      const band = bands.get(one.found.workload.engineClass.id)?.[kindOf(one.found)];
      if (band && -one.error >= band.low && -one.error <= band.high) inside.add(one);
    }
  }
  return inside;
}

/** Mean over groups of the part of their rows that lie inside. */
export function coverageOf(held: readonly HeldOut[], inside: ReadonlySet<HeldOut>): number {
  const groups = new Map<string, { inside: number; all: number }>();
  for (const one of held) {
    const sum = groups.get(one.found.group) ?? { inside: 0, all: 0 };
    groups.set(one.found.group, sum);
    sum.all += 1;
    if (inside.has(one)) sum.inside += 1;
  }
  const parts = [...groups.values()].map((sum) => sum.inside / sum.all);
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}
