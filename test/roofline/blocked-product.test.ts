import { describe, expect, it } from 'vitest';
import type { Blocks } from '../../src/engine/types.js';
import { requireFormat } from '../../src/model/formats.js';
import { measureOperator } from '../../src/model/measure.js';
import type { ProductOperator } from '../../src/model/operators.js';
import { type BlockedProduct, blockedProduct } from '../../src/roofline/blocked-product.js';
import { machineOf } from '../../src/roofline/machine.js';
import { layoutOf, placeInMemory } from '../../src/roofline/memory-times.js';
import { cacheLevel, engineClass, level, machine, rule, unit } from '../laws/hand-made.js';

const BLOCKS: Blocks = { rows: 128, columns: 128, granule: 16, bytesPerClock: 25 };
const [OUTER, INNER] = [12800, 4096];
const WEIGHT_BYTES = (OUTER * INNER * 4.5) / 8;

const footprint = { launches: 1, elements: 0 };
const q4: ProductOperator = {
  kind: 'product',
  name: 'p',
  class: 'contraction',
  count: 1,
  eager: footprint,
  fused: footprint,
  outer: OUTER,
  inner: INNER,
  format: requireFormat('q4_0'),
  rows: 'tokens',
};

/** On 50 cores at 1 GHz, which take 50 x 128 columns at a time: half of the weights. Inputs are kept in one byte. */
function blocked(rows: number, operator = q4, cache = 0): BlockedProduct | undefined {
  const cores = unit({ count: 50, clock: 1e9 });
  const hardware = machine({ unit: cores, memory: [...(cache ? [cacheLevel({ capacity: cache })] : []), level()] });
  const blocky = rule('quantised', { blocks: BLOCKS, converted: [1, 0] });
  const demand = { weightBytes: 1e12, cacheBytes: 0, activationBytes: 0 };
  const memory = placeInMemory(layoutOf(hardware.memory), demand, 2);
  const work = measureOperator(operator, { tokens: rows, sequences: 1, context: 0, sampled: 1 }, 'element-wise');
  return blockedProduct(blocky, operator, work, machineOf(hardware, cores, engineClass()), memory);
}

describe('rows of a blocked product', () => {
  it('come in as few blocks as hold them, as narrow as the granule lets them be', () => {
    const taken = [1, 16, 17, 128, 130, 500, 512].map((rows) => blocked(rows));
    expect(taken.map((one) => one?.rows)).toEqual([16, 16, 32, 128, 160, 512, 512]);
    expect(taken.map((one) => one?.rowBlocks)).toEqual([1, 1, 1, 1, 2, 4, 4]);
  });

  it('of an expert leave its last block half full, in blocks as wide as the batch needs', () => {
    // 4096 tokens, each to 2 of 8 experts: all are touched, 1024 rows each on average
    const routed = { ...q4, routed: { experts: 8, active: 2 } };
    const { rows = 0, rowBlocks = 0 } = blocked(4096, routed) ?? {};
    expect(rowBlocks).toBeCloseTo(8.5, 6);
    expect(rows).toBeCloseTo(8.5 * 128, 4);
  });
});

it('loads the weights for every block of rows, and the inputs for every block of columns', () => {
  const bytes = 4 * WEIGHT_BYTES + 512 * INNER * 100;
  expect(blocked(512)?.loading).toBeCloseTo(bytes / (25 * 1e9 * 50), 12);
});

describe('weights of a blocked product', () => {
  it('are read once for every block of rows', () => {
    expect(blocked(128)?.timesRead).toBe(1);
    expect(blocked(512)?.timesRead).toBe(4);
  });

  it('are read once where half of a cache holds what the cores sweep, and in between in between', () => {
    const swept = WEIGHT_BYTES / 2 + 512 * INNER;
    expect(blocked(512, q4, 2 * swept)?.timesRead).toBe(1);
    expect(blocked(512, q4, swept)?.timesRead).toBe(4);
    expect(blocked(512, q4, (4 / 3) * swept)?.timesRead).toBeCloseTo(2.5, 12);
  });
});

it('columns that do not fill their last block are computed with it', () => {
  expect(blocked(512, { ...q4, outer: 100 })?.columnPadding).toBe(1.28);
});
