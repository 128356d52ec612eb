import { describe, expect, it } from 'vitest';
import { findFormat, formatBytes, listFormats, requireFormat } from '../../src/model/formats.js';

const operations = (id: string) => requireFormat(id).unpackOperations;

describe('block formats', () => {
  it('have the bits of the structs of ggml', () => {
    // bytes per block, static_asserts of ggml-common.h (llama.cpp@c392e50)
    const bytes: [string, number, number][] = [
      ['q4_0', 18, 32],
      ['q8_0', 34, 32],
      ['q2_k', 84, 256],
      ['q3_k', 110, 256],
      ['q4_k', 144, 256],
      ['q5_k', 176, 256],
      ['q6_k', 210, 256],
      ['iq4_xs', 136, 256],
      ['mxfp4', 17, 32],
    ];
    for (const [id, size, weights] of bytes) {
      expect(requireFormat(id)).toMatchObject({ bitsPerWeight: (size * 8) / weights, blockSize: weights });
    }
  });

  it('count the scales of AWQ, DeepSeek fp8, gpt-fast and MLX', () => {
    expect(requireFormat('int4-g128').bitsPerWeight).toBe(4 + 16 / 128 + 4 / 128);
    expect(requireFormat('fp8-block').bitsPerWeight).toBeCloseTo(8.002, 3);
    expect(requireFormat('int4-g32').bitsPerWeight).toBe(5);
    expect(requireFormat('mlx-q4').bitsPerWeight).toBe(4.5);
    expect(requireFormat('mlx-q4-g32').bitsPerWeight).toBe(5);
    expect(requireFormat('mlx-q8').bitsPerWeight).toBe(8.5);
  });

  it('unpack q4_0 in 10 operations and q4_k in 24, for its scales under a scale', () => {
    expect(operations('q4_0')).toBe(10);
    expect(operations('q4_k')).toBe(24);
  });

  it('have groups of 16 or 32 weights in super-blocks, and are a group themselves else', () => {
    const sizes = ['q4_0', 'q2_k', 'q4_k', 'q6_k', 'iq4_xs', 'nvfp4', 'f16'].map((id) => requireFormat(id).scaleGroup);
    expect(sizes).toEqual([32, 16, 32, 16, 32, 16, 1]);
  });

  it('as bytes cost nothing to convert, and a plane of further bits more than the field', () => {
    const bytes = (id: string) => requireFormat(id).byteOperations;
    expect(['f16', 'q8_0', 'q4_0', 'q5_0', 'q4_k', 'q6_k'].map(bytes)).toEqual([0, 0, 0.5, 3.5, 3.5, 6.5]);
  });

  it('take more operations the more a layout packs', () => {
    const chains = [
      ['f16', 'q8_0', 'q4_0', 'q4_1', 'q5_0', 'q5_1', 'q4_k', 'q5_k'],
      ['q4_0', 'iq4_nl', 'iq4_xs', 'iq2_xxs', 'iq2_s', 'iq3_xxs', 'iq3_s'],
      ['mlx-q8', 'mlx-q4', 'mlx-q5'],
    ];
    for (const chain of chains) {
      const costs = chain.map(operations);
      expect(costs).toEqual([...costs].sort((a, b) => a - b));
      expect(new Set(costs).size).toBe(costs.length);
    }
  });

  it('have a source each, and a family that fits', () => {
    for (const id of listFormats()) {
      const format = requireFormat(id);
      expect(format.source).not.toBe('');
      expect(format.family === 'quantised').toBe(format.native === undefined);
    }
  });

  it('turn elements into bytes', () => {
    expect(formatBytes(requireFormat('q4_0'), 64)).toBe(36);
  });

  it('are found by id or not at all', () => {
    expect(findFormat('q9_9')).toBeUndefined();
    expect(() => requireFormat('q9_9')).toThrow('no block format has the id "q9_9"');
  });
});
