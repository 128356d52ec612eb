import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyInput,
  type Engine,
  estimate,
  estimateAny,
  getEngine,
  getHardware,
  getNetwork,
  type Hardware,
  isUnitEstimate,
  isUnitNetwork,
  kindOf,
  listHardware,
  listNetworks,
  type Prediction,
  tryEstimate,
  type UnitEstimate,
} from '../../../src/index.js';

function unitsOf(input: AnyInput): UnitEstimate {
  const found = estimateAny(input);
  if (!isUnitEstimate(found)) throw new Error(`${found.model.id} generates tokens`);
  return found;
}

/** The machine with every level's bandwidth so many times as high. */
function faster(machine: Hardware, factor: number): Hardware {
  const levels = Object.entries(machine.memory).map(
    ([name, level]) => [name, { ...level, bandwidth: level.bandwidth * factor }] as const,
  );
  return { ...machine, memory: Object.fromEntries(levels) };
}

const others = listNetworks().filter((network) => kindOf(network) !== 'generate');
const gpu = getHardware('a100-sxm-80gb');

describe('every network that generates no tokens, on every machine', () => {
  it.each(others.map((network) => [network.id, network] as const))(
    '%s: finite numbers, or what is short',
    (_, model) => {
      for (const hardware of listHardware()) {
        const outcome = tryEstimate({ model, hardware, kind: kindOf(model) === 'denoise' ? 'denoise' : 'encode' });
        if (!outcome.ok) {
          expect([hardware.id, outcome.error.code]).toEqual([hardware.id, 'does-not-fit']);
          continue;
        }
        const { unitsPerSecond, latency, run, energy, stages } = outcome.estimate;
        for (const value of [...valuesOf(unitsPerSecond), ...valuesOf(latency), ...valuesOf(energy.joulesPerUnit)])
          expect([hardware.id, Number.isFinite(value) && value > 0]).toEqual([hardware.id, true]);
        for (const part of [run, ...stages]) {
          expect(part.mbu).toBeGreaterThanOrEqual(0);
          expect(part.mbu).toBeLessThanOrEqual(1 + 1e-9);
          expect(part.mfu).toBeGreaterThan(0);
          expect(part.mfu).toBeLessThanOrEqual(1 + 1e-9);
          expect(part.perfectOverlap).toBeLessThanOrEqual(part.seconds * (1 + 1e-9));
          expect(part.noOverlap).toBeGreaterThanOrEqual(part.seconds * (1 - 1e-9));
        }
        expect(unitsPerSecond.low).toBeLessThanOrEqual(unitsPerSecond.expected);
        expect(unitsPerSecond.expected).toBeLessThanOrEqual(unitsPerSecond.high);
        expect(unitsPerSecond.high).toBeLessThanOrEqual(unitsPerSecond.ideal);
      }
    },
  );
});

function valuesOf({ expected, low, high, ideal }: Prediction): number[] {
  return [expected, low, high, ideal];
}

describe.each(others.map((network) => [network.id, network] as const))('an estimate of %s', (_, model) => {
  const one = unitsOf({ model, hardware: gpu });

  it('is plain data, whose stages are its run', () => {
    expect(structuredClone(one)).toEqual(one);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
    const total = (value: (stage: UnitEstimate['stages'][number]) => number) =>
      one.stages.reduce((sum, stage) => sum + value(stage), 0);
    expect(total(({ flops }) => flops)).toBeCloseTo(one.run.flops, -3);
    expect(one.run.seconds / total(({ seconds }) => seconds)).toBeCloseTo(1, 9);
    expect(one.energy.joules.total).toBeCloseTo(one.run.power.joules.total, 9);
    expect(one.run.classes.reduce((sum, { timeShare }) => sum + timeShare, 0)).toBeCloseTo(1, 9);
  });

  it('is never slower with more bandwidth', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 50, noNaN: true }), (factor) => {
        const more = unitsOf({ model, hardware: faster(gpu, factor) });
        expect(more.latency.expected).toBeLessThanOrEqual(one.latency.expected * (1 + 1e-9));
      }),
      { numRuns: 10 },
    );
  });

  it('does twice the work for twice the units, in no more than twice the time', () => {
    const two = unitsOf({ model, hardware: gpu, batch: 2 });
    expect(two.run.flops / one.run.flops).toBeCloseTo(2, 9);
    expect(two.latency.expected).toBeGreaterThanOrEqual(one.latency.expected);
    expect(two.latency.expected).toBeLessThanOrEqual(2 * one.latency.expected * (1 + 1e-9));
    expect(two.unitsPerSecond.expected).toBeCloseTo(2 / two.latency.expected, 6);
  });

  it('says that nothing of its kind was measured, and how wide that makes it', () => {
    expect(one.latency.basis).toMatch(/^nothing of this kind was measured: .* half as wide again/);
    expect(one.warnings.map(({ code }) => code)).toContain('engine-not-calibrated');
    expect(one.unitsPerSecond.low / one.unitsPerSecond.expected).toBeCloseTo(0.5 ** 1.5, 9);
  });
});

describe('a diffusion', () => {
  const asked = { model: 'sd-1.5', hardware: gpu } as const;
  const at = (steps: number) => estimate({ ...asked, steps });

  it('takes so much longer with each step', () => {
    const step = at(11).latency.expected - at(10).latency.expected;
    expect(at(10).secondsPerStep).toBeCloseTo(step, 9);
    expect(at(40).latency.expected - at(10).latency.expected).toBeCloseTo(30 * step, 9);
  });

  it('has the steps and pixels of its network unless told', () => {
    expect(estimate(asked).workload).toEqual({
      kind: 'denoise',
      unit: 'image',
      weights: 'f16',
      batch: 1,
      width: 512,
      height: 512,
      steps: 50,
      devices: 1,
    });
    expect(estimate({ ...asked, width: 768 }).run.flops).toBeGreaterThan(1.5 * estimate(asked).run.flops);
  });

  it('of one step has one step, and text and decoder beside it', () => {
    const { secondsPerStep = 0, stages } = at(1);
    expect(secondsPerStep).toBe(stages.find(({ name }) => name === 'unet')?.seconds);
  });
});

describe('an encoder of text', () => {
  const asked = { model: 'bert-large', hardware: gpu, weights: 'f16' } as const;

  it('gives sequences, and as many times their tokens, per second', () => {
    const found = estimate({ ...asked, promptTokens: 128 });
    expect(found.workload).toMatchObject({ kind: 'encode', unit: 'sequence', promptTokens: 128 });
    expect(found.tokensPerSecond?.expected).toBeCloseTo(128 * found.unitsPerSecond.expected, 6);
  });

  it('does 2 FLOPs for every weight of its layers and token, and 4 h for every pair of tokens', () => {
    const [tokens, hidden, layers] = [128, 1024, 24];
    // The pooler with its bias, and the two rows of token types, are 1027 rows more.
    const weights = layers * 12 * hidden ** 2 + 1027 * hidden;
    const products = estimate({ ...asked, promptTokens: tokens }).run.classes.find(
      (one) => one.class === 'contraction',
    );
    const { flops } = estimate({ ...asked, promptTokens: tokens }).run;
    const expected = 2 * tokens * weights + layers * 4 * tokens ** 2 * hidden;
    expect(((products?.flopShare ?? 0) * flops) / expected).toBeCloseTo(1, 6);
  });

  it('keeps no cache and asks for no head', () => {
    const { operators } = estimate(asked).run;
    expect(operators.map(({ name }) => name)).not.toContain('cache-append');
    expect(operators.map(({ name }) => name)).not.toContain('head');
  });
});

describe('which engine runs such a network', () => {
  it('is said by the engine', () => {
    const vllm = getEngine('vllm');
    expect(() => estimate({ model: 'sd-1.5', hardware: gpu, engine: vllm })).toThrow(/vllm .*runs no diffusion/);
    const able: Engine = { ...vllm, id: 'able', runs: ['generate', 'denoise'] };
    expect(estimate({ model: 'sd-1.5', hardware: gpu, engine: able }).engine.id).toBe('able');
    expect(() => estimate({ model: 'resnet-50', hardware: gpu, engine: able })).toThrow(/able .*encodes nothing/);
  });

  it('is the bound where none does, with a warning', () => {
    const found = estimate({ model: 'resnet-50', hardware: 'cs-2' });
    expect(found.engine.id).toBe('ideal');
    expect(found.warnings.map(({ code }) => code)).toContain('no-engine');
    expect(found.unitsPerSecond.expected).toBe(found.unitsPerSecond.ideal);
  });
});

describe('a spatial machine', () => {
  it('takes its batch one unit a layer behind the other', () => {
    const at = (batch: number) => estimate({ model: 'resnet-50', hardware: 'cs-2', batch });
    // Convolution, pool, 16 blocks, pool, linear layer.
    const layers = 20;
    const [one, many] = [at(1).stages[0], at(1000).stages[0]];
    if (one === undefined || many === undefined) throw new Error('no stage');
    // Throughput of a full pipeline against one unit alone: L at most.
    const gain = (1000 * one.seconds) / many.seconds;
    expect(gain).toBeGreaterThan(layers / 2);
    expect(gain).toBeLessThanOrEqual(layers);
  });
});

describe('a frame', () => {
  it('goes through the network in passes, so that its memory does not grow with its pixels', () => {
    const small = estimate({ model: 'nerf-mlp', hardware: gpu, width: 400, height: 400 });
    const large = estimate({ model: 'nerf-mlp', hardware: gpu });
    expect(large.run.flops / small.run.flops).toBeCloseTo(4, 9);
    expect(large.memory.activationBytes / small.memory.activationBytes).toBeCloseTo(1, 2);
  });
});

describe('what does not go with a network', () => {
  const refusals: readonly (readonly [AnyInput, RegExp])[] = [
    [{ model: 'sd-1.5', hardware: gpu, outputTokens: 5 }, /^outputTokens: sd-1.5 generates no tokens/],
    [{ model: 'sd-1.5', hardware: gpu, kvCache: 'f16' }, /^kvCache: /],
    [{ model: 'sd-1.5', hardware: gpu, promptTokens: 5 }, /^promptTokens: what sd-1.5 reads has one length/],
    [{ model: 'sd-1.5', hardware: gpu, width: 500 }, /^width: .* does not divide by 64; ask for 512/],
    [{ model: 'sd-1.5', hardware: gpu, steps: 0 }, /^steps: 0 is not a whole number/],
    [{ model: 'sd-1.5', hardware: gpu, weights: 'q4_0' }, /^weights: .* name one of f32, f16, bf16/],
    [{ model: 'sd-1.5', hardware: gpu, kind: 'encode' }, /^kind: sd-1.5 does not encode; write "denoise"/],
    [{ model: 'resnet-50', hardware: gpu, steps: 3 }, /^steps: resnet-50 works in one pass/],
    [{ model: 'bert-large', hardware: gpu, promptTokens: 513 }, /^promptTokens: .* ask for at most 512/],
    [{ model: 'bert-large', hardware: gpu, width: 64 }, /^width: bert-large has no image/],
    [{ model: 'llama-2-7b', hardware: gpu, steps: 3 }, /^steps: llama-2-7b generates tokens/],
    [{ model: 'llama-2-7b', hardware: gpu, kind: 'denoise' }, /^kind: llama-2-7b does not denoise/],
    [{ model: 'sd-1.6', hardware: gpu }, /did you mean "sd-1.5"/],
    [{ model: 'sd-2.1', hardware: gpu, batch: 1_000_000 }, /short; it fits with a batch of \d+/],
  ];

  it.each(refusals)('%j is refused', (input, message) => {
    expect(() => estimateAny(input)).toThrow(message);
  });

  it('a network of stages is no language model', () => {
    expect(isUnitNetwork(getNetwork('sdxl'))).toBe(true);
    expect(isUnitNetwork(getNetwork('llama-2-7b'))).toBe(false);
  });
});
