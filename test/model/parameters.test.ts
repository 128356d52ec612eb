import { describe, expect, it } from 'vitest';
import { activeParameters, parametersByRole, totalParameters } from '../../src/model/parameters.js';
import type { Model } from '../../src/model/types.js';
import * as networks from './networks.js';

/** `params_computed` and `params_active_computed` of model-specs/; most equal the published count exactly. */
const counts: [string, Model, number, number][] = [
  ['Llama 2 7B', networks.llama2, 6738415616, 6738415616],
  ['Llama 2 70B', networks.llama2Large, 68976648192, 68976648192],
  ['Llama 3 8B', networks.llama3, 8030261248, 8030261248],
  ['Llama 3 70B', networks.llama3Large, 70553706496, 70553706496],
  ['GPT-3 (positions, biases, tied)', networks.gpt3, 174604259328, 174604259328],
  ['GPT-J (parallel block, head bias)', networks.gptJ, 6050882784, 6050882784],
  ['OLMo 2 7B (norms of full width)', networks.olmo2, 7298617344, 7298617344],
  ['Gemma 3 27B (norms of head width)', networks.gemma3, 27009002240, 27009002240],
  ['Gemma 4 31B (keys serve as values)', networks.gemma4, 30697345340, 30697345340],
  ['Mixtral 8x7B', networks.mixtral, 46702792704, 12879925248],
  ['Qwen3 235B-A22B', networks.qwen3Large, 235093634560, 22190763520],
  ['Qwen1.5-MoE (gated shared expert)', networks.qwen15Moe, 14315784192, 2689173504],
  ['gpt-oss 20B (expert biases, sinks)', networks.gptOssSmall, 20914757184, 4187440704],
  ['gpt-oss 120B', networks.gptOssLarge, 116829156672, 5711982912],
  ['Llama 4 Scout', networks.llama4Scout, 107769861120, 17172894720],
  ['DeepSeek-V3 (latent attention)', networks.deepseekV3, 671026419200, 37552297472],
  // V3 and 61 x (1536 x 8192 + 7168 x 128 + 256 + 7168 x 64)
  ['DeepSeek-V3.2 (lightning indexer)', networks.deepseekV32, 671877944064, 38403822336],
  // 425,950,425,216 without its index, and 57 x (6144 x 512 + 6144 x 128 + 256)
  ['MiniMax-M3 (blocks selected)', networks.minimaxM3, 426174572928, 25962473856],
  // 284B and 13B in round figures
  ['DeepSeek-V4-Flash (compressed attention)', networks.deepseekV4Flash, 284332240471, 13799632471],
  ['DeepSeek-V2-Lite (no query rank)', networks.deepseekV2Lite, 15706484224, 2661150208],
  ['Qwen3-Next (gated DeltaNet, output gate)', networks.qwen3Next, 79674391296, 3874929408],
  ['Jamba (Mamba-1 with norms)', networks.jamba, 51570323328, 12110311296],
  ['Mamba 2.8B', networks.mamba, 2768345600, 2768345600],
  ['Nemotron Nano 9B v2 (Mamba-2)', networks.nemotronNano, 8888227328, 8888227328],
  ['Nemotron 3 Super (latent experts)', networks.nemotronSuper, 120668687360, 12770216960],
  ['Falcon-H1 34B (mixers side by side)', networks.falconH1, 33642516224, 33642516224],
  // arXiv 2305.13048: 2 V D + 13 D^2 L + D (11 L + 4)
  ['RWKV-4 7B (time and channel mixing)', networks.rwkv4, 7392649216, 7392649216],
  // 2.78T and 104B in round figures
  ['Kimi K3 (KDA, gated latent attention)', networks.kimiK3, 2779484476000, 105364017760],
  ['MiniMax-M1 (lightning attention)', networks.minimaxM1, 456089655296, 48403306496],
];

describe('parameters', () => {
  it.each(counts)('are counted to the last one in %s', (_name, model, total, active) => {
    expect(totalParameters(model)).toBe(total);
    expect(activeParameters(model)).toBe(active);
  });

  it.each(counts)('sum over roles to the total in %s', (_name, model, total) => {
    expect(Object.values(parametersByRole(model)).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  it('of DeepSeek-V3 are routed experts for the most part', () => {
    const roles = parametersByRole(networks.deepseekV3);
    // 58 layers x 256 experts x 7168 x 2048, once for each of the three matrices
    expect(roles['expert-up']).toBe(58 * 256 * 7168 * 2048);
    expect(roles['expert-down']).toBe(roles['expert-gate']);
  });
});
