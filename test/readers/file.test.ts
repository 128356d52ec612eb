import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MeasurementFileError } from '../../src/errors.js';
import { readMeasurementFile } from '../../src/node.js';

const folder = mkdtempSync(path.join(tmpdir(), 'roofcast-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const csv = 'hardware_id,model_id,engine,metric,value\nm3-10c,llama-2-7b,llama.cpp,decode_tok_s,21.5\n';

function fileOf(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function problemOf(file: string): Promise<MeasurementFileError> {
  const error: unknown = await readMeasurementFile(file).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof MeasurementFileError) return error;
  throw error ?? new Error('the file can be read');
}

describe('a file of measurements', () => {
  it('is read by its content, whatever it is called', async () => {
    const { format, rows } = await readMeasurementFile(fileOf('rows.json', csv));
    expect(format).toBe('csv');
    expect(rows[0]?.cells).toMatchObject({ hardware_id: 'm3-10c', value: '21.5' });
  });

  it('may be UTF-16, as a Windows shell redirects output', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, 'utf16le')]);
    expect((await readMeasurementFile(fileOf('rows.csv', bytes))).rows).toHaveLength(1);
  });

  it('may begin with a byte order mark', async () => {
    expect((await readMeasurementFile(fileOf('bom.csv', `\uFEFF${csv}`))).rows).toHaveLength(1);
  });

  it('is refused by its size, before it is read', async () => {
    const file = fileOf('big.csv', csv);
    truncateSync(file, 2 ** 30);
    const { message, line, column } = await problemOf(file);
    expect(message).toBe(`${file}: 1.0 GiB; files up to 64 MiB are read`);
    expect([line, column]).toEqual([1, 1]);
    truncateSync(file, 64 * 2 ** 20 + 1);
    expect((await problemOf(file)).message).toContain('64.0 MiB; files up to 64 MiB are read');
  });

  it('may be missing, a folder, empty or binary', async () => {
    expect((await problemOf(path.join(folder, 'none.csv'))).message).toContain('none.csv: there is no such file');
    expect((await problemOf(folder)).message).toContain(': is a folder; give the path of a file in it');
    expect((await problemOf(fileOf('empty.csv', ''))).message).toContain('empty.csv: is empty');
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    expect((await problemOf(fileOf('a.png', png))).message).toContain('a.png: is binary, or not in UTF-8');
    expect((await problemOf(fileOf('nul.csv', 'a\0b'))).message).toContain('nul.csv:1:2: is binary: it holds a NUL');
    expect((await problemOf('a\0b')).code).toBe('invalid-measurements');
  });
});
