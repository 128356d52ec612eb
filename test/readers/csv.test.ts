import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MeasurementColumn, measurementColumns } from '../../src/readers/columns.js';
import { readMeasurementText } from '../../src/readers/text.js';
import { problemWith } from './problem-with.js';

const header = 'hardware_id,model_id,engine,metric,value';
const row = 'rtx-4090,llama-2-7b,llama.cpp,decode_tok_s,130.5';
const read = (text: string) => readMeasurementText(text, 'rows.csv');

/** The text of a CSV, every field quoted. */
function write(rows: readonly (readonly string[])[], lineBreak = '\n'): string {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  return rows.map((fields) => fields.map(quote).join(',') + lineBreak).join('');
}

describe('a table with our own header', () => {
  it('gives every column as text, empty where the file has none', () => {
    const { format, rows } = read(`${header}\n${row}\n`);
    expect(format).toBe('csv');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.line).toBe(2);
    expect(Object.keys(rows[0]?.cells ?? {})).toEqual([...measurementColumns]);
    expect(rows[0]?.cells).toMatchObject({ hardware_id: 'rtx-4090', value: '130.5', batch: '', note: '' });
  });

  it('has its columns in any order, others beside them, in capitals, and spaces around', () => {
    const { rows } = read(' Value , colour,metric,engine,model_id,hardware_id\n 1 ,red, tpot_ms ,vllm,m,h\n');
    expect(rows[0]?.cells).toMatchObject({ value: '1', metric: 'tpot_ms', hardware_id: 'h' });
    expect(rows[0]?.cells).not.toHaveProperty('colour');
  });

  it('may come from a spreadsheet: byte order mark, CRLF, blank rows, quoted line breaks', () => {
    const text = `\uFEFF${header},note\r\n\r\n${row},"first\r\nsecond"\r\n,,,,,\r\n${row},third\r\n`;
    const { rows } = read(text);
    expect(rows.map(({ line, cells }) => [line, cells.note])).toEqual([
      [3, 'first\r\nsecond'],
      [6, 'third'],
    ]);
  });

  it('does not read the values', () => {
    expect(read(`${header}\n,,,,fast\n`).rows[0]).toMatchObject({ cells: { value: 'fast', hardware_id: '' } });
    expect(read(`${header}\n,,,,fast\n`).rows[0]).not.toHaveProperty('problem');
  });

  it('keeps what can be read beside a row with a wrong number of fields', () => {
    const { rows } = read(`${header}\n${row}\na,b,c\n${row},extra\n${row}\n`);
    expect(rows.map(({ problem }) => problem)).toEqual([
      undefined,
      'line 3 has 3 of 5 fields',
      'line 4 has 6 of 5 fields',
      undefined,
    ]);
    expect(rows[1]?.cells.hardware_id).toBe('');
  });

  it('is read as it was written, whatever the fields hold', () => {
    const field = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
    const width = measurementColumns.length;
    const record = fc.array(field, { minLength: width, maxLength: width }).filter((fields) => fields.some(Boolean));
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 8 }),
        fc.shuffledSubarray([...measurementColumns], { minLength: width }),
        fc.constantFrom('\n', '\r\n'),
        (records, columns, lineBreak) => {
          const { rows } = read(write([columns, ...records], lineBreak));
          const texts = (cells: Readonly<Record<MeasurementColumn, string>>) => columns.map((column) => cells[column]);
          expect(rows.map(({ cells }) => texts(cells))).toEqual(records);
        },
      ),
    );
  });

  it('knows the line of each row, however many line breaks the fields hold', () => {
    const breaks = fc
      .array(fc.constantFrom('a', '\n', '\r\n', '"', ','), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(breaks, { minLength: 1, maxLength: 10 }), (notes) => {
        const { rows } = read(`${header},note\n${write(notes.map((note) => [...row.split(','), note]))}`);
        let line = 2;
        for (const [i, note] of notes.entries()) {
          expect(rows[i]?.line).toBe(line);
          line += 1 + note.split('\n').length - 1;
        }
      }),
    );
  });
});

describe('a table that cannot be read', () => {
  it('names the column that is missing, and what the header should be', () => {
    const { message, line, file } = problemWith('hardware_id,model_id,engine,metric\na,b,c,d\n', 'rows.csv');
    expect(message).toBe(`rows.csv:1:1: there is no column "value"; the header is ${measurementColumns.join(',')}`);
    expect({ line, file }).toEqual({ line: 1, file: 'rows.csv' });
  });

  it.each([
    ['hardware_id;model_id;engine;metric;value\na;b;c;d;1\n', 'there are no columns "hardware_id", "model_id"'],
    [`${header},value\n${row},2\n`, 'the column "value" stands there twice'],
    [`${header}\n`, 'there is a header and no rows'],
    [`${header}\n\n,,,,\n`, 'there is a header and no rows'],
    [`${header}\n${row}\na,b,"c\n`, 'rows.csv:3:1: a quoted field is never closed'],
    [`${header}\n${row}\na,b,"c"d,e,f\n`, 'rows.csv:3:1: a quote stands within a field'],
    [`${header}\n${row}\na,b,c"d",e,f\n`, 'rows.csv:3:1: a quote stands within a field'],
  ])('%j', (text, message) => {
    expect(problemWith(text, 'rows.csv').message).toContain(message);
  });

  it('is given up where a quote is never closed, and not at the end of the file', () => {
    const problem = problemWith(`${header}\n"${'x'.repeat(2 ** 21)}`, 'rows.csv');
    expect(problem.message).toContain('rows.csv:2:1: a row is longer than 1 MiB');
  });
});
