import ts from 'typescript';

/**
 * A module whose constants may be left out where nobody uses them. Bundlers of users drop an unused module whole, since
 * none of ours has side effects; of modules that are joined they drop an unused constant only if they can see that working
 * it out does nothing else, or if it is marked so.
 */
export function markPure(text: string): string {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022, true);
  const initializers = file.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) && statement.declarationList.flags & ts.NodeFlags.Const
      ? statement.declarationList.declarations.flatMap(({ initializer }) => initializer ?? [])
      : [],
  );
  let marked = text;
  for (const node of initializers.filter((one) => !isPlain(one)).reverse()) {
    const [start, end] = [node.getStart(file), node.end];
    marked = marked.slice(0, start) + pure(node, text.slice(start, end)) + marked.slice(end);
  }
  return marked;
}

/** A mark stands for the call behind it, without its arguments. */
function pure(node: ts.Expression, text: string): string {
  const alone = isCall(node) && ts.isIdentifier(node.expression) && (node.arguments ?? []).every(isPlain);
  return alone ? `/* @__PURE__ */ ${text}` : `/* @__PURE__ */ (() => (${text}))()`;
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

/** Whether anybody can see that an expression only makes a value. */
function isPlain(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    return isPlain(node.expression);
  if (ts.isBinaryExpression(node)) return isPlain(node.left) && isPlain(node.right);
  if (ts.isPrefixUnaryExpression(node)) return isPlain(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isPlain);
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isPlainProperty);
  return (
    ts.isLiteralExpression(node) ||
    ts.isIdentifier(node) ||
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)
  );
}

function isPlainProperty(property: ts.ObjectLiteralElementLike): boolean {
  if (property.name && ts.isComputedPropertyName(property.name)) return false;
  if (ts.isPropertyAssignment(property)) return isPlain(property.initializer);
  return ts.isShorthandPropertyAssignment(property) || ts.isMethodDeclaration(property);
}
