import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadStudy } from '../../src/node.js';
import { result } from './studies.js';

const folder = path.resolve(import.meta.dirname, '../../examples');
const files = readdirSync(folder).filter((name) => name.endsWith('.study.yaml'));

describe.each(files)('examples/%s', (name) => {
  const file = path.join(folder, name);
  const { expectations } = loadStudy(file).run().result;

  it('holds', () => {
    const failed = expectations.flatMap(({ formula, checks }) =>
      checks.filter(({ ok }) => !ok).map(({ message }) => `${formula}: ${message}`),
    );
    expect(failed).toEqual([]);
    expect(expectations.length).toBeGreaterThan(2);
  });

  it.each(expectations.map(({ formula }) => formula))('fails where it is expected not: %s', (formula) => {
    const text = readFileSync(file, 'utf8');
    const inverted = result(text.replace(formula, () => `not (${formula})`));
    const [failed, ...others] = inverted.expectations.filter(({ ok }) => !ok);
    expect(others).toEqual([]);
    expect(inverted.passed).toBe(false);
    expect(failed?.formula).toBe(`not (${formula})`);
    expect(failed?.checks[0]?.message).toMatch(/, expected /);
  });
});
