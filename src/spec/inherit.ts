import type { SpecProblem } from '../errors.js';
import { merge, without } from './merge.js';
import { problemAt } from './problems.js';
import { idOf, keepSourcesApart } from './source-keys.js';
import { locate, type MapTree, parseTree, type Tree } from './tree.js';

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
export function inherit(
  tree: Tree,
  inheritance: Inheritance,
  resolve: Resolve | undefined,
  chain: readonly string[] = [],
): Inherited {
  const named = locate(tree, [inheritance.field]);
  if (tree.kind !== 'map' || !named.found || named.tree.kind !== 'scalar') return { tree, problems: [] };
  const parentId = named.tree.text;
  const ids = [...chain, idOf(tree)];
  const fail = (problem: string, remedy: string): Inherited => ({
    tree,
    problems: [problemAt(tree, [inheritance.field], problem, remedy)],
  });
  if (ids.includes(parentId)) {
    return fail(`"${parentId}" leads back to itself`, `the chain is ${[...ids, parentId].join(' > ')}`);
  }
  const parentText = resolve?.(parentId);
  if (parentText === undefined) return fail(`no spec has the id "${parentId}"`, 'name a file of the same folder');
  const parsed = parseTree(parentText.text, parentText.file);
  const parent = inherit(parsed.tree, inheritance, resolve, ids);
  const problems = [...parsed.problems, ...parent.problems, ...misplaced(tree, inheritance)];
  const handedOn = without(keepSourcesApart(parent.tree, tree, inheritance.sourceFields), [
    inheritance.field,
    ...inheritance.notInherited,
  ]);
  return { tree: merge(handedOn, tree), problems };
}

function misplaced(tree: MapTree, { field, mayState }: Inheritance): readonly SpecProblem[] {
  if (mayState === undefined) return [];
  return [...tree.entries.keys()]
    .filter((key) => key !== field && !mayState.includes(key))
    .map((key) =>
      problemAt(tree, [key], `cannot be stated beside ${field}`, 'leave it out, or write a spec of its own'),
    );
}
