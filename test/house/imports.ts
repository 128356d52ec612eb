import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One module that a file names: `import`, `export … from`, `import()` or `import('…').Type`. */
export interface Import {
  readonly specifier: string;
  /** `type`: erased by the compiler; `lazy`: a call of `import()`; `static`: loaded with the file. */
  readonly kind: 'static' | 'lazy' | 'type';
}

/** Every module that `text` names, in order. An `import()` of something other than a string reads as `<computed>`. */
export function readImports(text: string): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importOf(node);
    if (one !== undefined) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2022));
  return found;
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) return entry(node.moduleSpecifier, node.importClause?.phaseModifier);
  if (ts.isExportDeclaration(node)) {
    if (node.moduleSpecifier === undefined) return undefined;
    return entry(node.moduleSpecifier, node.isTypeOnly ? ts.SyntaxKind.TypeKeyword : undefined);
  }
  if (ts.isExternalModuleReference(node)) return entry(node.expression, undefined);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return entry(node.argument.literal, ts.SyntaxKind.TypeKeyword);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { ...entry(node.arguments[0], undefined), kind: 'lazy' };
  }
  return undefined;
}

function entry(specifier: ts.Node | undefined, modifier: ts.SyntaxKind | undefined): Import {
  const named = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : '<computed>';
  return { specifier: named, kind: modifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'static' };
}

/** Paths, relative to `root` and with forward slashes, to the text of every `.ts` file below its folder `folder`. */
export function readSources(root: string, folder: string): Map<string, string> {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}
