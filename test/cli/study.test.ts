import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyResult } from '../../src/study/study-result.js';
import { study } from '../study-file/studies.js';
import { parseOne, roofcast } from './roofcast.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-study-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, name = 'study.yaml'): string {
  const whole = path.join(folder, name);
  writeFileSync(whole, text);
  return whole;
}

const failing = study.replace('rate > 100,', 'rate > 100000,');
const misfit = `name: large <b>
baseline: { model: llama-2-70b, hardware: h100-sxm-80gb, weights: f16 }
variants: { quarter: { about: '4 | bits', set: { weights: q4_0, engine: llama.cpp } } }
expectations: [not baseline.fits]
`;

describe('roofcast study', () => {
  it('ends with 0 when every expectation holds, and prints a report', async () => {
    const { code, out, err } = await roofcast('study', file(study));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Cache and clock\nWhat changes\?\n6 of 6 cases estimated, all 2 expectations hold\.\n/);
    expect(out).toMatch(/^ {2}ok {4}faster\.rate > baseline\.rate$/m);
    expect(out).toMatch(/^ {2}baseline {6}8 +[\d,.]+ +[\d.]+ +memory +\w+$/m);
  });

  it('ends with 1 when one fails, and says at which cases and where it is written', async () => {
    const { code, out, err } = await roofcast('study', file(failing));
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('1 of 2 expectations fail');
    expect(out).toMatch(/- faster, batch 8: rate is [\d,]+ token\/s, expected more than 100,000 token\/s\n/);
    expect(out).toContain(`study.yaml:20:15`);
  });

  it('counts one in the singular', async () => {
    const { out } = await roofcast('study', file(misfit.replace('not baseline.fits', 'baseline.fits')));
    expect(out).toContain('1 of 2 cases estimated, the expectation fails.');
  });

  it('prints one JSON document, and says on standard error what fails', async () => {
    const { code, out, err } = await roofcast('study', file(failing), '--json');
    expect(code).toBe(1);
    expect(err).toContain('study.yaml:20:15: fails: rate > 100000\n');
    const found = parseOne(out) as StudyResult;
    expect(found).toMatchObject({ schemaVersion: 1, name: 'Cache and clock', passed: false });
    expect(found.cases).toHaveLength(6);
    expect(await roofcast('study', file(failing), '--format', 'json')).toMatchObject({ code: 1, out });
  });

  it('writes errors of cases as data', async () => {
    const { code, out } = await roofcast('study', file(misfit), '--json');
    expect(code).toBe(0);
    expect(parseOne(out)).toMatchObject({ cases: [{ ok: false, error: { code: 'does-not-fit' } }, { ok: true }] });
  });

  it('writes Markdown whose tables have as many cells in each row', async () => {
    const { code, out } = await roofcast('study', file(misfit), '--format', 'markdown');
    expect(code).toBe(0);
    expect(out).toMatch(/^# large &lt;b>\n/);
    expect(out).toContain('4 \\| bits');
    const rows = out.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.length).toBeGreaterThan(3);
    const cells = (row: string) => row.replaceAll('\\|', '').split('|').length;
    const tables = out.split('\n\n').filter((part) => part.startsWith('|'));
    for (const table of tables) expect(new Set(table.trim().split('\n').map(cells)).size).toBe(1);
  });

  it('writes one page of HTML with its pictures, which needs nothing from elsewhere', async () => {
    const page = path.join(folder, 'report.html');
    const { code, out } = await roofcast('study', file(study), '--format', 'html', '-o', page);
    expect([code, out]).toEqual([0, '']);
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|<link|src=|href=|@import|url\(/);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is in the form that the name of its file says', async () => {
    const write = async (name: string): Promise<string> => {
      const page = path.join(folder, name);
      expect(await roofcast('study', file(misfit), '-o', page)).toMatchObject({ code: 0, out: '' });
      return readFileSync(page, 'utf8');
    };
    expect(await write('named.html')).toMatch(/^<!doctype html>/);
    expect(await write('named.md')).toMatch(/^# large/);
    expect(JSON.parse(await write('named.json'))).toMatchObject({ name: 'large <b>' });
    expect(await write('named.txt')).toMatch(/^large <b>\n/);
    expect(await write('named')).toMatch(/^large <b>\n/);
  });

  it('is not written into a file that is called otherwise', async () => {
    const page = path.join(folder, 'named.pdf');
    const { code, err } = await roofcast('study', file(misfit), '-o', page);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: --out: ".*named.pdf" would not hold what its name says; let it end in .txt, .json, .md/,
    );
    expect(existsSync(page)).toBe(false);
    expect((await roofcast('study', file(misfit), '--format', 'text', '-o', page)).code).toBe(0);
  });

  it('draws time and memory where there is no axis of numbers, and names in HTML mean nothing', async () => {
    const { out } = await roofcast('study', file(misfit), '--format', 'html');
    expect(out.match(/<svg/g)).toHaveLength(2);
    expect(out).toContain('<h1>large &lt;b&gt;</h1>');
    expect(out).toContain('>quarter<');
  });

  it('takes specs that stand beside it', async () => {
    file(
      `id: slow
name: slow
extends: h100-sxm-80gb
sources: { idea: { ref: x, date: 2026-11-21, kind: assumed } }
memory: { hbm: { bandwidth: { value: 1.675 TB/s, source: idea }, data-rate: { value: 2.617 Gbit/s, source: idea } } }
`,
      'slow.yaml',
    );
    const text = `name: slow
baseline: { model: llama-2-7b, hardware: h100-sxm-80gb, engine: ideal, weights: f16 }
variants: { slow: { set: { hardware: ./slow.yaml } } }
expectations: ['within(baseline.rate, 2 * slow.rate, 1 %)']
`;
    expect(await roofcast('study', file(text, 'other.yaml'))).toMatchObject({ code: 0, err: '' });
  });

  it('refuses a file that is wrong with every problem in place', async () => {
    const wrong = failing.replace('model: llama-2-7b', 'modell: llama-2-7b').replace('  small:', '  Small:');
    const { code, err, out } = await roofcast('study', file(wrong));
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n')).toHaveLength(3);
    expect(err).toMatch(
      /^error: .*study\.yaml:4:3 baseline\.modell: "modell" is not a field; did you mean "model"\?\n/,
    );
  });

  it.each([
    [['--format', 'pdf'], '--format: "pdf" is not a form of report; write one of text, markdown, json, html'],
    [['--format', 'constructor'], '"constructor" is not a form of report'],
    [['--json', '--format', 'html'], '--json asks for JSON, and --format for html'],
  ])('refuses %j', async (flags, message) => {
    const { code, err } = await roofcast('study', file(study), ...flags);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it('says that there is no such file', async () => {
    const { code, err } = await roofcast('study', path.join(folder, 'none.yaml'));
    expect(code).toBe(1);
    expect(err).toContain('there is no such file');
  });
});
