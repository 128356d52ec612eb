import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { RoofcastError, SpecError } from '../src/errors.js';
import type { Resolve } from '../src/spec/inherit.js';

/** A spec that was read, or the lines that say why it was not. */
export type Outcome<T> =
  | { readonly file: string; readonly ok: true; readonly value: T }
  | { readonly file: string; readonly ok: false; readonly problems: readonly string[] };

/** The YAML files of a folder, in the order of their ids; none when there is no folder. */
export function specFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort()
    .map((id) => join(folder, `${id}.yaml`));
}

/** Parses one file; specs that it builds upon are looked for beside it. */
export function readSpecFile<T extends { readonly id: string }>(
  path: string,
  parse: (text: string, origin: { file: string; resolve: Resolve }) => T,
): Outcome<T> {
  const file = relative('.', path);
  const resolve: Resolve = (id) => {
    const other = join(dirname(file), `${id}.yaml`);
    return existsSync(other) ? { file: other, text: readFileSync(other, 'utf8') } : undefined;
  };
  try {
    const value = parse(readFileSync(path, 'utf8'), { file, resolve });
    const wanted = basename(path, '.yaml');
    if (value.id === wanted) return { file, ok: true, value };
    return {
      file,
      ok: false,
      problems: [`${file}:1:1 id: "${value.id}" is not the name of the file; write "${wanted}"`],
    };
  } catch (error) {
    if (error instanceof SpecError)
      return { file, ok: false, problems: [error, ...error.others].map(({ message }) => message) };
    if (error instanceof RoofcastError) return { file, ok: false, problems: [`${file}: ${error.message}`] };
    throw error;
  }
}

/** Ids and aliases that two specs of a folder claim, letter case aside. */
export function clashes(
  specs: readonly { readonly file: string; readonly id: string; readonly aliases: readonly string[] }[],
): readonly string[] {
  const owners = new Map<string, string>();
  return specs.flatMap(({ file, id, aliases }) =>
    [id, ...aliases].flatMap((name) => {
      const owner = owners.get(name.toLowerCase());
      owners.set(name.toLowerCase(), owner ?? file);
      return owner === undefined
        ? []
        : [`${file}:1:1 "${name}" is an id or alias of ${owner} too; give it to one of them`];
    }),
  );
}
