/*
 * What binds a single stream on each machine that is not a plain GPU or CPU, and why. Physical bounds (`ideal`), so that
 * the term is the machine's own; 512 tokens of prompt, one decoded.
 */
import { describe, expect, it } from 'vitest';
import type { Bound } from '../../src/estimator/types.js';
import { estimate, getHardware, listHardware } from '../../src/index.js';

const kinds = ['wafer', 'lpu', 'dataflow', 'pim', 'accelerator'];

/** Machine, model that it holds, its weights, what binds the decoding of one stream. */
const machines: readonly (readonly [string, string, string, Bound])[] = [
  // A stream is in one of 32 layers at a time, and that layer has a 32nd of the lanes and of the 20 PB/s. Weights of 16 bits
  // are 2 FLOP for 2 bytes: 7.48 PFLOP/s of them take longer than 20 PB/s. On the CS-3 arithmetic has doubled, bandwidth not.
  ['cs-2', 'llama-3.1-8b', 'bf16', 'compute'],
  ['cs-3', 'llama-3.1-8b', 'bf16', 'compute'],
  ['cs-3-cluster4', 'llama-3.1-8b', 'bf16', 'compute'],
  // 230 MB hold 135 M parameters in 8 bits: 750 TOP/s over 80 TB/s is a ridge of 9 operations per byte, and a token has 2.
  ['groq-lpu', 'smollm2-135m', 'int8', 'memory'],
  // A chip of 320 MB (640 MB) of SRAM takes the sections of a network in turn: weights come from DDR4 for every token.
  ['sn10', 'llama-3.1-8b', 'bf16', 'memory'],
  ['sn30', 'llama-3.1-8b', 'bf16', 'memory'],
  // The HBM in front of the DDR holds the network: 15 GB over 1.6 and 1.8 TB/s.
  ['sn40l', 'llama-3.1-8b', 'bf16', 'memory'],
  ['sn50', 'llama-3.1-8b', 'bf16', 'memory'],
  // 900 MB of SRAM and no DRAM on the die: 250 TFLOP/s over 47.5 TB/s is a ridge of 5 FLOP per byte, and a token has 1.
  ['gc200', 'smollm2-135m', 'f16', 'memory'],
  ['bow', 'smollm2-135m', 'f16', 'memory'],
  // A thousand cores behind four channels of LPDDR4X.
  ['et-soc-1', 'llama-3.1-8b', 'bf16', 'memory'],
  // Grids of cores with scratchpads that hold no network: LPDDR4 (Grayskull) and GDDR6 (Wormhole, Blackhole) feed them.
  ['grayskull-e75', 'tinyllama-1.1b', 'f16', 'memory'],
  ['grayskull-e150', 'tinyllama-1.1b', 'f16', 'memory'],
  ['wormhole-n150', 'tinyllama-1.1b', 'f16', 'memory'],
  ['wormhole-n300', 'llama-3.1-8b', 'bf16', 'memory'],
  ['wormhole-galaxy', 'tinyllama-1.1b', 'f16', 'memory'],
  ['wormhole-quietbox', 'llama-3.1-8b', 'bf16', 'memory'],
  ['blackhole-p100', 'llama-3.1-8b', 'bf16', 'memory'],
  ['blackhole-p150', 'llama-3.1-8b', 'bf16', 'memory'],
  ['blackhole-quietbox', 'llama-3.1-8b', 'bf16', 'memory'],
  // What does not fit 2 GB of SRAM comes from LPDDR5 at 400 GB/s.
  ['corsair', 'llama-3.1-8b', 'bf16', 'memory'],
  // SIMD over local memories that the compiler fills: LPDDR4 and GDDR6 feed them.
  ['mn-core', 'llama-3.1-8b', 'bf16', 'memory'],
  ['mn-core-2', 'llama-3.1-8b', 'bf16', 'memory'],
  ['gaudi2', 'llama-3.1-8b', 'bf16', 'memory'],
  ['gaudi3', 'llama-3.1-8b', 'bf16', 'memory'],
  ['inferentia2', 'llama-3.1-8b', 'bf16', 'memory'],
  ['trainium1', 'llama-3.1-8b', 'bf16', 'memory'],
  ['trainium2', 'llama-3.1-8b', 'bf16', 'memory'],
  ['trainium3', 'llama-3.1-8b', 'bf16', 'memory'],
  // Lanes in the banks were made for the bandwidth of the banks: about a FLOP for every byte, which 16-bit weights need, so
  // that arithmetic and memory take nearly as long as each other.
  ['hbm-pim', 'smollm2-135m', 'f16', 'compute'],
  ['gddr6-aim', 'smollm2-135m', 'f16', 'memory'],
  // 2560 integer cores without a multiplier for floats, in front of 1.8 TB/s: they emulate.
  ['upmem-20dimm', 'llama-3.1-8b', 'bf16', 'compute'],
];

function run(hardware: string, model: string, weights: string) {
  return estimate({ hardware, model, weights, engine: 'ideal', promptTokens: 512, outputTokens: 2 });
}

describe('what binds one stream', () => {
  it.each(machines)('on %s with %s in %s is %s', (hardware, model, weights, bound) => {
    expect(run(hardware, model, weights).decode.bound).toBe(bound);
  });

  it('is named here for every wafer, LPU, dataflow machine, accelerator and memory that computes', () => {
    const expected = listHardware().filter(({ kind }) => kinds.includes(kind));
    expect(machines.map(([id]) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
  });
});

describe('machines that lay a network out in space', () => {
  const spatial = listHardware().filter(({ execution }) => execution.kind === 'spatial');

  it('are the wafers and the LPU: all of their weights stay where they are used', () => {
    expect(spatial.map(({ id }) => id)).toEqual(['cs-2', 'cs-3', 'cs-3-cluster4', 'groq-lpu']);
    for (const { memory } of spatial) {
      expect(Object.values(memory).map(({ technology, holds }) => [technology, holds])).toEqual([['sram', 'weights']]);
    }
  });

  it('take no less for a token than its way over their hops', () => {
    for (const { id, execution } of spatial) {
      if (execution.kind !== 'spatial') continue;
      const [, model = '', weights = ''] = machines.find(([name]) => name === id) ?? [];
      const estimated = run(id, model, weights);
      const layers = model === 'llama-3.1-8b' ? 32 : 30;
      const hops = layers * execution.hopsPerLayer * execution.hopLatency;
      expect(estimated.decode.timePerOutputToken.ideal).toBeGreaterThan(hops);
      expect(estimated.decode.terms.overhead / hops).toBeCloseTo(1, 6);
    }
  });

  it('do not hold what a GPU holds: Llama 3.1 70B in 16 bits takes four wafers and 651 LPUs', () => {
    const bytes = 70.55e9 * 2;
    const usable = (id: string) => {
      const { sram } = getHardware(id).memory;
      return (sram?.capacity ?? 0) * (sram?.usable ?? 0);
    };
    expect(Math.ceil(bytes / usable('cs-3'))).toBe(4);
    expect(Math.ceil(bytes / usable('groq-lpu'))).toBe(651);
  });
});
