import type { Tree } from './tree.js';

/** The map without some of its fields. */
export function without(tree: Tree, keys: readonly string[]): Tree {
  if (tree.kind !== 'map') return tree;
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => !keys.includes(key))) };
}

/** One spec over another. Maps are merged and keep the parent's order; everything else, figures too, is replaced as a whole; null removes. */
export function merge(parent: Tree, child: Tree): Tree {
  if (parent.kind !== 'map' || child.kind !== 'map' || child.entries.has('value')) return child;
  const entries = new Map(parent.entries);
  for (const [key, entry] of child.entries) {
    const inherited = parent.entries.get(key);
    if (entry.value.kind === 'scalar' && entry.value.value === null && inherited !== undefined) entries.delete(key);
    else
      entries.set(
        key,
        inherited === undefined ? entry : { key: entry.key, value: merge(inherited.value, entry.value) },
      );
  }
  return { ...child, entries };
}
