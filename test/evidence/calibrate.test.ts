import { describe, expect, it } from 'vitest';
import type { EngineConstants } from '../../src/engine/types.js';
import { type Calibration, calibrateEngine } from '../../src/evidence/calibrate.js';
import type { Row } from '../../src/evidence/row.js';
import { type LocatedRow, validateRows } from '../../src/evidence/validate.js';
import { getEngine } from '../../src/index.js';
import { engine, engineClass, level, machine } from '../laws/hand-made.js';
import { row, workshop } from './samples.js';

const parent = engineClass({
  id: 'gpu',
  bounds: { memoryEfficiency: [0.5, 1], matrixEfficiency: [0.05, 1], kernelOverhead: [1e-7, 30e-6] },
});
const child = engineClass({
  ...parent,
  id: 'gpu-npu',
  parent: 'gpu',
  when: { kinds: ['npu'] },
  fits: ['kernelOverhead'],
});
const other = engineClass({ id: 'cpu', backend: 'cpu' });
const used = engine(parent, child, other);
const specs = workshop(used, [machine({ memory: [level({ bandwidth: 1e12 })] })]);

/** Rows that the engine would give if a class had these constants. */
function rowsUnder(truth: Partial<EngineConstants>, tests: readonly Row[]): LocatedRow[] {
  const changed = engine(engineClass({ ...parent, constants: { ...parent.constants, ...truth } }), child, other);
  const asked = tests.map((cells, index) => ({ line: index + 2, cells: row(cells) }));
  const { rows } = validateRows(
    asked,
    workshop(changed, [machine({ memory: [level({ bandwidth: 1e12 })] })]),
    getEngine('ideal'),
  );
  return asked.map((one, index) => ({ ...one, cells: { ...one.cells, value: String(rows[index]?.expected) } }));
}

const there: Row = { hardware_id: 'hand-made', engine: 'hand-made', weight_format: 'f16', options: '' };
const decode: Row = { ...there, metric: 'decode_tok_s', value: '1' };
const prefill: Row = { ...there, metric: 'prefill_tok_s', phase: 'prefill', input_tokens: '512', value: '1' };
const MODELS = ['llama-2-7b', 'llama-3.2-1b', 'qwen3-0.6b', 'gpt2', 'llama-2-13b', 'smollm2-135m'];
const TESTS: readonly Row[] = MODELS.flatMap((model_id) => [decode, prefill].map((test) => ({ ...test, model_id })));

function classOf(calibration: Calibration) {
  const [own] = calibration.classes;
  if (!own) throw new Error('no class was calibrated');
  return own;
}

describe('an engine calibrated on a handful of rows', () => {
  const rows = rowsUnder({ memoryEfficiency: 0.6, matrixEfficiency: 0.2 }, TESTS);
  const calibration = calibrateEngine(rows, used, specs);
  const own = classOf(calibration);

  it('predicts rows that were left out better than before', () => {
    expect(own).toMatchObject({ id: 'gpu', rows: 12, devices: 1 });
    expect(own.before.median).toBeGreaterThan(0.1);
    expect(own.leftOut.median).toBeLessThan(0.03);
  });

  it('finds the constants that the rows tell, and says of the others that they do not', () => {
    const constants = Object.fromEntries(own.constants.map((constant) => [constant.name, constant]));
    expect(constants.memoryEfficiency).toMatchObject({ verdict: 'fitted' });
    expect((constants.memoryEfficiency?.after ?? 0) / 0.6).toBeCloseTo(1, 1);
    expect((constants.matrixEfficiency?.after ?? 0) / 0.2).toBeCloseTo(1, 1);
    for (const { verdict, before, after, why } of own.constants) {
      if (verdict === 'kept') expect(after).toBe(before);
      expect(why).not.toBe('');
    }
  });

  it('is an engine that can be used at once', () => {
    const { summary } = validateRows(rows, { ...specs, engine: () => calibration.engine }, getEngine('ideal'));
    expect(summary.score?.median).toBeLessThan(0.03);
  });

  it('hands its constants down to the classes that take them from it, and leaves others alone', () => {
    const [first, second, third] = calibration.engine.classes;
    expect(first?.constants.memoryEfficiency).not.toBe(parent.constants.memoryEfficiency);
    expect(second?.constants.memoryEfficiency).toBe(first?.constants.memoryEfficiency);
    expect(second?.constants.kernelOverhead).toBe(child.constants.kernelOverhead);
    expect(third).toBe(other);
  });
});

describe('an engine calibrated on too little', () => {
  it('keeps every constant with one row, for nothing could check it', () => {
    const own = classOf(calibrateEngine(rowsUnder({ memoryEfficiency: 0.6 }, TESTS.slice(0, 1)), used, specs));
    expect(own.constants.every(({ verdict }) => verdict === 'kept')).toBe(true);
  });

  it('keeps what no row depends on: decode of large models says nothing of matrices', () => {
    const decodes = TESTS.filter(
      ({ metric, model_id }) => metric === 'decode_tok_s' && model_id?.startsWith('llama-2'),
    );
    const own = classOf(calibrateEngine(rowsUnder({ memoryEfficiency: 0.6 }, decodes), used, specs));
    const matrix = own.constants.find(({ name }) => name === 'matrixEfficiency');
    expect(matrix).toMatchObject({ verdict: 'kept' });
    expect(matrix?.why).toContain('no row tells it');
  });

  it('has no class where no row can be used, and says why', () => {
    const rows = [
      { line: 2, cells: row({ ...decode, value: 'fast' }) },
      { line: 3, cells: row({ ...decode, hardware_id: 'rtx-0' }) },
    ];
    const { classes, refused } = calibrateEngine(rows, used, specs);
    expect(classes).toEqual([]);
    expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'invalid-value(value)'],
      [3, 'unknown-id'],
    ]);
  });
});
