import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sections } from '../../docs/.vitepress/navigation.js';
import { cliPage } from '../../scripts/docs/cli-page.js';
import { entriesOf } from '../../scripts/docs/entries.js';

const root = path.resolve(import.meta.dirname, '../..');
const files = sections.flatMap(({ pages }) => pages.map(({ file }) => file));
/** Written by the build of the site. */
const built = ['docs/api/index.md'];

it('leads only to pages that exist, and to each once', () => {
  expect(files.filter((file) => !built.includes(file) && !existsSync(path.join(root, file)))).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
});

it('leads to every page of docs/', () => {
  const pages = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
  expect(
    pages.filter((name) => !files.includes(`docs/${name}`)),
    'a section of docs/.vitepress/navigation.ts has to name it',
  ).toEqual([]);
});

it('has the commands of the program', () => {
  const page = readFileSync(path.join(root, 'docs/cli.md'), 'utf8');
  expect(page, '`npm run docs` writes it').toBe(cliPage());
  for (const command of ['estimate', 'compare', 'plot roofline', 'import']) expect(page).toContain(`\n## ${command}\n`);
  expect(page).toContain('| `--model <id>` | network: an id, a YAML file, a config.json or a GGUF file; required |');
});

it('documents every entry of the package', () => {
  const entries = entriesOf(root);
  expect([...entries.keys()]).toEqual(expect.arrayContaining(['roofcast', 'roofcast/spec', 'roofcast/vitest']));
  for (const source of entries.values()) expect(existsSync(path.join(root, source)), source).toBe(true);
});

it('is not in the package', () => {
  const { files: shipped } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { files: string[] };
  expect(shipped.filter((name) => name.startsWith('docs'))).toEqual([]);
});
