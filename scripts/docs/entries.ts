import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The entries of the package, as they are imported, and their sources: `roofcast/node` is made of `src/node.ts`. */
export function entriesOf(root: string): ReadonlyMap<string, string> {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  return new Map(
    Object.entries(exports).flatMap(([entry, target]) =>
      typeof target === 'string'
        ? []
        : [[path.posix.join(name, entry), target.default.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')] as const],
    ),
  );
}
