import { locate, type ScalarTree, type Tree } from './tree.js';

/**
 * A key of the sources means what its own file says. Where both files use one, the parent's is renamed `key.parent-id`, in
 * its table and at its figures.
 */
export function keepSourcesApart(parent: Tree, child: Tree, sourceFields: readonly string[]): Tree {
  const own = locate(child, ['sources']);
  if (!own.found || own.tree.kind !== 'map' || parent.kind !== 'map') return parent;
  const clashes = own.tree.entries;
  const suffix = idOf(parent);
  const renamed = (key: string): string => (clashes.has(key) ? `${key}.${suffix}` : key);
  const entries = [...parent.entries].map(([key, { key: place, value }]) => {
    if (key === 'sources') return [key, { key: place, value: renameKeys(value, renamed) }] as const;
    const names = sourceFields.includes(key) && value.kind === 'scalar';
    return [key, { key: place, value: names ? renameScalar(value, renamed) : renameUses(value, renamed) }] as const;
  });
  return { ...parent, entries: new Map(entries) };
}

function renameKeys(tree: Tree, renamed: (key: string) => string): Tree {
  if (tree.kind !== 'map') return tree;
  return { ...tree, entries: new Map([...tree.entries].map(([key, entry]) => [renamed(key), entry])) };
}

function renameScalar(scalar: ScalarTree, renamed: (key: string) => string): ScalarTree {
  return { ...scalar, value: renamed(scalar.text), text: renamed(scalar.text) };
}

function renameUses(tree: Tree, renamed: (key: string) => string): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => renameUses(item, renamed)) };
  if (tree.kind === 'scalar') return tree;
  const entries = [...tree.entries].map(([key, { key: place, value }]) => {
    const names = key === 'source' && value.kind === 'scalar';
    return [key, { key: place, value: names ? renameScalar(value, renamed) : renameUses(value, renamed) }] as const;
  });
  return { ...tree, entries: new Map(entries) };
}

/** Id that a spec states; empty without one. */
export function idOf(tree: Tree): string {
  const { tree: id, found } = locate(tree, ['id']);
  return found && id.kind === 'scalar' ? id.text : '';
}
