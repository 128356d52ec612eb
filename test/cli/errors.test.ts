import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { roofcast } from './roofcast.js';

const asked = ['estimate', '--model', 'llama-2-7b', '--hardware', 'h100-sxm-80gb'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-errors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** An H100 with something changed, by the indented lines of its memory. */
function chip(name: string, lines: string): string {
  return write(
    name,
    `id: my-chip
extends: h100-sxm-80gb
name: My chip
aliases: []
sources:
  mine: { ref: 'a thought', date: 2026-11-21, kind: assumed }
memory:
  hbm:
    bus-width: null
    data-rate: null
${lines}
`,
  );
}

describe('a number that cannot be', () => {
  it.each([
    ['--batch', '0', '--batch: 0 is not a whole number from 1'],
    ['--batch', '-1', '--batch: -1 is not a whole number from 1'],
    ['--batch', '1.5', '--batch: 1.5 is not a whole number from 1'],
    ['--batch', 'NaN', '--batch: "NaN" is not a number; write one such as 512'],
    ['--batch', 'abc', '--batch: "abc" is not a number; write one such as 512'],
    ['--batch', '1e400', '--batch: "1e400" is too large; write one such as 512'],
    ['--batch', '0x10', '--batch: "0x10" is not a number; write one such as 512'],
    ['--prompt-tokens', '', '--prompt-tokens: "" is not a number; write one such as 512'],
    ['--output-tokens', '0', '--output-tokens: 0 is not a whole number from 1'],
    [
      '--prompt-tokens',
      '5000',
      '--prompt-tokens: 5000 prompt + 128 output tokens are 5128, and llama-2-7b was made for a context of 4096',
    ],
  ])('is refused in one line: %s %s', async (flag, value, message) => {
    const { code, out, err } = await roofcast(...asked, flag, value);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.startsWith(`error: ${message}`)).toBe(true);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a word that means nothing', () => {
  it.each([
    [['--model', 'lama-2-7b', '--hardware', 'h100'], 'no model has the id "lama-2-7b"; did you mean "llama-2-7b"'],
    [['--model', 'llama-2-7b', '--hardware', 'h10'], 'no hardware has the id "h10"; did you mean'],
    [
      [...asked.slice(1), '--engine', 'lama.cpp'],
      'no engine has the id "lama.cpp"; did you mean "llama.cpp" or "ik_llama.cpp"?',
    ],
    [[...asked.slice(1), '--weights', 'q4_k_n'], '--weights: no weight format has the id "q4_k_n"; did you mean'],
    [[...asked.slice(1), '--kv-cache', 'f17'], '--kv-cache: no cache format has the id "f17"'],
    [['--model', 'llama-2-7b', '--hardware', 'h100,a100'], '--hardware: "h100,a100" is not one machine'],
    [[...asked.slice(1), '--wieghts', 'q4_0'], "unknown option '--wieghts'\n(Did you mean --weights?)"],
    [['--model', 'llama-2-7b'], "required option '--hardware <id>' not specified"],
  ])('is answered with what might be meant: %j', async (args, message) => {
    const { code, out, err } = await roofcast('estimate', ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: ${message}`);
    expect(err).not.toContain('    at ');
  });

  it('is no machine of a comparison either', async () => {
    const { code, out, err } = await roofcast('compare', '--model', 'llama-2-7b', '--hardware', 'h100,nope-9000');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: no hardware has the id "nope-9000"');
    const empty = await roofcast('compare', '--model', 'llama-2-7b', '--hardware', 'h100,');
    expect(empty.err).toContain('"h100," names an empty machine');
    const batch = await roofcast('compare', '--model', 'llama-2-7b', '--hardware', 'h100,m2-max', '--batch', '0');
    expect(batch).toMatchObject({ code: 1, out: '', err: expect.stringContaining('error: --batch: 0 is not') });
  });
});

describe('a model that does not fit', () => {
  it('is refused with the bytes that are short and what would fit', async () => {
    const { code, err } = await roofcast('estimate', '--model', 'llama-3.1-405b', '--hardware', 'rtx-4090');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: llama-3\.1-405b needs 8\d\d\.\d GB and rtx-4090 has 2\d\.\d\d GB: \d{3}\.\d GB short; it fits with /,
    );
  });
});

describe('a YAML file', () => {
  it.each([
    [
      'an unknown field',
      '    bandwith: { value: 4 TB/s, source: mine }',
      /:11:\d+ memory\.hbm\.bandwith: .*did you mean "bandwidth"\?/,
    ],
    [
      'a missing unit',
      '    bandwidth: { value: 4, source: mine }',
      /:11:\d+ memory\.hbm\.bandwidth: "4" has no unit; write it as in "3\.35 TB\/s"/,
    ],
    [
      'bits for bytes',
      '    bandwidth: { value: 4 Tb/s, source: mine }',
      /"4 Tb\/s" is in bits, not bytes; write TB\/s/,
    ],
    ['a negative bandwidth', '    bandwidth: { value: -4 TB/s, source: mine }', /"-4 TB\/s" is negative/],
  ])('with %s is refused at its line and column', async (_, lines, message) => {
    const file = chip('bad.yaml', lines);
    const { code, out, err } = await roofcast('estimate', '--model', 'llama-2-7b', '--hardware', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: ${file}:11:`);
    expect(err).toMatch(message);
  });

  it('that is not there is named', async () => {
    const { code, err } = await roofcast('estimate', '--model', './nope.yaml', '--hardware', 'h100');
    expect(code).toBe(1);
    expect(err).toContain('error: ./nope.yaml:1:1: there is no such file');
    expect((await roofcast('show', folder + path.sep)).err).toContain('is a folder');
  });

  it('may build upon a built-in machine, and is its own source', async () => {
    const file = chip('chip.yaml', '    bandwidth: { value: 6.7 TB/s, source: mine }');
    const args = ['--model', 'llama-2-7b', '--hardware', file];
    expect(await roofcast('estimate', ...args)).toMatchObject({
      code: 0,
      out: expect.stringContaining('on My chip with'),
    });
    const explained = await roofcast('explain', ...args);
    expect(explained.out).toContain('my-chip memory.hbm.bandwidth [1]');
    expect(explained.out).toContain('1. assumed, 2026-11-21: a thought');
    expect((await roofcast('show', file)).out).toMatch(/hbm .* 6\.7 TB\/s/);
  });

  it('may describe a model or an engine as well', async () => {
    const tune = 'id: my-tune\nname: My tune\nvendor: Me\naliases: []\nsame-shape-as: llama-2-7b\n';
    const model = write(
      'model.yaml',
      `${tune}sources:\n  mine: { ref: 'a thought', date: 2026-11-21, kind: assumed }\n`,
    );
    const engine = path.resolve(import.meta.dirname, '../../engine-specs/llama.cpp.yaml');
    const args = ['--model', model, '--hardware', 'h100', '--engine', engine];
    const { code, out } = await roofcast('estimate', ...args);
    expect(code).toBe(0);
    expect(out).toContain('My tune on NVIDIA H100 SXM5 80 GB with llama.cpp (cuda)');
    expect((await roofcast('show', engine)).out).toContain('Constants');
    expect((await roofcast('show', model)).out).toContain('My tune (Me)');
  });
});

describe('an error', () => {
  it('is one JSON document on standard output where one was asked for', async () => {
    const { code, out, err } = await roofcast(...asked, '--batch', '0', '--json');
    expect(code).toBe(1);
    expect(err).toContain('error: --batch');
    expect(JSON.parse(out)).toEqual({
      error: {
        name: 'InvalidScenarioError',
        code: 'invalid-scenario',
        field: 'batch',
        value: 0,
        message: expect.stringContaining('0 is not a whole number'),
      },
    });
    const usage = await roofcast(...asked, '--nope', '--json');
    expect(JSON.parse(usage.out)).toEqual({
      error: { name: 'UsageError', code: 'usage', message: expect.stringContaining("'--nope'") },
    });
  });

  it('of the file system is one of the user', async () => {
    const { code, out, err } = await roofcast(...asked, '-o', path.join(folder, 'no', 'such', 'folder.txt'));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('cannot be written (ENOENT); name a file in a folder that exists');
  });

  it('shows its stack only with --debug', async () => {
    expect((await roofcast(...asked, '--batch', '0')).err).not.toContain('    at ');
    expect((await roofcast(...asked, '--batch', '0', '--debug')).err).toContain('    at ');
  });

  it('of our own making is called a bug: one line, a hint, and 2 at the end', async () => {
    const warnings: string[] = [];
    const broken = {
      write: (): void => {
        throw new TypeError('x is not a function');
      },
      warn: (text: string) => warnings.push(text),
      columns: 100,
    };
    expect(await run(['list', 'engines'], broken)).toBe(2);
    expect(warnings).toEqual([
      'internal error: x is not a function\n',
      'this is a bug in roofcast; run again with --debug for the stack\n',
    ]);
  });
});
