import path from 'node:path';
import { type Import, readImports } from './imports.js';

/** What the files of one part of `src` may import besides one another. A part is a folder, or a file of the root. */
export interface Arrows {
  readonly parts: readonly string[];
  /** Parts of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages; `node:` stands for every module of Node. */
  readonly packages?: readonly string[];
  /** Packages of which only types may be imported. */
  readonly packageTypes?: readonly string[];
}

/** The reason in words for every import that `allowed` does not know. `sources`: path such as `src/cli/main.ts` to text. */
export function checkArrows(sources: ReadonlyMap<string, string>, allowed: Readonly<Record<string, Arrows>>): string[] {
  return [...sources].flatMap(([file, text]) => {
    const arrows = allowed[partOf(file)];
    if (arrows === undefined)
      return [`${file}: "${partOf(file)}" has no arrows; state them in test/house/arrows.test.ts`];
    return readImports(text).flatMap((one) => {
      const reason = objection(file, one, arrows);
      return reason === undefined ? [] : [`${file}: ${reason}`];
    });
  });
}

function objection(file: string, { specifier, kind }: Import, arrows: Arrows): string | undefined {
  const from = partOf(file);
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    if (arrows.packages?.includes(name)) return undefined;
    if (!arrows.packageTypes?.includes(name)) return `${from} may not import the package "${name}"`;
    return kind === 'type' ? undefined : `${from} may import only types of the package "${name}"`;
  }
  const target = resolveImport(file, specifier);
  if (!target.startsWith('src/')) return `"${specifier}" leaves src`;
  const to = partOf(target);
  if (to === from || arrows.parts.includes(to)) return undefined;
  if (!arrows.types?.includes(to)) return `${from} may not import ${to} ("${specifier}")`;
  return kind === 'type' ? undefined : `${from} may import only types of ${to} ("${specifier}")`;
}

/** Every cycle of imports that is left once types are erased, as `a.ts -> b.ts -> a.ts`. */
export function findCycles(sources: ReadonlyMap<string, string>): string[] {
  const finished = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    if (finished.has(file)) return;
    trail.push(file);
    for (const { specifier, kind } of readImports(sources.get(file) ?? '')) {
      if (kind !== 'type' && specifier.startsWith('.')) visit(resolveImport(file, specifier));
    }
    trail.pop();
    finished.add(file);
  };
  for (const file of sources.keys()) visit(file);
  return cycles;
}

function resolveImport(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}

/** `src/spec/units.ts` and `src/spec.ts` are both of the part `spec`. */
function partOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
