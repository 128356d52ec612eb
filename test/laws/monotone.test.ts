import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Estimate } from '../../src/estimator/types.js';
import { type EstimateInput, estimate } from '../../src/index.js';
import { engineClasses, machines, tieredMachines, workloads } from './catalogue.js';
import { engine, engineClass, faster, rules, withLevels } from './hand-made.js';
import { decades } from './numbers.js';

/** The clock under a power limit is found to a millionth. */
const HAIR = 1e-5;

const factors = decades(1, 100);

function expectNoSlower(better: Estimate, worse: Estimate): void {
  expect(better.decode.seconds).toBeLessThanOrEqual(worse.decode.seconds * (1 + HAIR));
  expect(better.prefill.seconds).toBeLessThanOrEqual(worse.prefill.seconds * (1 + HAIR));
  expect(better.request.latency.ideal).toBeLessThanOrEqual(worse.request.latency.ideal * (1 + HAIR));
}

it('more bandwidth never slows', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, factors, (hardware, used, workload, bandwidth) => {
      const before = estimate({ ...workload, hardware, engine: engine(used) });
      expectNoSlower(
        estimate({ ...workload, hardware: faster(hardware, { bandwidth }), engine: engine(used) }),
        before,
      );
    }),
  );
});

it('more FLOP/s never slow', () => {
  fc.assert(
    fc.property(tieredMachines, engineClasses, workloads, factors, (hardware, used, workload, arithmetic) => {
      const before = estimate({ ...workload, hardware, engine: engine(used) });
      expectNoSlower(
        estimate({ ...workload, hardware: faster(hardware, { arithmetic }), engine: engine(used) }),
        before,
      );
    }),
  );
});

it('a higher power limit never slows', () => {
  fc.assert(
    fc.property(machines, engineClasses, workloads, factors, (hardware, used, workload, factor) => {
      const { tdp } = hardware.power;
      fc.pre(tdp !== undefined);
      const before = estimate({ ...workload, hardware, engine: engine(used) });
      const looser = { ...hardware, power: { ...hardware.power, tdp: tdp * factor } };
      expectNoSlower(estimate({ ...workload, hardware: looser, engine: engine(used) }), before);
    }),
  );
});

it('a longer context never speeds decode', () => {
  // Of two levels about as fast that stream at once, spilling into the second may help: those are left out.
  const machinesInTurn = tieredMachines.map((hardware) => withLevels(hardware, { far: { streams: 'serial' } }));
  fc.assert(
    fc.property(
      machinesInTurn,
      engineClasses,
      workloads,
      fc.integer({ min: 1, max: 300 }),
      (hardware, used, workload, more) => {
        const input = { ...workload, hardware, engine: engine(used) };
        const near = estimate(input);
        const far = estimate({ ...input, cachedTokens: more });
        expectNoSlower(near, far);
      },
    ),
  );
});

/** More sequences: step time and tokens per second, both no less. */
function expectMoreFromMore(input: Omit<EstimateInput, 'batch'>, few: number, many: number): void {
  const [small, large] = [few, many].map((batch) => estimate({ ...input, batch }).decode);
  if (!small || !large) throw new Error('two batches');
  expect(large.seconds).toBeGreaterThanOrEqual(small.seconds * (1 - HAIR));
  expect(many / large.seconds).toBeGreaterThanOrEqual((few / small.seconds) * (1 - HAIR));
}

it('a larger batch takes no shorter step and gives no fewer tokens per second', () => {
  // On one memory without a cache: where a larger batch spills from a fast level to a slow one, it may well.
  fc.assert(
    fc.property(
      machines,
      engineClasses,
      workloads,
      fc.integer({ min: 1, max: 200 }),
      (hardware, used, workload, more) => {
        const { batch, ...input } = workload;
        expectMoreFromMore({ ...input, hardware, engine: engine(used) }, batch, batch + more);
      },
    ),
  );
});

it('twice the batch gives no fewer tokens per second from kernels in tiles', () => {
  // One sequence more may begin a new tile and give fewer: a whole one is what counts.
  const tiled = engineClass({ multiply: rules({ tile: [64, 128], unpackRows: 16 }) });
  fc.assert(
    fc.property(machines, workloads, (hardware, { batch, ...workload }) => {
      fc.pre(['tinyllama-1.1b', 'gpt2', 'gemma-3-4b', 'mamba-2.8b'].includes(workload.model.id));
      expectMoreFromMore({ ...workload, hardware, engine: engine(tiled) }, batch, 2 * batch);
    }),
  );
});

it('a longer prompt takes no less time, and its tokens no fewer FLOPs each', () => {
  fc.assert(
    fc.property(
      machines,
      engineClasses,
      workloads,
      fc.integer({ min: 1, max: 250 }),
      (hardware, used, workload, more) => {
        const input = { ...workload, batch: 1, hardware, engine: engine(used) };
        const [short, long] = [0, more].map(
          (extra) => estimate({ ...input, promptTokens: workload.promptTokens + extra }).prefill,
        );
        expect(long?.seconds).toBeGreaterThanOrEqual((short?.seconds ?? 0) * (1 - HAIR));
        expect(long?.flops).toBeGreaterThan(short?.flops ?? 0);
      },
    ),
  );
});
