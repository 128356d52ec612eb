import { describe, expect, it } from 'vitest';
import type { EngineClass, EngineConstants, MultiplyRule } from '../../src/engine/types.js';
import type { Hardware } from '../../src/hardware/types.js';
import { type BlockFormat, requireFormat } from '../../src/model/formats.js';
import { measureOperator } from '../../src/model/measure.js';
import type { AttentionOperator, GatherOperator, ProductOperator } from '../../src/model/operators.js';
import { machineOf } from '../../src/roofline/machine.js';
import { layoutOf, placeInMemory } from '../../src/roofline/memory-times.js';
import { type OperatorTime, operatorTime } from '../../src/roofline/operator-time.js';
import { cacheLevel, engineClass, level, machine, PERFECT, peak, rules, unit } from '../laws/hand-made.js';

const f16 = requireFormat('f16');
const q4 = requireFormat('q4_0'); // 4.5 bits, 10 vector operations per weight

const footprint = { launches: 1, elements: 0 };

/** A matrix of 4096 x 4096. */
function product(format: BlockFormat = f16): ProductOperator {
  const [outer, inner] = [4096, 4096];
  return {
    kind: 'product',
    name: 'p',
    class: 'contraction',
    count: 1,
    eager: footprint,
    fused: footprint,
    outer,
    inner,
    format,
    rows: 'tokens',
  };
}

const WEIGHTS = 4096 ** 2;

function softmax(): AttentionOperator {
  const eager = { launches: 6, elements: 0 };
  return {
    kind: 'attention',
    name: 'a',
    class: 'contraction',
    count: 1,
    eager,
    fused: footprint,
    heads: 32,
    kvHeads: 8,
    headDim: 128,
    valueDim: 128,
    reach: { kind: 'full' },
    readWidth: 2 * 8 * 128,
    writtenWidth: 2 * 8 * 128,
    keptScores: 0,
  };
}

interface Case {
  readonly operator: ProductOperator | AttentionOperator | GatherOperator;
  readonly rows?: number;
  readonly context?: number;
  readonly hardware?: Hardware;
  readonly engine?: Partial<EngineClass>;
  readonly constants?: Partial<EngineConstants>;
}

/** Time on 100 TFLOP/s matrices, 10 TFLOP/s vectors and 1 TB/s, without losses and overlapped wholly. */
function time({
  operator,
  rows = 1,
  context = 0,
  hardware = machine(),
  engine = {},
  constants = {},
}: Case): OperatorTime {
  const computing = hardware.units[hardware.computeWith] ?? unit();
  const used = engineClass({ overlap: 'infinity', activationBytes: 0, ...engine }, { ...PERFECT, ...constants });
  const memory = placeInMemory(layoutOf(hardware.memory), { weightBytes: 1e12, cacheBytes: 0, activationBytes: 0 }, 2);
  const pass = { tokens: rows, sequences: 1, context, sampled: 1 };
  return operatorTime(
    operator,
    measureOperator(operator, pass, 'element-wise'),
    machineOf(hardware, computing, used),
    memory,
  );
}

describe('a product', () => {
  it('with one row takes the time to read its matrix', () => {
    const one = time({ operator: product() });
    expect(one.total).toBeCloseTo((2 * WEIGHTS) / 1e12, 12);
    expect(one.compute).toBeCloseTo((2 * WEIGHTS) / 100e12, 12);
  });

  it('turns compute bound at the ridge: 100 FLOP/B', () => {
    // 16-bit weights: two FLOPs per weight and row over two bytes, so as many rows
    const [below, above] = [99, 101].map((rows) => time({ operator: product(), rows }));
    expect(below?.memory).toBeGreaterThan(below?.compute ?? 0);
    expect(above?.compute).toBeGreaterThan(above?.memory ?? 0);
    expect(above?.total).toBe(above?.compute);
  });

  it('on a TPU v5e turns compute bound at 240 rows', () => {
    // jax-ml/scaling-book roofline.md: 1.97e14 / 8.20e11 = 240 tokens in bf16
    const shape = { kind: 'systolic', rows: 128, columns: 128 } as const;
    const v5e = machine({ unit: unit({ peaks: [peak(1.97e14, { shape })] }), memory: [level({ bandwidth: 8.2e11 })] });
    const bound = (rows: number) => {
      const { compute, memory } = time({ operator: product(), rows, hardware: v5e });
      return compute > memory;
    };
    expect([240, 241].map(bound)).toEqual([false, true]);
  });

  it('joins its terms as the engine overlaps them', () => {
    const { compute, memory, total } = time({ operator: product(), rows: 100, engine: { overlap: 1 } });
    expect(total).toBeCloseTo(compute + memory, 14);
    const square = time({ operator: product(), rows: 100, engine: { overlap: 2 } });
    expect(square.total).toBeCloseTo(Math.hypot(compute, memory), 14);
  });

  it('adds a launch, which nothing overlaps', () => {
    const bare = time({ operator: product() });
    const launched = time({ operator: product(), constants: { kernelOverhead: 5e-6 } });
    expect(launched.total - bare.total).toBeCloseTo(5e-6, 14);
    expect(launched.overhead).toBe(5e-6);
    expect(launched.launches).toBe(1);
  });

  it('takes longer by the efficiency of the memory or of the matrix engine', () => {
    const slow = time({ operator: product(), constants: { memoryEfficiency: 0.5, matrixEfficiency: 0.25 } });
    const bare = time({ operator: product() });
    expect(slow.memory / bare.memory).toBeCloseTo(2, 12);
    expect(slow.compute / bare.compute).toBeCloseTo(4, 12);
  });

  it('without any arithmetic for its format falls back to the vector unit', () => {
    const none = time({ operator: product(), engine: { multiply: [] } });
    expect(none.compute).toBeCloseTo((2 * WEIGHTS) / 10e12, 12);
    expect(none.arithmetic.peak).toBe(10e12);
  });
});

describe('the load limit', () => {
  it('binds where the cores have too few bytes in flight', () => {
    // 100 cores x 1 GHz x 8 B: 0.8 TB/s of 1
    const { load, memory, total } = time({ operator: product(), constants: { loadBytesPerClock: 8 } });
    expect(load / memory).toBeCloseTo(1.25, 12);
    expect(total).toBe(load);
  });

  const constants = { loadBytesPerClock: 8 };
  const waiting = { activationBytes: 4, multiply: rules({ tile: [64, 128], loads: 'per-tile' }) };

  it('counts all that a kernel brings into its tiles when it waits for them', () => {
    // 100 rows in two tiles of 64: weights of 2 B twice, and 128 rows of activations for each of 4096 / 128 tiles
    const { load, bytes } = time({ operator: product(), rows: 100, engine: waiting, constants });
    expect(load).toBeCloseTo((2 * 2 * WEIGHTS + 128 * 4096 * 4 * 32) / 0.8e12, 14);
    // From memory, everything comes once.
    expect(bytes).toBe(2 * WEIGHTS + 100 * 8192 * 4);
  });

  it('counts a tile for each expert, however few its rows', () => {
    const [few = 0, full = 0] = [4, 256].map((rows) => {
      const operator = { ...product(), routed: { experts: 4, active: 1 } };
      return time({ operator, rows: rows * 1000, engine: waiting, constants }).load / rows;
    });
    // 1000 and 64,000 rows to an expert: 16 tiles hold 1000 with 24 places left
    expect(few / full).toBeCloseTo(1024 / 1000, 3);
  });
});

describe('the matrices of a mixture', () => {
  const operator = { ...product(), routed: { experts: 8, active: 8 } };
  const launched = (more: Partial<MultiplyRule>) =>
    time({ operator, rows: 32, engine: { multiply: rules(more) }, constants: { kernelOverhead: 1e-6 } }).overhead;

  it('take one launch together, or as many as each has of its own', () => {
    expect(launched({})).toBeCloseTo(1e-6, 14);
    expect(launched({ launchesPerMatrix: 2 })).toBeCloseTo(16e-6, 14);
  });
});

describe('streams other than the weights', () => {
  // 1000 visible tokens and the new one, 8 heads of 128 + 128 elements, 2 bytes each
  const cacheBytes = 8 * 256 * 1001 * 2;

  it('have the efficiency of the weights where none of their own is stated', () => {
    const { memory } = time({ operator: softmax(), context: 999, constants: { memoryEfficiency: 0.8 } });
    expect(memory).toBeCloseTo(cacheBytes / 0.8e12, 14);
  });

  it('may be slower: the cache', () => {
    const constants = { memoryEfficiency: 0.8, cacheEfficiency: 0.25 };
    expect(time({ operator: softmax(), context: 999, constants }).memory).toBeCloseTo(cacheBytes / 0.25e12, 14);
    expect(time({ operator: product(), constants }).memory).toBeCloseTo((2 * WEIGHTS) / 0.8e12, 14);
  });

  it('may be slower: activations', () => {
    const constants = { memoryEfficiency: 0.8, activationEfficiency: 0.1 };
    const { memory } = time({ operator: product(), rows: 3, engine: { activationBytes: 2 }, constants });
    expect(memory).toBeCloseTo((2 * WEIGHTS) / 0.8e12 + (3 * 8192 * 2) / 0.1e12, 14);
  });

  it('are a part of what the unit can draw, where that is less than the memory gives', () => {
    const hardware = machine({ unit: unit({ bandwidth: 0.5e12 }) });
    const constants = { memoryEfficiency: 0.8, cacheEfficiency: 0.25 };
    const read = time({ operator: softmax(), context: 999, hardware, constants });
    expect(read.memory).toBeCloseTo(cacheBytes / (0.25 * 0.5e12), 14);
    expect(time({ operator: product(), hardware, constants }).memory).toBeCloseTo((2 * WEIGHTS) / (0.8 * 0.5e12), 14);
  });
});

function unpacked(more: Partial<MultiplyRule>, rows: number): OperatorTime {
  return time({ operator: product(q4), rows, engine: { multiply: rules(more) } });
}

describe('unpacking', () => {
  const once = (10 * WEIGHTS) / 10e12;

  it('takes the operations of the format per weight, on the vector unit', () => {
    expect(unpacked({}, 1).dequantisation).toBeCloseTo(once, 14);
  });

  it('adds to the arithmetic where both use the same units', () => {
    const { compute, dequantisation, total } = unpacked({ unpackRows: 512 }, 512);
    expect(dequantisation).toBeCloseTo(once, 14);
    expect(total).toBeCloseTo(compute + dequantisation, 14);
  });

  it('is done once per tile of rows', () => {
    const times = [1, 16, 17, 48].map((rows) => unpacked({ unpackRows: 16 }, rows).dequantisation / once);
    expect(times.map((factor) => Math.round(factor * 1e9) / 1e9)).toEqual([1, 1, 2, 3]);
  });

  it('takes less where packed bytes are worked on together', () => {
    expect(unpacked({ unpackWidth: 4 }, 1).dequantisation).toBeCloseTo(once / 4, 14);
  });

  it('to bytes takes the operations on bytes', () => {
    // q5_0: half an instruction for the field, one and a half for the fifth bit, at two operations each; four bytes a lane
    const q5 = requireFormat('q5_0');
    const engine = { multiply: rules({ unpackTo: 'bytes', unpackWidth: 4 }) };
    const { dequantisation } = time({ operator: product(q5), engine });
    expect(dequantisation).toBeCloseTo((3.5 * WEIGHTS) / 4 / 10e12, 14);
  });

  it('is done anew for every token of an expert, however few the expected rows', () => {
    // Mixtral: two tokens touch 3.2 of 8 experts, with 1.27 rows each: four unpackings in all, twice those of one token
    const routed = { ...product(q4), routed: { experts: 8, active: 2 } };
    const [one, two] = [1, 2].map(
      (rows) => time({ operator: routed, rows, engine: { multiply: rules() } }).dequantisation,
    );
    expect(one).toBeCloseTo(2 * once, 14);
    expect(two).toBeCloseTo(4 * once, 14);
    // 60 x 4/60 is not 4 in floating point; one row is one row nevertheless
    const sixty = { ...product(q4), routed: { experts: 60, active: 4 } };
    expect(time({ operator: sixty, engine: { multiply: rules() } }).dequantisation).toBeCloseTo(4 * once, 14);
  });

  it('hides behind a separate matrix engine, or hides it', () => {
    const few = unpacked({ unpacking: 'beside' }, 4);
    expect([few.compute, few.total]).toEqual([0, few.dequantisation]);
    const many = unpacked({ unpacking: 'beside', unpackRows: 1e6 }, 1000);
    expect([many.dequantisation, many.total]).toEqual([0, many.compute]);
  });

  it('in a kernel of its own writes 16 bits per weight and reads them again', () => {
    const { bytes, memory, total, overhead } = time({
      operator: product(q4),
      engine: { multiply: rules({ unpacking: 'materialised', unpackRows: 1e6 }) },
      constants: { kernelOverhead: 1e-6 },
    });
    expect(bytes).toBe(WEIGHTS * (4.5 / 8 + 2 + 2));
    expect(memory).toBeCloseTo(bytes / 1e12, 14);
    expect(overhead).toBeCloseTo(2e-6, 14); // two kernels
    expect(total).toBeGreaterThan(memory);
  });

  it('costs nothing where the format is multiplied as it is', () => {
    expect(unpacked({ unpacking: 'none' }, 1).dequantisation).toBe(0);
  });

  it('of 4 bits is worth its arithmetic while memory binds, and not beyond', () => {
    // Founding question 4: fewer bytes, more operations
    const seconds = (operator: ProductOperator, rows: number) =>
      time({ operator, rows, engine: { multiply: rules({ unpackRows: 8 }) } }).total;
    expect(seconds(product(q4), 1)).toBeLessThan(seconds(product(), 1));
    expect(seconds(product(q4), 512)).toBeGreaterThan(seconds(product(), 512));
  });
});

describe('bringing integer sums to scale', () => {
  function scaled(rescale: MultiplyRule['rescale'], rows: number, format = q4): number {
    const engine = { multiply: rules({ unpacking: 'none', ...(rescale ? { rescale } : {}) }) };
    return time({ operator: product(format), rows, engine }).dequantisation;
  }

  it('takes its operations for every block of 32 weights and every row', () => {
    const once = ((WEIGHTS / 32) * 64) / 10e12;
    expect(scaled({ per: 'block', operations: 64 }, 1)).toBeCloseTo(once, 14);
    expect(scaled({ per: 'block', operations: 64 }, 12)).toBeCloseTo(12 * once, 14);
    expect(scaled(undefined, 12)).toBe(0);
  });

  it('goes by the super-block, or by the groups within it that have scales of their own', () => {
    const q6 = requireFormat('q6_k'); // 256 weights, 16 to a scale
    const [block = 0, group] = (['block', 'group'] as const).map((per) => scaled({ per, operations: 8 }, 4, q6));
    expect(block).toBeCloseTo((4 * (WEIGHTS / 256) * 8) / 10e12, 14);
    expect(group).toBeCloseTo(16 * block, 14);
  });

  it('costs nothing where a whole row has one scale', () => {
    expect(scaled({ per: 'block', operations: 8 }, 4, requireFormat('int4-channel'))).toBe(0);
  });

  it('adds to unpacking, and like it races beside a matrix engine', () => {
    const rescale = { per: 'block', operations: 8 } as const;
    const both = unpacked({ rescale, unpackRows: 8 }, 8).dequantisation;
    expect(both).toBeCloseTo(unpacked({ unpackRows: 8 }, 8).dequantisation + scaled(rescale, 8), 14);
    const { compute, total } = unpacked({ rescale: { per: 'block', operations: 640 }, unpacking: 'beside' }, 512);
    expect([compute, total]).toEqual([0, unpacked({ rescale: { per: 'block', operations: 640 } }, 512).dequantisation]);
  });
});

describe('attention', () => {
  it('of one token takes the time to read the cache', () => {
    const { bytes, total } = time({ operator: softmax(), context: 9999 });
    // 8 key heads of 128 + 128 at 16 bits: 10,000 read and one written
    expect(bytes).toBe(10_001 * 8 * 256 * 2);
    expect(total).toBeCloseTo(bytes / 1e12, 14);
  });

  it('whose query heads read for themselves reads four times where four share a key head', () => {
    const [shared, own] = (['key-heads', 'query-heads'] as const).map((cacheReads) =>
      time({ operator: softmax(), context: 9999, engine: { cacheReads } }),
    );
    expect(own?.bytes).toBe(4 * 10_001 * 8 * 256 * 2);
    expect((own?.memory ?? 0) / (shared?.memory ?? 1)).toBeCloseTo(4, 12);
    expect(own?.compute).toBe(shared?.compute);
  });

  it('of a long prompt takes the time of its FLOPs', () => {
    const { compute, total } = time({ operator: softmax(), rows: 8192, constants: { attentionEfficiency: 0.5 } });
    expect(compute).toBeCloseTo((2 * ((8192 * 8193) / 2) * 32 * 256) / 50e12, 12);
    expect(total).toBe(compute);
  });

  it('in tiles of 16 rows leaves three quarters idle with the 4 rows of grouped heads', () => {
    const rule = { rows: [1, 1e9], path: 'matrix', multiply: 'f16', accumulate: 'f32' } as const;
    const [free = 0, tiled = 0] = [rule, { ...rule, tile: 16 }].map(
      (one) => time({ operator: softmax(), context: 9999, engine: { attentionRules: [one] } }).compute,
    );
    expect(tiled / free).toBeCloseTo(4, 12);
  });

  it('that materialises its scores moves four of them and launches as eager code does', () => {
    const engine = { activationBytes: 2, attention: 'materialised' } as const;
    const constants = { kernelOverhead: 1e-6 };
    const [kept, written] = [{ activationBytes: 2 }, engine].map((parts) =>
      time({ operator: softmax(), rows: 1024, engine: parts, constants }),
    );
    // Those that the mask hides are among them.
    const scores = 1024 * 1024 * 32;
    expect((written?.bytes ?? 0) - (kept?.bytes ?? 0)).toBe(4 * scores * 2);
    expect((written?.compute ?? 0) / (kept?.compute ?? 0)).toBeCloseTo(2048 / 1025, 12);
    const six = time({ operator: softmax(), rows: 1024, engine: { ...engine, scoreMoves: 6 } });
    expect(six.bytes - (kept?.bytes ?? 0)).toBe(6 * scores * 2);
    expect([kept?.overhead, written?.overhead]).toEqual([1e-6, 6e-6]);
  });

  it('that materialises its scores computes those that the mask hides', () => {
    const compute = (context: number, rows: number) =>
      time({ operator: softmax(), rows, context, engine: { attention: 'materialised' } }).compute;
    expect(compute(0, 512)).toBeCloseTo((2 * 512 ** 2 * 32 * 256) / 100e12, 14);
    expect(compute(3584, 512)).toBeCloseTo((2 * 512 * 4096 * 32 * 256) / 100e12, 12);
    // A single token sees all
    expect(compute(4095, 1)).toBe(time({ operator: softmax(), context: 4095 }).compute);
  });

  it('loads its cache once for every few rows of queries that a reading serves', () => {
    const hardware = machine({ unit: unit({ count: 10, clock: 1e9 }) });
    const load = (rows: number, readRows?: number) => {
      const read = readRows === undefined ? {} : { readRows };
      const attentionRules = [{ rows: [1, 1e9], path: 'matrix', multiply: 'f16', accumulate: 'f32', ...read }] as const;
      const parts = { operator: softmax(), rows, context: 1000 - rows, hardware, engine: { attentionRules } };
      return time({ ...parts, constants: { loadBytesPerClock: 10 } }).load;
    };
    const token = 8 * 256 * 2; // bytes of keys and values
    // 1000 tokens read and one written, at 100 GB/s
    expect(load(1)).toBeCloseTo((1001 * token) / 100e9, 14);
    // Each of the 4 query heads that share a key head reads for itself
    expect(load(1, 1)).toBeCloseTo((4 * 1001 * token) / 100e9, 14);
    // 16 tokens x 4 heads in tiles of 8
    expect(load(16, 8)).toBeCloseTo((8 * 1016 * token) / 100e9, 14);
  });
});

describe('rules of attention', () => {
  it('may hold for one kind of attention, at an efficiency of their own', () => {
    const arithmetic = { rows: [1, 1e9], path: 'matrix', multiply: 'f16', accumulate: 'f32' } as const;
    const attentionRules = [{ ...arithmetic, attention: 'materialised', efficiency: 0.25 } as const, arithmetic];
    const compute = (attention: 'fused' | 'materialised') =>
      time({ operator: softmax(), rows: 1024, engine: { attention, attentionRules } }).compute;
    expect(compute('materialised') / compute('fused')).toBeCloseTo((4 * 2048) / 1025, 12);
  });
});

describe('a product whose activations are converted', () => {
  it('writes and reads them once more, in kernels of their own', () => {
    // 1000 rows of 4096 in, 4 B read and 2 written; as many out, 2 read and 4 written
    const engine = { activationBytes: 4, multiply: rules({ converted: [2, 2], kernels: 3 }) };
    const constants = { kernelOverhead: 1e-6 };
    const plain = time({ operator: product(), rows: 1000, engine: { activationBytes: 4 }, constants });
    const converted = time({ operator: product(), rows: 1000, engine, constants });
    const seconds = (1000 * 4096 * (6 + 6)) / 1e12;
    expect(converted.memory - plain.memory).toBeCloseTo(seconds, 14);
    expect(converted.total - plain.total).toBeCloseTo(seconds + 2e-6, 14);
    expect(converted.overhead).toBeCloseTo(3e-6, 14);
  });
});

describe('activations', () => {
  const engine = { activationBytes: 2 };
  const hardware = machine({ memory: [cacheLevel({ capacity: 64e6 }), level()] });

  it('stay in a cache while they take half of it, and cross no memory', () => {
    const { bytes } = time({ operator: product(), rows: 1000, hardware, engine });
    expect(bytes).toBe(2 * WEIGHTS);
  });

  it('go to memory beyond', () => {
    // 2000 rows x 8192 x 2 B = 32.8 MB
    const { bytes } = time({ operator: product(), rows: 2000, hardware, engine });
    expect(bytes).toBe(2 * WEIGHTS + 2000 * 8192 * 2);
  });
});

it('a unit that draws less than the memory gives is held to what it draws, and reaches as much of that', () => {
  const slow = machine({ unit: unit({ bandwidth: 0.2e12 }) });
  const { memory } = time({ operator: product(), hardware: slow, constants: { memoryEfficiency: 0.8 } });
  expect(memory).toBeCloseTo((2 * WEIGHTS) / (0.8 * 0.2e12), 14);
});

it('cores that meet at the end of a kernel each add to its overhead', () => {
  // 100 cores, 20 ns each
  const { overhead } = time({ operator: product(), constants: { kernelOverhead: 1e-6, coreOverhead: 20e-9 } });
  expect(overhead).toBeCloseTo(3e-6, 14);
});

it('a gather moves its rows and no more', () => {
  const elements = 4096;
  const operator: GatherOperator = {
    kind: 'gather',
    name: 'g',
    class: 'gather',
    count: 1,
    eager: footprint,
    fused: footprint,
    bytesPerToken: 2 * elements,
  };
  expect(time({ operator, rows: 5 }).bytes).toBe(5 * 2 * elements);
});
