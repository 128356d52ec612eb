import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalParameters } from '../../src/model/parameters.js';
import { findScheme, getScheme, listSchemes, placeTensors, tensorBytes, weightBytes } from '../../src/model/schemes.js';
import type { TensorRole } from '../../src/model/tensor.js';
import type { Model } from '../../src/model/types.js';
import * as networks from './networks.js';

const { deepseekV3, gemma3, gptOssLarge, gptOssSmall, llama2, llama3, llama3Large, mixtral, qwen3Next } = networks;

function formatsByRole(model: Model, scheme: string): Map<TensorRole, string> {
  return new Map(
    placeTensors(model).map((place) => [place.tensor.role, getScheme(scheme).formatOf(place.tensor.role, place).id]),
  );
}

describe('weight schemes', () => {
  it('know every format that the measurements use', () => {
    // measurements/README.md
    const used =
      'bf16 bfp8 ds4-q2 ds4-q2-q4 ds4-q4 exl2-2.5bpw exl2-3.0bpw exl2-4.0bpw exl2-5.0bpw f16 fp8 int4-g32 int4-mixed ' +
      'int4-per-channel int8 int8-cw iq2_m iq2_xs iq2_xxs iq3_s iq3_xxs iq4_nl iq4_xs mlx-q4 mlx-q4-g32 mlx-q5 ' +
      'mlx-q5-g32 mlx-q6 mlx-q8 mxfp4 mxfp4+f16 nvfp4 q2_k q2_k_s q3_k_m q3_k_s q4_0 q4_1 q4_k q4_k_m q4_k_s q5_0 ' +
      'q5_k_m q5_k_s q6_k q8_0 ud-q2_k_xl ud-q3_k_s ud-q3_k_xl ud-q4_k_m ud-q4_k_xl ud-q5_k_xl ud-q6_k_xl ud-q8_k_xl ' +
      'w2 w4 w4a16 w4a16-awq w4a16-g128 w4a16-gptq w4a16-int4 w4a16-q4f16_1 w8a8';
    expect(used.split(' ').filter((id) => findScheme(id) === undefined)).toEqual([]);
  });

  it('go by other names too, in either case', () => {
    expect(getScheme('fp16')).toBe(getScheme('f16'));
    expect(getScheme('Q4_K')).toBe(getScheme('q4_k_m'));
    expect(getScheme('gptq-int4')).toBe(getScheme('gptq'));
  });

  it('name what is near when the id is unknown', () => {
    expect(() => getScheme('q4_km')).toThrow('weights: no weight format has the id "q4_km"; did you mean q4_k_m');
    expect(() => getScheme('exl2-99bpw')).toThrow('no weight format');
  });

  it('store floats in 32 or 16 bits throughout', () => {
    for (const model of [llama2, mixtral, qwen3Next, gemma3]) {
      expect(weightBytes(model, getScheme('bf16'))).toBe(2 * totalParameters(model));
      expect(weightBytes(model, getScheme('f32'))).toBe(4 * totalParameters(model));
    }
  });

  it('leave embeddings, head, norms and routers of serving formats at 16 bits', () => {
    for (const scheme of ['fp8', 'fp8-block', 'nvfp4', 'awq', 'gptq', 'int4', 'nf4']) {
      const formats = formatsByRole(deepseekV3, scheme);
      const whole = (['token-embedding', 'head', 'norm', 'router', 'bias'] as const).map((role) => formats.get(role));
      expect(whole.every((id) => id === 'bf16' || id === 'f16')).toBe(true);
      expect(formats.get('expert-up')).toBe(formats.get('latent-kv-down'));
    }
  });

  it('give DeepSeek-V3 the fp8 share of its release', () => {
    // 680.57e9 elements in fp8 of 684.53e9 with the MTP block, 3.92e9 in bf16 (docs/model-facts.md, section 6)
    const places = placeTensors(deepseekV3);
    const wide = places.filter((place) => getScheme('fp8-block').formatOf(place.tensor.role, place).id === 'bf16');
    const elements = wide.reduce((sum, { tensor }) => sum + tensor.rows * tensor.columns * tensor.copies, 0);
    expect(elements / 1e9).toBeGreaterThan(1.9); // 3.92e9 less the second embedding and head of MTP, 1.85e9
    expect(elements / 1e9).toBeLessThan(2.1);
  });

  it('quantise nothing but the experts of gpt-oss, 1.8e9 of 20.9e9 parameters staying behind', () => {
    const places = placeTensors(gptOssSmall);
    const kept = places.filter((place) => getScheme('mxfp4-moe').formatOf(place.tensor.role, place).id !== 'mxfp4');
    const elements = kept.reduce((sum, { tensor }) => sum + tensor.rows * tensor.columns * tensor.copies, 0);
    expect(elements / 1e9).toBeCloseTo(1.8, 1); // docs/model-facts.md, section 6
  });

  it('read of Llama 3 70B what gpt-fast prints at 8 bits', () => {
    // 1253.78 GB/s at 18.04 tok/s = 69.50 GB, embedding not counted (measurements/local.csv)
    const scheme = getScheme('int8');
    const read = placeTensors(llama3Large)
      .filter(({ tensor }) => tensor.role !== 'token-embedding')
      .reduce((sum, place) => sum + tensorBytes(scheme, place), 0);
    expect(read / 1e9).toBeCloseTo(1253.78 / 18.04, 1);
  });

  it('quantise embeddings and head as well under MLX', () => {
    const formats = formatsByRole(llama3, 'mlx-q4');
    expect([formats.get('token-embedding'), formats.get('head'), formats.get('ffn-up')]).toEqual(
      Array(3).fill('mlx-q4'),
    );
    expect(formats.get('norm')).toBe('f16');
  });

  it('store a tied embedding as the head that it is', () => {
    expect(formatsByRole(gemma3, 'q4_0').get('token-embedding')).toBe('q6_k');
    expect(formatsByRole(llama2, 'q4_0').get('token-embedding')).toBe('q4_0');
  });

  it('take the averages of Unsloth files, which are not exact', () => {
    // gemma-3-27b ud-q4_k_xl prints 15.66 GiB (measurements/README.md); the average of eleven files is 2 % above
    const scheme = getScheme('ud-q4_k_xl');
    expect(scheme.exact).toBe(false);
    expect(weightBytes(gemma3, scheme) / 2 ** 30 / 15.66).toBeCloseTo(1.02, 2);
  });

  it('give exl2 the average of its name and a head of 6 bits', () => {
    const scheme = getScheme('exl2-4.25bpw');
    const bits = (role: TensorRole) => {
      const place = placeTensors(llama2).find(({ tensor }) => tensor.role === role);
      return place && scheme.formatOf(role, place).bitsPerWeight;
    };
    expect([bits('ffn-up'), bits('head'), bits('token-embedding')]).toEqual([4.25, 6, 16]);
  });

  it('raise the experts of the last six layers of ds4-q2-q4', () => {
    const places = placeTensors(gptOssLarge).filter(({ tensor }) => tensor.role === 'expert-up');
    const formats = places.map((place) => getScheme('ds4-q4').formatOf('expert-up', place).id);
    const mixed = places.map((place) => getScheme('ds4-q2-q4').formatOf('expert-up', place).id);
    expect(mixed.slice(-6)).toEqual(formats.slice(-6));
    expect(mixed[0]).toBe(getScheme('ds4-q2').formatOf('expert-up', places[0] ?? fail()).id);
    expect(mixed[0]).not.toBe(formats[0]);
  });

  it('never take more than 32 bits nor less than 1 per parameter', () => {
    const models = fc.constantFrom(...Object.values(networks).filter((value) => typeof value === 'object'));
    fc.assert(
      fc.property(models, fc.constantFrom(...listSchemes()), (model, id) => {
        const bits = (8 * weightBytes(model, getScheme(id))) / totalParameters(model);
        expect(bits).toBeGreaterThan(1.5);
        expect(bits).toBeLessThanOrEqual(32);
      }),
    );
  });
});

function fail(): never {
  throw new Error('no such tensor');
}
