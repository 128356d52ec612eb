import type { z } from 'zod';
import type { SpecProblem } from '../errors.js';
import { type Inheritance, inherit, inheritWithin, type Resolve } from './inherit.js';
import { problemAt, problemAtKey, problemsOf, throwProblems } from './problems.js';
import { locate, type Path, parseTree, plain, type Tree } from './tree.js';
import { didYouMean, sayIssue } from './words.js';

/** Where a spec comes from, and how to find the specs that it names. */
export interface SpecOrigin {
  /** Name of the file, as messages print it. */
  readonly file: string;
  /** Needed for specs that build upon others of their folder. */
  readonly resolve?: Resolve;
}

interface SpecForm<Schema> {
  readonly schema: Schema;
  /** How a spec may build upon another file. */
  readonly inheritance?: Inheritance;
  /** Field whose entries may build upon each other by `extends`. */
  readonly within?: string;
}

/** Reads and checks a spec: syntax, inheritance, shape, sources. Throws `SpecError` with all problems that were found. */
export function readSpec<Schema extends z.ZodType>(
  text: string,
  { file, resolve }: SpecOrigin,
  { schema, inheritance, within }: SpecForm<Schema>,
): { readonly spec: z.output<Schema>; readonly tree: Tree } {
  const parsed = parseTree(text, file);
  throwProblems(parsed.problems);
  const merged = inheritance === undefined ? { tree: parsed.tree, problems: [] } : inherit(parsed.tree, inheritance, resolve);
  const expanded = within === undefined ? merged : inheritWithin(merged.tree, within);
  throwProblems([...merged.problems, ...expanded.problems]);
  const { tree } = expanded;
  const result = schema.safeParse(plain(tree), { error: sayIssue });
  throwProblems([...(result.success ? [] : problemsOf(tree, result.error.issues)), ...checkSources(tree, file, inheritance)]);
  if (!result.success) throw new Error(`${file} is refused without a reason`, { cause: result.error });
  return { spec: result.data, tree };
}

/**
 * Every source that a figure names exists, and every source of this file serves a figure, or the claim that all
 * the rest is another spec's.
 */
function checkSources(tree: Tree, file: string, inheritance: Inheritance | undefined): readonly SpecProblem[] {
  const table = locate(tree, ['sources']);
  const known = table.found && table.tree.kind === 'map' ? table.tree.entries : new Map<string, never>();
  const uses = sourceUses(tree, inheritance?.sourceFields ?? [], []);
  const used = new Set(uses.map(({ key }) => key));
  const unknown = uses
    .filter(({ key }) => !known.has(key))
    .map(({ key, path }) =>
      problemAt(tree, path, `"${key}" is not in the sources of the file`, known.size > 0 ? didYouMean(key, [...known.keys()]) : 'add it'),
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
  if (tree.kind === 'list') return tree.items.flatMap((item, index) => sourceUses(item, sourceFields, [...path, index]));
  return [...tree.entries].flatMap(([key, { value }]) => {
    const here = [...path, key];
    if (path.length === 0 && key === 'sources') return [];
    const names = key === 'source' || (path.length === 0 && sourceFields.includes(key));
    return names && value.kind === 'scalar' ? [{ key: value.text, path: here }] : sourceUses(value, sourceFields, here);
  });
}
