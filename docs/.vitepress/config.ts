import path from 'node:path';
import { slug } from 'github-slugger';
import { defineConfig } from 'vitepress';
import { type Page, sections } from './navigation.js';

const home = 'README.md';
const generated = 'docs/api/';
const pages = new Set(sections.flatMap((section) => section.pages.map(({ file }) => file)));

export default defineConfig({
  title: 'roofcast',
  description: 'Predicts token/s, latency, energy and cost of language models on machines.',
  // The README and other documents beside docs/ are pages too.
  srcDir: '..',
  srcExclude: ['dist/**', 'coverage/**'],
  rewrites: { [home]: 'index.md' },
  vite: { publicDir: false, build: { chunkSizeWarningLimit: 2000 } },
  markdown: {
    // Anchors as on GitHub, where these documents are read too.
    anchor: { slugify: slug },
    config: (markdown) => {
      markdown.core.ruler.push('links-between-pages', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) linkPage(token, env.relativePath);
        hideCloses(tokens.flatMap(({ children }) => [children ?? []]));
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: sections.map(({ text, pages: listed }) => ({ text, items: listed.map(itemOf) })),
  },
});

function itemOf({ text, file }: Page): { readonly text: string; readonly link: string } {
  return { text, link: `/${file === home ? '' : file.replace(/(index)?\.md$/, '')}` };
}

/** What the Markdown parser makes of a piece of text. */
interface Token {
  readonly type: string;
  hidden: boolean;
  attrs: [name: string, value: string][] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** A link to a source file, which the site does not have, becomes its text; one to the README leads to the first page. */
function linkPage(token: Token, from: string): void {
  const target = token.attrGet('href');
  if (token.type !== 'link_open' || target === null || /^([a-z]+:|#)/.test(target) || from.startsWith(generated))
    return;
  const [name = '', anchor] = target.split('#');
  const file = path.posix.join(path.posix.dirname(from), name);
  if (file === home) token.attrSet('href', `/${anchor === undefined ? '' : `#${anchor}`}`);
  if (pages.has(file) || file.startsWith(generated)) return;
  token.attrs = null;
  token.hidden = true;
}

/** Links do not nest, so that each end belongs to the beginning before it. */
function hideCloses(lines: readonly (readonly Token[])[]): void {
  for (const line of lines) {
    let hidden = false;
    for (const token of line) {
      if (token.type === 'link_open') hidden = token.hidden;
      if (token.type === 'link_close') token.hidden = hidden;
    }
  }
}
