import { describe, expect, it } from 'vitest';
import type { Hardware } from '../../src/hardware/types.js';
import { estimate, getHardware, vary } from '../../src/index.js';
import { ENERGY, ENERGY_RESIDUALS } from '../../src/roofline/energy-constants.js';
import { engine, engineClass } from '../laws/hand-made.js';

const h100 = getHardware('h100-sxm-80gb');
/** 97 % of 700 W (docs/energy.md, "Power limit"). */
const CAP = 679;
/** The shipped floor of a board of 700 W. */
const FLOOR = ENERGY.busyFloor * 700;

/** An engine without losses that the power limit holds back. */
const full = engine(
  engineClass(
    { overlap: 'infinity', activationBytes: 0 },
    {
      memoryEfficiency: 1,
      matrixEfficiency: 1,
      vectorEfficiency: 1,
      attentionEfficiency: 1,
      kernelOverhead: 0,
      stepOverhead: 0,
    },
  ),
);

function run(hardware: Hardware, batch: number, promptTokens: number) {
  return estimate({
    model: 'llama-2-7b',
    hardware,
    engine: full,
    weights: 'f16',
    batch,
    promptTokens,
    outputTokens: 16,
  });
}

function limitedTo(tdp: number): Hardware {
  return { ...h100, power: { ...h100.power, tdp } };
}

describe('power on an H100', () => {
  const { decode, prefill } = run(h100, 1, 2048);

  it('is less for decoding one sequence than for a prompt that saturates the arithmetic', () => {
    expect(decode.power.watts).toBeLessThan(prefill.power.watts);
    expect(decode.power.limited).toBe(false);
  });

  it('of decoding is the floor and the memory traffic for the most part', () => {
    const atNode = 0.8 ** ENERGY.nodeExponent; // 4 nm
    const memory = 3.35e12 * (48e-12 + ENERGY.bytePath * atNode);
    const lanes = (66.9e12 / 2) * ENERGY.laneCycle * atNode;
    // a FLOP to the byte costs 2 W more, attention on vector lanes the rest
    expect(decode.power.watts / (FLOOR + memory + lanes)).toBeGreaterThan(1);
    expect(decode.power.watts / (FLOOR + memory + lanes)).toBeLessThan(1.02);
  });

  it('of a prompt is held at the limit by a slower clock', () => {
    expect(prefill.power.limited).toBe(true);
    expect(prefill.bound).toBe('power');
    expect(prefill.power.watts).toBeCloseTo(CAP, 2);
    expect(prefill.power.clock).toBeLessThan(1);
    expect(prefill.power.clock).toBeGreaterThan(0.5);
  });

  it('is full at the full clock', () => {
    expect([decode.power.clock, decode.power.limited]).toEqual([1, false]);
  });

  it('never exceeds the limit', () => {
    for (const tdp of [300, 500, 700, 1000]) {
      for (const batch of [1, 32]) {
        const { decode: step, prefill: prompt } = run(limitedTo(tdp), batch, 1024);
        expect(step.power.watts).toBeLessThanOrEqual(0.97 * tdp * (1 + 1e-9));
        expect(prompt.power.watts).toBeLessThanOrEqual(0.97 * tdp * (1 + 1e-9));
      }
    }
  });

  it('under a lower limit slows prompts down and their clock with them', () => {
    const [loose, tight] = [700, 500].map((tdp) => run(limitedTo(tdp), 1, 2048).prefill);
    expect(tight?.power.clock).toBeLessThan(loose?.power.clock ?? 0);
    expect(tight?.seconds).toBeGreaterThan(loose?.seconds ?? 0);
    expect(tight?.power.joules.total).toBeLessThan(loose?.power.joules.total ?? 0); // less energy per operation
  });

  it('without a published limit knows none', () => {
    const { tdp: _, ...unlimited } = h100.power;
    const { prefill: prompt } = run({ ...h100, power: unlimited }, 1, 2048);
    expect([prompt.power.limited, prompt.power.clock]).toEqual([false, 1]);
    expect(prompt.power.watts).toBeGreaterThan(700);
  });
});

describe('energy', () => {
  const { decode, prefill, energy } = run(h100, 4, 512);

  it('of a phase is the sum of its components, and its power times its time', () => {
    for (const { power, seconds } of [decode, prefill]) {
      const { static: floor, lanes, compute, memory, total } = power.joules;
      expect((floor + lanes + compute + memory) / total).toBeCloseTo(1, 12);
      expect((power.watts * seconds) / total).toBeCloseTo(1, 6);
      expect(floor / (FLOOR * seconds)).toBeCloseTo(1, 9);
    }
  });

  it('of a step is shared by its sequences', () => {
    expect(energy.joulesPerDecodedToken).toBeCloseTo(decode.power.joules.total / 4, 12);
  });

  it('per output token holds the prompt, and a step for every token after the first', () => {
    const request = prefill.power.joules.total + 15 * decode.power.joules.total;
    expect(energy.joulesPerToken).toBeCloseTo(request / (4 * 16), 9);
    expect(energy.scope).toBe('board');
  });

  it('has an interval around it that an uncertain time widens', () => {
    const { prediction, watts } = energy;
    expect(prediction.expected).toBe(energy.joulesPerToken);
    expect(prediction.low).toBeLessThan(prediction.expected);
    expect(prediction.high).toBeGreaterThan(prediction.expected);
    // The engine is not calibrated: its time is anywhere from two thirds to twice the expected one.
    expect(Math.log(prediction.high / prediction.expected)).toBeGreaterThan(ENERGY_RESIDUALS.device.high);
    expect(watts.high).toBe(700); // the board draws no more
    expect(watts.basis).toContain('power with the time given');
  });

  it('of the physical bound is stated beside it', () => {
    // Here the engine is the bound but for the power limit, which the decoding does not reach.
    expect(energy.prediction.ideal / energy.joulesPerToken).toBeCloseTo(1, 1);
  });

  it('of moving weights is far more than of multiplying with them in a step', () => {
    // Founding question 16
    const { compute, memory } = run(h100, 1, 512).decode.power.joules;
    expect(memory).toBeGreaterThan(50 * compute);
  });

  it('per token falls with the batch', () => {
    const perToken = [1, 4, 16, 64].map((batch) => run(h100, batch, 128).energy.joulesPerDecodedToken);
    for (const [index, joules] of perToken.entries())
      if (index > 0) expect(joules).toBeLessThan(perToken[index - 1] ?? 0);
  });
});

describe('the physical bound, which keeps no power limit', () => {
  const asked = { model: 'llama-2-7b', weights: 'f16' } as const;
  const hardware = vary(h100, { 'power.tdp': '100 W' });

  it('says where it would draw more than the machine can, and has one interval of power and energy', () => {
    const { energy, warnings } = estimate({ ...asked, hardware, engine: 'ideal' });
    const { watts, prediction } = energy;
    expect(watts.expected).toBeGreaterThan(100);
    // The time of the bound is one number, so that power and energy err alike.
    expect(watts.high / watts.expected).toBeCloseTo(prediction.high / prediction.expected, 9);
    expect(watts.low / watts.expected).toBeCloseTo(prediction.low / prediction.expected, 9);
    const said = warnings.filter(({ code }) => code === 'beyond-power-limit').map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/keeps no power limit: .* would draw \d+ W, and it can draw 100 W$/)]);
  });

  it('says nothing where it stays below, nor does an engine that keeps the limit', () => {
    const codes = [
      estimate({ ...asked, hardware: h100, engine: 'ideal', promptTokens: 1 }),
      estimate({ ...asked, hardware, engine: 'llama.cpp' }),
    ].flatMap(({ warnings }) => warnings.map(({ code }) => code));
    expect(codes).not.toContain('beyond-power-limit');
  });
});
