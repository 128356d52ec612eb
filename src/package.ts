import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** The folder of the package: the nearest above this file, wherever the build has put it, that has a `package.json`. */
export const packageRoot: string = rootAbove(path.dirname(here));

function rootAbove(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, 'package.json')) ? folder : rootAbove(parent);
}

/** The version of the package. */
export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The file of a module that is loaded by its path, such as `stream/worker`: the source, or what the build makes of it. */
export function moduleFile(name: string): string {
  return path.join(packageRoot, path.extname(here) === '.ts' ? `src/${name}.ts` : `dist/${name}.js`);
}
