import type { BlockFormat } from '../model/formats.js';
import { type Cursor, withCursor } from './gguf-cursor.js';
import { ggmlFormat, ggmlTypes } from './gguf-types.js';
import { printable } from './names.js';

/** A value of the header that is kept: tokenizers and other long lists are passed over. */
export type GgufValue = string | number | boolean | readonly (number | boolean)[];

/** One tensor of a file as its header describes it. */
export interface GgufTensor {
  readonly name: string;
  /** Row length first, then rows, then copies. */
  readonly dims: readonly number[];
  readonly elements: number;
  readonly bytes: number;
  readonly format: BlockFormat;
}

/** What is kept of a header. */
export interface GgufHeader {
  readonly file: string;
  readonly values: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
}

const MOST_VALUES = 65_536;
/** A mixture of 512 experts, each in tensors of its own, in 128 layers has 200,000. */
const MOST_TENSORS = 262_144;
const LONGEST_KEY = 1024;
/** Longest text and list that are kept, and most numbers in all lists together. */
const LONGEST_TEXT = 1024;
const LONGEST_LIST = 4096;
const MOST_NUMBERS = 262_144;
/** Most lists within lists, of which no model has any. */
const MOST_LISTS = 65_536;
/** Lists within lists: none is known. */
const DEEPEST = 4;
const MOST_DIMS = 4;

/**
 * The header of a GGUF file: version 2 or 3, least byte first. The rest of the file is not read, and memory is bounded
 * whatever the file claims.
 * Throws `ModelFileError` when the header is damaged, cut off or hostile, and when the tensors behind it are cut off. A
 * header alone, with nothing behind it, is read.
 */
export function readGgufHeader(file: string): GgufHeader {
  return withCursor(file, (cursor) => {
    checkMagic(cursor);
    const tensorCount = cursor.u64();
    const valueCount = cursor.u64();
    checkCount(cursor, tensorCount, MOST_TENSORS, 24, 'tensors');
    checkCount(cursor, valueCount, MOST_VALUES, 13, 'values');
    const values = readValues(cursor, valueCount);
    const alignment = alignmentOf(cursor, values);
    const infos = readTensorInfos(cursor, tensorCount, alignment);
    checkData(cursor, infos, alignment);
    return { file, values, tensors: infos.map(({ offset: _, ...tensor }) => tensor) };
  });
}

const NO_MODEL = 'give a GGUF file; other formats are converted to it by llama.cpp, or described by their config.json';

function checkMagic(cursor: Cursor): void {
  if (cursor.size === 0) cursor.fail('is empty', NO_MODEL);
  if (cursor.size < 4 || cursor.u32() !== 0x46554747)
    cursor.fail('is no GGUF file: it does not begin with "GGUF"', NO_MODEL);
  const version = cursor.u32();
  if (version === 2 || version === 3) return;
  const swapped = version !== 0 && version % 2 ** 24 === 0;
  const reason = swapped ? 'has its most significant byte first' : `is of version ${version}`;
  cursor.fail(`${reason}, which is not read`, 'versions 2 and 3 with the least byte first are; convert it again');
}

function checkCount(cursor: Cursor, count: number, most: number, bytesEach: number, what: string): void {
  if (count > most) cursor.fail(`announces ${count} ${what}, more than the ${most} that are read`);
  cursor.expect(count, bytesEach, what);
}

/** What may still be kept, and gone through. */
interface Budget {
  numbers: number;
  lists: number;
}

function readValues(cursor: Cursor, count: number): Map<string, GgufValue> {
  const values = new Map<string, GgufValue>();
  const seen = new Set<string>();
  const budget: Budget = { numbers: MOST_NUMBERS, lists: MOST_LISTS };
  for (let index = 0; index < count; index++) {
    const key = cursor.text(LONGEST_KEY);
    if (seen.has(key)) cursor.fail(`states "${printable(key)}" twice`);
    seen.add(key);
    const value = readValue(cursor, cursor.u32(), budget);
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

type Read = (data: DataView) => number | bigint;

/** Numbers by their type: bytes, and how they are read. */
const numbers: Readonly<Record<number, { readonly width: number; readonly read: Read }>> = {
  0: { width: 1, read: (data) => data.getUint8(0) },
  1: { width: 1, read: (data) => data.getInt8(0) },
  2: { width: 2, read: (data) => data.getUint16(0, true) },
  3: { width: 2, read: (data) => data.getInt16(0, true) },
  4: { width: 4, read: (data) => data.getUint32(0, true) },
  5: { width: 4, read: (data) => data.getInt32(0, true) },
  6: { width: 4, read: (data) => data.getFloat32(0, true) },
  7: { width: 1, read: (data) => data.getUint8(0) },
  10: { width: 8, read: (data) => data.getBigUint64(0, true) },
  11: { width: 8, read: (data) => data.getBigInt64(0, true) },
  12: { width: 8, read: (data) => data.getFloat64(0, true) },
};
const BOOLEAN = 7;
const TEXT = 8;
const LIST = 9;

/** A value, or undefined for one that is passed over. */
function readValue(cursor: Cursor, type: number, budget: Budget): GgufValue | undefined {
  if (type === TEXT) return cursor.text(LONGEST_TEXT);
  if (type === LIST) return readList(cursor, 1, budget);
  return readNumber(cursor, type);
}

function readNumber(cursor: Cursor, type: number): number | boolean {
  const form = Object.hasOwn(numbers, type) ? numbers[type] : undefined;
  if (form === undefined) return cursor.fail(`has a value of the type ${type}, which does not exist`);
  const value = cursor.number(form.width, form.read);
  return type === BOOLEAN ? value !== 0 : value;
}

function readList(cursor: Cursor, depth: number, budget: Budget): readonly (number | boolean)[] | undefined {
  if (depth > DEEPEST) cursor.fail(`has lists nested more than ${DEEPEST} deep`);
  const type = cursor.u32();
  const count = cursor.u64();
  const form = Object.hasOwn(numbers, type) ? numbers[type] : undefined;
  if (form !== undefined) {
    cursor.expect(count, form.width, 'numbers');
    if (count <= Math.min(LONGEST_LIST, budget.numbers)) {
      budget.numbers -= count;
      return Array.from({ length: count }, () => readNumber(cursor, type));
    }
    cursor.skip(count * form.width);
    return undefined;
  }
  if (type !== TEXT && type !== LIST) cursor.fail(`has a list of the type ${type}, which does not exist`);
  cursor.expect(count, type === TEXT ? 8 : 12, type === TEXT ? 'texts' : 'lists');
  if (type === LIST) budget.lists -= count;
  if (budget.lists < 0) cursor.fail(`has more than ${MOST_LISTS} lists within lists`);
  for (let index = 0; index < count; index++) {
    if (type === TEXT) cursor.skip(cursor.u64());
    else readList(cursor, depth + 1, budget);
  }
  return undefined;
}

function alignmentOf(cursor: Cursor, values: ReadonlyMap<string, GgufValue>): number {
  const alignment = values.get('general.alignment') ?? 32;
  if (typeof alignment === 'number' && alignment >= 1 && alignment <= 2 ** 20 && Number.isInteger(Math.log2(alignment)))
    return alignment;
  return cursor.fail('states a general.alignment that is no power of two');
}

interface TensorInfo extends GgufTensor {
  readonly offset: number;
}

function readTensorInfos(cursor: Cursor, count: number, alignment: number): TensorInfo[] {
  const seen = new Set<string>();
  return Array.from({ length: count }, () => {
    const info = readTensorInfo(cursor);
    if (seen.has(info.name)) cursor.fail(`describes the tensor "${printable(info.name)}" twice`);
    seen.add(info.name);
    if (info.offset % alignment !== 0) cursor.fail(`places the tensor "${printable(info.name)}" off its alignment`);
    return info;
  });
}

function readTensorInfo(cursor: Cursor): TensorInfo {
  const name = cursor.text(LONGEST_KEY);
  const named = `the tensor "${printable(name)}"`;
  const dimCount = cursor.u32();
  if (dimCount < 1 || dimCount > MOST_DIMS)
    cursor.fail(`gives ${named} ${dimCount} dimensions; there are 1 to ${MOST_DIMS}`);
  const dims = Array.from({ length: dimCount }, () => cursor.u64());
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (elements < 1 || elements > Number.MAX_SAFE_INTEGER)
    cursor.fail(`gives ${named} the dimensions ${dims.join(' x ')}`);
  const type = cursor.u32();
  const format = ggmlFormat(type);
  if (format === undefined) {
    const remedy = `understood are ${ggmlTypes().join(', ')}`;
    return cursor.fail(`stores ${named} in the ggml type ${type}, which is not understood`, remedy);
  }
  if ((dims[0] ?? 0) % format.blockSize !== 0)
    cursor.fail(
      `stores ${named} in ${format.id}, and rows of ${dims[0]} do not divide into blocks of ${format.blockSize}`,
    );
  return { name, dims, elements, bytes: (elements * format.bitsPerWeight) / 8, format, offset: cursor.u64() };
}

/** Either all of the data is there, or none of it: half a file is a download that stopped. */
function checkData(cursor: Cursor, infos: readonly TensorInfo[], alignment: number): void {
  const start = Math.ceil(cursor.position() / alignment) * alignment;
  const ordered = infos.toSorted((a, b) => a.offset - b.offset);
  ordered.reduce((end, { name, offset, bytes }) => {
    if (offset < end) cursor.fail(`places the tensor "${printable(name)}" into the one before it`);
    return offset + bytes;
  }, 0);
  const last = ordered.at(-1);
  const end = last === undefined ? 0 : start + last.offset + last.bytes;
  if (cursor.size >= end || cursor.size <= start) return;
  cursor.fail(
    `is cut off: its tensors end at byte ${end}, the file at byte ${cursor.size}`,
    'load the rest of it; a header with nothing behind it is read too',
  );
}
