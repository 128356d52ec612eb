import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import GithubSlugger from 'github-slugger';

/**
 * Links of Markdown files that lead nowhere, as `file:line link: what is wrong`: relative ones to files and pictures, and
 * anchors of headings. Addresses on the network are not fetched.
 */
export function brokenLinks(root: string, files: readonly string[]): readonly string[] {
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsIn = (file: string): ReadonlySet<string> => {
    const known = anchors.get(file) ?? anchorsOf(readFileSync(file, 'utf8'));
    anchors.set(file, known);
    return known;
  };
  return files.flatMap((file) =>
    linksOf(readFileSync(path.join(root, file), 'utf8')).flatMap(({ target, line }) => {
      const wrong = faultOf(root, file, target, anchorsIn);
      return wrong === undefined ? [] : [`${file}:${line} ${target}: ${wrong}`];
    }),
  );
}

function faultOf(
  root: string,
  file: string,
  target: string,
  anchorsIn: (file: string) => ReadonlySet<string>,
): string | undefined {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const [name = '', anchor] = target.split('#');
  if (path.isAbsolute(name)) return 'is not relative';
  const found = name === '' ? path.join(root, file) : path.resolve(root, path.dirname(file), decodeURI(name));
  if (path.relative(root, found).startsWith('..')) return 'lies outside the repository';
  if (!existsSync(found)) return 'is no such file';
  if (anchor === undefined) return undefined;
  if (!found.endsWith('.md') || statSync(found).isDirectory()) return 'has an anchor, and is no page';
  return anchorsIn(found).has(decodeURI(anchor)) ? undefined : 'is no heading there';
}

interface Link {
  readonly target: string;
  readonly line: number;
}

/** Targets of links, pictures, reference definitions and HTML attributes; code is left out. */
function linksOf(markdown: string): readonly Link[] {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(\s*<?([^)<>\s]+)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g,
    /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\s(?:href|src)="([^"]+)"/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 1: target = '', index }) => ({
      target,
      line: text.slice(0, index).split('\n').length,
    })),
  );
}

/** Anchors of the headings of a page, as GitHub and the site make them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const headings = withoutFences(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm);
  return new Set([...headings].map(({ 1: title = '' }) => slugger.slug(plain(title))));
}

/** A heading as it is read: links by their text, without marks of code and emphasis. */
function plain(title: string): string {
  return title.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
}

/** Lines stay where they are. */
function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^( *)(```+|~~~+).*?^\1\2 *$/gms, (block) => block.replace(/[^\n]/g, ''));
}
