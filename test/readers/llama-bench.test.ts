import { describe, expect, it } from 'vitest';
import { readMeasurementText } from '../../src/readers/text.js';
import { problemWith } from './problem-with.js';

const read = (text: string) => readMeasurementText(text, 'bench');

/** A test as builds since November 2024 print it. */
const generation = {
  build_commit: '11fb327bf',
  build_number: 7941,
  cpu_info: 'AMD Ryzen 9 7950X 16-Core Processor',
  gpu_info: 'NVIDIA GeForce RTX 4090',
  backends: 'CUDA',
  model_filename: 'models/llama-2-7b.Q4_0.gguf',
  model_type: 'llama 7B Q4_0',
  model_size: 3825065984,
  model_n_params: 6738415616,
  n_batch: 2048,
  n_ubatch: 512,
  n_threads: 16,
  type_k: 'f16',
  type_v: 'f16',
  n_gpu_layers: 99,
  n_cpu_moe: 0,
  split_mode: 'layer',
  main_gpu: 0,
  no_kv_offload: false,
  flash_attn: true,
  tensor_split: '0.00',
  tensor_buft_overrides: 'none',
  n_prompt: 0,
  n_gen: 128,
  n_depth: 4096,
  test_time: '2026-02-01T10:20:30Z',
  avg_ns: 800000000,
  avg_ts: 160.25,
  stddev_ts: 0.5,
  samples_ts: [160.2, 160.3],
};

const prompt = { ...generation, n_prompt: 512, n_gen: 0, avg_ts: 11000.5 };
const one = (test: object) => read(JSON.stringify([test])).rows[0];

describe('llama-bench -o json', () => {
  it('is read as decode after the depth and prefill with the depth cached', () => {
    const { format, rows } = read(JSON.stringify([generation, prompt], null, 2));
    expect(format).toBe('llama-bench');
    expect(rows.map(({ line }) => line)).toEqual([2, 37]);
    expect(rows[0]?.cells).toEqual({
      source: '',
      date: '2026-02-01',
      hardware: 'NVIDIA GeForce RTX 4090',
      hardware_id: '',
      device_count: '1',
      model: 'llama 7B Q4_0',
      model_id: '',
      engine: 'llama.cpp',
      engine_version: '11fb327bf (7941)',
      weight_format: 'q4_0',
      kv_format: 'f16',
      parallelism: '',
      phase: 'decode',
      batch: '1',
      input_tokens: '4096',
      output_tokens: '128',
      metric: 'decode_tok_s',
      value: '160.25',
      options: 'backend=cuda;fa=on;ubatch=512;file_gib=3.56',
      note: '',
    });
    expect(rows[1]?.cells).toMatchObject({
      phase: 'prefill',
      input_tokens: '512',
      output_tokens: '0',
      metric: 'prefill_tok_s',
      value: '11000.5',
      options: 'backend=cuda;fa=on;cached_tokens=4096;ubatch=512;file_gib=3.56',
    });
  });

  it('keeps what was printed of the machine and the model', () => {
    expect(one(generation)?.names).toEqual({
      hardware: 'NVIDIA GeForce RTX 4090',
      model: 'llama 7B Q4_0',
      modelFile: 'models/llama-2-7b.Q4_0.gguf',
      parameters: 6738415616,
    });
  });

  it.each([
    ['layer', 'pp=2', 'split=layer'],
    ['row', 'tp=2', 'split=row'],
  ])('counts the devices that the model was split over by %s', (split_mode, parallelism, option) => {
    const gpu_info = 'NVIDIA GeForce RTX 3090, NVIDIA GeForce RTX 3090';
    const cells = one({ ...generation, gpu_info, split_mode })?.cells;
    expect(cells).toMatchObject({ hardware: 'NVIDIA GeForce RTX 3090', device_count: '2', parallelism });
    expect(cells?.options).toContain(option);
  });

  it('takes the one device that was chosen when the model was not split', () => {
    const cells = one({ ...generation, gpu_info: 'NVIDIA A, NVIDIA B', split_mode: 'none', main_gpu: 1 })?.cells;
    expect(cells).toMatchObject({ hardware: 'NVIDIA B', device_count: '1', parallelism: '' });
  });

  it.each([
    ['CUDA', 'cuda'],
    ['ROCm', 'rocm'],
    ['Metal,BLAS', 'metal'],
    ['MTL,BLAS', 'metal'],
    ['Vulkan', 'vulkan'],
    ['SYCL', 'sycl'],
    ['CPU', 'cpu'],
    ['BLAS', 'cpu'],
    ['CANN', 'cann'],
  ])('names the back end %s', (backends, id) => {
    expect(one({ ...generation, backends })?.cells.options).toContain(`backend=${id};`);
  });

  it('is of the CPU when nothing was on the GPU, and says how many threads', () => {
    const cells = one({ ...generation, n_gpu_layers: 0 })?.cells;
    expect(cells).toMatchObject({ hardware: 'AMD Ryzen 9 7950X 16-Core Processor', device_count: '1' });
    expect(cells?.options).toBe('backend=cpu;fa=on;threads=16;ubatch=512;file_gib=3.56');
  });

  it('knows the flags by which older builds told their back end', () => {
    const { backends: _, ...older } = generation;
    const flags = { cuda: false, hipblas: false, vulkan: false, metal: true, gpu_blas: true, blas: true };
    expect(one({ ...older, ...flags, gpu_info: 'Apple M2 Ultra', n_depth: undefined })?.cells).toMatchObject({
      hardware: 'Apple M2 Ultra',
      input_tokens: '0',
      options: 'backend=metal;fa=on;ubatch=512;file_gib=3.56',
    });
    expect(one({ ...older, ...flags, metal: false })?.cells.options).toContain('backend=cpu');
  });

  it.each([
    [{ n_prompt: 512 }, 'pp512+tg128 is prefill and decode in one figure'],
    [{ n_gen: 0 }, 'the test neither reads a prompt nor generates'],
    [{ avg_ts: 0 }, '"0" is no rate in tokens per second'],
    [{ avg_ts: 'inf' }, '"inf" is no rate in tokens per second'],
    [{ type_k: 'q8_0' }, 'keys are cached in q8_0 and values in f16'],
    [{ backends: 'CUDA,RPC' }, 'it ran over RPC'],
    [{ n_cpu_moe: 12 }, 'the experts of 12 layers ran on the CPU'],
    [{ no_kv_offload: true }, 'the KV cache was kept in the memory of the host'],
    [{ tensor_buft_overrides: 'exps=CPU' }, 'tensors were placed by hand: exps=CPU'],
    [{ n_prompt: 512, n_gen: 0, n_gpu_layers: 0 }, 'without layers on the GPU'],
  ])('says why %j cannot be used', (changed, problem) => {
    expect(one({ ...generation, ...changed })?.problem).toContain(problem);
    expect(one(generation)).not.toHaveProperty('problem');
  });

  it('takes mixes that llama.cpp has no name for from the file', () => {
    const test = { ...generation, model_type: 'qwen3 8B Q4_K - Medium', model_filename: '/m/Qwen3-8B-UD-Q4_K_XL.gguf' };
    expect(one(test)?.cells.weight_format).toBe('ud-q4_k_xl');
    expect(one({ ...test, model_filename: 'ggml-model.gguf' })?.cells.weight_format).toBe('q4_k_m');
  });

  it('does not say whether Flash Attention was on when it was left to llama.cpp', () => {
    expect(one({ ...generation, flash_attn: -1 })?.cells.options).not.toContain('fa=');
    expect(one({ ...generation, flash_attn: false })?.cells.options).toContain('fa=off');
  });
});

describe('llama-bench -o jsonl and -o csv', () => {
  const names = Object.keys(generation).filter((name) => name !== 'samples_ts');
  const line = (test: Record<string, unknown>) => names.map((name) => `"${Number(test[name] === true) || test[name]}"`);
  const csv = (...tests: object[]) =>
    [names.join(','), ...tests.map((test) => line(test as Record<string, unknown>).join(','))].join('\n');

  it('give the same rows as JSON', () => {
    const json = read(JSON.stringify([generation, prompt])).rows.map(({ cells, names: printed }) => ({
      cells,
      printed,
    }));
    const texts = [`${JSON.stringify(generation)}\n${JSON.stringify(prompt)}\n`, csv(generation, prompt)];
    for (const text of texts) {
      const { format, rows } = read(text);
      expect(format).toBe('llama-bench');
      expect(rows.map(({ cells, names: printed }) => ({ cells, printed }))).toEqual(json);
    }
  });

  it('may be several runs in one CSV, each with its header, one of them cut off', () => {
    const { rows } = read(`${csv(generation)}\n${csv(prompt)}\n"11fb327bf","7941"\n`);
    expect(rows.map(({ line: at, problem }) => [at, problem])).toEqual([
      [2, undefined],
      [4, undefined],
      [5, `line 5 has 2 of ${names.length} fields`],
    ]);
  });

  it('may be a header alone', () => {
    expect(problemWith(csv(), 'bench.csv').message).toContain('bench.csv:1:1: there is a header and no rows');
  });
});

describe('the table of llama-bench', () => {
  const page = `
# My machine

ggml_cuda_init: found 2 CUDA devices:
  Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes
  Device 1: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes
| model                          |       size |     params | backend    | ngl | n_ubatch | fa |            test |                  t/s |
| ------------------------------ | ---------: | ---------: | ---------- | --: | -------: | -: | --------------: | -------------------: |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |          pp2048 |      4500.12 ± 10.34 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |            tg32 |        111.67 ± 0.08 |
llama_context: a message in between
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |  pp2048 @ d4096 |       3900.00 ± 1.00 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |    tg32 @ d4096 |        101.01 ± 0.10 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |     pp512+tg128 |        420.00 ± 0.10 |
| llama 8B Q4_K - Medium         |   4.58 GiB |     8.03 B | CUDA       |  99 |     2048 |  1 |            tg32 |
|                                |            |            |            |     |          |    |                 |                      |

build: 11fb327bf (7941)

| price | shop |
| ----- | ---- |
| 700   | here |
`;

  it('is found in a page, with the devices from the log above it and the build below', () => {
    const { format, rows } = read(page);
    expect(format).toBe('llama-bench');
    expect(
      rows.map(({ line, cells }) => [line, cells.metric, cells.input_tokens, cells.output_tokens, cells.value]),
    ).toEqual([
      [9, 'prefill_tok_s', '2048', '0', '4500.12'],
      [10, 'decode_tok_s', '0', '32', '111.67'],
      [12, 'prefill_tok_s', '2048', '0', '3900.00'],
      [13, 'decode_tok_s', '4096', '32', '101.01'],
      [14, '', '', '', ''],
      [15, '', '', '', ''],
    ]);
    expect(rows.map(({ problem }) => problem)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      'pp512+tg128 is prefill and decode in one figure',
      'line 15 has 8 of 9 cells',
    ]);
    expect(rows[2]).toMatchObject({
      cells: {
        hardware: 'NVIDIA GeForce RTX 3090',
        device_count: '2',
        parallelism: 'pp=2',
        engine_version: '11fb327bf (7941)',
        weight_format: 'q4_k_m',
        options: 'backend=cuda;fa=on;cached_tokens=4096;ubatch=2048;split=layer;file_gib=4.58',
      },
      names: { hardware: 'NVIDIA GeForce RTX 3090', model: 'llama 8B Q4_K - Medium', parameters: 8.03e9 },
    });
  });

  const table = (backend: string, test: string, extra: readonly [string, string] = ['ngl', '99']) => `
| model                  |     size | params | backend | ${extra[0]} | test | t/s |
| ---------------------- | -------: | -----: | ------- | --: | ------ | ---------: |
| LLaMA 7B mostly Q4_0   | 3.56 GiB | 6.74 B | ${backend} | ${extra[1]} | ${test} | 61.93 ± 0.08 |`;

  it('may be of 2023: a space in the test, "mostly" in the model, no build and no log', () => {
    const { rows } = read(table('Metal', 'tg 128'));
    expect(rows[0]).toMatchObject({
      line: 4,
      cells: {
        hardware: '',
        device_count: '',
        weight_format: 'q4_0',
        engine_version: '',
        output_tokens: '128',
        value: '61.93',
        options: 'backend=metal;file_gib=3.56',
      },
    });
  });

  it('may be quoted in a reply, or cut from a page without its borders', () => {
    const quoted = table('CUDA', 'pp512').replaceAll('\n', '\r\n> ');
    expect(read(quoted).rows[0]?.cells).toMatchObject({ metric: 'prefill_tok_s', value: '61.93' });
  });

  it('names threads for the CPU, and the format of the cache', () => {
    expect(read(table('CPU', 'tg32', ['threads', '8'])).rows[0]?.cells.options).toContain('backend=cpu;threads=8');
    expect(read(table('CPU', 'tg32', ['th', '8'])).rows[0]?.cells.options).toContain('threads=8');
    expect(read(table('CUDA', 'tg32', ['type_k', 'q8_0'])).rows[0]?.problem).toContain('keys are cached in q8_0');
  });

  it('takes the devices of its own run', () => {
    const metal = 'ggml_metal_init: picking default device: Apple M2 Ultra';
    const vulkan = 'ggml_vulkan: 0 = AMD Radeon RX 7900 XTX (RADV NAVI31) (radv) | uma: 0 | fp16: 1 | warp size: 64\n';
    const text = `${metal}\n${metal}\n${table('MTL,BLAS', 'tg128')}\n${metal}\n${vulkan}${table('Vulkan', 'tg128')}`;
    expect(read(text).rows.map(({ cells }) => [cells.hardware, cells.device_count])).toEqual([
      ['Apple M2 Ultra', '1'],
      ['AMD Radeon RX 7900 XTX (RADV NAVI31)', '1'],
    ]);
  });

  it.each(['pp', 'tg128 x', 'speculative'])('says that "%s" is no test', (test) => {
    expect(read(table('CUDA', test)).rows[0]?.problem).toBe(`"${test}" is no test of llama-bench`);
  });

  it('says that a value is no rate', () => {
    const text = table('CUDA', 'tg128').replace('61.93 ± 0.08', 'OOM');
    expect(read(text).rows[0]?.problem).toBe('"OOM" is no rate in tokens per second');
  });
});
