import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ModelFileError } from '../errors.js';

/** Longest header: names and merges of the largest tokenizers take 20 MB. */
const LONGEST_HEADER = 64 * 2 ** 20;
/** Bytes that are read at once, and all that is held of the file. */
const WINDOW = 2 ** 20;

/**
 * Reads a file from its start, a window at a time. Nothing is allocated by what the file claims: each length is checked
 * against the bytes that are left before it is used.
 */
export interface Cursor {
  readonly file: string;
  /** Bytes of the whole file. */
  readonly size: number;
  position(): number;
  u32(): number;
  u64(): number;
  /** A number of `width` bytes as it is read from a view. */
  number(width: number, read: (view: DataView) => number | bigint): number;
  /** Text of UTF-8 with its length before it; a longer one than `most` is passed over, and its start returned. */
  text(most: number): string;
  skip(bytes: number): void;
  /** Throws when so many things of at least so many bytes each do not fit into the rest of the file. */
  expect(count: number, bytesEach: number, what: string): void;
  fail(problem: string, remedy?: string): never;
}

const DAMAGED = 'the file is damaged or not complete; load it again';

/** Opens a file for `read`, and closes it afterwards. Throws `ModelFileError` where the file ends too soon. */
export function withCursor<T>(file: string, read: (cursor: Cursor) => T): T {
  const handle = openSync(file, 'r');
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) {
      throw new ModelFileError({ file, problem: 'is no file', remedy: 'give the path of a GGUF file' });
    }
    return read(cursorOf(file, handle, stat.size));
  } finally {
    closeSync(handle);
  }
}

function cursorOf(file: string, handle: number, size: number): Cursor {
  const limit = Math.min(size, LONGEST_HEADER);
  const buffer = Buffer.alloc(Math.min(WINDOW, Math.max(size, 1)));
  let at = 0; // place in the file
  let start = 0; // of the window
  let held = 0; // bytes in it
  const fail = (problem: string, remedy = DAMAGED): never => {
    throw new ModelFileError({ file, problem: `${problem} (byte ${at})`, remedy });
  };
  const require = (bytes: number): void => {
    if (bytes <= limit - at) return;
    if (size <= LONGEST_HEADER)
      fail(`ends in the middle of its header: ${bytes} more bytes are announced, ${size - at} are there`);
    fail(
      `has a header of more than ${LONGEST_HEADER / 2 ** 20} MiB`,
      'headers of models are shorter; the file is damaged',
    );
  };
  /** A part of the window, which is moved where it must be. */
  const view = (bytes: number): Buffer => {
    require(bytes);
    if (at < start || at + bytes > start + held) {
      start = at;
      held = 0;
      while (held < buffer.length) {
        const read = readSync(handle, buffer, held, buffer.length - held, start + held);
        if (read === 0) break;
        held += read;
      }
      if (bytes > held) fail('ends in the middle of its header');
    }
    const from = at - start;
    at += bytes;
    return buffer.subarray(from, from + bytes);
  };
  const number = (width: number, read: (data: DataView) => number | bigint): number => {
    const bytes = view(width);
    return Number(read(new DataView(bytes.buffer, bytes.byteOffset, width)));
  };
  const u64 = (): number => {
    const bytes = view(8);
    const value = bytes.readUInt32LE(4) * 2 ** 32 + bytes.readUInt32LE(0);
    return Number.isSafeInteger(value) ? value : fail(`announces ${value.toPrecision(3)} of something`);
  };
  const skip = (bytes: number): void => {
    require(bytes);
    at += bytes;
  };
  return {
    file,
    size,
    position: () => at,
    u32: () => view(4).readUInt32LE(0),
    u64,
    number,
    text: (most) => {
      const length = u64();
      require(length);
      const kept = view(Math.min(length, most, buffer.length)).toString('utf8');
      skip(length - Math.min(length, most, buffer.length));
      return kept;
    },
    skip,
    expect: (count, bytesEach, what) => {
      if (count * bytesEach > limit - at) fail(`announces ${count} ${what}, and ${limit - at} bytes are left for them`);
    },
    fail,
  };
}
