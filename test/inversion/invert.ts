import ts from 'typescript';

/** One `expect(...)` of a test file that is followed by a matcher. */
export interface Expectation {
  /** Counted from 1. */
  readonly line: number;
  readonly matcher: string;
  /** Its place among all of the file; the message that it fails with begins with it. */
  readonly label: string;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a test file with every expectation inverted, by `.not` put in or taken out. Each is soft, so that those
 * behind one that fails are met too.
 */
export function invert(text: string): { readonly text: string; readonly expectations: readonly Expectation[] } {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022, true);
  const expectations: Expectation[] = [];
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const found = expectationOf(node);
    if (found !== undefined) {
      const { call, matcher, not } = found;
      const label = `expectation ${expectations.length + 1}`;
      const line = file.getLineAndCharacterOfPosition(call.getStart(file)).line + 1;
      expectations.push({ line, matcher: matcher.text, label });
      edits.push({ from: call.expression.end, to: call.expression.end, text: '.soft' });
      edits.push({ from: call.arguments.end, to: call.arguments.end, text: `, '${label}'` });
      edits.push(
        not === undefined
          ? { from: call.end, to: call.end, text: '.not' }
          : { from: not.expression.end, to: not.end, text: '' },
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { text: apply(text, edits), expectations };
}

/** `expect(x).matcher(...)` or `expect(x).not.matcher(...)`. */
function expectationOf(node: ts.Node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { name: matcher, expression: before } = node.expression;
  const not = ts.isPropertyAccessExpression(before) && before.name.text === 'not' ? before : undefined;
  const call = not?.expression ?? before;
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression) || call.expression.text !== 'expect')
    return undefined;
  return { call, matcher, not };
}

function apply(text: string, edits: readonly Edit[]): string {
  const fromTheEnd = [...edits].sort((a, b) => b.from - a.from);
  return fromTheEnd.reduce((result, { from, to, text: put }) => result.slice(0, from) + put + result.slice(to), text);
}
