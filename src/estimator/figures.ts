import type { Bound, Estimate, Prediction } from './types.js';

/** A figure of an estimate. */
export type Figure =
  | {
      readonly kind: 'number';
      /** Unit that `read` gives it in: `token/s`; empty for a plain number. */
      readonly unit: string;
      /** Undefined where the estimate does not have it. */
      read(estimate: Estimate): number | undefined;
      /** What would make it present. */
      readonly remedy?: string;
    }
  | { readonly kind: 'text'; readonly allowed?: readonly string[]; read(estimate: Estimate): string | undefined }
  | { readonly kind: 'truth'; read(estimate: Estimate): boolean | undefined };

interface NumberEntry {
  readonly kind: 'number';
  readonly unit: string;
}
interface PredictionEntry {
  readonly kind: 'prediction';
  readonly unit: string;
}
interface TextEntry {
  readonly kind: 'text';
  readonly allowed?: readonly string[];
}
interface TruthEntry {
  readonly kind: 'truth';
}

/** Lists and sentences, which no formula is about. */
interface NoEntry {
  readonly kind: 'none';
}

/**
 * An entry for everything that an estimate holds, so that a field which is added there is added here too. A field may be
 * a union of a number and words.
 */
type Entries<T> = {
  readonly [K in keyof T]-?: Entry<NonNullable<T[K]>>;
};
type Entry<T> = [T] extends [number]
  ? NumberEntry | NoEntry
  : [T] extends [boolean]
    ? TruthEntry
    : [T] extends [string]
      ? TextEntry | NoEntry
      : [T] extends [readonly unknown[]]
        ? NoEntry
        : [T] extends [Prediction]
          ? PredictionEntry
          : [T] extends [object]
            ? Entries<T>
            : NoEntry;

const number = (unit: string): NumberEntry => ({ kind: 'number', unit });
const prediction = (unit: string): PredictionEntry => ({ kind: 'prediction', unit });
const text = (allowed?: readonly string[]): TextEntry => ({ kind: 'text', ...(allowed ? { allowed } : {}) });
const ratio = number('');
const count = number('');
const seconds = number('s');
const bytes = number('B');
const tokens = number('token');
const joules = number('J');
const truth: TruthEntry = { kind: 'truth' };
const none: NoEntry = { kind: 'none' };

const bounds: Readonly<Record<Bound, true>> = {
  memory: true,
  compute: true,
  dequantisation: true,
  load: true,
  interconnect: true,
  overhead: true,
  power: true,
};

const phase = {
  bound: text(Object.keys(bounds)),
  mbu: ratio,
  mfu: ratio,
  arithmeticIntensity: number('FLOP/B'),
  ridgePoint: number('FLOP/B'),
  flops: number('FLOP'),
  weightBytes: bytes,
  cacheBytes: bytes,
  bytes,
  seconds,
  terms: { compute: seconds, dequantisation: seconds, memory: seconds, load: seconds, overhead: seconds },
  perfectOverlap: seconds,
  noOverlap: seconds,
  operators: none,
  classes: none,
  power: {
    watts: number('W'),
    limited: truth,
    clock: ratio,
    joules: { static: joules, lanes: joules, compute: joules, memory: joules, total: joules },
  },
} as const;

/** The unit of every figure of an estimate. */
const entries: Entries<Estimate> = {
  schemaVersion: none,
  model: { id: text(), name: text(), parameters: count, activeParameters: count, varied: none },
  hardware: {
    id: text(),
    name: text(),
    unit: text(),
    cores: count,
    clock: number('Hz'),
    residentThreads: count,
    peakBandwidth: number('B/s'),
    peakFlops: number('FLOP/s'),
    varied: none,
  },
  engine: {
    id: text(),
    name: text(),
    class: text(),
    backend: text(),
    usual: truth,
    constants: {
      memoryEfficiency: ratio,
      cacheEfficiency: ratio,
      activationEfficiency: ratio,
      loadBytesPerClock: bytes,
      matrixEfficiency: ratio,
      vectorEfficiency: ratio,
      attentionEfficiency: ratio,
      kernelOverhead: seconds,
      coreOverhead: seconds,
      stepOverhead: seconds,
      dispatchOverhead: seconds,
      sequenceOverhead: seconds,
      requestOverhead: seconds,
    },
    overlap: none,
    chunk: tokens,
    attention: text(['fused', 'materialised']),
    varied: none,
  },
  workload: {
    kind: text(['generate']),
    weights: text(),
    kvCache: text(),
    batch: count,
    promptTokens: tokens,
    outputTokens: tokens,
    cachedTokens: tokens,
    devices: count,
  },
  decode: {
    ...phase,
    tokensPerSecond: prediction('token/s'),
    tokensPerSecondPerSequence: prediction('token/s'),
    timePerOutputToken: prediction('s/token'),
  },
  prefill: { ...phase, timeToFirstToken: prediction('s'), tokensPerSecond: prediction('token/s') },
  request: { latency: prediction('s'), outputTokensPerSecond: prediction('token/s') },
  memory: {
    weightBytes: bytes,
    cacheBytes: bytes,
    cacheBytesPerToken: number('B/token'),
    activationBytes: bytes,
    totalBytes: bytes,
    usableBytes: bytes,
    capacityBytes: bytes,
    freeBytes: bytes,
    largestBatch: count,
    longestContext: tokens,
    levels: none,
  },
  energy: {
    joulesPerToken: number('J/token'),
    joulesPerDecodedToken: number('J/token'),
    joulesPerPromptToken: number('J/token'),
    prediction: prediction('J/token'),
    watts: prediction('W'),
    scope: text(['board', 'package', 'system']),
    basis: none,
  },
  cost: {
    usdPerMillionOutputTokens: number('USD/Mtoken'),
    usdPerHour: number('USD/h'),
    purchaseUsd: number('USD'),
    basis: none,
  },
  warnings: none,
  assumptions: none,
};

/** What would make a figure present that not every estimate has, by the first part of its path. */
const remedies: Readonly<Record<string, string>> = {
  cost: 'state the price of the machine',
  hardware: 'state it in the spec of the machine',
  engine: 'state it in the spec of the engine',
};

type Named = readonly [path: string, figure: Figure];

function figuresOf(entry: unknown, path: readonly string[]): readonly Named[] {
  // The type of the table says that it is made of entries and groups of them.
  const known = entry as NumberEntry | PredictionEntry | TextEntry | TruthEntry | NoEntry | { readonly kind?: object };
  const name = path.join('.');
  const remedy = remedies[path[0] ?? ''];
  switch (known.kind) {
    case 'number':
      return [[name, { kind: 'number', unit: known.unit, read: reader(path), ...(remedy ? { remedy } : {}) }]];
    case 'prediction':
      return [
        [name, { kind: 'number', unit: known.unit, read: reader([...path, 'expected']) }],
        ...(['expected', 'low', 'high', 'ideal'] as const).map((part): Named => {
          return [`${name}.${part}`, { kind: 'number', unit: known.unit, read: reader([...path, part]) }];
        }),
      ];
    case 'text':
      return [
        [name, { kind: 'text', ...(known.allowed ? { allowed: known.allowed } : {}), read: reader<string>(path) }],
      ];
    case 'truth':
      return [[name, { kind: 'truth', read: reader(path) }]];
    case 'none':
      return [];
    default:
      return Object.entries(known).flatMap(([field, inner]) => figuresOf(inner, [...path, field]));
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a field of an estimate. Paths come from the table alone. A loop over them would be slower. */
function reader<T>([first = '', second = '', third, fourth]: readonly string[]): (estimate: Estimate) => T | undefined {
  const group = (estimate: Estimate): Fields | undefined =>
    (estimate as unknown as Fields)[first] as Fields | undefined;
  if (third === undefined) return (estimate) => group(estimate)?.[second] as T | undefined;
  if (fourth === undefined)
    return (estimate) => (group(estimate)?.[second] as Fields | undefined)?.[third] as T | undefined;
  return (estimate) => {
    const inner = (group(estimate)?.[second] as Fields | undefined)?.[third] as Fields | undefined;
    return inner?.[fourth] as T | undefined;
  };
}

/** Every figure of an estimate by its path, `decode.tokensPerSecond.low`. A predicted one means its expected value. */
export const estimateFigures: ReadonlyMap<string, Figure> = new Map(figuresOf(entries, []));
