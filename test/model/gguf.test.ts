import { describe, expect, it } from 'vitest';
import { getScheme, placeTensors, weightBytes } from '../../src/model/schemes.js';
import type { Model } from '../../src/model/types.js';
import { gptOssLarge, gptOssSmall, llama2, llama3, llama3Large, mixtral } from './networks.js';

const gibibytes = (model: Model, scheme: string) => weightBytes(model, getScheme(scheme)) / 2 ** 30;

/** Sizes of published files, rounded to 0.01 GiB: the CHECK list of measurements/README.md, "Local inference", 2. */
const llama2Sizes = {
  q2_k: 2.36,
  q3_k_m: 3.07,
  q4_0: 3.56,
  q4_1: 3.95, // llama-bench, llama.cpp PR #3084
  q4_k_s: 3.59,
  q4_k_m: 3.8,
  q5_k_s: 4.33,
  q5_k_m: 4.45,
  q6_k: 5.15,
  q8_0: 6.67,
  f16: 12.55,
};
const llama3Sizes = {
  q2_k: 2.95,
  q3_k_m: 3.74,
  q4_0: 4.33,
  q4_k_s: 4.36,
  q4_k_m: 4.58,
  q5_k_s: 5.21,
  q5_k_m: 5.33,
  q6_k: 6.14,
  q8_0: 7.95,
  f16: 14.96,
  // tools/quantize/README.md of llama.cpp, Llama 3.1 8B
  iq1_s: 1.87,
  iq1_m: 2.01,
  iq2_xxs: 2.23,
  iq2_xs: 2.42,
  iq2_s: 2.56,
  iq2_m: 2.74,
  iq3_xxs: 3.04,
  iq3_xs: 3.27,
  iq3_s: 3.42,
  iq3_m: 3.52,
  q2_k_s: 2.78,
  q3_k_s: 3.41,
  q3_k_l: 4.02,
  // ik_llama.cpp #164, made with an importance matrix (4.17 and 4.38 without)
  iq4_xs: 4.13,
  iq4_nl: 4.35,
};
const llama3LargeSizes = {
  q2_k: 24.56,
  q3_k_m: 31.91,
  q4_k_s: 37.57,
  q4_k_m: 39.59,
  q5_k_m: 46.51,
  q6_k: 53.91,
  q8_0: 69.82,
  f16: 131.42,
};
/** Printed by XiongjieDai for Llama 3 70B: sizes of files, headers included, hence up to 0.02 GiB above the weights. */
const llama3LargeFiles = {
  iq1_s: 14.29,
  iq1_m: 15.6,
  iq2_xxs: 17.79,
  iq2_xs: 19.69,
  iq2_s: 20.71,
  iq2_m: 22.46,
  iq3_xxs: 25.58,
  iq3_xs: 27.29,
  iq3_s: 28.79,
  iq3_m: 29.74,
  iq4_xs: 35.3,
  iq4_nl: 37.3,
  q2_k_s: 22.79,
  q3_k_s: 28.79,
  q3_k_l: 34.59,
  q5_k_s: 45.32,
};

describe('GGUF files', () => {
  it.each(Object.entries(llama2Sizes))('of Llama 2 7B in %s take %d GiB', (scheme, size) => {
    expect(gibibytes(llama2, scheme).toFixed(2)).toBe(size.toFixed(2));
  });

  it.each(Object.entries(llama3Sizes))('of Llama 3 8B in %s take %d GiB', (scheme, size) => {
    expect(gibibytes(llama3, scheme).toFixed(2)).toBe(size.toFixed(2));
  });

  it.each(Object.entries(llama3LargeSizes))('of Llama 3 70B in %s take %d GiB', (scheme, size) => {
    expect(gibibytes(llama3Large, scheme).toFixed(2)).toBe(size.toFixed(2));
  });

  it.each(Object.entries(llama3LargeFiles))('of Llama 3 70B in %s take %d GiB with their header', (scheme, size) => {
    expect(size - gibibytes(llama3Large, scheme)).toBeGreaterThan(-0.005);
    expect(size - gibibytes(llama3Large, scheme)).toBeLessThan(0.02);
  });

  it('of gpt-oss take what llama-bench prints, with 8-bit and with 16-bit attention', () => {
    // measurements/README.md: ggml-org/llama.cpp and lhl/strix-halo-testing
    expect(gibibytes(gptOssSmall, 'mxfp4').toFixed(2)).toBe('11.27');
    expect(gibibytes(gptOssLarge, 'mxfp4').toFixed(2)).toBe('59.02');
    expect(gibibytes(gptOssSmall, 'mxfp4+f16').toFixed(2)).toBe('12.83');
    expect(gibibytes(gptOssLarge, 'mxfp4+f16').toFixed(2)).toBe('60.87');
  });

  it('give the last layers of Q4_K_M more bits, and some in between', () => {
    const formats = placeTensors(llama2)
      .filter(({ tensor }) => tensor.role === 'ffn-down')
      .map((place) => getScheme('q4_k_m').formatOf('ffn-down', place).id);
    expect(formats.filter((id) => id === 'q6_k')).toHaveLength(16);
    expect(formats.slice(0, 7)).toEqual(['q6_k', 'q6_k', 'q6_k', 'q6_k', 'q4_k', 'q4_k', 'q6_k']);
    expect(formats.at(-1)).toBe('q6_k');
  });

  it('give values that eight heads share more bits in networks of 80 layers', () => {
    const values = (model: Model) =>
      new Set(
        placeTensors(model)
          .filter(({ tensor }) => tensor.role === 'attention-value')
          .map((place) => getScheme('q4_k_m').formatOf('attention-value', place).id),
      );
    expect(values(llama3)).toEqual(new Set(['q6_k', 'q4_k']));
    expect(values(llama3Large)).toEqual(new Set(['q6_k', 'q5_k']));
  });

  it('keep keys and values of eight-expert mixtures at 8 bits and their output at 5', () => {
    const formats = new Map(
      placeTensors(mixtral).map((place) => [
        place.tensor.role,
        getScheme('q4_k_m').formatOf(place.tensor.role, place).id,
      ]),
    );
    expect(formats.get('attention-key')).toBe('q8_0');
    expect(formats.get('attention-value')).toBe('q8_0');
    expect(formats.get('attention-output')).toBe('q5_k');
    expect(formats.get('attention-query')).toBe('q4_k');
    expect(formats.get('router')).toBe('f32');
  });

  it('fall back to blocks of 32 where rows do not divide by 256', () => {
    // gpt-oss: rows of 2880, but 4096 in the attention output; tensor_type_fallback of llama-quant.cpp
    const formats = new Map(
      placeTensors(gptOssSmall).map((place) => [
        place.tensor.role,
        getScheme('q4_k_s').formatOf(place.tensor.role, place).id,
      ]),
    );
    expect(formats.get('expert-up')).toBe('q5_0');
    expect(formats.get('head')).toBe('q8_0');
    expect(formats.get('attention-output')).toBe('q4_k');
  });
});
