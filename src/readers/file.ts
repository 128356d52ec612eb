import { open } from 'node:fs/promises';
import { MeasurementFileError } from '../errors.js';
import type { MeasurementFile } from './types.js';

/** Largest file that is read, in bytes: a hundred thousand rows, or the result of a run with every answer saved. */
const largestBytes = 64 * 2 ** 20;

/**
 * Reads a file of measurements: a CSV with our own header, or what llama-bench, vLLM or SGLang wrote.
 * Throws `MeasurementFileError`, and nothing else, when it cannot be read.
 */
export async function readMeasurementFile(path: string): Promise<MeasurementFile> {
  const text = decode(await readBytes(path), path);
  // The parser of CSV takes longer to load than a small estimate takes from start to end.
  const { readMeasurementText } = await import('./text.js');
  return readMeasurementText(text, path);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const stat = await handle.stat();
      if (stat.isFile() && stat.size > largestBytes) throw tooLarge(path, stat.size);
      // A pipe has no size, and a file may grow: what is read is bounded as well.
      const chunks: Buffer[] = [];
      for await (const chunk of handle.createReadStream({ end: largestBytes, autoClose: false })) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (bytes.length > largestBytes) throw tooLarge(path, bytes.length);
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof MeasurementFileError) throw cause;
    const [problem, remedy] = whyUnreadable(cause);
    throw new MeasurementFileError({ file: path, problem, remedy }, { cause });
  }
}

/** UTF-8, or the UTF-16 that a Windows shell writes when output is redirected into a file. */
function decode(bytes: Uint8Array, path: string): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const remedy = 'save it as UTF-8 text';
    throw new MeasurementFileError({ file: path, problem: 'is binary, or not in UTF-8', remedy }, { cause });
  }
}

function tooLarge(path: string, bytes: number): MeasurementFileError {
  const size = bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return new MeasurementFileError({ file: path, problem: size, remedy: 'files up to 64 MiB are read' });
}

function whyUnreadable(cause: unknown): [problem: string, remedy: string] {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  switch (code) {
    case 'ENOENT':
      return ['there is no such file', 'give the path of a file of measurements'];
    case 'EISDIR':
      return ['is a folder', 'give the path of a file in it'];
    case 'EACCES':
      return ['may not be read', 'change its permissions'];
  }
  return [`cannot be read (${code ?? String(cause)})`, 'give the path of a file of measurements'];
}
