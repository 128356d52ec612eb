/*
 * "Is arithmetic in 4, 3 or 2 bits faster than in 16?"
 *
 * On today's machines it is slower: packed weights are unpacked first, often on the ALUs that multiply. It is done to hold
 * and to read fewer bytes. Llama 2 7B has 13.5 GB in 16 bits, 4.1 in 4 (q4_k_m), 3.3 in 3 (q3_k_m), 2.5 in 2 (q2_k).
 * Decode, which memory binds, could gain 13.5 / 4.1 = 3.3 times from 4 bits, and 4.1 / 2.5 = 1.6 times more from 2. How much
 * of that is left depends on what unpacking costs beside reading: little on a GPU of NVIDIA, which has arithmetic to spare,
 * all of it on an M2 Ultra, whose ALUs take longer to unpack than its memory to deliver. A prompt, which arithmetic binds,
 * only loses.
 *
 * A chip that multiplied 4 bits as they are would unpack nothing: decode would be memory bound again, prompts as many times
 * as fast as its arithmetic is, and each multiplication cheaper in energy.
 */
import { type Engine, type EstimateInput, estimate, getEngine, getHardware, type Hardware } from 'roofcast';
import { matchers } from 'roofcast/vitest';
import { describe, expect, it } from 'vitest';

expect.extend(matchers);

/** 4, 3 and 2 bits, in blocks of one kind. */
const packed = ['q4_k_m', 'q3_k_m', 'q2_k'];

function run(hardware: string | Hardware, weights: string, more: Partial<EstimateInput> = {}): EstimateInput {
  return { model: 'llama-2-7b', engine: 'llama.cpp', hardware, weights, ...more };
}

function bytes(weights: string): number {
  return estimate(run('m2-ultra-76c', weights)).memory.weightBytes;
}

function speed(hardware: string, weights: string, phase: 'decode' | 'prefill' = 'decode'): number {
  return estimate(run(hardware, weights))[phase].tokensPerSecond.expected;
}

/** Part of what fewer bytes could gain that decode does gain. */
function gained(hardware: string, from: string, to: string): number {
  return Math.log(speed(hardware, to) / speed(hardware, from)) / Math.log(bytes(from) / bytes(to));
}

describe('Fewer bits', () => {
  it('are fewer bytes: 30, 24 and 19 % of 16 bits, for the blocks have scales and some tensors stay wider', () => {
    const parts = packed.map((weights) => Math.round((100 * bytes(weights)) / bytes('f16')));
    expect(parts).toEqual([30, 24, 19]);
  });

  it('are why 70B runs on one machine: 4 bits fit into 48 GB, none of the three into 24', () => {
    const large = { model: 'llama-2-70b' };
    expect(run('rtx-a6000', 'q8_0', large)).not.toFit();
    expect(run('rtx-a6000', 'q4_k_m', large)).toFit();
    for (const weights of packed) expect(run('rtx-4090', weights, large)).not.toFit();
    expect(run('rtx-4090', 'iq2_xxs', large)).toFit();
  });

  it('write at least 1.5 times as fast as 16 bits, and never by as much as there are fewer bytes', () => {
    for (const hardware of ['m2-ultra-76c', 'm2-max-cpu', 'ryzen-9-7950x', 'rtx-4090', 'a100-sxm-80gb']) {
      for (const weights of packed) {
        expect(run(hardware, weights)).toBeFasterThan(run(hardware, 'f16'), { by: 1.5 });
        expect(run(hardware, weights)).not.toBeFasterThan(run(hardware, 'f16'), { by: bytes('f16') / bytes(weights) });
      }
    }
  });

  it('read a prompt slower than 16 bits do, where 16 bits are what the machine multiplies', () => {
    for (const hardware of ['m2-ultra-76c', 'a100-sxm-80gb', 'h100-sxm-80gb']) {
      expect(estimate(run(hardware, 'f16')).prefill.terms.dequantisation).toBe(0);
      for (const weights of packed) {
        expect(estimate(run(hardware, weights)).prefill.terms.dequantisation).toBeGreaterThan(0);
        expect(run(hardware, 'f16')).toBeFasterThan(run(hardware, weights), { by: 1.2, phase: 'prefill' });
      }
    }
  });

  it('read a prompt faster on a CPU in 8 bits, which it multiplies as they are, than in 16 or in 2', () => {
    for (const hardware of ['m2-max-cpu', 'ryzen-9-7950x']) {
      for (const weights of ['f16', 'q2_k']) {
        expect(run(hardware, 'q8_0')).toBeFasterThan(run(hardware, weights), { by: 1.5, phase: 'prefill' });
      }
    }
  });
});

describe('From 4 bits to 2, 1.6 times fewer bytes', () => {
  it('an RTX 4090 gains most of it, as its cores unpack while they wait', () => {
    expect(bytes('q4_k_m') / bytes('q2_k')).toBeCloseTo(1.61, 2);
    expect(run('rtx-4090', 'q4_k_m')).toBeMemoryBound();
    expect(run('rtx-4090', 'q2_k')).toBeMemoryBound();
    expect(gained('rtx-4090', 'q4_k_m', 'q2_k')).toBeGreaterThan(0.5);
  });

  it('an M2 Ultra gains nothing: unpacking binds it from 4 bits on', () => {
    expect(run('m2-ultra-76c', 'f16')).toBeMemoryBound();
    for (const weights of packed) expect(run('m2-ultra-76c', weights)).toBeBoundBy('dequantisation');
    expect(gained('m2-ultra-76c', 'q4_k_m', 'q2_k')).toBeLessThan(0.2);
  });

  it('the CPU of an M2 Max gains less than a half', () => {
    expect(run('m2-max-cpu', 'q2_k')).toBeBoundBy('dequantisation');
    expect(gained('m2-max-cpu', 'q4_k_m', 'q2_k')).toBeLessThan(0.5);
  });

  it('looking weights up in tables costs an M2 Ultra half of its speed, at half of the bytes', () => {
    expect(bytes('iq2_xxs') / bytes('q4_0')).toBeLessThan(0.5);
    expect(run('m2-ultra-76c', 'q4_0')).toBeFasterThan(run('m2-ultra-76c', 'iq2_xxs'), { by: 1.6 });
    expect(run('rtx-4090', 'iq2_xxs')).toBeFasterThan(run('rtx-4090', 'q4_0'), { by: 1.3 });
  });
});

describe('A chip built for 4 bits: an M2 Ultra with a matrix unit of 4 x 27.2 TOP/s in int4', () => {
  const today = getHardware('m2-ultra-76c');
  const { gpu } = today.units;
  if (gpu === undefined) throw new Error('an M2 Ultra computes with its gpu');
  const int4 = { path: 'matrix', format: 'int4', accumulate: 'int32', rate: 4 * 27.2e12, sparsity: 'dense' } as const;
  const built: Hardware = { ...today, id: 'm2-ultra-int4', units: { gpu: { ...gpu, peaks: [...gpu.peaks, int4] } } };

  /** The kernels of today with one more: 4 bits go into the matrix unit as they are. Assumes: scales come for nothing. */
  const engine = getEngine('llama.cpp');
  const rule = {
    weights: 'quantised',
    formats: ['q4_0', 'q4_k'],
    rows: [1, 1e9],
    path: 'matrix',
    multiply: 'int4',
    accumulate: 'int32',
    unpacking: 'none',
    unpackTo: 'bytes',
    unpackWidth: 1,
    unpackRows: 1,
    kernels: 1,
  } as const;
  const native: Engine = {
    ...engine,
    id: 'llama.cpp-int4',
    classes: engine.classes.map((one) => ({ ...one, multiply: [rule, ...one.multiply] })),
  };
  const on = (hardware: Hardware, more: Partial<EstimateInput> = {}) =>
    run(hardware, 'q4_k_m', { promptTokens: 2048, ...more });

  it('cannot write faster at best: the bytes and the bandwidth are the same', () => {
    expect(on(built, { engine: 'ideal' })).toBeMemoryBound();
    expect(on(built, { engine: 'ideal' })).not.toBeFasterThan(on(today, { engine: 'ideal' }), { by: 1.01 });
  });

  it('reads a prompt 3.5 times as fast at best: attention stays in 16 bits', () => {
    const [quick, slow] = [on(built, { engine: 'ideal' }), on(today, { engine: 'ideal' })];
    expect(quick).toBeFasterThan(slow, { by: 3, phase: 'prefill' });
    expect(quick).not.toBeFasterThan(slow, { by: 4, phase: 'prefill' });
  });

  it('is bound by memory again in decode with kernels that use it, and faster by what unpacking took', () => {
    expect(on(today)).toBeBoundBy('dequantisation');
    expect(on(built, { engine: native })).toBeMemoryBound();
    expect(on(built, { engine: native })).toBeFasterThan(on(today), { by: 1.1 });
    expect(on(built, { engine: native })).not.toBeFasterThan(on(today), { by: 2 });
  });

  it('takes less than a third of the energy for a prompt token, and less for a written one', () => {
    const energyOf = (input: EstimateInput) => estimate(input).energy;
    const { joulesPerToken, joulesPerPromptToken } = energyOf(on(today));
    expect(energyOf(on(built, { engine: native })).joulesPerPromptToken).toBeLessThan(joulesPerPromptToken / 3);
    expect(on(built, { engine: native })).toUseLessEnergyThan(joulesPerToken);
  });
});
