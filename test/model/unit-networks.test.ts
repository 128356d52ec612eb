import { describe, expect, it } from 'vitest';
import { getNetwork, isUnitNetwork, listNetworks, type UnitNetwork, unitParameters } from '../../src/index.js';
import { requireFormat } from '../../src/model/formats.js';
import { measureOperator } from '../../src/model/measure.js';
import { convolutionOperators } from '../../src/model/unit/convolution.js';
import { planStage, stageParameters } from '../../src/model/unit/plan.js';
import type { Stage } from '../../src/model/unit/types.js';

const half = requireFormat('f16');
const networks = listNetworks().filter(isUnitNetwork);

function network(id: string): UnitNetwork {
  const found = getNetwork(id);
  if (!isUnitNetwork(found)) throw new Error(`${id} is a language model`);
  return found;
}

function stage(id: string, name: string): Stage {
  const found = network(id).stages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${id} has no stage ${name}`);
  return found;
}

/** Work of one evaluation of a stage for one unit of output. */
function workOf(one: Stage, size = { width: 512, height: 512 }) {
  return planStage(one, size, half).map(({ operator, rows, parameters }) => ({
    operator,
    parameters,
    work: measureOperator(operator, { tokens: rows, sequences: 1, context: 0, sampled: 0 }, 'element-wise'),
  }));
}

/** Multiply-adds of products, convolutions and attention. */
function macs(one: Stage, size?: { width: number; height: number }): number {
  return workOf(one, size)
    .filter(({ operator }) => operator.class === 'contraction')
    .reduce((sum, { operator, work }) => sum + (operator.count * work.flops) / 2, 0);
}

describe('parameters of a stage', () => {
  // To the last parameter: diffusers' num_parameters, torchvision's num_params, text encoders' checkpoints.
  it.each([
    ['sd-1.5', 'unet', 859_520_964],
    ['sd-2.1', 'unet', 865_910_724],
    ['sdxl-1.0-base', 'unet', 2_567_463_684],
    ['sd-1.5', 'text-encoder', 123_060_480],
    ['sd-2.1', 'text-encoder', 340_387_840],
    ['sdxl-1.0-base', 'text-encoder-2', 694_659_840],
    ['sd-1.5', 'vae-decoder', 49_490_199],
    ['resnet-50', 'network', 25_557_032],
    ['nerf-mlp', 'coarse', 595_844],
    ['nerf-mlp', 'fine', 595_844],
  ])('of %s, %s are %i', (id, name, count) => {
    expect(stageParameters(stage(id, name))).toBe(count);
  });

  it.each(networks.flatMap((one) => one.stages.map((part) => [one.id, part.name, part] as const)))(
    'of %s, %s are within 0.5 %% of what is published',
    (_id, _name, part) => {
      if (part.published === undefined) return;
      expect(Math.abs(stageParameters(part) / part.published - 1)).toBeLessThan(0.005);
    },
  );

  it('of all stages are those of the network', () => {
    expect(unitParameters(network('nerf-mlp'))).toBe(2 * 595_844);
  });
});

describe('multiply-adds', () => {
  it('of ResNet-50 are the 4.089 G of torchvision', () => {
    expect(macs(stage('resnet-50', 'network'), { width: 224, height: 224 }) / 1e9).toBeCloseTo(4.089, 3);
  });

  it('of the first convolution of ResNet-50 are 112 x 112 x 7 x 7 x 3 x 64', () => {
    const first = { ...stage('resnet-50', 'network'), blocks: stage('resnet-50', 'network').blocks.slice(0, 1) };
    expect(macs(first, { width: 224, height: 224 })).toBe(112 * 112 * 7 * 7 * 3 * 64);
  });

  it('of a NeRF sample are those of its twelve matrices', () => {
    const matrices = 63 * 256 + 6 * 256 * 256 + 319 * 256 + 256 + 256 * 256 + 283 * 128 + 128 * 3;
    expect(macs(stage('nerf-mlp', 'coarse'), { width: 1, height: 1 })).toBe(64 * matrices);
    expect(macs(stage('nerf-mlp', 'fine'), { width: 1, height: 1 })).toBe(192 * matrices);
  });

  it('of a NeRF image of 800 x 800 are queries between the 150 and 200 million of the paper', () => {
    const queries = 800 * 800 * (64 + 192);
    expect(queries).toBeGreaterThan(150e6);
    expect(queries).toBeLessThan(200e6);
  });

  it('of the CLIP text encoder are 77 times its matrices, and causal attention', () => {
    const attention = 12 * ((77 * 78) / 2) * 2 * 768;
    expect(macs(stage('sd-1.5', 'text-encoder'))).toBe(77 * 12 * (4 * 768 ** 2 + 2 * 768 * 3072) + attention);
  });

  // Nota-NetsPresso/BK-SDM, issue 53: thop, which counts norms as well, and neither scores nor values of attention.
  it.each([
    ['text-encoder', 6_545_882_112],
    ['unet', 338_749_194_240],
    ['vae-decoder', 1_240_079_532_032],
  ])('of the products of %s are within 0.1 %% of the %i that thop counts', (name, published) => {
    const products = workOf(stage('sd-1.5', name))
      .filter(({ operator }) => operator.kind === 'product')
      .reduce((sum, { operator, work }) => sum + (operator.count * work.flops) / 2, 0);
    expect(Math.abs(products / published - 1)).toBeLessThan(0.001);
  });

  it('of a U-Net grow with the pixels, and those of its attention with their square', () => {
    const unet = stage('sd-1.5', 'unet');
    const attention = (width: number) =>
      workOf(unet, { width, height: 512 })
        .filter(({ operator }) => operator.name === 'attention')
        .reduce((sum, { operator, work }) => sum + operator.count * work.flops, 0);
    expect(attention(1024) / attention(512)).toBeCloseTo(4, 9);
    const convolutions = (width: number) =>
      workOf(unet, { width, height: 512 })
        .filter(({ operator }) => operator.name === 'convolution-3x3')
        .reduce((sum, { operator, work }) => sum + operator.count * work.flops, 0);
    expect(convolutions(1024) / convolutions(512)).toBeCloseTo(2, 9);
  });
});

describe('the bytes of a stage', () => {
  it.each(networks.flatMap((one) => one.stages.map((part) => [one.id, part.name, part, one.size] as const)))(
    'of %s, %s: operators read every weight once, tables apart',
    (_id, _name, part, size) => {
      const all = workOf(part, size);
      const tables = all.filter(({ operator }) => operator.kind === 'gather');
      const streamed = all
        .filter(({ operator }) => operator.kind !== 'gather')
        .reduce((sum, { operator, work }) => sum + operator.count * work.weightBytes, 0);
      const looked = tables.reduce((sum, { operator, parameters }) => sum + operator.count * parameters, 0);
      expect(streamed / 2).toBe(stageParameters(part) - looked);
    },
  );
});

describe('a convolution', () => {
  const convolution = {
    kind: 'convolution',
    input: 64,
    output: 128,
    kernel: 3,
    stride: 2,
    at: 1,
    bias: false,
    batchNorm: false,
    relu: false,
  } as const;
  const [only] = convolutionOperators(convolution, { width: 32, height: 32 }, half);

  it('is a product of output pixels with filters', () => {
    expect(only).toMatchObject({ rows: 16 * 16, parameters: 9 * 64 * 128 });
    expect(only?.operator).toMatchObject({ kind: 'product', inner: 9 * 64, outer: 128 });
  });

  it('reads each input pixel once, although several outputs need it, and writes each output', () => {
    if (only === undefined) throw new Error('no operator');
    const pass = { tokens: only.rows, sequences: 1, context: 0, sampled: 0 };
    expect(measureOperator(only.operator, pass, 'none').activations).toBe(32 * 32 * 64 + 16 * 16 * 128);
  });
});
