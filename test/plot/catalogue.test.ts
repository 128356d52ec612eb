import { describe, expect, it } from 'vitest';
import {
  batchLines,
  type Estimate,
  estimate,
  getHardware,
  kindOf,
  linePlot,
  lineText,
  listHardware,
  listModels,
  memoryPlot,
  memoryText,
  rooflineData,
  rooflinePlot,
  rooflineText,
  timePlot,
  timeText,
  tryEstimate,
} from '../../src/index.js';
import { checkPicture } from './svg-facts.js';

/** Every so many machines, each with another model and workload. */
const STEP = 4;
const WEIGHTS = ['f16', 'q4_k_m', 'q8_0'];
const models = listModels();
const estimates = listHardware()
  .filter((_, index) => index % STEP === 0)
  .flatMap((hardware, index) => {
    for (let tried = 0; tried < 6; tried++) {
      const model = models[(7 * index + 31 * tried) % models.length];
      if (model === undefined || kindOf(model) !== 'generate') continue;
      const outcome = tryEstimate({
        model,
        hardware,
        weights: WEIGHTS[(index + tried) % WEIGHTS.length] ?? '',
        batch: 1 + (index % 5) * 8,
        promptTokens: 128 * (1 + (index % 7)),
      });
      if (outcome.ok) return [outcome.estimate];
    }
    return [];
  });

const text = (plot: string, width: number): void => {
  expect(plot).not.toMatch(/NaN|Infinity|undefined/);
  for (const line of plot.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
};

describe('plots of the catalogue', () => {
  it('are of many machines', () => {
    expect(estimates.length).toBeGreaterThan(40);
  });

  it.each(estimates.map((estimate) => [`${estimate.hardware.id}, ${estimate.model.id}`, estimate] as const))(
    'of %s are sound',
    (_, estimate) => {
      checkPicture(rooflinePlot(estimate));
      checkPicture(memoryPlot(estimate));
      checkPicture(timePlot(estimate));
      text(rooflineText(estimate, { width: 90 }), 90);
      text(memoryText(estimate, 90), 90);
      text(timeText(estimate, 90), 90);
    },
  );

  it.each([2, 3, 7, 12])('of %d machines together are sound', (count) => {
    for (let from = 0; from + count <= estimates.length; from += count) {
      const some = estimates.slice(from, from + count);
      checkPicture(rooflinePlot(some));
      checkPicture(memoryPlot(some));
      checkPicture(timePlot(some));
    }
  });

  it('against batch are sound', () => {
    const runs = ['h100-sxm-80gb', 'rtx-4090', 'm2-ultra-76c', 'rtx-3060'].map((hardware) =>
      [1, 2, 4, 8, 16, 32, 64, 128].flatMap((batch): Estimate[] => {
        const outcome = tryEstimate({ model: 'llama-3-8b', hardware, weights: 'q4_k_m', batch });
        return outcome.ok ? [outcome.estimate] : [];
      }),
    );
    checkPicture(linePlot(batchLines(runs)));
    text(lineText(batchLines(runs), 80), 80);
  });

  it('lie below their roofs', () => {
    for (const estimate of estimates) {
      const [machine] = rooflineData(estimate).machines;
      const used = machine?.roofs.filter((roof) => roof.used).map(({ flopsPerSecond }) => flopsPerSecond) ?? [];
      for (const phase of machine?.phases ?? []) {
        expect(phase.flopsPerSecond).toBeLessThanOrEqual(Math.max(...used));
        expect(phase.low).toBeLessThanOrEqual(phase.flopsPerSecond);
        expect(phase.high).toBeGreaterThanOrEqual(phase.flopsPerSecond);
      }
    }
  });

  it('give decode and prefill a roof in use each', () => {
    for (const estimate of estimates) {
      const used = rooflineData(estimate).machines[0]?.roofs.filter((roof) => roof.used) ?? [];
      for (const { flops, seconds, mfu } of [estimate.decode, estimate.prefill]) {
        const peak = flops / seconds / mfu;
        expect(used.some(({ flopsPerSecond }) => Math.abs(flopsPerSecond / peak - 1) < 1e-6)).toBe(true);
      }
    }
  });
});

describe('a machine that is not the built-in one', () => {
  const h100 = getHardware('h100-sxm-80gb');
  const hbm = h100.memory.hbm;
  if (hbm === undefined) throw new Error('the H100 has a level "hbm"');
  const faster = { ...h100, memory: { ...h100.memory, hbm: { ...hbm, bandwidth: 2 * hbm.bandwidth } } };
  const outcome = tryEstimate({ model: 'llama-2-7b', hardware: faster, weights: 'f16' });
  if (!outcome.ok) throw outcome.error;

  it('has the slopes that the estimate tells, not those of its namesake', () => {
    const slopes = rooflineData(outcome.estimate).machines[0]?.slopes;
    expect(slopes).toEqual([{ name: 'hbm', bytesPerSecond: 6.7e12, main: true }]);
  });

  it('has all of its own where it is given', () => {
    const [machine] = rooflineData(outcome.estimate, { hardware: [faster] }).machines;
    expect(machine?.slopes.map(({ name, bytesPerSecond }) => [name, bytesPerSecond / 1e12])).toEqual([
      ['l2', 7],
      ['hbm', 6.7],
    ]);
    expect(machine?.roofs.find(({ name }) => name === 'f16, bf16')?.ridgePoint).toBeCloseTo(989.4 / 6.7, 6);
  });
});

describe('the roofline of an H100 with Llama 2 7B in f16', () => {
  const outcome = tryEstimate({ model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'f16' });
  if (!outcome.ok) throw outcome.error;
  const [machine] = rooflineData(outcome.estimate).machines;

  it('has the dense peaks of the data sheet, and its ridge point at 295 FLOP/byte', () => {
    // NVIDIA H100 SXM5: 989.4 TFLOP/s dense in 16 bits, 1978.9 in 8, 494.7 in TF32, 66.9 in FP32; 3.35 TB/s.
    expect(machine?.roofs.map(({ name, flopsPerSecond }) => [name, flopsPerSecond / 1e12])).toEqual([
      ['fp8, int8', 1978.9],
      ['f16, bf16', 989.4],
      ['tf32', 494.7],
      ['f32', 66.9],
    ]);
    expect(machine?.roofs[1]?.ridgePoint).toBeCloseTo(989.4 / 3.35, 6);
    expect(machine?.roofs.filter(({ used }) => used).map(({ name }) => name)).toEqual(['f16, bf16']);
  });

  it('has decode at about one FLOP per byte, left of the ridge, and prefill right of it', () => {
    const [decode, prefill] = machine?.phases ?? [];
    expect(decode?.arithmeticIntensity).toBeCloseTo(1, 1);
    expect(prefill?.arithmeticIntensity).toBeGreaterThan(295);
  });

  it('puts operators at one place together, and shares add up to no more than the whole', () => {
    const operators = machine?.phases[0]?.operators ?? [];
    expect(operators[0]?.name.split(', ')).toEqual(expect.arrayContaining(['ffn-gate', 'ffn-up', 'ffn-down']));
    expect(operators.reduce((sum, { timeShare }) => sum + timeShare, 0)).toBeLessThanOrEqual(1);
  });
});

describe('an estimate in images or sequences', () => {
  it('is refused by every plot of decode and prefill', () => {
    const model: string = 'sd-1.5';
    const found = estimate({ model, hardware: 'rtx-4090' });
    for (const plot of [rooflinePlot, memoryPlot, timePlot])
      expect(() => plot(found)).toThrow('sd-1.5 gives images, and plots show decode and prefill');
    expect(() => batchLines([[found]])).toThrow('sd-1.5 gives images');
  });
});
