import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listHardware } from '../../src/catalog/hardware.js';
import { listModels } from '../../src/catalog/models.js';
import { totalParameters } from '../../src/model/parameters.js';
import { matchName } from '../../src/readers/match-name.js';

const cpus = /-cpu$|^epyc|^xeon|^ryzen|xeon-amx/;
const accelerators = listHardware().filter(({ id }) => !cpus.test(id));
const models = listModels().map((model) => ({
  id: model.id,
  name: model.name,
  aliases: model.aliases,
  parameters: totalParameters(model),
}));

const device = (printed: string) => matchName(printed, accelerators);
const model = (printed: string, parameters?: number) =>
  matchName(printed, models, parameters === undefined ? {} : { parameters });

describe('the name of a device', () => {
  it.each([
    ['NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['NVIDIA GeForce RTX 3070 Laptop GPU', 'rtx-3070-mobile'],
    ['NVIDIA GeForce RTX 3070', 'rtx-3070'],
    ['NVIDIA GeForce RTX 3060', 'rtx-3060-12gb'],
    ['NVIDIA GeForce RTX 4060 Ti', 'rtx-4060-ti-16gb'],
    ['NVIDIA GeForce RTX 4070 Ti SUPER', 'rtx-4070-ti-super'],
    ['NVIDIA H100 80GB HBM3', 'h100-sxm-80gb'],
    ['NVIDIA H100 PCIe', 'h100-pcie-80gb'],
    ['NVIDIA H100 NVL', 'h100-nvl-94gb'],
    ['NVIDIA H200', 'h200-sxm-141gb'],
    ['NVIDIA B200', 'b200-sxm-180gb'],
    ['NVIDIA A100-SXM4-80GB', 'a100-sxm-80gb'],
    ['NVIDIA A100-SXM4-40GB', 'a100-sxm-40gb'],
    ['NVIDIA A100 80GB PCIe', 'a100-pcie-80gb'],
    ['NVIDIA A100-PCIE-40GB', 'a100-pcie-40gb'],
    ['NVIDIA GH200 144G HBM3e', 'gh200-144gb'],
    ['NVIDIA GB10', 'dgx-spark-gb10'],
    ['NVIDIA RTX 6000 Ada Generation', 'rtx-6000-ada'],
    ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 'rtx-pro-6000-server-96gb'],
    ['NVIDIA L40S', 'l40s'],
    ['Tesla V100-SXM2-16GB', 'v100-sxm-16gb'],
    ['Tesla P40', 'tesla-p40'],
    ['Tesla T4', 't4'],
    ['AMD Radeon RX 7900 XTX', 'rx-7900-xtx'],
    ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 'rx-7900-xtx'],
    ['AMD Radeon RX 7900 XT', 'rx-7900-xt'],
    ['AMD Instinct MI300X', 'mi300x'],
    ['AMD Instinct MI250X', 'mi250x'],
    ['Radeon 8060S Graphics (RADV GFX1151)', 'strix-halo-395'],
    ['Intel(R) Arc(TM) A770 Graphics', 'arc-a770'],
    ['Intel(R) Arc(TM) B580 Graphics', 'arc-b580'],
    ['Apple M4 Pro (20-core GPU)', 'm4-pro-20c'],
    ['Apple M2 Ultra (76-core GPU)', 'm2-ultra-76c'],
    ['RTX4090', 'rtx-4090'],
  ])('%s is %s', (printed, id) => {
    const { match, candidates } = device(printed);
    expect(match?.id).toBe(id);
    expect(candidates.map((candidate) => candidate.id)).toEqual([id]);
  });

  it('says what it may be when core counts are not printed, though a short alias would decide', () => {
    const { match, candidates } = device('Apple M2 Ultra');
    expect(match).toBeUndefined();
    expect(candidates.map(({ id }) => id).sort()).toEqual(['m2-ultra-60c', 'm2-ultra-76c']);
  });

  it.each([
    'NVIDIA A100-SXM-64GB',
    'NVIDIA GH200 480GB',
    'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
    'NVIDIA GeForce GTX 1080',
    'AMD Radeon Graphics',
    '',
    '()',
  ])('"%s" is none of them', (printed) => {
    expect(device(printed)).toEqual({ candidates: [] });
  });

  it('is ambiguous between the GPU and the CPU of a chip unless the list is of one kind', () => {
    expect(device('Apple M3').match?.id).toBe('m3-10c');
    const both = matchName('Apple M3', listHardware());
    expect(both.match).toBeUndefined();
    expect(both.candidates.map(({ id }) => id).sort()).toEqual(['m3-10c', 'm3-cpu']);
  });
});

describe('the name of a model', () => {
  it.each([
    ['meta-llama/Llama-3.1-8B-Instruct', 'llama-3.1-8b'],
    ['meta-llama/Llama-2-7b-chat-hf', 'llama-2-7b'],
    ['Qwen/Qwen3-30B-A3B', 'qwen3-30b-a3b'],
    ['deepseek-ai/DeepSeek-R1', 'deepseek-r1'],
    ['openai/gpt-oss-120b', 'gpt-oss-120b'],
    ['RedHatAI/Meta-Llama-3.1-8B-Instruct-FP8', 'llama-3.1-8b'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mixtral-8x7b'],
    ['/data/models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf', 'llama-3.1-8b'],
    ['models/llama-2-7b.Q4_0.gguf', 'llama-2-7b'],
    ['Qwen3-8B-UD-Q4_K_XL-00001-of-00002.gguf', 'qwen3-8b'],
    ['qwen3moe 30B.A3B Q8_0', 'qwen3-30b-a3b'],
    ['gpt-oss 20B MXFP4 MoE', 'gpt-oss-20b'],
    ['gemma3 4B Q4_0', 'gemma-3-4b'],
  ])('%s is %s', (printed, id) => {
    expect(model(printed).match?.id).toBe(id);
  });

  it.each([
    ['llama 7B Q4_0', 6.74e9, 'llama-2-7b'],
    ['llama 7B mostly Q4_0', 6738415616, 'llama-2-7b'],
    ['LLaMA 13B mostly F16', 13.02e9, 'llama-2-13b'],
    ['llama 8B Q4_K - Medium', 8.03e9, 'llama-3.1-8b'],
    ['llama 70B Q4_K - Medium', 68.98e9, 'llama-2-70b'],
    ['llama 70B Q4_K - Medium', 70.55e9, 'llama-3.3-70b'],
  ])('%s of %d parameters is the latest of one shape, %s', (printed, parameters, id) => {
    expect(model(printed, parameters).match?.id).toBe(id);
  });

  it('lists all generations of a shape', () => {
    const { candidates } = model('llama 7B Q4_0', 6.74e9);
    expect(candidates.map(({ id }) => id)).toEqual(['llama-2-7b', 'llama-1-7b']);
  });

  it('is not that of a model of another size, whatever the alias says', () => {
    expect(model('llama 7B Q4_0').match?.id).toBe('llama-1-7b');
    expect(model('llama 7B Q4_0', 7.24e9).match).toBeUndefined();
  });

  it('is not guessed', () => {
    expect(model('acme/Frobnicator-9B')).toEqual({ candidates: [] });
  });
});

describe('any name', () => {
  it('is matched by every id, name and alias that stands for one alone', () => {
    for (const machine of accelerators) expect(device(machine.id).match?.id).toBe(machine.id);
    for (const machine of accelerators) expect(device(machine.name).match?.id).toBe(machine.id);
    for (const one of models) expect(model(one.id).match?.id).toBe(one.id);
  });

  it('never throws, and the match is one of the candidates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (printed) => {
        const { match, candidates } = device(printed);
        if (match !== undefined) expect(candidates).toEqual([match]);
      }),
    );
  });
});
