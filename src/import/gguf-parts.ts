import { existsSync } from 'node:fs';
import path from 'node:path';
import { ModelFileError } from '../errors.js';
import { type GgufHeader, readGgufHeader } from './gguf-header.js';
import { printable } from './names.js';

/** Most files that one model is split into. */
const MOST_PARTS = 1024;

/** The headers of a model: that of one file, or those of all files that it is split into, of which any may be given. */
export function readGgufHeaders(file: string): readonly [GgufHeader, ...GgufHeader[]] {
  const given = readGgufHeader(file);
  const count = given.values.get('split.count') ?? 1;
  if (count === 0 || count === 1) return [given];
  const named = /^(.*-)(\d{5})-of-(\d{5})(\.gguf)$/i.exec(path.basename(file));
  if (
    typeof count !== 'number' ||
    !(count > 1 && count <= MOST_PARTS) ||
    named === null ||
    Number(named[3]) !== count
  ) {
    throw new ModelFileError({
      file,
      field: 'split.count',
      problem: `says that the model is split into ${printable(String(count))} files, and the name of this one does not say which it is`,
      remedy: 'call them model-00001-of-00003.gguf and so on',
    });
  }
  const [, before = '', , total = '', after = ''] = named;
  const nameOf = (part: number) =>
    path.join(path.dirname(file), `${before}${String(part).padStart(5, '0')}-of-${total}${after}`);
  const missing = Array.from({ length: count }, (_, index) => nameOf(index + 1)).filter((name) => !existsSync(name));
  if (missing.length > 0) {
    const problem = `is one of ${count} files of a model, and ${path.basename(missing[0] ?? '')} is not beside it`;
    throw new ModelFileError({ file, problem, remedy: 'load all files of the model into one folder' });
  }
  const first = readGgufHeader(nameOf(1));
  const others = Array.from({ length: count - 1 }, (_, index) => readGgufHeader(nameOf(index + 2)));
  checkCount(file, [first, ...others]);
  return [first, ...others];
}

function checkCount(file: string, headers: readonly GgufHeader[]): void {
  const stated = headers[0]?.values.get('split.tensors.count');
  const found = headers.reduce((sum, { tensors }) => sum + tensors.length, 0);
  if (stated === undefined || stated === found) return;
  throw new ModelFileError({
    file,
    field: 'split.tensors.count',
    problem: `says that there are ${printable(String(stated))} tensors, and the files have ${found}`,
    remedy: 'give the files of one model',
  });
}
