import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Hardware } from '../../src/hardware/types.js';
import { estimate } from '../../src/index.js';
import { engineClasses, machines, tieredMachines, workloads } from './catalogue.js';
import { engine } from './hand-made.js';

/** A hair above 1, for rounding. */
const ONE = 1 + 1e-9;

function fastestMemory(hardware: Hardware): number {
  return Math.max(...Object.values(hardware.memory).map(({ bandwidth }) => bandwidth));
}

function fastestArithmetic(hardware: Hardware): number {
  return Math.max(...Object.values(hardware.units).flatMap(({ peaks }) => peaks.map(({ rate }) => rate)));
}

it('no phase moves more bytes per second than the memory gives', () => {
  fc.assert(
    fc.property(machines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode, prefill } = estimate({ ...workload, hardware, engine: engine(used) });
      for (const { bytes, seconds, mbu } of [decode, prefill]) {
        expect(bytes / seconds).toBeLessThanOrEqual(fastestMemory(hardware) * ONE);
        expect(mbu).toBeLessThanOrEqual(ONE);
      }
    }),
  );
});

it('no phase moves more bytes per second than all levels together give', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode, prefill } = estimate({ ...workload, hardware, engine: engine(used) });
      const all = Object.values(hardware.memory).reduce((sum, { bandwidth }) => sum + bandwidth, 0);
      for (const { bytes, seconds } of [decode, prefill]) expect(bytes / seconds).toBeLessThanOrEqual(all * ONE);
    }),
  );
});

it('no phase does more FLOPs per second than the fastest arithmetic', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode, prefill } = estimate({ ...workload, hardware, engine: engine(used) });
      for (const { flops, seconds } of [decode, prefill]) {
        expect(flops / seconds).toBeLessThanOrEqual(fastestArithmetic(hardware) * ONE);
      }
    }),
  );
});

it('one sequence is decoded at most as fast as its weights are read', () => {
  fc.assert(
    fc.property(machines, engineClasses, workloads, (hardware, used, workload) => {
      const { decode } = estimate({ ...workload, batch: 1, hardware, engine: engine(used) });
      const most = fastestMemory(hardware) / decode.weightBytes;
      expect(decode.tokensPerSecond.ideal).toBeLessThanOrEqual(most * ONE);
      expect(decode.tokensPerSecond.expected).toBeLessThanOrEqual(most * ONE);
    }),
  );
});
