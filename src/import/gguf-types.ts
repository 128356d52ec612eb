import type { BlockFormat } from '../model/formats.js';
import { requireFormat } from '../model/formats.js';

/**
 * Types of ggml tensors by their number, as the block formats that they are. Integers and doubles, which no weights are
 * stored in, and types of forks are not among them.
 *
 * Source: GGMLQuantizationType of gguf-py/gguf/constants.py, ggml-org/llama.cpp
 */
const formats: Readonly<Record<number, string>> = {
  0: 'f32',
  1: 'f16',
  2: 'q4_0',
  3: 'q4_1',
  6: 'q5_0',
  7: 'q5_1',
  8: 'q8_0',
  10: 'q2_k',
  11: 'q3_k',
  12: 'q4_k',
  13: 'q5_k',
  14: 'q6_k',
  16: 'iq2_xxs',
  17: 'iq2_xs',
  18: 'iq3_xxs',
  19: 'iq1_s',
  20: 'iq4_nl',
  21: 'iq3_s',
  22: 'iq2_s',
  23: 'iq4_xs',
  29: 'iq1_m',
  30: 'bf16',
  34: 'tq1_0',
  35: 'tq2_0',
  39: 'mxfp4',
};

/** The block format of a ggml type; undefined for one that is not understood. */
export function ggmlFormat(type: number): BlockFormat | undefined {
  const id = Object.hasOwn(formats, type) ? formats[type] : undefined;
  return id === undefined ? undefined : requireFormat(id);
}

/** Names of the types that are understood. */
export function ggmlTypes(): string[] {
  return Object.values(formats);
}

/**
 * The recipe that a file says it was made by, as the scheme of the same name.
 *
 * Source: LlamaFileType of gguf-py/gguf/constants.py, ggml-org/llama.cpp
 */
const recipes: Readonly<Record<number, string>> = {
  0: 'f32',
  1: 'f16',
  2: 'q4_0',
  3: 'q4_1',
  7: 'q8_0',
  8: 'q5_0',
  9: 'q5_1',
  10: 'q2_k',
  11: 'q3_k_s',
  12: 'q3_k_m',
  13: 'q3_k_l',
  14: 'q4_k_s',
  15: 'q4_k_m',
  16: 'q5_k_s',
  17: 'q5_k_m',
  18: 'q6_k',
  19: 'iq2_xxs',
  20: 'iq2_xs',
  21: 'q2_k_s',
  22: 'iq3_xs',
  23: 'iq3_xxs',
  24: 'iq1_s',
  25: 'iq4_nl',
  26: 'iq3_s',
  27: 'iq3_m',
  28: 'iq2_s',
  29: 'iq2_m',
  30: 'iq4_xs',
  31: 'iq1_m',
  32: 'bf16',
  36: 'tq1_0',
  37: 'tq2_0',
  38: 'mxfp4',
};

/** The scheme of a `general.file_type`; undefined for none or an unknown one. */
export function fileTypeScheme(type: unknown): string | undefined {
  return typeof type === 'number' && Object.hasOwn(recipes, type) ? recipes[type] : undefined;
}
