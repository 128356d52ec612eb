import { closeSync, openSync, readSync } from 'node:fs';
import { ModelFileError, SpecError } from '../errors.js';
import type { WeightScheme } from '../model/schemes.js';
import type { Model } from '../model/types.js';
import type { SpecSources } from '../provenance.js';
import { parseModel } from '../spec.js';
import { type ImportOptions, readConfig } from './config.js';
import type { NamedDraft } from './draft.js';
import { readGguf } from './gguf-model.js';
import { readGgufHeaders } from './gguf-parts.js';
import { quoting } from './names.js';
import { specText } from './spec-text.js';

/** A network read from a `config.json` or a GGUF file. */
export interface ImportedModel {
  readonly model: Model;
  readonly sources: SpecSources;
  /** The model as a spec: the text that `parseModel` reads. */
  readonly spec: string;
  /** What was read between the lines, in words. */
  readonly notes: readonly string[];
  /** How the tensors of a GGUF file are stored; give it as `weights`, and weight bytes are those of the file. */
  readonly weights?: WeightScheme;
}

/** Largest configuration; that of a quantised mixture which lists every expert has 5 MB. */
const LONGEST_CONFIG = 8 * 2 ** 20;

/**
 * Reads a network from a `config.json` as transformers writes it, or from the header of a GGUF file, whose content tells
 * it from the other.
 * Throws `ModelFileError`, and nothing else, when the file cannot be read, is damaged or hostile, or describes something that
 * is not understood. Memory and time are bounded whatever the file claims.
 */
export function importModel(file: string, options: ImportOptions = {}): ImportedModel {
  try {
    if (isGguf(file)) {
      const { draft, weights } = readGguf(readGgufHeaders(file), options);
      return { ...finish(draft, file), weights };
    }
    return finish(readConfig(readText(file), file, options), file);
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

function finish(draft: NamedDraft, file: string): Omit<ImportedModel, 'weights'> {
  const spec = specText(draft);
  try {
    return { ...parseModel(spec, { file }), spec, notes: draft.notes };
  } catch (cause) {
    // Dimensions that are each possible, and not together.
    if (!(cause instanceof SpecError)) throw cause;
    const { path, value, remedy = 'give the file as it was published' } = cause;
    const problem = quoting(`the dimensions do not make a network: ${JSON.stringify(value)} is not possible`);
    throw new ModelFileError({ file, field: path, problem, remedy }, { cause });
  }
}

/** By its first bytes, or by its name: a damaged file is still told what it should be. */
function isGguf(file: string): boolean {
  return /\.gguf$/i.test(file) || readStart(file, 4).toString('latin1') === 'GGUF';
}

function readText(file: string): string {
  const bytes = readStart(file, LONGEST_CONFIG + 1);
  if (bytes.length > LONGEST_CONFIG) {
    const problem = `has more than ${LONGEST_CONFIG / 2 ** 20} MiB`;
    throw new ModelFileError({ file, problem, remedy: 'give a config.json, which has a few thousand bytes' });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const remedy = 'give a config.json in UTF-8, or a GGUF file';
    throw new ModelFileError({ file, problem: 'is binary, or not in UTF-8', remedy }, { cause });
  }
}

/** The first bytes of a file, at most so many. */
function readStart(file: string, most: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < most) {
      const chunk = Buffer.alloc(Math.min(most - length, 2 ** 20));
      const read = readSync(handle, chunk, 0, chunk.length, length);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      length += read;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(handle);
  }
}

function unreadable(cause: unknown, file: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const syscall = cause instanceof Error && 'syscall' in cause;
  if (!syscall || code === undefined) return cause;
  const reasons: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
    ENOENT: ['there is no such file', 'give the path of a config.json or of a GGUF file'],
    EISDIR: ['is a folder', 'give the path of the config.json in it, or of a GGUF file'],
    EACCES: ['may not be read', 'change its permissions'],
  };
  const [problem, remedy] = reasons[code] ?? [`cannot be read (${code})`, 'give the path of a file'];
  return new ModelFileError({ file, problem, remedy }, { cause });
}
