import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { editorSchema } from '../../scripts/editor-schema.js';
import { clashes, readSpecFile, specFiles } from '../../scripts/spec-files.js';
import { parseHardware } from '../../src/spec/hardware.js';
import { hardwareSchema } from '../../src/spec/hardware-schema.js';
import { machine } from './samples.js';

const folder = mkdtempSync(join(tmpdir(), 'specs-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'box.yaml'), machine);
writeFileSync(join(folder, 'crate.yaml'), machine);
writeFileSync(join(folder, 'box-2.yaml'), 'id: box-2\nextends: box\nname: Second box\n');

const read = (name: string) => readSpecFile(join(folder, name), (text, origin) => parseHardware(text, origin).hardware);

describe('a folder of specs', () => {
  it('is listed by id, and is empty where there is none', () => {
    expect(specFiles(folder)).toEqual(['box', 'box-2', 'crate'].map((id) => join(folder, `${id}.yaml`)));
    expect(specFiles(join(folder, 'nowhere'))).toEqual([]);
  });

  it('finds the specs that others build upon', () => {
    expect(read('box-2.yaml')).toMatchObject({ ok: true, value: { id: 'box-2', vendor: 'Acme' } });
  });

  it('holds each spec under its id', () => {
    expect(read('crate.yaml')).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/crate\.yaml:1:1 id: "box" is not the name of the file; write "crate"$/)],
    });
  });

  it('gives no id or alias twice, letter case aside', () => {
    expect(
      clashes([
        { file: 'a.yaml', id: 'a', aliases: ['first'] },
        { file: 'b.yaml', id: 'b', aliases: ['A', 'second'] },
        { file: 'c.yaml', id: 'First', aliases: ['c'] },
        { file: 'd.yaml', id: 'd', aliases: ['d'] },
      ]),
    ).toEqual([
      'b.yaml:1:1 "A" is an id or alias of a.yaml too; give it to one of them',
      'c.yaml:1:1 "First" is an id or alias of a.yaml too; give it to one of them',
      'd.yaml:1:1 "d" is an id or alias of d.yaml too; give it to one of them',
    ]);
  });
});

describe('the schema for editors', () => {
  const schema = JSON.parse(JSON.stringify(editorSchema(hardwareSchema)));
  const [{ else: whole }, { else: heir }] = schema.allOf;

  it('requires of a spec that stands alone what the parser requires', () => {
    expect(whole.required).toEqual(['id', 'name', 'vendor', 'kind', 'sources', 'units', 'memory']);
    expect(whole.properties.memory.additionalProperties.required).toContain('capacity');
    expect(whole.additionalProperties).toBe(false);
  });

  it('requires only the identity of one that extends another, and whole figures of both', () => {
    expect(heir.required).toEqual(['id', 'name']);
    const level = heir.properties.memory.anyOf[0].additionalProperties.anyOf[0];
    expect(level.required).toEqual([]);
    expect(level.properties.capacity.anyOf[0].required).toEqual(['value', 'source']);
  });

  it('carries the meaning and the default of a field', () => {
    const level = whole.properties.memory.additionalProperties.properties;
    expect(level.arrangement).toMatchObject({
      default: 'partitioned',
      description: expect.stringContaining('own copy'),
    });
    expect(level.bandwidth.properties.value.description).toBe('a bandwidth, as in "3.35 TB/s"');
  });
});
