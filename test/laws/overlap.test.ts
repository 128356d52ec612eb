import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OverlapExponent } from '../../src/engine/types.js';
import { estimate } from '../../src/index.js';
import { engineClasses, machines, tieredMachines, workloads } from './catalogue.js';
import { engine } from './hand-made.js';

const ONE = 1 + 1e-9;
const EXPONENTS: readonly OverlapExponent[] = [1, 2, 4, 8, 'infinity'];

it('a phase takes at least as long as with perfect overlap and at most as long as with none', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode, prefill } = estimate({ ...workload, hardware, engine: engine({ ...used, powerLimit: 'none' }) });
      for (const { perfectOverlap, seconds, noOverlap } of [decode, prefill]) {
        expect(seconds).toBeGreaterThanOrEqual(perfectOverlap / ONE);
        expect(seconds).toBeLessThanOrEqual(noOverlap * ONE);
      }
    }),
  );
});

it('takes no longer the better its terms overlap', () => {
  fc.assert(
    fc.property(machines, engineClasses, workloads, (hardware, used, workload) => {
      const seconds = EXPONENTS.map(
        (overlap) =>
          estimate({ ...workload, hardware, engine: engine({ ...used, overlap, powerLimit: 'none' }) }).decode.seconds,
      );
      for (const [index, value] of seconds.entries()) {
        expect(value).toBeLessThanOrEqual((seconds[index - 1] ?? value) * ONE);
      }
    }),
  );
});

it('is the sum of its operators and of what a step costs besides', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode } = estimate({ ...workload, hardware, engine: engine({ ...used, powerLimit: 'none' }) });
      const sum = decode.operators.reduce((total, { seconds }) => total + seconds, used.constants.stepOverhead);
      expect(sum / decode.seconds).toBeCloseTo(1, 9);
      const flops = decode.operators.reduce((total, operator) => total + operator.flops, 0);
      expect(flops / decode.flops).toBeCloseTo(1, 9);
      const bytes = decode.operators.reduce((total, operator) => total + operator.bytes, 0);
      expect(bytes / decode.bytes).toBeCloseTo(1, 9);
    }),
  );
});

it('shares its FLOPs and its time among the classes of operators', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode, prefill } = estimate({ ...workload, hardware, engine: engine(used) });
      for (const { classes } of [decode, prefill]) {
        expect(classes.reduce((sum, { flopShare }) => sum + flopShare, 0)).toBeCloseTo(1, 9);
        expect(classes.reduce((sum, { timeShare }) => sum + timeShare, 0)).toBeCloseTo(1, 9);
      }
    }),
  );
});
