/*
 * "Convolution, diffusion and rendering are workloads too: what do the same machines give there?"
 *
 * Images and frames per second on the same roofline. A batch of convolutions and every step of a diffusion do hundreds of
 * FLOPs for a byte of weights, where a decode step does one: the ratio of arithmetic counts, not that of bandwidth.
 */
import { describe, expect, it } from 'vitest';
import { estimate } from '../../src/index.js';

const [h100, m2] = ['h100-sxm-80gb', 'm2-ultra-76c'] as const;
const ideal = { engine: 'ideal', weights: 'f16' } as const;

describe('An H100 against an M2 Ultra', () => {
  const rate = (hardware: string, model: 'sd-1.5' | 'nerf-mlp') =>
    estimate({ model, hardware, ...ideal }).unitsPerSecond.expected;
  const decode = (hardware: string) =>
    estimate({ model: 'llama-2-7b', hardware, ...ideal }).decode.tokensPerSecond.expected;

  it('has four times the bandwidth, and decodes as many times as fast', () => {
    expect(decode(h100) / decode(m2)).toBeGreaterThan(3.5);
    expect(decode(h100) / decode(m2)).toBeLessThan(5);
  });

  it('has 36 times the arithmetic, and makes images and frames some 30 times as fast', () => {
    for (const model of ['sd-1.5', 'nerf-mlp'] as const) {
      expect(rate(h100, model) / rate(m2, model)).toBeGreaterThan(20);
      expect(rate(h100, model) / rate(m2, model)).toBeLessThan(36.5);
    }
  });
});

describe('Stable Diffusion 1.5 on an RTX 4090', () => {
  const eager = estimate({ model: 'sd-1.5', hardware: 'rtx-4090' });
  const bound = estimate({ model: 'sd-1.5', hardware: 'rtx-4090', engine: 'ideal' });

  it('does nearly all of its work in the steps of the U-Net', () => {
    const unet = eager.stages.find(({ name }) => name === 'unet');
    expect((unet?.flops ?? 0) / eager.run.flops).toBeGreaterThan(0.95);
  });

  it('is bound by arithmetic, unless the software writes its attention scores to memory', () => {
    expect(bound.bound).toBe('compute');
    expect(eager.bound).toBe('memory');
    const kept = estimate({ model: 'sd-1.5', hardware: 'rtx-4090', flashAttention: true });
    expect(kept.latency.expected).toBeLessThan(0.75 * eager.latency.expected);
  });

  it('takes more than four times as long for an image of twice the sides: attention grows with their fourth power', () => {
    const large = estimate({ model: 'sd-1.5', hardware: 'rtx-4090', width: 1024, height: 1024 });
    expect(large.run.flops / eager.run.flops).toBeGreaterThan(4.5);
    expect(large.latency.expected / eager.latency.expected).toBeGreaterThan(4.5);
  });
});

describe('ResNet-50 on an A100', () => {
  const at = (batch: number) => estimate({ model: 'resnet-50', hardware: 'a100-sxm-80gb', batch });

  it('waits for launches with one image at a time, and gives more than ten times the images with 64', () => {
    expect(at(1).bound).toBe('overhead');
    expect(at(64).unitsPerSecond.expected / at(1).unitsPerSecond.expected).toBeGreaterThan(10);
  });
});

describe('NeRF at 800 x 800', () => {
  it('asks for 10^14 FLOPs a frame: no GPU of its year renders it in real time', () => {
    const frame = estimate({ model: 'nerf-mlp', hardware: 'v100-sxm-32gb', engine: 'ideal' });
    expect(frame.run.flops).toBeGreaterThan(1e14);
    expect(frame.unitsPerSecond.ideal).toBeLessThan(1);
  });
});
