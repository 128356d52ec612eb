/*
 * The slips that performance models of language models are known for, on entries of the catalogue. Each value is worked out
 * in the comment beside it; what the slip would give stands there too.
 */
import { describe, expect, it } from 'vitest';
import { DoesNotFitError, estimate, getHardware, getModel, tryEstimate } from '../../src/index.js';
import { parametersByRole, totalParameters } from '../../src/model/parameters.js';

function run(model: string, hardware: string, weights = 'bf16', promptTokens = 512) {
  return estimate({ model, hardware, weights, engine: 'ideal', promptTokens, outputTokens: 2 });
}

/** Peaks of the unit that computes, as `format/accumulate` and the rate in 1e12 per second; dense ones alone. */
function densePeaks(id: string, path: 'matrix' | 'vector' = 'matrix'): Record<string, number> {
  const { units, computeWith } = getHardware(id);
  const dense = (units[computeWith]?.peaks ?? []).filter((peak) => peak.sparsity === 'dense' && peak.path === path);
  return Object.fromEntries(dense.map(({ format, accumulate, rate }) => [`${format}/${accumulate}`, rate / 1e12]));
}

/** FLOP/s of a phase whose products take all of the time. */
const rateOf = ({ flops, terms }: { readonly flops: number; readonly terms: { readonly compute: number } }) =>
  flops / terms.compute;

describe('sparse TFLOP/s as dense', () => {
  it.each([
    // 132 SM x 4096 x 1.83 GHz; the data sheet prints 1979
    ['h100-sxm-80gb', 'f16/f32', 132 * 4096 * 1.83e-3],
    ['h100-sxm-80gb', 'fp8/f32', 132 * 8192 * 1.83e-3],
    // 108 SM x 2048 x 1.41 GHz; 624
    ['a100-sxm-80gb', 'bf16/f32', 108 * 2048 * 1.41e-3],
    // 142 SM x 1024 x 2.52 GHz; 733
    ['l40s', 'f16/f32', 142 * 1024 * 2.52e-3],
    // 128 SM x 512 x 2.52 GHz with sums in f32, twice that in f16; 330 and 661
    ['rtx-4090', 'f16/f32', 128 * 512 * 2.52e-3],
    ['rtx-4090', 'f16/f16', 128 * 1024 * 2.52e-3],
    // 304 CU x 2048 x 2.1 GHz; 2615
    ['mi300x', 'bf16/f32', 304 * 2048 * 2.1e-3],
  ] as const)('%s does %s at %d TFLOP/s', (id, format, teraflops) => {
    expect((densePeaks(id)[format] ?? 0) / teraflops).toBeCloseTo(1, 1.5);
  });

  it('a prompt on an H100 is multiplied at no more than 989.4 TFLOP/s', () => {
    const rate = rateOf(run('llama-3.1-8b', 'h100-sxm-80gb', 'bf16', 8192).prefill);
    expect(rate / 1e12).toBeLessThan(989.5);
    expect(rate / 1e12).toBeGreaterThan(900);
  });

  it('the 125 PFLOP/s of a CS-3 skip zeros and are of no use to dense weights', () => {
    expect(densePeaks('cs-3', 'vector')).toEqual({ 'f16/f32': 15840, 'bf16/f32': 15840 });
  });
});

describe('memory of a mixture from its active parameters, or its speed from all of them', () => {
  // Mixtral 8x7B: 46,702,792,704 parameters; 12,879,925,248 of them for a token, 32,000 x 4096 of these the embedding
  it('it holds all: 93.4 GB in 16 bits, not 25.8, and an 80 GB card does not', () => {
    expect(run('mixtral-8x7b', 'h200-sxm-141gb').memory.weightBytes).toBeCloseTo(2 * 46_702_792_704, -6);
    const outcome = tryEstimate({ model: 'mixtral-8x7b', hardware: 'h100-sxm-80gb', weights: 'bf16' });
    expect(outcome.ok ? undefined : outcome.error).toBeInstanceOf(DoesNotFitError);
  });

  it('it reads two of eight experts for a token: 25.5 GB, not 93.1', () => {
    const { weightBytes } = run('mixtral-8x7b', 'h200-sxm-141gb').decode;
    expect(weightBytes / (2 * (12_879_925_248 - 32_000 * 4096))).toBeCloseTo(1, 3);
  });
});

describe('grouped queries dropped', () => {
  it('Llama 3.1 70B caches 8 heads of 64: 320 KiB for a token, not 2560', () => {
    const { memory, decode } = run('llama-3.1-70b', 'mi300x');
    expect(memory.cacheBytesPerToken).toBe(2 * 80 * 8 * 128 * 2);
    // The second token sees the prompt and the first.
    expect(decode.cacheBytes / (513 * 2 * 80 * 8 * 128 * 2)).toBeCloseTo(1, 2);
  });
});

describe('SwiGLU as two matrices', () => {
  it('a layer of Llama 2 7B has three of 4096 x 11,008: 6.74 billion parameters in all, not 5.30', () => {
    const model = getModel('llama-2-7b');
    const roles = parametersByRole(model);
    const width = 32 * 4096 * 11_008;
    expect([roles['ffn-gate'], roles['ffn-up'], roles['ffn-down']]).toEqual([width, width, width]);
    expect(totalParameters(model)).toBe(6_738_415_616);
  });

  it('and a token multiplies by all of them', () => {
    const { operators } = run('llama-2-7b', 'h100-sxm-80gb').decode;
    const flops = operators.filter(({ name }) => name.startsWith('ffn')).reduce((sum, part) => sum + part.flops, 0);
    expect(flops / (2 * 3 * 32 * 4096 * 11_008)).toBeCloseTo(1, 2);
  });
});

describe('head_dim taken as hidden / heads', () => {
  it('Mistral Nemo has 32 heads of 128 over a width of 5120: 12,247,782,400 parameters and 160 KiB for a token', () => {
    // 5120 / 32 would be 160: 13.1 billion parameters and 200 KiB
    expect(totalParameters(getModel('mistral-nemo-12b'))).toBe(12_247_782_400);
    expect(run('mistral-nemo-12b', 'h100-sxm-80gb').memory.cacheBytesPerToken).toBe(2 * 40 * 8 * 128 * 2);
  });
});

describe('GB for GiB', () => {
  it('an H100 has 80 GiB of memory chips, 85.9 GB; its bandwidth counts in powers of ten', () => {
    const { hbm } = getHardware('h100-sxm-80gb').memory;
    expect(hbm?.capacity).toBe(80 * 2 ** 30);
    expect(hbm?.bandwidth).toBe(3.35e12);
  });

  it('the SRAM of a CS-3 was announced in powers of ten', () => {
    expect(getHardware('cs-3').memory.sram?.capacity).toBe(44e9);
  });

  it('weights of 80.5 GB fit an H100 that has 85.9 GB, and would not fit 80', () => {
    // Qwen2.5 72B: 72.7 billion parameters of 8.5 bits are 77.2 GB, with 10,002 tokens of 320 KiB 80.5
    const { memory } = estimate({
      model: 'qwen2.5-72b',
      hardware: 'h100-sxm-80gb',
      weights: 'q8_0',
      engine: 'llama.cpp',
      promptTokens: 10_000,
      outputTokens: 2,
    });
    expect(memory.totalBytes / 1e9).toBeGreaterThan(80);
    expect(memory.capacityBytes / 1e9).toBeCloseTo(85.9, 1);
  });
});

describe('bandwidth of a link in both directions as that in one', () => {
  it.each([
    // 18 links of 25 GB/s each way; 900 is printed
    ['h100-sxm-80gb', 'nvlink', 18 * 25e9],
    // 12 of 25; 600
    ['a100-sxm-80gb', 'nvlink', 12 * 25e9],
    // 18 of 50; 1.8 TB/s
    ['b200-sxm-180gb', 'nvlink', 18 * 50e9],
    // 7 of 64; 896
    ['mi300x', 'xgmi', 7 * 64e9],
    // 16 lanes of 32 Gbit/s; 128
    ['h100-sxm-80gb', 'pcie', 16 * 4e9],
  ] as const)('%s, %s', (id, link, bytesPerSecond) => {
    expect(getHardware(id).links[link]?.bandwidth).toBe(bytesPerSecond);
  });
});

describe('a peak for 4-bit integers where there is none', () => {
  it('Hopper multiplies none, Ampere and Ada do', () => {
    for (const id of ['h100-sxm-80gb', 'h100-pcie-80gb', 'h200-sxm-141gb', 'gh200-96gb', 'h20-96gb', 'b200-sxm-180gb'])
      expect(Object.keys(densePeaks(id))).not.toContain('int4/int32');
    // 108 SM x 8192 x 1.41 GHz
    expect(densePeaks('a100-sxm-80gb')['int4/int32']).toBeCloseTo(1248, -1);
  });

  it('a prompt in 4 bits is no faster on an H100 than the arithmetic that it is unpacked to', () => {
    const [four, sixteen] = ['awq', 'f16'].map((weights) => {
      const { prefill } = estimate({
        model: 'llama-3.1-8b',
        hardware: 'h100-sxm-80gb',
        engine: 'vllm',
        weights,
        promptTokens: 8192,
        outputTokens: 2,
      });
      return prefill.seconds;
    });
    expect(four).toBeGreaterThanOrEqual(sixteen ?? Number.NaN);
  });
});

describe('tied embeddings counted twice', () => {
  it('Qwen2.5 0.5B has 494,032,768 parameters, not 630 million: its head is its table of 151,936 x 896', () => {
    const model = getModel('qwen2.5-0.5b');
    expect(model.tiedEmbeddings).toBe(true);
    expect(totalParameters(model)).toBe(494_032_768);
    expect(run('qwen2.5-0.5b', 'h100-sxm-80gb').memory.weightBytes).toBe(2 * 494_032_768);
  });

  it('and a token reads the table once, as the head, and one row of it more', () => {
    const { weightBytes } = run('qwen2.5-0.5b', 'h100-sxm-80gb').decode;
    expect(weightBytes).toBeCloseTo(2 * (494_032_768 + 896), -4);
  });
});

describe('the embedding table streamed in decode', () => {
  it('Llama 3.1 8B gathers a row of its table of 128,256 x 4096: a token reads 15.0 GB, not 16.1', () => {
    const { weightBytes } = run('llama-3.1-8b', 'h100-sxm-80gb').decode;
    expect(weightBytes).toBeCloseTo(2 * (8_030_261_248 - 128_256 * 4096 + 4096), -4);
  });
});
