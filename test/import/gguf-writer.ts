import { requireFormat } from '../../src/model/formats.js';

/** Numbers of the ggml types that the tests use. */
const types: Readonly<Record<string, number>> = {
  f32: 0,
  f16: 1,
  q4_0: 2,
  q8_0: 8,
  q4_k: 12,
  q5_k: 13,
  q6_k: 14,
  bf16: 30,
  mxfp4: 39,
};

export interface TestTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: string;
}

export type TestValue = string | number | boolean | readonly number[] | readonly boolean[] | readonly string[];

export interface TestFile {
  readonly values: Readonly<Record<string, TestValue>>;
  readonly tensors: readonly TestTensor[];
}

/** Bytes of a tensor in a file. */
export function tensorBytes({ dims, type }: TestTensor): number {
  return (dims.reduce((product, dim) => product * dim, 1) * requireFormat(type).bitsPerWeight) / 8;
}

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
export const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** The header of a GGUF file, with nothing behind it. */
export function ggufHeader({ values, tensors }: TestFile): Buffer {
  const entries = Object.entries(values);
  let offset = 0;
  const infos = tensors.map((tensor) => {
    const { name, dims, type } = tensor;
    const info = Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(types[type] ?? 0), u64(offset)]);
    offset = Math.ceil((offset + tensorBytes(tensor)) / 32) * 32;
    return info;
  });
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.map(([key, value]) => Buffer.concat([text(key), valueBytes(value)])),
    ...infos,
  ]);
}

function valueBytes(value: TestValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([u32(8), text(value)]);
  if (typeof value === 'boolean') return Buffer.concat([u32(7), Buffer.from([value ? 1 : 0])]);
  if (typeof value === 'number') return Number.isInteger(value) ? Buffer.concat([u32(4), u32(value)]) : float(value);
  const [first] = value;
  const type = typeof first === 'string' ? 8 : typeof first === 'boolean' ? 7 : 4;
  const items = value.map((item) => {
    if (typeof item === 'string') return text(item);
    return typeof item === 'boolean' ? Buffer.from([item ? 1 : 0]) : u32(item);
  });
  return Buffer.concat([u32(9), u32(type), u64(value.length), ...items]);
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([u32(6), bytes]);
}
