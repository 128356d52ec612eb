import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, getModel } from '../../src/index.js';
import type { Model } from '../../src/model/types.js';
import { parseModel } from '../../src/spec.js';
import { configs } from '../import/configs.js';
import { dimensions } from '../import/dimensions.js';
import { llamaFile } from '../import/gguf-files.js';
import { ggufHeader, tensorBytes } from '../import/gguf-writer.js';
import { parseOne, roofcast } from './roofcast.js';

let folder = '';
let config = '';
let gguf = '';
const file = llamaFile(() => 'q4_0', { more: { 'general.file_type': 2 } });
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-import-'));
  mkdirSync(path.join(folder, 'Llama-2-7b-hf'));
  config = path.join(folder, 'Llama-2-7b-hf', 'config.json');
  writeFileSync(config, JSON.stringify(configs['llama-2-7b']));
  gguf = path.join(folder, 'llama-2-7b.Q4_0.gguf');
  writeFileSync(gguf, ggufHeader(file));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('roofcast import', () => {
  it('prints the spec of a config.json, called after its folder', async () => {
    const { code, out, err } = await roofcast('import', config);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { model } = parseModel(out, { file: 'printed.yaml' });
    expect(model).toMatchObject({ id: 'llama-2-7b-hf', name: 'Llama-2-7b-hf', vendor: 'unknown' });
    expect(dimensions(model)).toEqual(dimensions(getModel('llama-2-7b')));
  });

  it('prints the spec of a GGUF file', async () => {
    const { code, out } = await roofcast('import', gguf, '--id', 'my-llama');
    expect(code).toBe(0);
    expect(out).toContain('  - { layers: [block], repeat: 32 }\n');
    expect(parseModel(out, { file: 'printed.yaml' }).model).toMatchObject({
      id: 'my-llama',
      name: 'LLaMA v2',
      nativeFormat: 'q4_0',
    });
  });

  it('writes a file that serves as a model, and says what it read between the lines', async () => {
    const spec = path.join(folder, 'written.yaml');
    const { code, out, err } = await roofcast('import', config, '-o', spec);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(
      ['attention_bias', 'mlp_bias']
        .map((name) => `note: ${config}: ${name} is absent, which means false for the type llama\n`)
        .join(''),
    );
    expect(readFileSync(spec, 'utf8')).toContain(
      '  - attention_bias is absent, which means false for the type llama\n',
    );
    const ran = await roofcast('estimate', '--model', spec, '--hardware', 'rtx-4090', '--weights', 'q4_0', '--json');
    expect(ran.code).toBe(0);
  });

  it('prints the model as JSON', async () => {
    const { code, out } = await roofcast('import', config, '--json');
    expect(code).toBe(0);
    expect(dimensions(parseOne(out) as Model)).toEqual(dimensions(getModel('llama-2-7b')));
  });

  it('refuses what it does not understand in one line', async () => {
    const broken = path.join(folder, 'broken.json');
    writeFileSync(broken, '{\n  "model_type": "rwkv7"\n}');
    const { code, out, err } = await roofcast('import', broken);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^error: .*broken\.json:2:17 model_type: the architecture "rwkv7" is not understood; [^\n]*\n$/,
    );
    const json = await roofcast('import', broken, '--json');
    expect(json.code).toBe(1);
    expect(parseOne(json.out)).toMatchObject({ error: { name: 'ModelFileError', code: 'invalid-model-file' } });
    expect((await roofcast('import', config, '--id', 'No Id')).err).toBe(
      'error: --id: "No Id" is no id; write lower-case letters and digits, joined by hyphens or dots\n',
    );
  });
});

describe('--model', () => {
  const asked = ['--hardware', 'rtx-4090', '--json'];

  it('takes a config.json', async () => {
    const { code, out } = await roofcast('estimate', '--model', config, '--weights', 'q4_0', ...asked);
    expect(code).toBe(0);
    const own = estimate({ model: 'llama-2-7b', hardware: 'rtx-4090', weights: 'q4_0' });
    expect(parseOne(out)).toMatchObject({ decode: { seconds: own.decode.seconds } });
  });

  it('takes a GGUF file, and its tensor types unless others are named', async () => {
    const { code, out, err } = await roofcast('estimate', '--model', gguf, ...asked);
    expect(code).toBe(0);
    expect(err).not.toContain('note: ');
    const bytes = file.tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
    expect(parseOne(out)).toMatchObject({
      workload: { weights: 'llama-2-7b.Q4_0.gguf' },
      memory: { weightBytes: bytes },
      engine: { id: 'llama.cpp' },
    });
    const other = await roofcast('estimate', '--model', gguf, '--weights', 'q8_0', ...asked);
    expect(parseOne(other.out)).toMatchObject({ workload: { weights: 'q8_0' } });
  });

  it('shows the bytes of the file itself', async () => {
    const { code, out } = await roofcast('show', gguf);
    expect(code).toBe(0);
    const bytes = file.tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
    expect(out).toMatch(new RegExp(`this file +${(bytes / 1e9).toPrecision(3).replace('.', '\\.')} `));
    const { derived } = parseOne((await roofcast('show', gguf, '--json')).out) as {
      derived: { weights: { format: string; bytes: number }[] };
    };
    expect(derived.weights[0]).toMatchObject({ format: 'this file', bytes });
  });

  it('takes them in compare, explain and show', async () => {
    const compared = await roofcast('compare', '--model', gguf, '--hardware', 'rtx-4090,m2-ultra-76c');
    expect(compared.code).toBe(0);
    expect(compared.out).toContain('llama-2-7b.Q4_0.gguf weights');
    const explained = await roofcast('explain', '--model', gguf, '--hardware', 'rtx-4090');
    expect(explained.code).toBe(0);
    for (const shown of [gguf, config]) {
      const { code, out } = await roofcast('show', shown);
      expect({ code, text: /NaN|undefined/.test(out) }).toEqual({ code: 0, text: false });
      expect(out).toContain('6.74 billion (6,738,415,616)');
    }
  });

  it('takes them for rows that name no model', async () => {
    const rows = path.join(folder, 'rows.csv');
    const columns =
      'hardware_id,model_id,engine,weight_format,phase,batch,input_tokens,output_tokens,metric,value,options';
    writeFileSync(rows, `${columns}\nrtx-4090,,llama.cpp,,decode,1,0,128,decode_tok_s,150,backend=cuda\n`);
    const { code, out, err } = await roofcast('validate', rows, '--model', gguf, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(parseOne(out)).toMatchObject({ rows: [{ status: 'ok' }] });
  });
});
