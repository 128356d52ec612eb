import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SpecError } from '../errors.js';
import { parseEngine, parseHardware, parseModel, type SpecOrigin } from '../spec.js';

/** Root of the package: `src/node/` and `dist/node/` are both two levels below it. */
const packageRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Reads a machine and where its figures come from. Specs that it extends are looked up beside it, then among the built-in ones. */
export function readHardwareFile(file: string): ReturnType<typeof parseHardware> {
  return parseHardware(readText(file), originOf(file, 'hardware-specs'));
}

/** Reads a network and where its figures come from. */
export function readModelFile(file: string): ReturnType<typeof parseModel> {
  return parseModel(readText(file), originOf(file, 'model-specs'));
}

/** Reads a software stack and where its constants come from. */
export function readEngineFile(file: string): ReturnType<typeof parseEngine> {
  return parseEngine(readText(file), originOf(file, 'engine-specs'));
}

function originOf(file: string, builtIn: string): SpecOrigin {
  const folders = [path.dirname(file), path.join(packageRoot, builtIn)];
  const resolve: SpecOrigin['resolve'] = (id) => {
    // An id is a name within a folder, never a way out of it.
    if (path.basename(id) !== id || id.startsWith('.')) return undefined;
    const found = folders
      .flatMap((folder) => [path.join(folder, `${id}.yaml`), path.join(folder, `${id}.yml`)])
      .find((candidate) => existsSync(candidate));
    return found === undefined ? undefined : { file: path.relative('', found), text: readText(found) };
  };
  return { file, resolve };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const [problem, remedy] = whyUnreadable(cause);
    throw new SpecError({ file, line: 1, column: 1, path: '', value: '', problem, remedy });
  }
}

function whyUnreadable(cause: unknown): [problem: string, remedy: string] {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return ['there is no such file', 'give the path of a YAML file, or the id of a built-in spec'];
    case 'EISDIR':
      return ['is a folder', 'give the path of a YAML file in it'];
    case 'EACCES':
      return ['may not be read', 'change its permissions'];
  }
  if (typeof code !== 'string') throw cause;
  return [`cannot be read (${code})`, 'give the path of a YAML file'];
}
