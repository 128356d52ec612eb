import type { z } from 'zod';
import { SpecError, type SpecProblem } from '../errors.js';
import { locate, type Path, showPath, type Tree } from './tree.js';
import { didYouMean } from './words.js';

/** Throws the problems as one `SpecError`, in the order of the file; does nothing when there are none. */
export function throwProblems(problems: readonly SpecProblem[]): void {
  const sorted = problems.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
  const [first, ...rest] = sorted.filter(
    (problem, index) => !sorted.slice(0, index).some((earlier) => isSame(earlier, problem)),
  );
  if (first === undefined) return;
  throw new SpecError(
    first,
    rest.map((problem) => new SpecError(problem)),
  );
}

/** What a file hands on to others is wrong once, not once more in every heir. */
function isSame(a: SpecProblem, b: SpecProblem): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column && a.problem === b.problem;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A problem at a path of the tree, or at the nearest place above it that exists. */
export function problemAt(tree: Tree, path: Path, problem: string, remedy?: string): SpecProblem {
  const { tree: here, place, found } = locate(tree, path);
  // A figure is named by its own path, whichever of its fields is wrong.
  const named = path.at(-1) === 'value' ? path.slice(0, -1) : path;
  const value = found && here.kind === 'scalar' ? here.text : '';
  return { ...place, path: showPath(named), value, problem, ...(remedy === undefined ? {} : { remedy }) };
}

/** A problem at a key itself, where the key is what is wrong. */
export function problemAtKey(tree: Tree, path: Path, problem: string, remedy?: string): SpecProblem {
  const parent = locate(tree, path.slice(0, -1)).tree;
  const key = String(path.at(-1));
  const place = parent.kind === 'map' ? parent.entries.get(key)?.key : undefined;
  return { ...problemAt(tree, path, problem, remedy), ...place, value: key };
}

/** Gives each issue that zod found its place in the file. A field that is only misspelt is not told as missing too. */
export function placeIssues(tree: Tree, issues: readonly z.core.$ZodIssue[]): readonly SpecProblem[] {
  const problems = problemsOf(tree, issues, []);
  const meant = problems.flatMap(({ path, remedy }) => {
    const [, name] = /^did you mean "(.*)"\?$/.exec(remedy ?? '') ?? [];
    return name === undefined ? [] : [path.replace(/[^.]*$/, name)];
  });
  return problems.filter(({ path, problem }) => problem !== 'is missing' || !meant.includes(path));
}

function problemsOf(tree: Tree, issues: readonly z.core.$ZodIssue[], base: Path): readonly SpecProblem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    switch (issue.code) {
      case 'unrecognized_keys':
        return unknownKeys(tree, path, issue);
      case 'invalid_union':
        return unionProblems(tree, path, issue);
      case 'invalid_key':
        return [problemAtKey(tree, path, `"${String(path.at(-1))}" is not a name`, issue.message)];
      default:
        return [sayAt(tree, path, issue.message)];
    }
  });
}

function unknownKeys(tree: Tree, path: Path, issue: z.core.$ZodIssueUnrecognizedKeys): readonly SpecProblem[] {
  const remedies = issue.message.split('\n');
  return issue.keys.map((key, index) => problemAtKey(tree, [...path, key], `"${key}" is not a field`, remedies[index]));
}

/** What the union says itself, or else of its alternatives the one that was meant: the first whose type fits. */
function unionProblems(tree: Tree, path: Path, issue: z.core.$ZodIssueInvalidUnion): readonly SpecProblem[] {
  if (issue.discriminator !== undefined) return [wrongDiscriminator(tree, path, issue)];
  const fits = issue.errors.find(
    (branch) => !branch.some(({ code, path: inner }) => code === 'invalid_type' && inner.length === 0),
  );
  if (fits === undefined && issue.message !== '') return [sayAt(tree, path, issue.message)];
  return problemsOf(tree, fits ?? issue.errors[0] ?? [], path);
}

function sayAt(tree: Tree, path: Path, message: string): SpecProblem {
  const [problem = '', remedy] = message.split('\n');
  return problemAt(tree, path, problem, remedy);
}

function wrongDiscriminator(tree: Tree, path: Path, issue: z.core.$ZodIssueInvalidUnion): SpecProblem {
  const { tree: here, found } = locate(tree, path);
  if (!found || here.kind !== 'scalar') return problemAt(tree, path, 'is missing');
  const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  return problemAt(tree, path, `"${here.text}" is not allowed`, didYouMean(here.text, allowed));
}
