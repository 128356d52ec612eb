import type { SpecProblem } from '../errors.js';
import type { Inherited } from './inherit.js';
import { merge, without } from './merge.js';
import { problemAt } from './problems.js';
import { locate, type MapTree, type Tree } from './tree.js';
import { didYouMean } from './words.js';

/** Merges the entries of a map of the same file over those that they name in `extends`. */
export function inheritWithin(tree: Tree, field: string): Inherited {
  const { tree: map, found } = locate(tree, [field]);
  if (tree.kind !== 'map' || !found || map.kind !== 'map') return { tree, problems: [] };
  const problems: SpecProblem[] = [];
  const entries = [...map.entries].map(([key, entry]) => {
    const expanded = expand(map, key, []);
    if ('problem' in expanded)
      problems.push(problemAt(tree, [field, key, 'extends'], expanded.problem, expanded.remedy));
    return [key, { key: entry.key, value: 'problem' in expanded ? entry.value : expanded }] as const;
  });
  const expandedMap: MapTree = { ...map, entries: new Map(entries) };
  const { key } = tree.entries.get(field) ?? { key: map.place };
  return { tree: { ...tree, entries: new Map(tree.entries).set(field, { key, value: expandedMap }) }, problems };
}

function expand(
  map: MapTree,
  key: string,
  chain: readonly string[],
): Tree | { readonly problem: string; readonly remedy: string } {
  const own = map.entries.get(key)?.value ?? map;
  const named = locate(own, ['extends']);
  if (!named.found || named.tree.kind !== 'scalar') return own;
  const parent = named.tree.text;
  const ids = [...chain, key];
  if (ids.includes(parent))
    return { problem: `"${parent}" leads back to itself`, remedy: `the chain is ${[...ids, parent].join(' > ')}` };
  if (!map.entries.has(parent))
    return { problem: `"${parent}" is not here`, remedy: didYouMean(parent, [...map.entries.keys()]) };
  const expanded = expand(map, parent, ids);
  return 'problem' in expanded ? expanded : merge(without(expanded, ['extends']), own);
}
