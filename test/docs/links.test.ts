import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anchorsOf, brokenLinks } from '../../scripts/docs/links.js';
import { brokenSiteLinks } from '../../scripts/docs/site-links.js';

const root = path.resolve(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'measurements/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

it.each(documents)('every link of %s leads to a file, a picture or a heading', (document) => {
  expect(brokenLinks(root, [document])).toEqual([]);
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'roofcast-links-'));
  mkdirSync(path.join(folder, 'docs'));
  writeFileSync(
    path.join(folder, 'docs/other.md'),
    '# Other\n\n## What `it` is, [said](a.md) twice\n\n## Twice\n\n## Twice\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the checker of links', () => {
  function check(text: string): readonly string[] {
    writeFileSync(path.join(folder, 'docs/page.md'), text);
    return brokenLinks(folder, ['docs/page.md']);
  }

  it.each([
    ['[a](other.md)', 'a file'],
    ['[a](other.md#twice-1)', 'a heading, the second of its name'],
    ['[a](other.md#what-it-is-said-twice)', 'a heading with code and a link'],
    ['# Here\n\n[a](#here)', 'a heading of the page'],
    ['[a](..)', 'a folder'],
    ['[a](https://example.org/x.md#y)', 'an address, which is not fetched'],
    ['`[a](b.md)`\n\n```js\nf[a](b.md)\n```', 'no link, but code'],
  ])('takes %j: %s', (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each([
    ['[a](missing.md)', 'docs/page.md:1 missing.md: is no such file'],
    ['text\n\n![a](plots/a.svg "title")', 'docs/page.md:3 plots/a.svg: is no such file'],
    ['[a](other.md#three)', 'docs/page.md:1 other.md#three: is no heading there'],
    ['[a](#here)', 'docs/page.md:1 #here: is no heading there'],
    ['[a]\n\n[a]: missing.md', 'docs/page.md:3 missing.md: is no such file'],
    ['<img src="a.svg">', 'docs/page.md:1 a.svg: is no such file'],
    ['[a](../../away.md)', 'docs/page.md:1 ../../away.md: lies outside the repository'],
    ['[a](/docs/other.md)', 'docs/page.md:1 /docs/other.md: is not relative'],
    ['[![a](b.svg)](other.md)', 'docs/page.md:1 b.svg: is no such file'],
  ])('refuses %j', (text, fault) => {
    expect(check(text)).toEqual([fault]);
  });

  it('takes no heading from code', () => {
    expect([...anchorsOf('# A\n\n```sh\n# B\n```\n')]).toEqual(['a']);
  });
});

describe('the checker of a built site', () => {
  it('finds files and anchors that are not there', () => {
    writeFileSync(
      path.join(folder, 'index.html'),
      '<h1 id="a">A</h1><a href="#a"></a><a href="/docs/page#b"></a><img src="/x.svg">',
    );
    writeFileSync(
      path.join(folder, 'docs/page.html'),
      '<a href="./../index.html#a"></a><a href="/#c"></a><a href="https://a.b/c"></a>',
    );
    const { pages, broken } = brokenSiteLinks(folder);
    expect(pages).toBe(2);
    expect(broken).toEqual(['index.html /docs/page#b', 'index.html /x.svg', 'docs/page.html /#c']);
  });
});
