// Packs the built package, checks the archive, installs it into an empty folder and runs it there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { readImports } from '../test/house/imports.js';

/** What a web page may have to load for the entry "roofcast" with its catalogue: gzip, not minified. */
const entryLimitBytes = 256 * 1024;

/** What a bundle of `linePlot` alone may have, not minified. */
const functionLimitBytes = 40 * 1024;

/** What only works where threads find their file. */
const sweepInThreads = `
  import { sweepInWorkers } from 'roofcast/node';
  const input = { base: { model: 'llama-2-7b', hardware: 'h100' }, axes: { batch: [1, 2, 4, 8] } };
  let points = 0;
  for await (const piece of sweepInWorkers(input, { workers: 2 })) points += piece.length;
  if (points !== 4) throw new Error(points + ' of 4 points were worked out');`;

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'roofcast-package-'));
try {
  const archive = pack();
  run('npx', ['--no', '--', 'publint', '--strict', archive]);
  run('npx', ['--no', '--', 'attw', '--profile', 'esm-only', archive]);
  tryInstalled(archive);
  await tryBundled();
  measureEntry();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

function run(command: string, args: readonly string[], cwd = root): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause });
  }
}

function pack(): string {
  const printed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(printed) as { filename: string; size: number; files: { path: string }[] }[];
  if (packed === undefined) throw new Error('npm pack made no archive');
  const paths = packed.files.map((file) => file.path);
  for (const wanted of [
    'LICENSE',
    'README.md',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'dist/LICENSES.txt',
  ]) {
    if (!paths.includes(wanted)) throw new Error(`the package lacks ${wanted}`);
  }
  for (const wanted of ['hardware-specs/', 'model-specs/', 'engine-specs/', 'schemas/']) {
    if (!paths.some((name) => name.startsWith(wanted))) throw new Error(`the package has nothing in ${wanted}`);
  }
  const unwanted = paths.filter((name) => /^(src|test|examples|scripts|bench|measurements)\//.test(name));
  if (unwanted.length > 0) throw new Error(`the package should not hold ${unwanted.join(', ')}`);
  console.log(`package: ${paths.length} files, ${Math.round(packed.size / 1000)} kB packed`);
  return path.join(folder, packed.filename);
}

/** Assumes: node_modules holds the run-time dependencies, as after `npm ci`; so nothing is downloaded. */
function tryInstalled(archive: string): void {
  const installed = path.join(folder, 'node_modules', 'roofcast');
  mkdirSync(installed, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{}');
  run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed]);
  const { dependencies, exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    exports: Record<string, unknown>;
  };
  for (const name of Object.keys(dependencies)) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name), 'dir');
  }
  for (const entry of Object.keys(exports).filter((name) => !name.endsWith('.json'))) {
    const specifier = path.posix.join('roofcast', entry);
    run('node', ['--input-type=module', '--eval', `await import('${specifier}')`], folder);
  }
  run('node', [path.join(installed, 'dist/cli/main.js'), '--help'], folder);
  run('node', ['--input-type=module', '--eval', sweepInThreads], folder);
}

/** A bundler that is asked for one function leaves the catalogue out. */
async function tryBundled(): Promise<void> {
  const file = path.join(folder, 'page.js');
  writeFileSync(file, "export { linePlot } from 'roofcast';");
  const { output } = await build({ input: file, write: false });
  const bytes = output.reduce((sum, one) => sum + (one.type === 'chunk' ? one.code.length : 0), 0);
  console.log(`bundle of one plot: ${Math.round(bytes / 1000)} kB`);
  if (bytes > functionLimitBytes) throw new Error(`a plot with its bundle of ${bytes} bytes brings in too much else`);
}

function measureEntry(): void {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { specifier, kind } of readImports(readFileSync(file, 'utf8'))) {
      if (kind === 'static') visit(path.resolve(path.dirname(file), specifier));
    }
  };
  visit(path.join(root, 'dist/index.js'));
  const bytes = gzipSync([...files].map((file) => readFileSync(file, 'utf8')).join('\n')).length;
  console.log(`entry "roofcast": ${files.size} modules, ${Math.round(bytes / 1000)} kB with gzip`);
  if (bytes > entryLimitBytes) throw new Error(`the entry exceeds its limit of ${entryLimitBytes} bytes with gzip`);
}
