// Joins the modules of src, and of packages that only the build needs, into few files in dist, beside the declarations that
// tsc writes. Node takes longer to find and read hundreds of small modules than to run them: of mathjs more than a second.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type OutputOptions } from 'rolldown';
import { entriesOf } from './docs/entries.js';
import { licencesOf } from './licences.js';
import { markPure } from './mark-pure.js';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** What is loaded by the name of its file: entries of the package, the command, and what threads run. */
const files = [...entriesOf(root).values(), 'src/cli/main.ts', 'src/stream/worker.ts'];

const output: OutputOptions = {
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  // A file that several entries share is named for one of its modules; the largest is what src/index.ts needs.
  chunkFileNames: ({ name }) => `chunks/${name === 'src' ? 'core' : name}.js`,
  // Users see it in stack traces and step into it. Declarations have the comments.
  minify: false,
  minifyInternalExports: false,
  comments: { jsdoc: false },
  codeSplitting: { groups: [catalogueGroup()] },
};

/** A file for each part of the catalogue: code is read better without them. */
function catalogueGroup() {
  const part = /[\\/]catalog[\\/]generated[\\/](\w+)\.ts$/;
  return { debugName: 'catalogue', test: part, name: (id: string) => `catalog/${part.exec(id)?.[1]}` };
}

/** What a user's installation brings is left to be imported. */
function isInstalled(id: string): boolean {
  return id.startsWith('node:') || installed.some((name) => id === name || id.startsWith(`${name}/`));
}

const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const installed = Object.keys(dependencies);

/** Modules of ours that users may bundle; the command and threads run by themselves. */
const library = { include: /[\\/]src[\\/].*\.ts$/, exclude: /[\\/]src[\\/](?:cli|stream)[\\/]/ };

const built = await build({
  input: Object.fromEntries(files.map((file) => [file.replace(/^src\/|\.ts$/g, ''), path.join(root, file)])),
  platform: 'node',
  external: isInstalled,
  plugins: [{ name: 'mark-pure', transform: { filter: { id: library }, handler: markPure } }],
  output,
});
const modules = built.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(path.join(dist, 'LICENSES.txt'), licencesOf(modules));
chmodSync(path.join(dist, 'cli/main.js'), 0o755);
