import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estimate, rooflinePlot } from '../../src/index.js';

const root = path.resolve(import.meta.dirname, '../..');

function runBare(entry: string, text: string) {
  const runner = path.join(import.meta.dirname, 'bare-vm.mjs');
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  return spawnSync(process.execPath, [...flags, runner, entry, text], { encoding: 'utf8' });
}

describe('the entry "roofcast" where there is only ECMAScript', () => {
  it('makes an estimate', () => {
    const { stdout, stderr, status } = runBare(
      path.join(root, 'src/index.ts'),
      `import { estimate } from 'entry';
       export default estimate({ model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'f16' }).decode.tokensPerSecond.expected;`,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  it('draws a plot, the same as here', () => {
    const asked = { model: 'llama-2-7b', hardware: 'h100-sxm-80gb', weights: 'f16' };
    const { stdout, stderr } = runBare(
      path.join(root, 'src/index.ts'),
      `import { estimate, rooflinePlot } from 'entry';
       export default rooflinePlot(estimate(${JSON.stringify(asked)}));`,
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toBe(rooflinePlot(estimate(asked)));
  });
});

describe('the bare context', () => {
  let folder = '';
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bare-vm-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('fails on an entry that needs Node', () => {
    write('entry.ts', `export { sep } from 'node:path';`);
    const { stderr, status } = runBare(path.join(folder, 'entry.ts'), `import 'entry';`);
    expect(stderr).toContain('imports "node:path"');
    expect(status).not.toBe(0);
  });

  it('runs a module that keeps to the language and refuses each that does not', () => {
    const cases: [text: string, outcome: string][] = [
      ['export const two: number = 1 + 1;', 'runs'],
      [`import { z } from 'zod'; z.string();`, 'imports "zod"'],
      [`await import('node:fs');`, 'imports "node:fs"'],
      ['structuredClone({});', 'structuredClone is not defined'],
      ['new URL("https://example.org");', 'URL is not defined'],
      ['console.log(1);', 'console is not defined'],
      ['process.exit();', 'process is not defined'],
      ['new Function("return 1");', 'Code generation from strings disallowed'],
      ['new WebAssembly.Memory({ initial: 1 });', 'WebAssembly is not defined'],
    ];
    cases.forEach(([text], i) => {
      write(`case-${i}.ts`, text);
    });
    write('entry.ts', `export const load = (i: number) => import('./case-' + i + '.js');`);
    const { stdout } = runBare(
      path.join(folder, 'entry.ts'),
      `import { load } from 'entry';
       const outcome = (i) => load(i).then(() => 'runs', (error) => error.message);
       export default await Promise.all(Array.from({ length: ${cases.length} }, (_, i) => outcome(i)));`,
    );
    expect(JSON.parse(stdout)).toEqual(cases.map(([, outcome]) => expect.stringContaining(outcome)));
  });
});
