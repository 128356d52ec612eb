import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRoofcastError, MeasurementFileError } from '../../src/errors.js';
import { readMeasurementText } from '../../src/readers/text.js';
import { problemWith } from './problem-with.js';

const test = '{"model_type": "llama 7B Q4_0", "n_prompt": 0, "n_gen": 128, "avg_ts": 61.9}';

describe('a file in no known format', () => {
  it.each([
    ['', 'file: is empty'],
    [' \n\t\n', 'file: is empty'],
    ['hello\n', 'file:1:1: is in no format that is known'],
    ['a,b,c\n1,2,3\n', 'file:1:1: is in no format that is known'],
    ['| model | price |\n| --- | --- |\n| llama | 3 |\n', 'file:1:1: is in no format that is known'],
    ['[2026-11-21] nothing here\n', 'file:1:1: is in no format that is known'],
    ['ab\ncd\0ef', 'file:2:3: is binary: it holds a NUL'],
    [
      '{"colour": "red", "size": 3}',
      'file:1:1: this JSON is no benchmark result that is known (its fields: colour, size)',
    ],
    ['\n  {}', 'file:2:3: this JSON is no benchmark result that is known (its fields: none)'],
    ['[1, 2, 3]', 'file:1:1: is in no format that is known'],
    ['[]', 'file:1:1: is in no format that is known'],
    ['{"a": 1', 'file:1:1: the object that starts here never ends'],
    ['{"a": "b', 'file:1:1: the object that starts here never ends'],
    [`${test}\n{"a": b}`, 'file:2:1: the object that starts here is no JSON'],
    [`${test}\nkilled\n`, 'file:1:1: after the object that starts here comes something that is no JSON'],
  ])('%j', (text, message) => {
    const error = problemWith(text);
    expect(error.message).toContain(message);
    expect(error.remedy).not.toBe('');
    expect(error.code).toBe('invalid-measurements');
    expect(isRoofcastError(error)).toBe(true);
  });

  it('gives one kind of error and no other, whatever it holds', () => {
    const parts = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        '"',
        ',',
        ':',
        '\n',
        '|',
        ' ',
        '\\',
        '0',
        'NaN',
        test,
        '| model | test | t/s |',
        '| a | pp512 | 1 |',
      ],
      ...[
        'hardware_id,model_id,engine,metric,value',
        'model_type,n_prompt,n_gen,avg_ts',
        'build: abc (12)',
        'Device 0: x, gfx1',
      ],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 30 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { rows } = readMeasurementText(text, 'file');
          expect(rows.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MeasurementFileError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a', 'no format'],
    ['|', 'no format'],
    ['{', 'never ends'],
    ['[', 'no format'],
    ['{"', 'never ends'],
    ['\\"', 'no format'],
    ['{"a":', 'never ends'],
    ['pp 5', 'no format'],
    [' (', 'no format'],
  ])('is given up soon when it is one line of many megabytes: %j again and again', (part, problem) => {
    const text = part.repeat(8e6 / part.length);
    expect(problemWith(text).message).toContain(problem);
    expect(problemWith(`Device 0: ${text}`).message).toContain('no format');
  });

  it('may be long without taking long: many rows, many fields, one line of JSON', () => {
    const rows = 150_000;
    const table = `| model | test | t/s |\n${'| llama 7B Q4_0 | tg128 | 61.9 |\n'.repeat(rows)}`;
    expect(readMeasurementText(table, 'file').rows).toHaveLength(rows);
    expect(readMeasurementText(`[${`${test},`.repeat(50_000)}]`, 'file').rows).toHaveLength(50_000);
    const commas = `hardware_id,model_id,engine,metric,value\n${','.repeat(6e7)}`;
    expect(problemWith(commas).message).toContain('file:2:1: a row is longer than 1 MiB');
  });

  it('may be JSON that is nested deeper than any parser goes', () => {
    const deep = `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`;
    expect(problemWith(deep)).toBeInstanceOf(MeasurementFileError);
  });
});

describe('several objects in one file', () => {
  it.each([
    [`[\n  ${test},\n  ${test}\n]\n`, [2, 3]],
    [`${test}\n${test}\n`, [1, 2]],
    [`[${test}]\n[${test}]\n`, [1, 2]],
    [`\n\n${test}`, [3]],
  ])('are rows where they stand', (text, lines) => {
    expect(readMeasurementText(text, 'file').rows.map(({ line }) => line)).toEqual(lines);
  });

  it('are told apart by their column when they share a line', () => {
    const { rows } = readMeasurementText(`[${test},${test}]`, 'file');
    expect(rows.map(({ line, column }) => [line, column])).toEqual([
      [1, 2],
      [1, 3 + test.length],
    ]);
  });

  it('may have a stranger among them', () => {
    const { format, rows } = readMeasurementText(`{"colour": "red"}\n${test}\n`, 'file');
    expect(format).toBe('llama-bench');
    expect(rows.map(({ problem }) => problem)).toEqual([
      'the object of line 1 is no benchmark result that is known',
      undefined,
    ]);
  });
});
