import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What links of a built site lead nowhere: to files, pictures and anchors that it does not have. */
export function brokenSiteLinks(site: string): { readonly pages: number; readonly broken: readonly string[] } {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const known = new Map(pages.map((page) => [page, readFileSync(path.join(site, page), 'utf8')]));
  const anchors = new Map([...known].map(([page, html]) => [page, new Set(attributes(html, 'id'))]));
  const broken = [...known].flatMap(([page, html]) =>
    [...new Set([...attributes(html, 'href'), ...attributes(html, 'src')])]
      .filter((target) => !leadsSomewhere(site, page, target, anchors))
      .map((target) => `${page} ${target}`),
  );
  return { pages: pages.length, broken };
}

function leadsSomewhere(
  site: string,
  page: string,
  target: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  if (/^[a-z]+:/.test(target)) return true;
  const [name = '', anchor] = decodeURI(target.replaceAll('&amp;', '&')).split('#');
  const file = name === '' ? page : fileOf(name, page);
  const ids = anchors.get(file);
  if (ids === undefined) return existsSync(path.join(site, file));
  return anchor === undefined || anchor === '' || ids.has(anchor);
}

/** The file of an address: a folder is its index, a page may be named without its ending. */
function fileOf(address: string, page: string): string {
  const joined = address.startsWith('/') ? address.slice(1) : path.posix.join(path.posix.dirname(page), address);
  if (joined === '' || joined.endsWith('/')) return `${joined}index.html`;
  return path.posix.extname(joined) === '' ? `${joined}.html` : joined;
}

function attributes(html: string, name: 'href' | 'id' | 'src'): readonly string[] {
  return [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(({ 1: value = '' }) => value);
}
