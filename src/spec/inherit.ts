import type { SpecProblem } from '../errors.js';
import { problemAt } from './problems.js';
import { didYouMean } from './words.js';
import { locate, type MapTree, parseTree, type ScalarTree, type Tree } from './tree.js';

/** Text of another spec of the same folder, by its id; undefined when there is none. */
export type Resolve = (id: string) => { readonly file: string; readonly text: string } | undefined;

/** How a spec builds upon another one. */
export interface Inheritance {
  /** Field that names the other spec. */
  readonly field: string;
  /** Fields that are the other's own and are not handed on. */
  readonly notInherited: readonly string[];
  /** Fields that this spec may state itself; all when absent. */
  readonly mayState?: readonly string[];
  /** Fields at the root that name a source, as `source` does at every figure. */
  readonly sourceFields: readonly string[];
}

/** A merged spec. */
export interface Inherited {
  readonly tree: Tree;
  readonly problems: readonly SpecProblem[];
}

/** Merges a spec over the one that it names, and that over the next; problems are located in the file they stand in. */
export function inherit(tree: Tree, inheritance: Inheritance, resolve: Resolve | undefined, chain: readonly string[] = []): Inherited {
  const named = locate(tree, [inheritance.field]);
  if (tree.kind !== 'map' || !named.found || named.tree.kind !== 'scalar') return { tree, problems: [] };
  const parentId = named.tree.text;
  const ids = [...chain, idOf(tree)];
  const fail = (problem: string, remedy: string): Inherited => ({
    tree,
    problems: [problemAt(tree, [inheritance.field], problem, remedy)],
  });
  if (ids.includes(parentId)) return fail(`"${parentId}" leads back to itself`, `the chain is ${[...ids, parentId].join(' > ')}`);
  const parentText = resolve?.(parentId);
  if (parentText === undefined) return fail(`no spec has the id "${parentId}"`, 'name a file of the same folder');
  const parsed = parseTree(parentText.text, parentText.file);
  const parent = inherit(parsed.tree, inheritance, resolve, ids);
  const problems = [...parsed.problems, ...parent.problems, ...misplaced(tree, inheritance)];
  return { tree: merge(without(keepSourcesApart(parent.tree, tree, inheritance.sourceFields), [inheritance.field, ...inheritance.notInherited]), tree), problems };
}

function idOf(tree: Tree): string {
  const { tree: id, found } = locate(tree, ['id']);
  return found && id.kind === 'scalar' ? id.text : '';
}

/**
 * A key of the sources means what its own file says. Where both files use one, the parent's is renamed `key.parent-id`, in
 * its table and at its figures.
 */
function keepSourcesApart(parent: Tree, child: Tree, sourceFields: readonly string[]): Tree {
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

function misplaced(tree: MapTree, { field, mayState }: Inheritance): readonly SpecProblem[] {
  if (mayState === undefined) return [];
  return [...tree.entries.keys()]
    .filter((key) => key !== field && !mayState.includes(key))
    .map((key) => problemAt(tree, [key], `cannot be stated beside ${field}`, 'leave it out, or write a spec of its own'));
}

function without(tree: Tree, keys: readonly string[]): Tree {
  if (tree.kind !== 'map') return tree;
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => !keys.includes(key))) };
}

/** Maps are merged and keep the parent's order; everything else, figures too, is replaced as a whole; null removes. */
function merge(parent: Tree, child: Tree): Tree {
  if (parent.kind !== 'map' || child.kind !== 'map' || child.entries.has('value')) return child;
  const entries = new Map(parent.entries);
  for (const [key, entry] of child.entries) {
    const inherited = parent.entries.get(key);
    if (entry.value.kind === 'scalar' && entry.value.value === null && inherited !== undefined) entries.delete(key);
    else entries.set(key, inherited === undefined ? entry : { key: entry.key, value: merge(inherited.value, entry.value) });
  }
  return { ...child, entries };
}

/** Merges the entries of a map of the same file over those that they name in `extends`. */
export function inheritWithin(tree: Tree, field: string): Inherited {
  const { tree: map, found } = locate(tree, [field]);
  if (tree.kind !== 'map' || !found || map.kind !== 'map') return { tree, problems: [] };
  const problems: SpecProblem[] = [];
  const entries = [...map.entries].map(([key, entry]) => {
    const expanded = expand(map, key, []);
    if ('problem' in expanded) problems.push(problemAt(tree, [field, key, 'extends'], expanded.problem, expanded.remedy));
    return [key, { key: entry.key, value: 'problem' in expanded ? entry.value : expanded }] as const;
  });
  const expandedMap: MapTree = { ...map, entries: new Map(entries) };
  const { key } = tree.entries.get(field) ?? { key: map.place };
  return { tree: { ...tree, entries: new Map(tree.entries).set(field, { key, value: expandedMap }) }, problems };
}

function expand(map: MapTree, key: string, chain: readonly string[]): Tree | { readonly problem: string; readonly remedy: string } {
  const own = map.entries.get(key)?.value ?? map;
  const named = locate(own, ['extends']);
  if (!named.found || named.tree.kind !== 'scalar') return own;
  const parent = named.tree.text;
  const ids = [...chain, key];
  if (ids.includes(parent)) return { problem: `"${parent}" leads back to itself`, remedy: `the chain is ${[...ids, parent].join(' > ')}` };
  if (!map.entries.has(parent)) return { problem: `"${parent}" is not here`, remedy: didYouMean(parent, [...map.entries.keys()]) };
  const expanded = expand(map, parent, ids);
  return 'problem' in expanded ? expanded : merge(without(expanded, ['extends']), own);
}
