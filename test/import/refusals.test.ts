import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRoofcastError, ModelFileError } from '../../src/errors.js';
import { importModel } from '../../src/import/load.js';
import { configs } from './configs.js';
import { gptOssFile, llamaFile } from './gguf-files.js';
import { ggufHeader, type TestFile, text, u32, u64 } from './gguf-writer.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-refusals-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string) => path.join(folder, name);

/** What is said about a file, its folder left out. */
function problemWith(name: string, bytes: string | Uint8Array): string {
  writeFileSync(inFolder(name), bytes);
  return problemIn(name);
}

function problemIn(name: string): string {
  try {
    importModel(inFolder(name));
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    const { message } = error as ModelFileError;
    expect(message).not.toMatch(/NaN|undefined|Infinity/);
    return message.replace(`${folder}/`, '');
  }
  throw new Error(`${name} is not refused`);
}

const llama = configs['llama-2-7b'] as Readonly<Record<string, unknown>>;
const without = (config: object, field: string) =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name !== field));
const asText = (config: object) => JSON.stringify(config, undefined, 2);

describe('a config.json is refused', () => {
  it.each(['hidden_size', 'intermediate_size', 'num_attention_heads', 'num_hidden_layers', 'vocab_size'])(
    'without %s, by name',
    (field) => {
      expect(problemWith('config.json', asText(without(llama, field)))).toBe(
        `config.json:1:1 ${field}: is missing; a model of the type "llama" states it`,
      );
    },
  );

  it('without the parts of its family, in the object where they should stand', () => {
    const maverick = configs['llama-4-maverick'] as { text_config: object };
    const config = { ...maverick, text_config: without(maverick.text_config, 'num_local_experts') };
    expect(problemWith('config.json', asText(config))).toMatch(
      /^config\.json:5:18 text_config\.num_local_experts: is missing; a model of the type "llama4_text" states it$/,
    );
    expect(problemWith('config.json', asText(without(configs['deepseek-v3'] ?? {}, 'kv_lora_rank')))).toContain(
      'kv_lora_rank: is missing',
    );
    expect(problemWith('config.json', asText(without(configs['jamba-v0.1'] ?? {}, 'attn_layer_offset')))).toContain(
      'attn_layer_offset: is missing',
    );
  });

  it.each([
    [{ model_type: 'rwkv7' }, /config\.json:\d+:17 model_type: the architecture "rwkv7" is not understood; /],
    [{ model_type: undefined }, /model_type: is missing; it names the architecture/],
    [{ model_type: 'constructor' }, /the architecture "constructor" is not understood/],
    [{ is_encoder_decoder: true }, /is_encoder_decoder: true: an encoder with a decoder is not described/],
    [{ hidden_size: -1 }, /config\.json:\d+:18 hidden_size: -1 is no whole number from 1; write how many there are/],
    [{ hidden_size: '4096' }, /hidden_size: "4096" is no whole number from 1/],
    [{ hidden_size: 1e300 }, /hidden_size: 1e\+300 is no whole number from 1/],
    [{ hidden_size: [4096] }, /hidden_size: is a list; write one value/],
    [
      { num_hidden_layers: 1e9 },
      /num_hidden_layers: 1000000000 layers are more than any network has; write at most 4096/,
    ],
    [{ num_attention_heads: 33, num_key_value_heads: 33 }, /num_attention_heads: does not divide hidden_size/],
    [{ num_key_value_heads: 5 }, /num_key_value_heads: 5 does not divide the 32 heads/],
    [{ torch_dtype: 'float7' }, /torch_dtype: "float7" is not understood; known are float32, float16, bfloat16/],
    [{ quantization_config: { quant_method: 'aqlm' } }, /quantization_config\.quant_method: "aqlm" is not understood/],
    [
      { quantization_config: { quant_method: 'gptq', bits: 3, group_size: 128 } },
      /quantization_config\.bits: no weight format is known for gptq of 3 bits; known are 4 bits/,
    ],
    [
      { quantization: { bits: 7, group_size: 64 } },
      /quantization\.bits: no weight format is known for 7 bits in groups/,
    ],
  ])('with %j', (change, problem) => {
    expect(problemWith('config.json', asText({ ...llama, ...change }))).toMatch(problem);
  });

  it.each([
    ['', 'config.json: is empty; '],
    ['[1]', 'config.json:1:1: is no JSON object; '],
    ['{"a": 1', 'config.json:1:8: ends before the object does; '],
    ['{\n  "a": 1,\n}', 'config.json:3:1: nothing stands between the comma and "}"; '],
    ['{"a": 1, "a": 2}', 'config.json:1:10: "a" is given twice; '],
    ['{"a" 1}', 'config.json:1:6: a colon is missing; '],
    ['{"a": 01}', 'config.json:1:7: "01" is no JSON value; '],
    ['{"a": "b', 'config.json:1:7: the text that starts here never ends; '],
    ['{"a": "\n"}', 'config.json:1:7: the text that starts here is not as JSON writes it; '],
    ['{} {}', 'config.json:1:4: something follows after the end of the object; '],
    ['\uFFFD\0', 'config.json:1:1: "\uFFFD" is no JSON value; '],
    [Buffer.from([0x7b, 0xff, 0xfe]), 'config.json: is binary, or not in UTF-8; '],
  ])('that is %j', (content, problem) => {
    expect(problemWith('config.json', content)).toContain(problem);
  });

  it('that is nested, long or full beyond reason', () => {
    expect(problemWith('config.json', `{"a":${'['.repeat(4e6)}`)).toContain('is nested more than 64 levels deep');
    expect(problemWith('config.json', `{"a":[${'0,'.repeat(2e6)}0]}`)).toContain('has more than 1000000 values');
    expect(problemWith('config.json', Buffer.alloc(9 * 2 ** 20, ' '))).toContain('has more than 8 MiB');
    expect(problemWith('config.json', `{"a":"${'\\'.repeat(4e6)}`)).toContain('never ends');
  });

  it('that is not there, or is a folder', () => {
    expect(problemIn('nothing.json')).toBe(
      'nothing.json: there is no such file; give the path of a config.json or of a GGUF file',
    );
    expect(problemIn('.')).toContain('is a folder; give the path of the config.json in it');
  });
});

const small = () => llamaFile(undefined, { layers: 2 });
const changed = (file: TestFile, values: TestFile['values']): Buffer =>
  ggufHeader({ ...file, values: { ...file.values, ...values } });
const withoutValue = (file: TestFile, name: string): Buffer =>
  ggufHeader({ ...file, values: without(file.values, name) as TestFile['values'] });

/** A header with one value of given bytes. */
const oneValue = (value: Buffer) =>
  Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(1), text('general.architecture'), value]);

describe('a GGUF file is refused', () => {
  it.each([
    [Buffer.from(''), 'model.gguf: is empty'],
    [Buffer.from('GG'), 'is no GGUF file: it does not begin with "GGUF"'],
    [Buffer.from('PK\x03\x04 and so on'), 'is no GGUF file: it does not begin with "GGUF"'],
    [Buffer.concat([Buffer.from('GGUF'), u32(1), u64(0), u64(0)]), 'is of version 1, which is not read'],
    [Buffer.from('GGUF\0\0\0\x03', 'latin1'), 'has its most significant byte first, which is not read'],
    [Buffer.concat([Buffer.from('GGUF'), u32(3), u64(2n ** 63n), u64(0)]), 'announces 9.22e+18 of something'],
    [
      Buffer.concat([Buffer.from('GGUF'), u32(3), u64(200_000), u64(0)]),
      'announces 200000 tensors, and 0 bytes are left',
    ],
    [
      Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(1e9)]),
      'announces 1000000000 values, more than the 65536',
    ],
    [
      Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(1), u64(10e9), u64(0)]),
      '10000000000 more bytes are announced',
    ],
    [oneValue(Buffer.concat([u32(8), u64(10e9)])), '10000000000 more bytes are announced, 0 are there'],
    [oneValue(Buffer.concat([u32(9), u32(4), u64(2.5e9)])), 'announces 2500000000 numbers, and 0 bytes are left'],
    [oneValue(Buffer.concat([u32(9), u32(8), u64(1e9)])), 'announces 1000000000 texts, and 0 bytes are left'],
    [oneValue(u32(99)), 'has a value of the type 99, which does not exist'],
  ])('that is no model (%#)', (bytes, problem) => {
    expect(problemWith('model.gguf', bytes)).toContain(problem);
  });

  it('with lists in lists in lists', () => {
    const list = (inner: Buffer): Buffer => Buffer.concat([u32(9), u64(1), inner]);
    let value: Buffer = Buffer.concat([u32(4), u64(1), u32(1)]);
    for (let depth = 0; depth < 100; depth++) value = list(value);
    expect(problemWith('model.gguf', oneValue(Buffer.concat([u32(9), value])))).toContain('nested more than 4 deep');
  });

  it('cut off at any byte of its header', () => {
    const bytes = ggufHeader(small());
    for (let end = 0; end < bytes.length; end += 7) problemWith('model.gguf', bytes.subarray(0, end));
  });

  it('cut off in its tensors, and not when nothing but the header is there', () => {
    const file = inFolder('cut.gguf');
    const header = ggufHeader(small());
    const handle = openSync(file, 'w');
    writeSync(handle, header);
    closeSync(handle);
    expect(importModel(file).model.hidden).toBe(4096);
    truncateSync(file, 200e6);
    expect(problemIn('cut.gguf')).toMatch(/is cut off: its tensors end at byte \d+, the file at byte 200000000/);
  });

  it('of many gigabytes without being read', () => {
    const file = inFolder('large.gguf');
    writeFileSync(file, Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0), u64(60_000)]));
    const handle = openSync(file, 'r+');
    ftruncateSync(handle, 10e9); // zeros without a place on the disk
    closeSync(handle);
    const before = process.memoryUsage().rss;
    expect(problemIn('large.gguf')).toContain('states "" twice');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it.each([
    ['general.architecture', 'general.architecture: is missing; a GGUF file of a model states it'],
    ['llama.block_count', 'llama.block_count: is missing; a file of the architecture "llama" states it'],
    ['llama.embedding_length', 'llama.embedding_length: is missing'],
    ['llama.attention.head_count', 'llama.attention.head_count: is missing'],
  ])('without %s, by name', (name, problem) => {
    expect(problemWith('model.gguf', withoutValue(small(), name))).toContain(`model.gguf ${problem}`);
  });

  it('without the number of experts that a token goes to', () => {
    expect(problemWith('model.gguf', withoutValue(gptOssFile(), 'gpt-oss.expert_used_count'))).toContain(
      'gpt-oss.expert_used_count: is missing',
    );
  });

  it.each([
    [{ 'general.architecture': 'rwkv7' }, 'rwkv7.block_count: is missing'],
    [{ 'general.architecture': 'bert', 'bert.block_count': 2 }, 'the architecture "bert" is not understood'],
    [{ 'general.type': 'mmproj' }, 'general.type: "mmproj" is no model'],
    [{ 'general.alignment': 33 }, 'states a general.alignment that is no power of two'],
    [{ 'llama.block_count': 4_000_000_000 }, 'llama.block_count: 4000000000 is no number of blocks'],
    [{ 'llama.block_count': 3 }, 'blk.2: has no tensors'],
    [{ 'llama.block_count': 1 }, 'blk.1.attn_norm.weight: stands beyond the 1 blocks'],
    [{ 'llama.embedding_length': 2048 }, 'token_embd.weight: has rows of 4096, and embedding_length is 2048'],
    [
      { 'llama.attention.head_count_kv': 8 },
      'blk.0: its tensors hold 16777216 elements of attention-key, and the dimensions',
    ],
    [{ 'llama.feed_forward_length': 11000 }, 'llama.feed_forward_length: 11000 is stated'],
    [
      { 'llama.attention.sliding_window': 1024 },
      'llama.attention.sliding_window: states a window, and nothing says which',
    ],
    [{ 'llama.attention.head_count': 0 }, '0 heads'],
    [{ 'split.count': 3 }, 'split.count: says that the model is split into 3 files'],
  ])('that states %j', (values, problem) => {
    expect(problemWith('model.gguf', changed(small(), values as TestFile['values']))).toContain(problem);
  });

  it('with tensors that are not understood', () => {
    const file = small();
    const add = (name: string, dims: readonly number[], type = 'f32') =>
      ggufHeader({ ...file, tensors: [...file.tensors, { name, dims, type }] });
    expect(problemWith('model.gguf', add('blk.0.ffn_lora.weight', [4096]))).toBe(
      'model.gguf blk.0.ffn_lora.weight: is no tensor that is understood in the architecture "llama"; write the spec by hand (docs/spec-format.md)',
    );
    expect(problemWith('model.gguf', add('output.weight', [4096, 32000]))).toContain(
      'describes the tensor "output.weight" twice',
    );
    expect(problemWith('model.gguf', add('rope_freqs.weight', [2 ** 40, 2 ** 40]))).toContain(
      'gives the tensor "rope_freqs.weight" the dimensions',
    );
    expect(problemWith('model.gguf', add('rope_freqs.weight', [63], 'q4_0'))).toContain(
      'rows of 63 do not divide into blocks of 32',
    );
  });

  it('in a type that is not understood, naming it', () => {
    const bytes = ggufHeader({ ...small(), tensors: [{ name: 'token_embd.weight', dims: [256], type: 'f32' }] });
    bytes.writeUInt32LE(99, bytes.length - 12);
    expect(problemWith('model.gguf', bytes)).toContain(
      'stores the tensor "token_embd.weight" in the ggml type 99, which is not understood',
    );
  });
});

describe('an error of an import', () => {
  it('is data too', () => {
    writeFileSync(inFolder('config.json'), asText(without(llama, 'vocab_size')));
    try {
      importModel(inFolder('config.json'));
      expect.unreachable();
    } catch (error) {
      expect(isRoofcastError(error)).toBe(true);
      expect(error).toMatchObject({ code: 'invalid-model-file', field: 'vocab_size', line: 1, column: 1 });
    }
  });
});
