import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const facts = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));

const entries: [string, { types: string; default: string }][] = Object.entries<{ types: string; default: string }>(
  facts.exports,
).filter(([, target]) => typeof target === 'object');

describe('package.json', () => {
  it('offers ECMAScript modules alone', () => {
    expect(facts.type).toBe('module');
    for (const field of ['main', 'module', 'browser', 'types']) expect(facts).not.toHaveProperty(field);
    for (const [, target] of entries) expect(Object.keys(target)).toEqual(['types', 'default']);
  });

  it.each(entries)('exports "%s" from a file that the build writes', (_, target) => {
    const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
    expect(existsSync(path.join(root, source))).toBe(true);
    expect(target.types).toBe(target.default.replace(/\.js$/, '.d.ts'));
  });

  it('installs the command from a file that starts with a line for node', () => {
    const source = facts.bin.roofcast.replace('dist/', 'src/').replace(/\.js$/, '.ts');
    expect(readFileSync(path.join(root, source), 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it.each(['dependencies', 'devDependencies'])('pins each of its %s, as the lockfile does', (kind) => {
    for (const range of Object.values(facts[kind])) expect(range).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lock.packages[''][kind]).toEqual(facts[kind]);
  });

  it('has the version that the lockfile and the citation have', () => {
    expect(lock.version).toBe(facts.version);
    expect(readFileSync(path.join(root, 'CITATION.cff'), 'utf8')).toContain(`\nversion: ${facts.version}\n`);
  });
});
