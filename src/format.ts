/** Stands in text for a value that is unknown, or that no number can say. */
export const MISSING = '–';

/** A quantity that may be absent. */
export type Maybe = number | undefined;

export interface NumberStyle {
  /** Significant digits. Default: 3. Digits before the point are never rounded away: 12,345 stays so. */
  readonly digits?: number;
  /** Drops the zeros that end a fraction, for figures as a spec writes them. Default: false. */
  readonly trim?: boolean;
  /** Commas between thousands, which nothing reads back. Default: true. */
  readonly grouped?: boolean;
}

/** Figures keep the digits that a spec writes them with. */
export const AS_WRITTEN: NumberStyle = { digits: 4, trim: true };

/** A unit as a multiple of its SI unit, used for values of at least `from`. */
export interface Unit {
  readonly name: string;
  readonly factor: number;
  readonly from: number;
}

type Ladder = readonly [Unit, ...Unit[]];

const factors = { p: 1e-12, n: 1e-9, µ: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
type Prefix = keyof typeof factors;

const ladders = {
  bytes: prefixed('B', '', 'k', 'M', 'G', 'T', 'P'),
  'binary bytes': binary('', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'),
  bandwidth: prefixed('B/s', '', 'k', 'M', 'G', 'T', 'P'),
  FLOPs: prefixed('FLOP', '', 'k', 'M', 'G', 'T', 'P', 'E'),
  'FLOP rate': prefixed('FLOP/s', '', 'k', 'M', 'G', 'T', 'P', 'E'),
  'OP rate': prefixed('OP/s', '', 'k', 'M', 'G', 'T', 'P', 'E'),
  duration: [...prefixed('s', 'p', 'n', 'µ', 'm', ''), unit('min', 60, 600), unit('h', 3600, 7200)],
  energy: prefixed('J', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G'),
  power: prefixed('W', 'µ', 'm', '', 'k', 'M'),
  frequency: prefixed('Hz', '', 'k', 'M', 'G'),
  length: prefixed('m', 'n', 'µ', 'm', ''),
} as const satisfies Record<string, Ladder>;

/** What a number measures, as far as its prefixes go. `bytes` counts in GB (1e9), `binary bytes` in GiB (2^30). */
export type Kind = keyof typeof ladders;

/**
 * A number in decimal notation with commas between thousands.
 * @example formatNumber(0.012345) // => '0.0123'
 */
export function formatNumber(value: Maybe, { digits = 3, trim = false, grouped = true }: NumberStyle = {}): string {
  if (value === undefined || !Number.isFinite(value)) return MISSING;
  if (value === 0) return '0';
  const rounded = roundTo(value, digits);
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  if (magnitude < -6 || magnitude >= 15) return rounded.toExponential(trim ? undefined : digits - 1);
  const text = value.toFixed(Math.max(0, digits - 1 - magnitude));
  const shown = trim && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return grouped ? withCommas(shown) : shown;
}

/** A whole number. */
export function formatCount(value: Maybe): string {
  return value === undefined || !Number.isFinite(value) ? MISSING : withCommas(Math.round(value).toFixed(0));
}

/** A count in words, for parameters: `6.74 billion`. */
export function formatLargeCount(value: Maybe): string {
  if (value === undefined || !Number.isFinite(value)) return MISSING;
  const scales: readonly (readonly [number, string])[] = [
    [1e12, 'trillion'],
    [1e9, 'billion'],
    [1e6, 'million'],
  ];
  const scale = scales.find(([factor]) => roundTo(value, 3) >= factor);
  return scale === undefined ? formatCount(value) : `${formatNumber(value / scale[0])} ${scale[1]}`;
}

/**
 * A quantity with the prefix that suits it.
 * @example formatQuantity(3.35e12, 'bandwidth') // => '3.35 TB/s'
 */
export function formatQuantity(value: Maybe, kind: Kind, style: NumberStyle = {}): string {
  if (value === undefined || !Number.isFinite(value)) return MISSING;
  const { name, factor } = unitFor([value], kind, style);
  return `${formatNumber(value / factor, style)} ${name}`;
}

/** One unit for a column of quantities: the one that suits the geometric middle of the smallest and the largest. */
export function unitFor(values: readonly Maybe[], kind: Kind, { digits = 3 }: NumberStyle = {}): Unit {
  const sizes = values.flatMap((value) =>
    value === undefined || !Number.isFinite(value) || value === 0 ? [] : [Math.abs(value)],
  );
  const ladder: Ladder = ladders[kind];
  if (sizes.length === 0) return ladder.find(({ factor }) => factor === 1) ?? ladder[0];
  const middle = roundTo(Math.sqrt(Math.min(...sizes)) * Math.sqrt(Math.max(...sizes)), digits);
  return ladder.findLast(({ from }) => roundTo(middle / from, digits) >= 1) ?? ladder[0];
}

/** A fraction as a percentage: `48.2 %`, `0.03 %`, `<0.01 %`. */
export function formatPercent(fraction: Maybe): string {
  const text = formatPercentage(fraction);
  return text === MISSING ? text : `${text} %`;
}

/** The same without the sign, for a column of percentages. */
export function formatPercentage(fraction: Maybe): string {
  const percent = (fraction ?? Number.NaN) * 100;
  if (!Number.isFinite(percent)) return MISSING;
  if (percent === 0) return '0';
  if (Math.abs(percent) < 0.01) return percent < 0 ? '>-0.01' : '<0.01';
  return withCommas(percent.toFixed(Math.abs(percent) < 0.1 ? 2 : 1));
}

/** A multiple of something: `1.83x`. */
export function formatRatio(ratio: Maybe): string {
  const text = formatNumber(ratio);
  return text === MISSING ? text : `${text}x`;
}

/** A sum of money: `0.42 USD`. */
export function formatUsd(value: Maybe, style: NumberStyle = {}): string {
  const text = formatNumber(value, style);
  return text === MISSING ? text : `${text} USD`;
}

/** Two numbers as a range; missing when either is. */
export function formatRange(low: Maybe, high: Maybe, style: NumberStyle = {}): string {
  const ends = [formatNumber(low, style), formatNumber(high, style)];
  return ends.includes(MISSING) ? MISSING : ends.join(' - ');
}

function unit(name: string, factor: number, from = factor): Unit {
  return { name, factor, from };
}

function prefixed(name: string, first: Prefix, ...others: Prefix[]): [Unit, ...Unit[]] {
  return [unit(first + name, factors[first]), ...others.map((prefix) => unit(prefix + name, factors[prefix]))];
}

function binary(first: string, ...others: string[]): [Unit, ...Unit[]] {
  return [unit(`${first}B`, 1), ...others.map((prefix, index) => unit(`${prefix}B`, 1024 ** (index + 1)))];
}

function roundTo(value: number, digits: number): number {
  const rounded = Number(value.toPrecision(digits));
  return Number.isFinite(rounded) ? rounded : value;
}

function withCommas(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
