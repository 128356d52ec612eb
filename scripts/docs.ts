// Builds the site of the documents into docs/.vitepress/dist: pictures, commands and API are made anew, and its links are checked.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vitepress';
import { writeApi } from './docs/api.js';
import { cliPage } from './docs/cli-page.js';
import { brokenSiteLinks } from './docs/site-links.js';
import './plots.js';

const root = path.resolve(import.meta.dirname, '..');
const docs = path.join(root, 'docs');
const site = path.join(docs, '.vitepress/dist');

writeFileSync(path.join(docs, 'cli.md'), cliPage());
console.log(`${await writeApi(root, path.join(docs, 'api'))} entries in docs/api`);
await build(docs);
const { pages, broken } = brokenSiteLinks(site);
if (broken.length > 0) throw new Error(`links of the site lead nowhere:\n${broken.join('\n')}`);
console.log(`${pages} pages in docs/.vitepress/dist, and no link of theirs is broken`);
