import type { SpecProblem } from '../errors.js';
import type { Inheritance } from './inherit.js';
import { problemAt, problemAtKey } from './problems.js';
import { locate, type Path, type Tree } from './tree.js';
import { didYouMean } from './words.js';

/**
 * Every source that a figure names exists, and every source of this file serves a figure, or the claim that all
 * the rest is another spec's.
 */
export function checkSources(tree: Tree, file: string, inheritance: Inheritance | undefined): readonly SpecProblem[] {
  const table = locate(tree, ['sources']);
  const known = table.found && table.tree.kind === 'map' ? table.tree.entries : new Map<string, never>();
  const uses = sourceUses(tree, inheritance?.sourceFields ?? [], []);
  const used = new Set(uses.map(({ key }) => key));
  const unknown = uses
    .filter(({ key }) => !known.has(key))
    .map(({ key, path }) =>
      problemAt(
        tree,
        path,
        `"${key}" is not in the sources of the file`,
        known.size > 0 ? didYouMean(key, [...known.keys()]) : 'add it',
      ),
    );
  const claims = inheritance?.mayState !== undefined && locate(tree, [inheritance.field]).found;
  const idle = (claims ? [] : ownSources(tree, file))
    .filter((key) => !used.has(key))
    .map((key) => problemAtKey(tree, ['sources', key], `"${key}" is the source of no figure`, 'remove it or use it'));
  return [...unknown, ...idle];
}

/** Keys of the sources that the file itself states, inherited ones apart. */
export function ownSources(tree: Tree, file: string): readonly string[] {
  const table = locate(tree, ['sources']);
  if (!table.found || table.tree.kind !== 'map') return [];
  return [...table.tree.entries].filter(([, entry]) => entry.key.file === file).map(([key]) => key);
}

interface SourceUse {
  readonly key: string;
  readonly path: Path;
}

function sourceUses(tree: Tree, sourceFields: readonly string[], path: Path): readonly SourceUse[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'list')
    return tree.items.flatMap((item, index) => sourceUses(item, sourceFields, [...path, index]));
  return [...tree.entries].flatMap(([key, { value }]) => {
    const here = [...path, key];
    if (path.length === 0 && key === 'sources') return [];
    const names = key === 'source' || (path.length === 0 && sourceFields.includes(key));
    return names && value.kind === 'scalar' ? [{ key: value.text, path: here }] : sourceUses(value, sourceFields, here);
  });
}
