import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheBytes, cachedElements, getKvFormat, listKvFormats, stateBytes } from '../../src/model/cache.js';
import { expandPattern } from '../../src/model/tensors.js';
import type { Mixer, Model } from '../../src/model/types.js';
import * as networks from './networks.js';

const half = getKvFormat('f16');

function mixersOf(model: Model): Mixer[] {
  return expandPattern(model).flatMap((name) => [...(model.layers[name]?.mixers ?? [])]);
}

/** Bytes per token of layers that see everything, of windowed ones, and state per sequence. */
function cacheOf(model: Model): [number, number, number] {
  let [full, windowed, state] = [0, 0, 0];
  for (const mixer of mixersOf(model)) {
    const bytes = 2 * cachedElements(mixer, 1);
    if (mixer.kind === 'attention' && (mixer.span.kind === 'sliding' || mixer.span.kind === 'chunked'))
      windowed += bytes;
    else full += bytes;
    state += stateBytes(mixer, model.hidden);
  }
  return [full, windowed, state];
}

/** docs/model-facts.md, section 4, at 16 bits: [full, windowed] bytes per token, and state bytes per sequence. */
const caches: [string, Model, [number, number, number]][] = [
  ['Llama 2 7B', networks.llama2, [524288, 0, 0]],
  ['Llama 2 70B', networks.llama2Large, [327680, 0, 0]],
  ['Llama 3 8B', networks.llama3, [131072, 0, 0]],
  ['Mixtral', networks.mixtral, [131072, 0, 0]],
  ['GPT-3', networks.gpt3, [4718592, 0, 0]],
  ['DeepSeek-V3', networks.deepseekV3, [70272, 0, 0]],
  ['DeepSeek-V3.2', networks.deepseekV32, [85888, 0, 0]], // with 61 index keys of 128
  ['Qwen3 235B', networks.qwen3Large, [192512, 0, 0]],
  ['gpt-oss 120B', networks.gptOssLarge, [36864, 36864, 0]],
  ['Gemma 3 27B', networks.gemma3, [81920, 425984, 0]],
  ['Gemma 4 31B', networks.gemma4, [81920, 819200, 0]],
  ['Llama 4 Scout', networks.llama4Scout, [49152, 147456, 0]],
  ['Qwen3-Next', networks.qwen3Next, [24576, 0, 77266944]],
  ['Kimi K3', networks.kimiK3, [27648, 0, 449372160]],
  ['Jamba', networks.jamba, [16384, 0, 16056320]],
  ['Mamba 2.8B', networks.mamba, [0, 0, 22937600]],
  ['MiniMax-M1', networks.minimaxM1, [40960, 0, 293601280]],
  ['Nemotron Nano 9B v2', networks.nemotronNano, [16384, 0, 143548416]],
  ['Falcon-H1 34B', networks.falconH1, [147456, 0, 304201728]],
];

describe('the cache', () => {
  it.each(caches)('of %s has the published bytes', (_name, model, expected) => {
    expect(cacheOf(model)).toEqual(expected);
  });

  it('of RWKV-4 is five vectors per layer: three in 32 bits, two last inputs in 16', () => {
    expect(cacheBytes(networks.rwkv4, half, 10_000)).toBe(32 * 4096 * (3 * 4 + 2 * 2));
  });

  it('of DeepSeek-V4-Flash is a window and entries for 4 and 128 tokens, with what waits to be compressed', () => {
    const state = 21 * 2 * 8 * 2 * (512 + 128) * 4 + 20 * 2 * 128 * 512 * 4;
    expect(cacheBytes(networks.deepseekV4Flash, half, 0)).toBe(state);
    const kept = 43 * 128 * 512 + 21 * (512 + 128) * 250_000 + 20 * 512 * 7812.5;
    expect(cacheBytes(networks.deepseekV4Flash, half, 1_000_000)).toBe(state + 2 * kept);
  });

  it('keeps 512 KiB per token for Llama 2 7B and 128 KiB for Llama 3 8B', () => {
    // docs/model-facts.md, section 7
    expect(cacheBytes(networks.llama2, half, 1)).toBe(512 * 1024);
    expect(cacheBytes(networks.llama3, half, 1000)).toBe(128 * 1024 * 1000);
  });

  it('of Llama 3 70B takes 160 kB per token in int8', () => {
    // jax-ml/scaling-book applied-inference.md: 2 x 8 x 128 x 80
    expect(cacheBytes(networks.llama3Large, getKvFormat('int8'), 1)).toBe(163840);
  });

  it('stops growing in a window', () => {
    const [full, windowed] = [36864, 36864];
    expect(cacheBytes(networks.gptOssLarge, half, 100)).toBe(100 * (full + windowed));
    expect(cacheBytes(networks.gptOssLarge, half, 8192)).toBe(8192 * full + 128 * windowed);
  });

  it('holds at most one chunk of a chunked layer', () => {
    const chunked = networks.attention(40, 8, 128, { span: { kind: 'chunked', size: 8192 } });
    const tokens = (context: number) => cachedElements(chunked, context) / (2 * 8 * 128);
    expect([tokens(5000), tokens(50000)]).toEqual([5000, 8192]);
  });

  it('holds nothing where another layer holds it, and keys that serve as values twice', () => {
    expect(cachedElements(networks.attention(8, 1, 256, { keyValue: 'shared' }), 9)).toBe(0);
    expect(cachedElements(networks.attention(32, 4, 512, { keyValue: 'keys-only' }), 1)).toBe(2 * 4 * 512);
  });

  it('shrinks with its format', () => {
    const sizes = ['f32', 'f16', 'q8_0', 'fp8', 'q4_0'].map((id) => cacheBytes(networks.llama3, getKvFormat(id), 1));
    expect(sizes).toEqual([262144, 131072, 69632, 65536, 36864]);
  });

  it('keeps a recurrent state in 32 bits whatever its format', () => {
    expect(cacheBytes(networks.mamba, getKvFormat('q4_0'), 100)).toBe(22937600);
  });

  it('has formats by id only', () => {
    expect(listKvFormats()).toContain('bf16');
    expect(() => getKvFormat('q3')).toThrow('kvCache: no cache format has the id "q3"; it is one of f16');
  });

  it('never shrinks as the context grows, and grows at most in proportion', () => {
    const model = fc.constantFrom(...caches.map(([, network]) => network));
    const length = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(model, length, length, (network, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        const [small, large] = [cacheBytes(network, half, short), cacheBytes(network, half, long)];
        expect(large).toBeGreaterThanOrEqual(small);
        expect(large * short).toBeLessThanOrEqual(small * long);
      }),
    );
  });
});
