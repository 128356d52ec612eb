import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EngineClass } from '../../src/engine/types.js';
import { estimate } from '../../src/index.js';
import { engineClasses, tieredMachines, workloads } from './catalogue.js';
import { engine, faster } from './hand-made.js';
import { decades } from './numbers.js';

function quicker(used: EngineClass, k: number): EngineClass {
  const { kernelOverhead, coreOverhead = 0, stepOverhead, requestOverhead } = used.constants;
  return {
    ...used,
    constants: {
      ...used.constants,
      kernelOverhead: kernelOverhead / k,
      coreOverhead: coreOverhead / k,
      stepOverhead: stepOverhead / k,
      requestOverhead: requestOverhead / k,
    },
  };
}

const scales = decades(0.01, 100);

it('everything k times as fast takes a k-th of the time, at k times the power', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, scales, (hardware, used, workload, k) => {
      const once = estimate({ ...workload, hardware, engine: engine(used) });
      const scaled = estimate({
        ...workload,
        hardware: faster(hardware, { bandwidth: k, arithmetic: k, clock: k, power: k }),
        engine: engine(quicker(used, k)),
      });
      for (const phase of ['decode', 'prefill'] as const) {
        expect((scaled[phase].seconds * k) / once[phase].seconds).toBeCloseTo(1, 5);
        expect(scaled[phase].power.clock).toBeCloseTo(once[phase].power.clock, 5);
        expect(scaled[phase].bound).toBe(once[phase].bound);
        expect(scaled[phase].mbu / once[phase].mbu).toBeCloseTo(1, 5);
      }
      expect((scaled.request.latency.expected * k) / once.request.latency.expected).toBeCloseTo(1, 5);
      expect((scaled.request.latency.ideal * k) / once.request.latency.ideal).toBeCloseTo(1, 9);
    }),
  );
});

it('work does not depend on the machine', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, scales, (hardware, used, workload, k) => {
      const once = estimate({ ...workload, hardware, engine: engine(used) });
      const other = estimate({ ...workload, hardware: faster(hardware, { bandwidth: k }), engine: engine(used) });
      for (const phase of ['decode', 'prefill'] as const) {
        expect(other[phase].flops).toBe(once[phase].flops);
        expect(other[phase].weightBytes).toBe(once[phase].weightBytes);
        expect(other[phase].cacheBytes).toBe(once[phase].cacheBytes);
      }
    }),
  );
});
