import { describe, expect, it } from 'vitest';
import type { EngineConstants } from '../../src/engine/types.js';
import type { Row } from '../../src/evidence/row.js';
import { type Calibration, calibrate, getEngine, type LocatedRow, validate } from '../../src/index.js';
import { row } from './samples.js';

const llama = getEngine('llama.cpp');

/** Rows that the engine would give if a class had these constants. */
function rowsUnder(truth: Partial<EngineConstants>, tests: readonly Row[]): LocatedRow[] {
  const engine = {
    ...llama,
    classes: llama.classes.map((own) => ({ ...own, constants: { ...own.constants, ...truth } })),
  };
  const asked = tests.map((cells, index) => ({ line: index + 2, cells: row(cells) }));
  const { rows } = validate(asked, { engine });
  return asked.map((one, index) => ({ ...one, cells: { ...one.cells, value: String(rows[index]?.expected) } }));
}

const decode: Row = { metric: 'decode_tok_s', value: '1' };
const prefill: Row = { metric: 'prefill_tok_s', phase: 'prefill', input_tokens: '512', value: '1' };
const TESTS: readonly Row[] = ['q4_0', 'q8_0', 'q4_k_m', 'q6_k'].flatMap((weight_format) =>
  ['llama-3-8b', 'llama-3.2-1b'].flatMap((model_id) =>
    [decode, prefill].map((test) => ({ ...test, weight_format, model_id, hardware_id: 'rtx-3090' })),
  ),
);

function classOf(calibration: Calibration) {
  const [own] = calibration.classes;
  if (!own) throw new Error('no class was calibrated');
  return own;
}

describe('an engine calibrated on a handful of rows', () => {
  const rows = rowsUnder({ memoryEfficiency: 0.7, matrixEfficiency: 0.3 }, TESTS);
  const calibration = calibrate(rows, { engine: 'llama.cpp' });
  const own = classOf(calibration);

  it('predicts rows that were left out better than before', () => {
    expect(own).toMatchObject({ id: 'cuda-2023', rows: 16, devices: 1 });
    expect(own.before.median).toBeGreaterThan(0.1);
    expect(own.leftOut.median).toBeLessThan(0.03);
  });

  it('finds the constants that the rows tell, and says of the others that they do not', () => {
    const constants = Object.fromEntries(own.constants.map((constant) => [constant.name, constant]));
    expect(constants.memoryEfficiency).toMatchObject({ verdict: 'fitted' });
    expect((constants.memoryEfficiency?.after ?? 0) / 0.7).toBeCloseTo(1, 1);
    expect((constants.matrixEfficiency?.after ?? 0) / 0.3).toBeCloseTo(1, 1);
    for (const { verdict, before, after, why } of own.constants) {
      if (verdict === 'kept') expect(after).toBe(before);
      expect(why).not.toBe('');
    }
  });

  it('is an engine that can be used at once', () => {
    const { summary } = validate(rows, { engine: calibration.engine });
    expect(summary.score?.median).toBeLessThan(0.03);
  });

  it('hands its constants down to the classes that take them from it', () => {
    const child = calibration.engine.classes.find(({ id }) => id === 'cuda-2023-hbm');
    const parent = calibration.engine.classes.find(({ id }) => id === 'cuda-2023');
    expect(child?.constants.memoryEfficiency).toBe(parent?.constants.memoryEfficiency);
    const other = calibration.engine.classes.find(({ id }) => id === 'cpu');
    expect(other).toBe(llama.classes.find(({ id }) => id === 'cpu'));
  });
});

describe('an engine calibrated on too little', () => {
  it('keeps every constant with one row, for nothing could check it', () => {
    const own = classOf(calibrate(rowsUnder({ memoryEfficiency: 0.6 }, TESTS.slice(0, 1)), { engine: 'llama.cpp' }));
    expect(own.constants.every(({ verdict }) => verdict === 'kept')).toBe(true);
  });

  it('keeps what no row depends on: decode says nothing of matrices', () => {
    const decodes = TESTS.filter(({ metric }) => metric === 'decode_tok_s');
    const own = classOf(calibrate(rowsUnder({ memoryEfficiency: 0.6 }, decodes), { engine: 'llama.cpp' }));
    const matrix = own.constants.find(({ name }) => name === 'matrixEfficiency');
    expect(matrix).toMatchObject({ verdict: 'kept' });
    expect(matrix?.why).toContain('no row tells it');
  });

  it('has no class where no row can be used, and says why', () => {
    const rows = [
      { line: 2, cells: row({ value: 'fast' }) },
      { line: 3, cells: row({ hardware_id: 'rtx-0' }) },
    ];
    const { classes, refused } = calibrate(rows, { engine: 'llama.cpp' });
    expect(classes).toEqual([]);
    expect(refused.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'invalid-value(value)'],
      [3, 'unknown-id'],
    ]);
  });
});
