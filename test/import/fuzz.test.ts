/*
 * Damaged and hostile files of every kind: what comes of them is a model, or one error of our own that says what is wrong.
 * The seeds are fixed, so that a failure comes again.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelFileError } from '../../src/errors.js';
import { importModel } from '../../src/import/load.js';
import { tryEstimate } from '../../src/index.js';
import { configs } from './configs.js';
import { deepseek2File, gemma3File, gptOssFile, jambaFile, llamaFile, qwen3NextFile } from './gguf-files.js';
import { ggufHeader } from './gguf-writer.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Outcome = 'model' | 'refused';

/** Reads a file of these bytes; throws when anything but a usable model or a `ModelFileError` comes of it. */
function read(name: string, bytes: string | Uint8Array): Outcome {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  try {
    const { model, weights } = importModel(file);
    expectUsable(model, weights);
    return 'model';
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    expect(error.message).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(error.message.length).toBeLessThan(1000);
    return 'refused';
  }
}

/** A model that was read gives finite numbers, or an error of our own: `tryEstimate` throws any other. */
function expectUsable(model: Parameters<typeof tryEstimate>[0]['model'], weights: unknown): void {
  const outcome = tryEstimate({
    model,
    hardware: 'h100-sxm-80gb',
    engine: 'ideal',
    promptTokens: 4,
    outputTokens: 2,
    ...(weights === undefined ? {} : { weights: weights as never }),
  });
  if (outcome.ok) expect(outcome.estimate.decode.tokensPerSecond.expected).toBeGreaterThan(0);
}

/** Bytes that a run of the tests may add to what the process holds: far less than any file claims. */
const BOUND = 400e6;

function boundedMemory(work: () => void): void {
  const before = process.memoryUsage().rss;
  work();
  expect(process.memoryUsage().rss - before).toBeLessThan(BOUND);
}

const headers = [
  llamaFile(undefined, { layers: 2 }),
  gptOssFile(),
  gemma3File(),
  deepseek2File(),
  qwen3NextFile(),
  jambaFile(),
].map(ggufHeader);
const texts = Object.values(configs).map((config) => JSON.stringify(config, undefined, 1));

describe('a file that is cut off', () => {
  it('at every third byte of a short GGUF header is refused', () => {
    const [bytes = Buffer.alloc(0)] = headers;
    boundedMemory(() => {
      for (let end = 0; end < bytes.length; end += 3)
        expect([end, read('m.gguf', bytes.subarray(0, end))]).toEqual([end, 'refused']);
    });
  });

  it('at 60 places of each longer header is refused', () => {
    boundedMemory(() => {
      for (const bytes of headers.slice(1)) {
        const step = Math.ceil(bytes.length / 60);
        for (let end = 0; end < bytes.length; end += step)
          expect([end, read('m.gguf', bytes.subarray(0, end))]).toEqual([end, 'refused']);
      }
    });
  });

  it('at every 41st byte of a config.json of each architecture is refused', () => {
    boundedMemory(() => {
      for (const text of texts) {
        for (let end = 0; end < text.length; end += 41)
          expect([end, read('config.json', text.slice(0, end))]).toEqual([end, 'refused']);
      }
    });
  });
});

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const flips = fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 });
/** Counts and lengths as hostile files have them. */
const counts = fc.constantFrom(
  0n,
  1n,
  2n ** 31n,
  2n ** 32n - 1n,
  10_000_000_000n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
);

describe('a GGUF file', () => {
  it('with any bytes changed gives a model or one error', () => {
    boundedMemory(() =>
      fc.assert(
        fc.property(fc.constantFrom(...headers), flips, (header, changes) => {
          const bytes = Buffer.from(header);
          for (const [where, mask] of changes) {
            const index = Math.floor(where * bytes.length);
            bytes[index] = (bytes[index] ?? 0) ^ mask;
          }
          read('m.gguf', bytes);
        }),
        { seed: 20261121, numRuns: 400 },
      ),
    );
  });

  it('with any eight bytes made a huge count gives a model or one error', () => {
    boundedMemory(() =>
      fc.assert(
        fc.property(fc.constantFrom(...headers), place, counts, (header, where, count) => {
          const bytes = Buffer.from(header);
          bytes.writeBigUInt64LE(count, Math.floor(where * (bytes.length - 8)));
          read('m.gguf', bytes);
        }),
        { seed: 20261122, numRuns: 400 },
      ),
    );
  });

  it('of endless names is refused in a few words', () => {
    const file = llamaFile(undefined, { layers: 2 });
    const long = 'x'.repeat(60_000);
    const renamed = (name: string) => ({ ...file, tensors: [...file.tensors, { name, dims: [8], type: 'f32' }] });
    for (const damaged of [
      { ...file, values: { ...file.values, 'general.architecture': long } },
      { ...file, values: { ...file.values, 'llama.block_count': long } },
      { ...file, values: { ...file.values, 'split.count': long } },
      { ...file, values: { ...file.values, 'general.type': long } },
      { ...file, values: { ...file.values, 'llama.attention.head_count': Array.from({ length: 60_000 }, () => 0) } },
      renamed(`blk.9.${long}`),
      renamed(`blk.1.${long}`),
      renamed(long),
    ])
      expect(read('m.gguf', ggufHeader(damaged))).toBe('refused');
  });

  it('of nothing but noise behind its magic is refused', () => {
    boundedMemory(() =>
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 0, maxLength: 400 }), (noise) => {
          const start = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), noise]);
          expect(read('m.gguf', start)).toBe('refused');
        }),
        { seed: 20261123, numRuns: 300 },
      ),
    );
  });
});

/** Values that no field of a configuration should have. */
const hostile = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  4096 ** 3,
  '',
  'x'.repeat(100_000),
  [],
  [[[[]]]],
  {},
  { __proto__: null, constructor: 1 },
);

describe('a config.json', () => {
  it('with any bytes changed gives a model or one error', () => {
    boundedMemory(() =>
      fc.assert(
        fc.property(fc.constantFrom(...texts), flips, (text, changes) => {
          const bytes = Buffer.from(text);
          for (const [where, mask] of changes) {
            const index = Math.floor(where * bytes.length);
            bytes[index] = (bytes[index] ?? 0) ^ mask;
          }
          read('config.json', bytes);
        }),
        { seed: 20261124, numRuns: 400 },
      ),
    );
  });

  it('with any field replaced gives a model or one error', () => {
    boundedMemory(() =>
      fc.assert(
        fc.property(fc.constantFrom(...Object.values(configs)), place, hostile, (config, where, value) => {
          const names = Object.keys(config);
          const name = names[Math.floor(where * names.length)] ?? '';
          read('config.json', JSON.stringify({ ...config, [name]: value }));
        }),
        { seed: 20261125, numRuns: 250 },
      ),
    );
  });

  it('of any JSON whatever is refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(read('config.json', text)).toBe('refused');
      }),
      { seed: 20261126, numRuns: 300 },
    );
  });
});
