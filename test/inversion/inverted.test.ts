import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { matchers } from 'roofcast/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Expectation, invert } from './invert.js';

const root = path.resolve(import.meta.dirname, '../..');

interface Example {
  readonly file: string;
  readonly expectations: readonly Expectation[];
}

interface InvertedTest {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

const examples: readonly Example[] = readdirSync(path.join(root, 'examples'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((file) => ({ file, ...invert(readFileSync(path.join(root, 'examples', file), 'utf8')) }));

/** Runs all examples inverted in a Vitest of their own. Exit code 1 is what is wanted. */
function runInverted(): Promise<string> {
  const program = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = [program, 'run', '--config', path.join(import.meta.dirname, 'vitest.config.ts'), '--root', root];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (part) => {
      out += part;
    });
    child.stderr.on('data', (part) => {
      err += part;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 1 ? resolve(out) : reject(new Error(`exit code ${code}\n${out}\n${err}`))));
  });
}

describe('An example whose expectations are inverted', () => {
  const results = new Map<string, readonly InvertedTest[]>();
  beforeAll(async () => {
    const report: { testResults: { name: string; assertionResults: InvertedTest[] }[] } = JSON.parse(
      await runInverted(),
    );
    for (const { name, assertionResults } of report.testResults) results.set(path.basename(name), assertionResults);
  }, 120_000);

  it('is one of six', () => {
    expect(examples).toHaveLength(6);
    expect([...results.keys()].sort()).toEqual(examples.map(({ file }) => file).sort());
  });

  it.each(examples)('fails in each of its tests: $file', ({ file }) => {
    const passed = results.get(file)?.filter(({ status }) => status !== 'failed');
    expect(passed?.map(({ fullName }) => fullName)).toEqual([]);
  });

  it.each(examples)(
    'says for each expectation what was expected and what came out: $file',
    ({ file, expectations }) => {
      const messages = results.get(file)?.flatMap(({ failureMessages }) => failureMessages) ?? [];
      for (const { label, matcher, line } of expectations) {
        const of = messages.filter((message) => message.includes(`${label}: `));
        expect(of.length, `${file}:${line} does not fail inverted`).toBeGreaterThan(0);
        for (const message of of) expect(message).toMatch(matcher in matchers ? /expected {3}\S/ : /expected .+ to /);
        for (const message of of) expect(message).not.toMatch(/NaN|undefined|\[object/);
      }
    },
  );

  it('shows by which figures it failed, and what is nearest to change them', () => {
    const messages = [...results.values()].flat().flatMap(({ failureMessages }) => failureMessages);
    const ours = messages.filter((message) => /expectation \d+: expect\(/.test(message));
    expect(ours.length).toBeGreaterThan(100);
    for (const message of ours) {
      expect(message).toMatch(/expect\(\S+ on \S+\)(\.not)?\.to\w+\(.*\)\n\nexpected {3}.+\npredicted {2}.*\d.*\n\n/);
      expect(message).toContain('\nnearest to change it: ');
    }
  });

  it('uses every matcher somewhere', () => {
    const used = new Set(examples.flatMap(({ expectations }) => expectations.map(({ matcher }) => matcher)));
    expect(Object.keys(matchers).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('The inversion', () => {
  it.each([
    ['expect(a).toBe(1);', "expect.soft(a, 'expectation 1').not.toBe(1);"],
    ['expect(f(a)).not.toFit();', "expect.soft(f(a), 'expectation 1').toFit();"],
    ['expect(a).toEqual(expect.closeTo(2));', "expect.soft(a, 'expectation 1').not.toEqual(expect.closeTo(2));"],
    ['expect.extend(matchers);', 'expect.extend(matchers);'],
  ])('of %s is %s', (text, inverted) => {
    expect(invert(text).text).toBe(inverted);
  });
});
