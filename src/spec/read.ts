import type { z } from 'zod';
import { type Inheritance, inherit, type Resolve } from './inherit.js';
import { inheritWithin } from './inherit-within.js';
import { placeIssues, throwProblems } from './problems.js';
import { checkSources } from './source-checks.js';
import { parseTree, plain, type Tree } from './tree.js';
import { sayIssue } from './words.js';

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
  const merged =
    inheritance === undefined ? { tree: parsed.tree, problems: [] } : inherit(parsed.tree, inheritance, resolve);
  const expanded = within === undefined ? merged : inheritWithin(merged.tree, within);
  throwProblems([...merged.problems, ...expanded.problems]);
  const { tree } = expanded;
  const result = schema.safeParse(plain(tree), { error: sayIssue });
  throwProblems([
    ...(result.success ? [] : placeIssues(tree, result.error.issues)),
    ...checkSources(tree, file, inheritance),
  ]);
  if (!result.success) throw new Error(`${file} is refused without a reason`, { cause: result.error });
  return { spec: result.data, tree };
}
