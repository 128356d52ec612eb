import { describe, expect, it } from 'vitest';
import { parseEngine } from '../../src/spec/engine.js';
import { changed, problemsOf } from './samples.js';

const engineText = `id: fast
name: Fast
vendor: Acme
sources:
  fit: { ref: 'acme.example/fit', date: 2026-11-21, kind: measured }
usual-for:
  - { backend: cuda, technologies: [gddr], rank: 1 }
weight-families: [float]
kv-formats: [f16]
classes:
  cuda:
    backend: cuda
    when: { features: [dp4a] }
    era: { from: 2024-06 }
    fusion: element-wise
    attention: fused
    chunk: 512
    activation-bytes: 2
    overlap: 2
    source: fit
    attention-rules:
      - { rows: [1, 1e9], path: vector, multiply: f32, accumulate: f32 }
    multiply:
      - { weights: [float], rows: [9, 1e9], path: matrix, multiply: f16, accumulate: f32, tile: [128, 64] }
      - { weights: [float], rows: [1, 1e9], path: vector, multiply: f32, accumulate: f32 }
    constants:
      memory-efficiency: { value: 0.85, bounds: [0.6, 0.98], source: fit }
      load-bytes-per-clock: { value: 8 B, bounds: [3 B, 64 B], source: fit }
      matrix-efficiency: { value: 0.6, source: fit }
      vector-efficiency: { value: 0.6, source: fit }
      attention-efficiency: { value: 0.3, source: fit }
      kernel-overhead: { value: 1.5 us, bounds: [0 us, 6 us], source: fit }
      step-overhead: { value: 50 us, source: fit }
      request-overhead: { value: 0 us, source: fit }
    residuals:
      decode: { low: -0.2, high: 0.15, basis: 40 rows of 12 devices }
  old:
    extends: cuda
    era: { until: 2024-05 }
    overlap: 1
    constants: { load-bytes-per-clock: null, step-overhead: { value: 90 us, source: fit } }
`;

const parse = (text: string) => parseEngine(text, { file: 'fast.yaml' });

it('an engine in YAML says what its kernels read and how experts fill tiles', () => {
  const text = engineText
    .replace('accumulate: f32 }\n    multiply', 'accumulate: f32, read-rows: 8 }\n    multiply')
    .replace('tile: [128, 64] }', 'tile: [128, 64], experts: uneven }');
  const [first] = parse(text).engine.classes;
  expect(first?.attentionRules[0]).toEqual({
    rows: [1, 1e9],
    path: 'vector',
    multiply: 'f32',
    accumulate: 'f32',
    readRows: 8,
  });
  expect(first?.multiply[0]).toMatchObject({ tile: [128, 64], unpackRows: 128, experts: 'uneven' });
  expect(first?.multiply[1]).not.toHaveProperty('experts');
});

describe('an engine in YAML', () => {
  const { engine, sources } = parse(engineText);

  it('becomes classes in their order, with constants in SI units and their bounds apart', () => {
    expect(engine.classes.map(({ id }) => id)).toEqual(['cuda', 'old']);
    expect(engine.classes[0]).toMatchObject({
      when: { features: ['dp4a'] },
      era: { from: '2024-06' },
      choice: 'first',
      constants: { memoryEfficiency: 0.85, loadBytesPerClock: 8, kernelOverhead: 1.5e-6, requestOverhead: 0 },
      bounds: { memoryEfficiency: [0.6, 0.98], loadBytesPerClock: [3, 64], kernelOverhead: [0, 6e-6] },
      residuals: { decode: { low: -0.2, high: 0.15, basis: '40 rows of 12 devices' } },
    });
  });

  it('writes out the defaults of a rule: nothing is unpacked, and one unpacking serves a tile of rows', () => {
    expect(engine.classes[0]?.multiply).toMatchObject([
      { unpacking: 'none', unpackTo: 'floats', unpackWidth: 1, unpackRows: 128, tile: [128, 64] },
      { unpacking: 'none', unpackTo: 'floats', unpackWidth: 1, unpackRows: 1 },
    ]);
    expect(engine.classes[0]?.multiply[0]).not.toHaveProperty('rescale');
    expect(engine.classes[0]?.multiply[0]).not.toHaveProperty('era');
    expect(engine.classes[0]?.constants).not.toHaveProperty('coreOverhead');
  });

  it('takes what a kernel does beside its products, since when, and what each core adds to an overhead', () => {
    const more = 'era: { from: 2025-03 }, unpack-to: bytes, rescale: { per: block, operations: 64 } }';
    const core = 'kernel-overhead: { value: 1.5 us, bounds: [0 us, 6 us], source: fit }';
    const text = changed(
      changed(engineText, 'accumulate: f32, tile: [128, 64] }', `accumulate: f32, ${more}`),
      core,
      `${core}\n      core-overhead: { value: 0.2 us, bounds: [0 us, 1 us], source: fit }`,
    );
    const [cuda] = parse(text).engine.classes;
    expect(cuda?.multiply[0]).toMatchObject({
      era: { from: '2025-03' },
      unpackTo: 'bytes',
      rescale: { per: 'block', operations: 64 },
    });
    expect(cuda?.constants.coreOverhead).toBeCloseTo(2e-7, 20);
    expect(cuda?.bounds.coreOverhead?.[1]).toBeCloseTo(1e-6, 20);
  });

  it('takes which products a kernel serves and what it waits for, and which heads an attention kernel', () => {
    const more = 'products: routed, tile: [64, 64], loads: per-tile, launches-per-matrix: 2 }';
    const heads = 'heads: grouped, head-width: [1, 128], era: { from: 2026-02 }, tile: 16 }';
    const text = changed(
      changed(engineText, 'accumulate: f32, tile: [128, 64] }', `accumulate: f32, ${more}`),
      '{ rows: [1, 1e9], path: vector, multiply: f32, accumulate: f32 }',
      `{ rows: [1, 1e9], path: vector, multiply: f32, accumulate: f32, ${heads}`,
    );
    const [cuda] = parse(text).engine.classes;
    expect(cuda?.multiply[0]).toMatchObject({ products: 'routed', loads: 'per-tile', launchesPerMatrix: 2 });
    expect(cuda?.attentionRules[0]).toMatchObject({
      heads: 'grouped',
      headWidth: [1, 128],
      era: { from: '2026-02' },
      tile: 16,
    });
    expect(Object.keys(engine.classes[0]?.attentionRules[0] ?? {})).toEqual(['rows', 'path', 'multiply', 'accumulate']);
  });

  it('lets a class change another one of its file; a load limit that is not stated is none', () => {
    expect(engine.classes[1]).toMatchObject({
      backend: 'cuda',
      era: { from: '2024-06', until: '2024-05' },
      overlap: 1,
      constants: { memoryEfficiency: 0.85, stepOverhead: 90e-6 },
    });
    expect(engine.classes[1]?.constants).not.toHaveProperty('loadBytesPerClock');
  });

  it('says what reads the cache, how requests take turns, which passes are graphs and what the host does', () => {
    const text = engineText
      .replace('fusion: element-wise', 'fusion: projections\n    cache-reads: query-heads')
      .replace('chunk: 512', 'chunk: 512\n    scheduler: continuous\n    graphs: decode')
      .replace(
        '    residuals:',
        '      dispatch-overhead: { value: 8 us, source: fit }\n      sequence-overhead: { value: 40 us, bounds: [1 us, 500 us], source: fit }\n    residuals:',
      );
    const [stated, usual] = [parse(text).engine.classes[0], parse(engineText).engine.classes[0]];
    expect(stated).toMatchObject({
      fusion: 'projections',
      cacheReads: 'query-heads',
      scheduler: 'continuous',
      graphs: 'decode',
      constants: { dispatchOverhead: 8e-6, sequenceOverhead: 40e-6 },
      bounds: { sequenceOverhead: [1e-6, 500e-6] },
    });
    expect(usual).toMatchObject({ cacheReads: 'key-heads', scheduler: 'static', graphs: 'none' });
    expect(usual?.constants).not.toHaveProperty('dispatchOverhead');
    expect(usual?.constants).not.toHaveProperty('sequenceOverhead');
  });

  it('may fix the context, price streams apart, and give names of weights a meaning of its own', () => {
    const text = engineText
      .replace('classes:', 'weight-schemes:\n  w4a16: { scheme: int4-channel-w8-head, cache: int8 }\nclasses:')
      .replace('    chunk: ', '    fixed-context: 4096\n    chunk: ')
      .replace(
        '    constants:\n',
        '    constants:\n      cache-efficiency: { value: 0.25, bounds: [0.1, 1], source: fit }\n',
      );
    const { engine: compiled } = parse(text);
    expect(compiled.weightSchemes).toEqual({ w4a16: { scheme: 'int4-channel-w8-head', cache: 'int8' } });
    expect(compiled.classes[0]).toMatchObject({
      fixedContext: 4096,
      constants: { cacheEfficiency: 0.25 },
      bounds: { cacheEfficiency: [0.1, 1] },
    });
    expect(engine).not.toHaveProperty('weightSchemes');
    expect(engine.classes[0]).not.toHaveProperty('fixedContext');
  });

  it('says where each constant comes from', () => {
    expect(sources.figures['classes.cuda.constants.kernelOverhead']?.kind).toBe('measured');
    expect(sources.figures['classes.old']?.ref).toBe('acme.example/fit');
  });

  it.each<[string, string, string, string]>([
    [
      'a class that is not there',
      'extends: cuda',
      'extends: cudas',
      'fast.yaml:38:14 classes.old.extends: "cudas" is not here; did you mean "cuda"?',
    ],
    [
      'a class that extends itself',
      'extends: cuda',
      'extends: old',
      'fast.yaml:38:14 classes.old.extends: "old" leads back to itself; the chain is old > old',
    ],
    [
      'a constant without its unit, once for all who inherit it',
      'value: 1.5 us',
      'value: 1.5',
      'fast.yaml:32:33 classes.cuda.constants.kernel-overhead: "1.5" has no unit; write it as in "1.5 us"',
    ],
    [
      'an efficiency above one',
      '{ value: 0.85,',
      '{ value: 1.85,',
      'fast.yaml:27:35 classes.cuda.constants.memory-efficiency: "1.85" is not a fraction; write a number from 0 to 1',
    ],
    [
      'bounds in the wrong order',
      '[0.6, 0.98]',
      '[0.98, 0.6]',
      'fast.yaml:27:49 classes.cuda.constants.memory-efficiency.bounds: ends before it begins; write [least, most]',
    ],
    [
      'an exponent that needs a power',
      'overlap: 2',
      'overlap: 3',
      'fast.yaml:19:14 classes.cuda.overlap: "3" is not allowed; allowed here: 1, 2, 4, 8, infinity',
    ],
    [
      'a format that no unit multiplies',
      'path: matrix, multiply: f16',
      'path: matrix, multiply: q4_0',
      'fast.yaml:24:69 classes.cuda.multiply[0].multiply: "q4_0" is not allowed; allowed here: f64, f32, tf32, f16, bf16, fp8, fp6, fp4, int16, int8, int4',
    ],
  ])('refuses %s', (_name, from, to, message) => {
    expect(problemsOf(() => parse(changed(engineText, from, to)))).toEqual([message]);
  });
});
